package agent

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/module"
)

// asyncStatus is the module that an agent answers itself: jobs are its own.
const asyncStatus = "ansible.builtin.async_status"

// maxJobContent bounds the contents that go into a job. Modules that bring larger ones (copy, unarchive) are not run
// as jobs by Ansible either.
const maxJobContent = 32 << 20

// job is a call that runs detached.
type job struct {
	ID   string
	File string
	Call wire.Call
}

// detach starts a call as a job: a process in a session of its own, which outlives this agent and leaves its result in
// a file, as Ansible's async_wrapper does and where it does.
func (b *batch) detach(call *wire.Call) map[string]any {
	j := job{ID: call.JobID, Call: *call}
	j.Call.AsyncSeconds, j.Call.TimeoutMS = 0, int64(call.AsyncSeconds)*1000
	if j.ID == "" {
		j.ID = "j" + strings.ToLower(rand.Text())
	}
	var err error
	if j.File, err = jobFile(j.ID, call.Env["ANSIBLE_ASYNC_DIR"]); err != nil {
		return failure(err.Error())
	}
	if j.Call.Blobs, err = b.inlined(call.Blobs); err != nil {
		return failure(err.Error())
	}
	if err := spawnJob(j); err != nil {
		return failure("start the job: " + err.Error())
	}
	return map[string]any{"changed": true, "started": 1, "finished": 0, "ansible_job_id": j.ID, "results_file": j.File}
}

// inlined fetches the contents now: the job has no controller to ask.
func (b *batch) inlined(blobs map[string]wire.Blob) (map[string]wire.Blob, error) {
	whole := maps.Clone(blobs)
	total := int64(0)
	for name, blob := range whole {
		if total += blob.Size; total > maxJobContent {
			return nil, fmt.Errorf("contents of more than %d MiB cannot go into an async task", maxJobContent>>20)
		}
		if blob.Inline != nil || blob.Size == 0 {
			continue
		}
		content, err := b.OpenBlob(blob.SHA256)
		if err != nil {
			return nil, err
		}
		blob.Inline, err = io.ReadAll(content)
		content.Close()
		if err != nil {
			return nil, err
		}
		whole[name] = blob
	}
	return whole, nil
}

// jobFile is where a job's result is; the directory is made if need be.
func jobFile(id, dir string) (string, error) {
	if id != filepath.Base(id) || strings.HasPrefix(id, ".") {
		return "", fmt.Errorf("job id %q is not a plain name", id)
	}
	dir, err := jobDir(dir)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("could not create directory for async jobs: %w", err)
	}
	return filepath.Join(dir, id), nil
}

// jobDir is ANSIBLE_ASYNC_DIR, or Ansible's own place for it.
func jobDir(dir string) (string, error) {
	home, err := os.UserHomeDir()
	if dir == "" {
		dir = "~/.ansible_async"
	}
	if rest, below := strings.CutPrefix(dir, "~/"); below {
		if err != nil {
			return "", fmt.Errorf("directory of async jobs: %w", err)
		}
		return filepath.Join(home, rest), nil
	}
	return dir, nil
}

// spawnJob starts the job's process and waits until it has its own state on disk.
func spawnJob(j job) error {
	input, err := wire.Encode(j.Call)
	if err != nil {
		return err
	}
	program, err := RunningPath()
	if err != nil {
		return err
	}
	cmd := exec.Command(program, Command, "job", j.ID, j.File)
	cmd.Stdin = strings.NewReader(string(input))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Dir = "/"
	started, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	line, _ := bufio.NewReader(started).ReadString('\n')
	started.Close()
	go cmd.Wait()
	if complaint, ok := strings.CutPrefix(strings.TrimSpace(line), "started"); !ok || complaint != "" {
		return errors.New("its process ended: " + line)
	}
	return nil
}

// runJob is the job's process; the call comes by standard input.
func runJob(j job, registry *module.Registry) error {
	signal.Ignore(syscall.SIGHUP, syscall.SIGPIPE)
	input, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	if err := wire.Decode(input, &j.Call); err != nil {
		return err
	}
	state := map[string]any{"started": 1, "finished": 0, "ansible_job_id": j.ID}
	if err := writeState(j.File, state); err != nil {
		fmt.Println(err)
		return nil
	}
	fmt.Println("started")
	out, err := moveAway(1, os.O_WRONLY)
	if err != nil {
		return err
	}
	out.Close() // the agent waits for this
	s := Server{Modules: registry}
	result := s.perform(context.Background(), &j.Call, nil)
	if result["failed"] == true && result["msg"] == timedOut(&j.Call)["msg"] {
		result["msg"] = "Timeout exceeded" // as async_wrapper says it
	}
	maps.Copy(result, map[string]any{"started": 1, "finished": 1, "ansible_job_id": j.ID})
	return writeState(j.File, result)
}

// writeState replaces a job's file as a whole.
func writeState(file string, state map[string]any) error {
	text, err := wire.Encode(state)
	if err != nil {
		text, _ = wire.Encode(failure(err.Error()))
	}
	temp := file + ".tmp"
	if err := os.WriteFile(temp, text, 0o600); err != nil {
		return err
	}
	return os.Rename(temp, file)
}

// statusOfJob is the module async_status: its arguments, its results.
func statusOfJob(args map[string]any, env map[string]string) map[string]any {
	id, _ := args["jid"].(string)
	file, err := jobFile(id, env["ANSIBLE_ASYNC_DIR"])
	if err != nil {
		return failure(err.Error())
	}
	result := map[string]any{"ansible_job_id": id, "results_file": file, "changed": false,
		"stdout": "", "stderr": "", "stdout_lines": []any{}, "stderr_lines": []any{}}
	text, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		maps.Copy(result, map[string]any{"failed": true, "msg": "could not find job", "started": 1, "finished": 1})
		return result
	case err != nil:
		return failure(err.Error())
	case args["mode"] == "cleanup":
		if err := os.Remove(file); err != nil {
			return failure(err.Error())
		}
		result["erased"] = file
		return result
	}
	var state map[string]any
	if err := wire.Decode(text, &state); err != nil {
		maps.Copy(result, map[string]any{"failed": true, "started": 1, "finished": 1,
			"msg": fmt.Sprintf("Could not parse job output: %v", err)})
		return result
	}
	maps.Copy(result, state)
	return result
}
