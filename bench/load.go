package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"time"
)

// traffic is what one connection sends: requests that are made beforehand, so that the client costs next to nothing. want
// is the status of the answers.
type traffic struct {
	next func() []byte // nil when there is nothing left to send.
	want int
}

// same sends one request over and over.
func same(request []byte, want int) traffic {
	return traffic{next: func() []byte { return request }, want: want}
}

// drive sends the traffics to addr, each over a connection of its own that is kept, and gives the answers a second.
func drive(ctx context.Context, addr string, traffics []traffic, d time.Duration) (float64, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	conns := make([]net.Conn, len(traffics))
	defer func() {
		for _, c := range conns {
			if c != nil {
				_ = c.Close()
			}
		}
	}()
	for i := range conns {
		c, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
		if err != nil {
			return 0, err
		}
		conns[i] = c
	}
	counts := make([]int, len(conns))
	var wg sync.WaitGroup
	start := time.Now()
	until := start.Add(d)
	for i, c := range conns {
		wg.Go(func() {
			if err := c.SetDeadline(until.Add(20 * time.Second)); err != nil {
				cancel(err)
				return
			}
			in := bufio.NewReaderSize(c, 16<<10)
			for ctx.Err() == nil && time.Now().Before(until) {
				request := traffics[i].next()
				if request == nil {
					return
				}
				if _, err := c.Write(request); err != nil {
					cancel(err)
					return
				}
				if err := readAnswer(in, traffics[i].want); err != nil {
					cancel(err)
					return
				}
				counts[i]++
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	if err := context.Cause(ctx); err != nil {
		return 0, err
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	if total == 0 {
		return 0, errors.New("not one answer")
	}
	return float64(total) / took.Seconds(), nil
}

// readAnswer reads one answer with a Content-Length, as both servers give, and checks its status.
func readAnswer(in *bufio.Reader, want int) error {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if len(line) < 12 {
		return errors.New("not an HTTP answer")
	}
	status, err := strconv.Atoi(string(line[9:12]))
	if err != nil {
		return err
	}
	length := -1
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		if rest, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(rest)); err != nil {
				return err
			}
		}
	}
	if length < 0 {
		return errors.New("an answer without a length")
	}
	if status != want {
		body, _ := io.ReadAll(io.LimitReader(in, int64(min(length, 400))))
		return fmt.Errorf("status %d instead of %d: %s", status, want, body)
	}
	_, err = in.Discard(length)
	return err
}

// request writes an HTTP request. Credential is a whole header line.
func request(method, path, credential string, body []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", method, path, credential)
	if body != nil {
		fmt.Fprintf(&b, "Content-Type: application/json\r\nContent-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}
