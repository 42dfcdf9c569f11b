// Command pack prepares agent programs for embedding: for each file PROGRAM it writes PROGRAM.zst and PROGRAM.sum into
// the folder given first. `make agents` runs it.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"pylint-deploy/executor/agent/builds"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: pack FOLDER PROGRAM...")
		os.Exit(1)
	}
	for _, program := range os.Args[2:] {
		if err := pack(os.Args[1], program); err != nil {
			fmt.Fprintln(os.Stderr, "pack:", err)
			os.Exit(1)
		}
	}
}

func pack(folder, program string) error {
	content, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	packed, sum, err := builds.Pack(content)
	if err != nil {
		return fmt.Errorf("%s: %w", program, err)
	}
	name := filepath.Join(folder, filepath.Base(program))
	if err := os.WriteFile(name+".zst", packed, 0o644); err != nil {
		return err
	}
	return os.WriteFile(name+".sum", []byte(sum), 0o644)
}
