package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"tussentijds/care"
	"tussentijds/internal/db"
	"tussentijds/internal/local"
	"tussentijds/library"
)

// startGroups measure an empty folder to the first answer, and the same folder once more, against a bare initdb and start.
func (w *world) startGroups() []group {
	s := &starts{w: w}
	return []group{
		{
			name: "start", unit: milliseconds, rounds: 3,
			floors:  []side{{"bare initdb and start", s.bare}},
			ours:    []side{{"empty folder to first answer", s.cold}},
			targets: map[string]float64{"empty folder to first answer / bare initdb and start": 2},
		},
		{
			name: "start again", unit: milliseconds, rounds: 3,
			floors:  []side{{"half a second", func(context.Context) (float64, error) { return 500, nil }}},
			ours:    []side{{"kept folder to first answer", s.warm}},
			targets: map[string]float64{"kept folder to first answer / half a second": 1},
		},
	}
}

type starts struct {
	w    *world
	kept string // the folder of the last cold start.
	made int
}

func (s *starts) cold(ctx context.Context) (float64, error) {
	s.made++
	dir := filepath.Join(s.w.dir, "start"+strconv.Itoa(s.made))
	if s.kept != "" {
		_ = local.Wipe(s.kept)
	}
	s.kept = dir
	return s.up(ctx, dir)
}

func (s *starts) warm(ctx context.Context) (float64, error) {
	if s.kept == "" {
		if _, err := s.cold(ctx); err != nil {
			return 0, err
		}
	}
	return s.up(ctx, s.kept)
}

// up takes the time from nothing running to the first answer.
func (s *starts) up(ctx context.Context, dir string) (took float64, err error) {
	w := &world{roles: s.w.roles, master: s.w.master, dir: dir}
	defer w.close()
	start := time.Now()
	if w.postgres, err = local.StartPostgres(ctx, local.PostgresOptions{Dir: dir}); err != nil {
		return 0, err
	}
	w.onClose(func() { _ = w.postgres.Stop(context.WithoutCancel(ctx)) })
	if err := db.Bootstrap(ctx, w.postgres.SuperURL("postgres"), smallDatabase, w.roles); err != nil {
		return 0, err
	}
	if _, err := db.Migrate(ctx, w.url("tt_owner", smallDatabase)); err != nil {
		return 0, err
	}
	if w.library, err = library.Load(); err != nil {
		return 0, err
	}
	pool, err := w.open(ctx, w.url("tt_app", smallDatabase))
	if err != nil {
		return 0, err
	}
	addr, err := w.serveOurs(ctx, care.New(w.deps(pool)))
	if err != nil {
		return 0, err
	}
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/sign-in", nil)
	if err != nil {
		return 0, err
	}
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		return 0, err
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("the first answer is %d", answer.StatusCode)
	}
	return float64(time.Since(start).Microseconds()) / 1000, nil
}

// bare runs PostgreSQL's own programs and waits until the server takes a query.
func (s *starts) bare(ctx context.Context) (took float64, err error) {
	dir, err := local.TempDir("tussentijds-bench-bare")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	data := filepath.Join(dir, "data")
	who, err := serverUser(dir)
	if err != nil {
		return 0, err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	if err := ln.Close(); err != nil {
		return 0, err
	}
	start := time.Now()
	initdb := exec.CommandContext(ctx, filepath.Join(s.w.postgres.Bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C") // #nosec G204 -- the binaries our own server runs from.
	initdb.SysProcAttr, initdb.Dir = who, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("initdb: %w: %s", err, out)
	}
	server := exec.CommandContext(ctx, filepath.Join(s.w.postgres.Bin, "postgres"), "-D", data, "-p", port, "-k", dir, "-c", "listen_addresses=") // #nosec G204 -- as above.
	server.SysProcAttr, server.Dir = who, dir
	if err := server.Start(); err != nil {
		return 0, err
	}
	defer func() {
		_ = server.Process.Signal(syscall.SIGINT)
		_ = server.Wait()
	}()
	url := fmt.Sprintf("postgres://postgres@/postgres?host=%s&port=%s", dir, port)
	for tries := 0; ; tries++ {
		conn, err := pgx.Connect(ctx, url)
		if err == nil {
			_ = conn.Close(ctx)
			return float64(time.Since(start).Microseconds()) / 1000, nil
		}
		if tries > 3000 || ctx.Err() != nil {
			return 0, errors.Join(errors.New("the bare server does not answer"), err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// serverUser gives the folder to the user that PostgreSQL runs as when we are root, which it refuses to be.
func serverUser(dir string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err := errors.Join(err1, err2, os.Chown(dir, uid, gid)); err != nil {
			return nil, err
		}
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return nil, errors.New("no user to run PostgreSQL as")
}
