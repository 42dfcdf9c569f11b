package agent_test

import (
	"io"
	"net"
	"strconv"
	"testing"
	"time"

	"pylint-deploy/executor/agent"
	"pylint-deploy/executor/agent/wire"
	"pylint-deploy/executor/connection/ssh"
	"pylint-deploy/executor/connection/sshdtest"
)

// slowLink passes TCP on to a server and holds up what passes for half a round trip in each direction.
func slowLink(t *testing.T, server string, roundTrip time.Duration) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", server)
			if err != nil {
				near.Close()
				return
			}
			go delay(far, near, roundTrip/2)
			go delay(near, far, roundTrip/2)
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port
}

func delay(to, from net.Conn, by time.Duration) {
	type packet struct {
		data []byte
		due  time.Time
	}
	packets := make(chan packet, 10000)
	go func() {
		defer to.Close()
		for p := range packets {
			time.Sleep(time.Until(p.due))
			if _, err := to.Write(p.data); err != nil {
				return
			}
		}
	}()
	defer close(packets)
	for {
		buffer := make([]byte, 32<<10)
		n, err := from.Read(buffer)
		if n > 0 {
			packets <- packet{buffer[:n], time.Now().Add(by)}
		}
		if err == io.EOF || err != nil {
			return
		}
	}
}

// Over a link with a long way, what counts is how often one side waits for the other. The round trip here is so long
// that the time divided by it is the number of turns.
func TestRoundTrips(t *testing.T) {
	const roundTrip = 400 * time.Millisecond
	server := sshdtest.Start(t)
	target := server.Target()
	known = fixed{self{}.Known()}
	start(t, connect(t, server, ""), nil) // the machine's caches are warm
	target.Port = slowLink(t, net.JoinHostPort("127.0.0.1", strconv.Itoa(server.Port)), roundTrip)
	target.SSHArgs = append(target.SSHArgs, "-o", "StrictHostKeyChecking=accept-new")
	turns := func(do func()) float64 {
		begin := time.Now()
		do()
		return float64(time.Since(begin)) / float64(roundTrip)
	}
	conn, err := ssh.New(ssh.Options{}).Dial(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	dirs := []string{t.TempDir()}
	client, err := start(t, conn, func(o *agent.Options) { o.Dirs = dirs })
	if err != nil {
		t.Fatal(err)
	}
	connects := turns(func() {
		again, err := ssh.New(ssh.Options{}).Dial(t.Context(), target)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { again.Close() })
		if _, err := start(t, again, func(o *agent.Options) { o.Dirs = dirs }); err != nil {
			t.Fatal(err)
		}
	})
	batch := make([]wire.Call, 50)
	for i := range batch {
		batch[i] = nothing()
	}
	one := turns(func() { do(t, client, nil, nothing()) })
	many := turns(func() { do(t, client, nil, batch...) })
	t.Logf("login and start of an agent that is there: %.2f round trips, one task: %.2f, a batch of 50: %.2f", connects, one, many)
	if one > 1.5 || many > 1.8 {
		t.Errorf("one task costs %.2f round trips, a batch of 50 %.2f: want one each", one, many)
	}
}
