package action

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"pylint-deploy/executor/event"
	"pylint-deploy/parser/jinja/value"
)

const stamp = "2006-01-02 15:04:05.000000"

// pause waits for a time or for the user (ansible.builtin.pause).
func pause(ctx context.Context, c *Call) (Step, error) {
	for k := range c.Args.All() {
		if name, _ := value.ToStr(k); !strings.Contains(" echo minutes seconds prompt ", " "+name+" ") {
			return Step{}, unsupported(c, name, "echo, minutes, prompt, seconds")
		}
	}
	if c.has("minutes") && c.has("seconds") {
		return Step{}, &Failed{Msg: "parameters are mutually exclusive: minutes|seconds"}
	}
	echo, err := c.boolean("echo", true)
	if err != nil {
		v, _ := c.Args.GetStr("echo")
		return Step{}, &Failed{Msg: fmt.Sprintf("argument 'echo' is of type %s and we were unable to convert to bool: %v", pyType(v), err)}
	}
	timed, unit, length := c.has("minutes") || c.has("seconds"), "seconds", 0.0
	if c.has("minutes") || !timed {
		unit = "minutes"
	}
	if timed {
		if length, err = c.number(unit, 0); err != nil {
			return Step{}, err
		}
	}
	wait := time.Duration(math.Trunc(length)) * time.Second
	if unit == "minutes" {
		wait *= 60
	}
	if timed {
		wait = max(wait, time.Second)
	}
	start := c.Run.Now()
	input, err := c.pauseFor(ctx, timed, wait, echo)
	if err != nil {
		return Step{}, err
	}
	stop := c.Run.Now()
	took := stop.Sub(start).Seconds()
	shown := took
	if unit == "minutes" {
		shown /= 60
	}
	shown = math.Round(shown*100) / 100
	return done("changed", false, "rc", 0, "stderr", "", "stdout", fmt.Sprintf("Paused for %s %s", pyFloat(shown), unit),
		"start", start.Format(stamp), "stop", stop.Format(stamp), "delta", int64(took), "echo", echo, "user_input", input)
}

func pyFloat(f float64) string {
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// pauseFor waits for the time, or without one for a line of the user, who may end both by Ctrl+C.
func (c *Call) pauseFor(ctx context.Context, timed bool, wait time.Duration, echo bool) (string, error) {
	keys, err := c.keyboard()
	if err != nil {
		return "", fmt.Errorf("reading keys from the terminal: %w", err)
	}
	if keys != nil {
		defer keys.Close()
	}
	hidden := ""
	if !echo {
		hidden = " (output is hidden)"
	}
	text := "Press enter to continue, Ctrl+C to interrupt"
	if p := c.str("prompt"); p != "" {
		text = p
	}
	prompt := fmt.Sprintf("[%s]\n%s%s:", c.Task, text, hidden)
	if timed {
		c.say(fmt.Sprintf("Pausing for %d seconds%s", int(wait.Seconds()), hidden))
		c.say("(ctrl+C then 'C' = continue early, ctrl+C then 'A' = abort)\r")
	}
	if !timed || c.str("prompt") != "" {
		c.say(prompt)
	}
	switch {
	case keys != nil && timed:
		return "", c.waitOut(ctx, keys, c.Run.Now().Add(wait))
	case keys != nil:
		return c.line(ctx, keys, echo)
	case timed:
		return "", c.Run.Sleep(ctx, wait)
	}
	c.Run.Events.Emit(event.Warning{Text: "Not waiting for response to prompt as stdin is not interactive"})
	return "", nil
}

func (c *Call) say(text string) { c.Run.Events.Emit(event.Say{Text: text}) }

// keyboard is that of the user; nil where nobody sits there.
func (c *Call) keyboard() (Keyboard, error) {
	if c.Run.Console == nil || !c.Run.Console.Interactive() {
		return nil, nil
	}
	return c.Run.Console.Keyboard()
}

// Keys that mean something to a pause.
const (
	interrupt = '\x03'
	backspace = '\b'
	erase     = '\x7f'
	clearLine = "\r\x1b[K"
)

// waitOut waits for a time; keys but Ctrl+C have no effect.
func (c *Call) waitOut(ctx context.Context, keys Keyboard, end time.Time) error {
	for {
		left := end.Sub(c.Run.Now())
		if left <= 0 {
			return nil
		}
		key, err := keys.Key(ctx, left)
		switch {
		case errors.Is(err, ErrNoKey):
			return nil
		case err != nil:
			return err
		case key == interrupt:
			return c.interrupted(ctx, keys)
		}
	}
}

// line reads what the user types up to enter. A terminal that gives single keys leaves editing to whoever reads them.
func (c *Call) line(ctx context.Context, keys Keyboard, echo bool) (string, error) {
	typed := ""
	show := func(text string) {
		if echo {
			keys.Show(text)
		}
	}
	for {
		key, err := keys.Key(ctx, 0)
		if err != nil {
			return "", err
		}
		switch key {
		case interrupt:
			return typed, c.interrupted(ctx, keys)
		case '\r', '\n':
			keys.Show(clearLine)
			return typed, nil
		case backspace, erase:
			_, size := utf8.DecodeLastRuneInString(typed)
			typed = typed[:len(typed)-size]
			show(clearLine + typed)
		default:
			typed += string(key)
			show(string(key))
		}
	}
}

// interrupted asks what Ctrl+C was meant to do: go on, or end the play.
func (c *Call) interrupted(ctx context.Context, keys Keyboard) error {
	keys.Show(clearLine)
	c.say("Press 'C' to continue the play or 'A' to abort \r")
	for {
		key, err := keys.Key(ctx, 0)
		if err != nil {
			return err
		}
		switch key {
		case 'c', 'C':
			keys.Show(clearLine)
			return nil
		case 'a', 'A':
			keys.Show(clearLine)
			return &Failed{Msg: "user requested abort!"}
		}
	}
}
