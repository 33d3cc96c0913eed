// Package browser drives the product in headless Chromium, as its users do: the whole program is built and started as a
// demo, and node's test runner walks through it.
package browser

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tussentijds/internal/local"
	"tussentijds/library"
	"tussentijds/web"
)

// demo is a running demo of the built program.
type demo struct {
	base   string
	dir    string
	binary string
	cmd    *exec.Cmd
}

var running *demo

func TestMain(m *testing.M) {
	code := m.Run()
	if running != nil {
		running.stop()
	}
	os.Exit(code)
}

// start builds the program and starts one demo for all tests of this package.
func start(t *testing.T) *demo {
	t.Helper()
	if running != nil {
		return running
	}
	dir, err := local.TempDir("tussentijds-browser")
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, "tussentijds")
	// The flags are those of make build, so that what it compiled is used.
	build := exec.Command("go", "build", "-trimpath", "-tags", "timetzdata", "-o", binary, "tussentijds/cmd/tussentijds") // #nosec G204 -- our own program.
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	began := time.Now()
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	built := time.Now()
	d := &demo{dir: dir, binary: binary}
	running = d
	d.launch(t)
	t.Logf("built in %s, ready after %s", built.Sub(began).Round(time.Second), time.Since(built).Round(time.Second))
	return d
}

// launch starts the program on the demo's folder and waits until it is ready.
func (d *demo) launch(t *testing.T) {
	t.Helper()
	d.cmd = exec.Command(d.binary, "demo", "--listen", "127.0.0.1:0", "--data", filepath.Join(d.dir, "data")) // #nosec G204 -- our own program.
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	d.cmd.Stderr = os.Stderr
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if url, ok := strings.CutPrefix(lines.Text(), "ready "); ok {
				ready <- url
			}
		}
		close(ready)
	}()
	select {
	case url, ok := <-ready:
		if !ok {
			t.Fatal("the demo ended before it was ready")
		}
		d.base = url
	case <-time.After(4 * time.Minute):
		t.Fatal("the demo was not ready within four minutes")
	}
}

func (d *demo) stop() {
	_ = d.cmd.Process.Signal(syscall.SIGTERM)
	done := make(chan struct{})
	go func() { _ = d.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		_ = d.cmd.Process.Kill()
	}
	for _, part := range []string{"postgres", "redis"} {
		_ = local.Wipe(filepath.Join(d.dir, "data", part))
	}
	_ = os.RemoveAll(d.dir)
}

// walk runs one file of node's test runner against the demo. SHOTS names a folder for
// screenshots; without it none is made, because a picture of every page takes minutes.
func walk(t *testing.T, file string, env ...string) {
	if testing.Short() {
		t.Skip("the browser tests start the whole program")
	}
	d := start(t)
	if _, err := os.Stat("node_modules/playwright-core"); err != nil {
		t.Fatal("run `make browser` first: the browser tests need their node modules")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Minute)
	defer cancel()
	// Three browsers draw pages without end: they leave the processors to the program, which answers them.
	cmd := exec.CommandContext(ctx, "nice", "-n", "10", "node", "--test", "--test-reporter=spec", file) // #nosec G204 -- our own file.
	cmd.Env = append(append(os.Environ(), "BASE="+d.base), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", file, err, out)
	}
	t.Logf("%s\n%s", file, out)
}

// TestBrowser walks the story of the product, while a robot does every exercise of the library in both languages on a phone,
// and another opens every page. They run side by side: the story waits for a moment that is really due, and so do the mails.
func TestBrowser(t *testing.T) {
	if !testing.Short() {
		start(t)
	}
	t.Run("story", func(t *testing.T) {
		t.Parallel()
		walk(t, "story.mjs")
	})
	t.Run("library", func(t *testing.T) {
		t.Parallel()
		all, err := library.Load()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(all.List())
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "exercises.json")
		if err := os.WriteFile(file, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		walk(t, "library.mjs", "EXERCISES="+file)
	})
	t.Run("finding", func(t *testing.T) {
		t.Parallel()
		walk(t, "finding.mjs")
	})
	// Every page that the program declares; pages.mjs says what each is held to.
	t.Run("pages", func(t *testing.T) {
		t.Parallel()
		var paths []string
		for _, route := range web.Routes() {
			if route.Method == http.MethodGet {
				paths = append(paths, route.Path)
			}
		}
		walk(t, "pages.mjs", "ROUTES="+strings.Join(paths, " "))
	})
}
