// Command pylint-deploy-agent is the program that runs on a target. A controller sends it, starts it and drives it over
// its standard input and output; there is nothing to start by hand.
package main

import (
	"os"

	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/module/base"
)

func main() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == agent.Command {
		args = args[1:]
	}
	os.Exit(agent.Main(args, base.Registry))
}
