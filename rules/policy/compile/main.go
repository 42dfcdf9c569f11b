// Command compile writes the rules as OPA's compiler leaves them: compile FILE.
package main

import (
	"log"
	"os"

	"pylint-deploy/rules/engine"
	"pylint-deploy/rules/policy"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: compile FILE")
	}
	data, err := engine.Precompile(policy.Files)
	if err == nil {
		err = os.WriteFile(os.Args[1], data, 0o644)
	}
	if err != nil {
		log.Fatalf("compiling the rules: %v", err)
	}
}
