package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
)

// part is one process of the program.
type part struct {
	name string
	args []string
	cmd  *exec.Cmd
	done chan struct{}
}

func (w *world) startParts(ctx context.Context) (err error) {
	if w.address, err = freeAddress(ctx); err != nil {
		return err
	}
	for name, args := range map[string][]string{"serve": {"serve"}, "worker 1": {"worker"}, "worker 2": {"worker"}} {
		if err := os.MkdirAll(filepath.Join(w.dir, strings.ReplaceAll(name, " ", "-")), 0o700); err != nil {
			return err
		}
		p := &part{name: name, args: args}
		w.parts[name] = p
		if err := w.start(p); err != nil {
			return err
		}
	}
	return w.answers(ctx)
}

// answers waits until the server does: on a busy machine it takes a while to begin.
func (w *world) answers(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.address+"/readyz", http.NoBody)
		if err != nil {
			return err
		}
		if resp, err := http.DefaultClient.Do(req); err == nil { // #nosec G704 -- our own server.
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		if err := wait(ctx, 100*time.Millisecond); err != nil {
			return fmt.Errorf("the server does not answer: %w", err)
		}
	}
}

// start starts a process and has it started anew, as a supervisor would, when it ends by itself: it may not find PostgreSQL.
func (w *world) start(p *part) error {
	log, err := os.OpenFile(filepath.Join(w.dir, strings.ReplaceAll(p.name, " ", "-")+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	cmd := exec.Command(w.program, p.args...) // #nosec G204 -- the program that was just built.
	cmd.Env, cmd.Stdout, cmd.Stderr = w.environment(p.name), log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	done := make(chan struct{})
	w.mu.Lock()
	p.cmd, p.done = cmd, done
	w.mu.Unlock()
	go func() { _ = cmd.Wait(); close(done) }()
	return nil
}

// supervise starts anew whatever ended, until the context ends.
func (w *world) supervise(ctx context.Context) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, p := range w.parts {
			w.mu.Lock()
			done := p.done
			w.mu.Unlock()
			select {
			case <-done:
				if err := w.start(p); err != nil {
					w.say("%s cannot be started: %v", p.name, err)
				}
			default:
			}
		}
	}
}

func (w *world) stopParts() {
	for _, p := range w.parts {
		w.mu.Lock()
		cmd, done := p.cmd, p.done
		w.mu.Unlock()
		if cmd == nil {
			continue
		}
		_ = cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-done:
		case <-time.After(25 * time.Second):
			_ = cmd.Process.Kill()
			<-done
		}
	}
}

// The kinds of disaster, and how often each comes among a hundred.
var disasters = []struct {
	name  string
	share int
	do    func(*world, context.Context, *rand.Rand) error
}{
	{"worker", 52, func(w *world, _ context.Context, r *rand.Rand) error {
		return w.kill(fmt.Sprintf("worker %d", 1+r.IntN(2)))
	}},
	{"serve", 14, func(w *world, _ context.Context, _ *rand.Rand) error { return w.kill("serve") }},
	{"redis", 12, func(w *world, ctx context.Context, _ *rand.Rand) error { return w.killRedis(ctx) }},
	{"flushall", 10, func(w *world, ctx context.Context, _ *rand.Rand) error { return w.flush(ctx) }},
	{"postgres", 12, func(w *world, ctx context.Context, _ *rand.Rand) error { return w.killPostgres(ctx) }},
}

// disaster lets one happen and tells which.
func (w *world) disaster(ctx context.Context, r *rand.Rand) (string, error) {
	at := r.IntN(100)
	for _, d := range disasters {
		if at -= d.share; at < 0 {
			return d.name, d.do(w, ctx, r)
		}
	}
	return "", errors.New("the shares are no hundred")
}

// kill ends a process as a power cut would; the supervisor starts it anew.
func (w *world) kill(name string) error {
	w.mu.Lock()
	p := w.parts[name]
	cmd, done := p.cmd, p.done
	w.mu.Unlock()
	select {
	case <-done:
		return nil // It is down already.
	default:
	}
	if err := cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	<-done
	return nil
}

func (w *world) killRedis(ctx context.Context) error {
	if err := syscall.Kill(w.redis.PID(), syscall.SIGKILL); err != nil {
		return err
	}
	<-w.redis.Done()
	return w.startRedis(ctx)
}

func (w *world) killPostgres(ctx context.Context) error {
	if err := syscall.Kill(w.postgres.PID(), syscall.SIGKILL); err != nil {
		return err
	}
	<-w.postgres.Done()
	return w.startPostgres(ctx)
}

func (w *world) flush(ctx context.Context) error {
	options, err := redis.ParseURL(w.redis.URL())
	if err != nil {
		return err
	}
	client := redis.NewClient(options)
	defer func() { _ = client.Close() }()
	return client.FlushAll(ctx).Err()
}
