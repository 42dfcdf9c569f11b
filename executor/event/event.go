// Package event is the run as a stream of events. Strategies emit, outputs (screen, json, junit, timeline) consume.
package event
