package inventory

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"pylint-deploy/parser/pattern"
)

var (
	bracketedPort = pattern.New(`^\[(.+)\]:([0-9]+)$`)
	hostPort      = pattern.New(`^((?:[^:\[\]]|\[[^\]]*\])*):([0-9]+)$`)
	rangePart     = pattern.New(`\[(?:[0-9]*:[0-9]+|[a-zA-Z]:[a-zA-Z])(?::[0-9]+)?\]`)
	hostName      = pattern.New(`^[\pL\pN_](?:[\pL\pN_-]{0,61}[\pL\pN_])?(?:\.[\pL\pN_](?:[\pL\pN_-]{0,61}[\pL\pN_])?)*\.?$`)
)

// splitPort takes a port off an address, if it is one: "host:22", "[::1]:22". What is no address stays whole.
func splitPort(address string) (host string, port int) {
	host = address
	for _, form := range []*pattern.Pattern{bracketedPort, hostPort} {
		if m := form.FindStringSubmatch(address); m != nil {
			host = m[1]
			port, _ = strconv.Atoi(m[2])
			break
		}
	}
	if !isAddress(host) {
		return address, 0
	}
	return host, port
}

// isAddress tells whether a text is a host name or an address, ranges allowed.
func isAddress(text string) bool {
	plain := rangePart.ReplaceAllString(text, "0")
	if hostName.MatchString(plain) {
		return true
	}
	_, err := netip.ParseAddr(plain)
	return err == nil
}

// expand gives the hosts of a pattern such as web[01:10:2].example.org, and its port.
func expand(pattern string) (hosts []string, port int, err error) {
	pattern, port = splitPort(pattern)
	hosts, err = expandRange(pattern)
	return hosts, port, err
}

// maxHosts bounds what one pattern may stand for.
const maxHosts = 1 << 20

func expandRange(pattern string) ([]string, error) {
	open := strings.IndexByte(pattern, '[')
	if open < 0 {
		return []string{pattern}, nil
	}
	length := strings.IndexByte(pattern[open:], ']')
	if length < 0 {
		return nil, fmt.Errorf("the range in %q has no ]", pattern)
	}
	head, tail := pattern[:open], pattern[open+length+1:]
	items, err := rangeItems(pattern[open+1 : open+length])
	if err != nil {
		return nil, fmt.Errorf("%w in %q", err, pattern)
	}
	rest, err := expandRange(tail)
	if err != nil {
		return nil, err
	}
	if len(items)*len(rest) > maxHosts {
		return nil, fmt.Errorf("%q stands for more than %d hosts", pattern, maxHosts)
	}
	out := make([]string, 0, len(items)*len(rest))
	for _, item := range items {
		for _, end := range rest {
			out = append(out, head+item+end)
		}
	}
	return out, nil
}

var errNotNumbers = errors.New("a host range must be of numbers or single letters")

// rangeItems lists begin:end or begin:end:step, of numbers or letters.
func rangeItems(text string) ([]string, error) {
	bounds := strings.Split(text, ":")
	if len(bounds) != 2 && len(bounds) != 3 {
		return nil, fmt.Errorf("a host range must be begin:end or begin:end:step")
	}
	begin, end, step := bounds[0], bounds[1], 1
	if begin == "" {
		begin = "0"
	}
	if end == "" {
		return nil, fmt.Errorf("host range must specify end value")
	}
	if len(bounds) == 3 {
		var err error
		if step, err = strconv.Atoi(bounds[2]); err != nil || step < 1 {
			return nil, fmt.Errorf("the step of a host range must be a positive number")
		}
	}
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	if from, to := strings.Index(letters, begin), strings.Index(letters, end); len(begin) == 1 && len(end) == 1 && from >= 0 && to >= 0 {
		return count(from, to, step, func(i int) string { return letters[i : i+1] })
	}
	width := 0
	if begin[0] == '0' && len(begin) > 1 {
		if width = len(begin); width != len(end) {
			return nil, fmt.Errorf("a host range must have a begin and an end of the same length")
		}
	}
	from, err1 := strconv.Atoi(begin)
	to, err2 := strconv.Atoi(end)
	if err1 != nil || err2 != nil {
		return nil, errNotNumbers
	}
	return count(from, to, step, func(i int) string { return fmt.Sprintf("%0*d", width, i) })
}

func count(from, to, step int, name func(int) string) ([]string, error) {
	if from > to {
		return nil, fmt.Errorf("a host range must have begin <= end")
	}
	if (to-from)/step > maxHosts {
		return nil, fmt.Errorf("a host range of more than %d hosts", maxHosts)
	}
	var out []string
	for i := from; i <= to; i += step {
		out = append(out, name(i))
	}
	return out, nil
}
