// Command pylint-deploy-agent is the program that runs on a target. A controller sends it, starts it and drives it over
// its standard input and output; there is nothing to start by hand.
package main

func main() {}
