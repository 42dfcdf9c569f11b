package packaging

import (
	"context"
	"strings"
	"time"

	"pylint-deploy/executor/module"
)

const (
	aptStampPath = "/var/lib/apt/periodic/update-success-stamp"
	aptListsPath = "/var/lib/apt/lists"
)

// cacheTime is when the package lists were last refreshed, in seconds since 1970; 0 when they never were.
func cacheTime(sys module.System) int64 {
	for _, p := range []string{aptStampPath, aptListsPath} {
		if st, err := sys.Stat(p); err == nil {
			return st.Mtime.Unix()
		}
	}
	return 0
}

// refresh updates the package lists, retrying with growing delays as Ansible does. In check mode it does nothing. Where the lists are
// those of an earlier refresh of the same run and nothing can have changed since, it does nothing either (lastRefresh).
func refresh(ctx context.Context, c *module.Call, g *aptGet) error {
	if c.Check || lastRefresh.holds(c) {
		return nil
	}
	inputs := refreshInputs(c.Sys)
	if err := update(ctx, c, g); err != nil {
		return err
	}
	lastRefresh.note(c, inputs)
	return nil
}

// update runs apt-get update.
func update(ctx context.Context, c *module.Call, g *aptGet) error {
	retries, most := c.Args.Int("update_cache_retries"), time.Duration(c.Args.Int("update_cache_retry_max_delay"))*time.Second
	why := ""
	for try := int64(0); try < retries; try++ {
		// Error-Mode=any: an index that could not be fetched is a failure, not a warning that nobody reads.
		out, err := g.run(ctx, []string{"apt-get", "-q", "-o", "APT::Update::Error-Mode=any", "update"})
		if err != nil {
			return err
		}
		if out.RC == 0 {
			return nil
		}
		if locked(out) {
			return out.Failed("Failed to lock apt for exclusive operation: %s", strings.TrimSpace(out.Err))
		}
		why = out.Said()
		if try == retries-1 {
			break
		}
		delay := time.Second << min(try, 10)
		if delay > most {
			delay = most
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(delay):
		}
	}
	if why == "" {
		why = "unknown reason"
	}
	return &module.Failure{Msg: "Failed to update apt cache: " + why}
}

// writeFile puts a short file in place.
func writeFile(sys module.System, path, text string, mode uint32) error {
	m := fileMode(mode)
	return sys.Write(path, strings.NewReader(text), module.WriteSpec{Mode: &m})
}
