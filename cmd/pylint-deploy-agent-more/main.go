// Command pylint-deploy-agent-more is the agent program with the modules of package more. The agent on a target fetches and
// starts it when a task needs one of them.
package main

import (
	"os"

	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/module/more"
)

func main() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == agent.Command {
		args = args[1:]
	}
	os.Exit(agent.Main(args, more.Registry))
}
