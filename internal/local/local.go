//go:build unix

// Package local starts the real parts that the demo and the tests stand on, below one folder: PostgreSQL, Redis and a
// mailbox that takes the outgoing mail over SMTP.
//
// PostgreSQL and Redis are the servers found on the machine. They listen on 127.0.0.1 alone, on ports nobody else uses,
// behind a random password, and they end when this process ends, however it ends. Their data stays: starting again on the
// same folder goes on where it stopped, also after a power cut. Where there is no PostgreSQL its binaries are fetched,
// where there is no Redis one inside this process takes over.
//
// As root the servers run as the unprivileged user postgres (or nobody). When the folder lies below one that user may
// not enter (a home of mode 0700), the server's files go to StateDir instead, under a name made from the folder's path,
// and a line in the log says so; Wipe removes both.
package local

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// pollEvery is how often a starting or stopping server is looked at.
const pollEvery = 10 * time.Millisecond

// errInUse tells that another process holds the folder.
var errInUse = errors.New("another process is using this folder")

func logger(l *slog.Logger) *slog.Logger {
	if l == nil {
		return slog.New(slog.DiscardHandler)
	}
	return l
}

// poll calls done until it says true, fails, or ctx ends.
func poll(ctx context.Context, done func() (bool, error)) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		ok, err := done()
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// freePort asks the system for a port on 127.0.0.1 that nobody listens on. It may be taken before it is used, so whoever
// uses it tries again with another.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("no free port on 127.0.0.1: %w", err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// portIsFree tells whether a server can listen on the port of 127.0.0.1 now.
func portIsFree(port int) bool {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return false
	}
	_ = l.Close()
	return true
}

// rememberedPort gives the port written in file when it is free, else a new one; the caller writes it back once a server
// listens there, so that connections of an earlier start find it again.
func rememberedPort(file string) (int, error) {
	if raw, err := os.ReadFile(file); err == nil {
		port, err := strconv.Atoi(strings.TrimSpace(string(raw)))
		if err == nil && port > 0 && port < 1<<16 && portIsFree(port) {
			return port, nil
		}
	}
	return freePort()
}

// rememberedSecret gives the secret in file, or makes one of 192 random bits and writes it with mode 0600.
func rememberedSecret(file string) (string, error) {
	raw, err := os.ReadFile(file)
	if err == nil && len(strings.TrimSpace(string(raw))) >= 32 {
		return strings.TrimSpace(string(raw)), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	b := make([]byte, 24)
	_, _ = rand.Read(b) // crypto/rand never fails: the program ends first.
	secret := hex.EncodeToString(b)
	return secret, writeFile(file, secret+"\n")
}

// writeFile replaces a private file in one step, so that a crash leaves the old or the new text and never half of it.
func writeFile(file, text string) error {
	tmp := file + ".tmp"
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp, file)
}

// openLog opens a server's own log in dir for appending; a log that has grown past 8 MiB is started anew, the last one
// kept beside it.
func openLog(file string) (*os.File, error) {
	if info, err := os.Stat(file); err == nil && info.Size() > 8<<20 {
		if err := os.Rename(file, file+".1"); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
}

// tail gives what was written to the log since offset, in one line and at most 400 bytes from its end, for an error.
func tail(file string, offset int64) string {
	f, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return ""
	}
	size := info.Size()
	if offset > size {
		offset = 0
	}
	offset = max(offset, size-4096)
	buf := make([]byte, size-offset)
	n, _ := f.ReadAt(buf, offset)
	line := strings.Join(strings.Fields(string(buf[:n])), " ")
	if len(line) > 400 {
		line = "…" + line[len(line)-400:]
	}
	return line
}

// firstExecutable gives the first of the names found on PATH or in the usual folders of servers, which an ordinary
// user's PATH often leaves out.
func firstExecutable(names ...string) (string, bool) {
	for _, name := range names {
		for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/bin", "/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin") {
			if dir == "" || !filepath.IsAbs(dir) {
				continue
			}
			if path := filepath.Join(dir, name); isExecutable(path) {
				return path, true
			}
		}
	}
	return "", false
}

func isExecutable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}
