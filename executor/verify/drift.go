package verify

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// perturbation is something that people do to servers.
type perturbation struct {
	host, name string
	command    string
}

// drift takes away what the deployment made, one thing at a time, and runs everything: the thing must be back. The target is
// reset only after a run that did not bring it back: a target that is as deployed needs none.
func (v *verifier) drift(ctx context.Context) error {
	if !v.Drift {
		return nil
	}
	list := v.perturbations()
	good := false
	for i, p := range list {
		if !good {
			v.doing("deploying, to disturb it")
			if _, err := v.reach(ctx, interruption{k: len(v.points)}); err != nil {
				return fmt.Errorf("deploying once more: %w", err)
			}
		}
		v.doing(fmt.Sprintf("drift %d of %d: %s", i+1, len(list), p.name))
		trial, err := v.disturb(ctx, p)
		if err != nil {
			return err
		}
		good = trial.OK()
		v.report.Drifts = append(v.report.Drifts, trial)
		v.meter.drift(v, i+1, len(list))
	}
	return nil
}

func (v *verifier) disturb(ctx context.Context, p perturbation) (Trial, error) {
	t := Trial{Kind: "drift", Name: p.name}
	if err := v.Command(ctx, p.host, p.command); err != nil {
		return t, fmt.Errorf("disturbing the target (%s): %w", p.name, err)
	}
	trace, err := v.Play(ctx, Watch{})
	if err != nil {
		return t, fmt.Errorf("the run after a change by hand (%s): %w", p.name, err)
	}
	now, err := v.Capture(ctx, Ended)
	if err != nil {
		return t, err
	}
	t.Row, t.Failure = v.row(trace), trace.failure()
	for _, d := range v.noise.without(Diff(v.deployed, now)) {
		if !v.known[d.key()] {
			t.Differences = append(t.Differences, d)
		}
	}
	if s := trace.broken(); s != nil {
		t.Culprits = append(t.Culprits, s.Task)
	}
	return t, nil
}

// perturbations are worked out from what the first run changed: what is there now and was not, or was otherwise.
func (v *verifier) perturbations() []perturbation {
	var out []perturbation
	for _, d := range v.noise.without(Diff(v.fresh, v.deployed)) {
		if d.After == "" {
			continue
		}
		kind, name := split(d.Item)
		for _, w := range ways[kind] {
			if !w.when(v, d, name) {
				continue
			}
			bare := name
			if kind == "package" {
				bare, _, _ = strings.Cut(name, ":")
			}
			out = append(out, perturbation{d.Host, fmt.Sprintf(w.name, bare), strings.ReplaceAll(w.command, "NAME", quote(bare))})
		}
	}
	return out
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// way is one way to disturb an item.
type way struct {
	name, command string
	when          func(v *verifier, d Difference, name string) bool
}

// ways are those for each kind of item. Of files, those count that a task named: what packages and programs bring along is not the
// playbook's word.
var ways = map[string][]way{
	"file": {
		{"%s is removed", "rm -f NAME", named},
		{"%s gets another line", "echo '# changed by hand' >>NAME", named},
		{"%s gets another mode", "chmod 0700 NAME", named},
	},
	"link":    {{"%s is removed", "rm -f NAME", named}},
	"package": {{"the package %s is removed", "dpkg --force-depends --remove NAME || rpm -e --nodeps NAME || apk del NAME", chosen}},
	"service": {{"%s is stopped", "systemctl stop NAME", started}, {"%s is disabled", "systemctl disable --quiet NAME", enabled}},
	"user":    {{"the user %s is removed", "pkill -KILL -u NAME; userdel NAME", person}},
}

// named tells that a task of the first run named the path.
func named(v *verifier, d Difference, name string) bool {
	return slices.ContainsFunc(v.reference.Steps, func(s *Step) bool { return s.Paths[name] })
}

// chosen tells that a package was asked for, and did not come because another needs it.
func chosen(_ *verifier, d Difference, _ string) bool {
	return d.Before == "" && !strings.HasSuffix(d.After, "(automatic)")
}

func started(_ *verifier, d Difference, name string) bool {
	return strings.HasSuffix(name, ".service") && strings.HasSuffix(d.After, ", active") && !strings.HasSuffix(d.Before, ", active")
}

func enabled(_ *verifier, d Difference, name string) bool {
	return !strings.HasSuffix(name, ".socket") && strings.HasPrefix(d.After, "enabled") && !strings.HasPrefix(d.Before, "enabled")
}

// person tells that an account is one for people: its number is above those of systems.
func person(_ *verifier, d Difference, _ string) bool {
	var uid int
	fmt.Sscanf(d.After, "uid %d", &uid)
	return d.Before == "" && uid >= 1000 && uid < 60000
}
