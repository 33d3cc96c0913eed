package mailer_test

import (
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	proxiesMu sync.Mutex
	proxies   = map[string][]net.Conn{}
)

// counting passes connections on to a server and counts them.
func counting(t *testing.T, to string) (addr string, count func() int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	addr = l.Addr().String()
	n := 0
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", to)
			if err != nil {
				_ = in.Close()
				return
			}
			proxiesMu.Lock()
			n++
			proxies[addr] = append(proxies[addr], in, out)
			proxiesMu.Unlock()
			go func() { _, _ = io.Copy(out, in); _ = out.Close() }()
			go func() { _, _ = io.Copy(in, out); _ = in.Close() }()
		}
	}()
	return addr, func() int { proxiesMu.Lock(); defer proxiesMu.Unlock(); return n }
}

// cutAll cuts what goes through a proxy now.
func cutAll(t *testing.T, addr string) {
	t.Helper()
	proxiesMu.Lock()
	defer proxiesMu.Unlock()
	for _, c := range proxies[addr] {
		_ = c.Close()
	}
}
