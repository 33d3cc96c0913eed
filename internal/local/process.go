//go:build unix

package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is a server started by us. Its own process group keeps a Ctrl-C in the terminal from reaching it before we have
// closed our connections; the parent-death signal ends it cleanly when we are killed without a chance to stop it.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed once it has ended and err is set.
	err  error
}

// startProcess starts cmd as who.
func startProcess(cmd *exec.Cmd, who account) (*process, error) {
	cmd.SysProcAttr = attributes(who)
	p := &process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		// Linux sends the parent-death signal when the thread that forked ends, not the process, so that thread has to
		// live as long as the child does.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		p.err = cmd.Wait()
		close(p.done)
	}()
	if err := <-started; err != nil {
		if errors.Is(err, syscall.EPERM) && who.drop {
			return nil, fmt.Errorf("cannot run %s as user %s: the system does not let this process change its user", filepath.Base(cmd.Path), who.name)
		}
		return nil, err
	}
	return p, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// stop sends the signals one after the other, each time waiting for the process to end: the first until ctx ends, the
// others five seconds each. It tells an error when the first was not enough.
func (p *process) stop(ctx context.Context, signals ...syscall.Signal) error {
	for i, sig := range signals {
		if p.ended() {
			return nil
		}
		_ = p.cmd.Process.Signal(sig) // it may have ended in between.
		wait, cancel := ctx, context.CancelFunc(func() {})
		if i > 0 {
			wait, cancel = context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		}
		select {
		case <-p.done:
			cancel()
			if i > 0 {
				return fmt.Errorf("%s did not stop in time and was ended with %s", filepath.Base(p.cmd.Path), sig)
			}
			return nil
		case <-wait.Done():
			cancel()
		}
	}
	return fmt.Errorf("%s (process %d) cannot be ended", filepath.Base(p.cmd.Path), p.pid())
}

// withDeadline gives ctx one when it has none.
func withDeadline(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, d)
}

// run runs a command that ends by itself, such as initdb, as who, and gives its output. Its whole process group is ended
// when ctx ends.
func run(ctx context.Context, cmd *exec.Cmd, who account) (string, error) {
	var out strings.Builder
	var mu sync.Mutex
	w := writerFunc(func(b []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		return out.Write(b)
	})
	cmd.Stdout, cmd.Stderr = w, w
	p, err := startProcess(cmd, who)
	if err != nil {
		return "", err
	}
	select {
	case <-p.done:
	case <-ctx.Done():
		_ = syscall.Kill(-p.pid(), syscall.SIGKILL)
		<-p.done
		return "", ctx.Err()
	}
	mu.Lock()
	defer mu.Unlock()
	return strings.Join(strings.Fields(out.String()), " "), p.err
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// processesIn finds the processes of the named programs that work in dir: servers, and what is left of them, of an
// earlier start. Where there is no /proc it finds none, and the server's own checks remain.
func processesIn(dir string, programs ...string) []int {
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil
	}
	entries, _ := os.ReadDir("/proc")
	var found []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		cwd, err := os.Readlink(filepath.Join("/proc", e.Name(), "cwd"))
		if err != nil || cwd != dir {
			continue
		}
		for _, name := range programs {
			if program(pid) == name {
				found = append(found, pid)
			}
		}
	}
	return found
}

// program is the base name of the file that process pid runs, empty when there is no such process or it is not ours.
func program(pid int) string {
	exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	if err != nil {
		return ""
	}
	return filepath.Base(strings.TrimSuffix(exe, " (deleted)"))
}

// awaitLeftovers waits until no process of an earlier start works in dir. What is still there after patience is asked to
// stop with SIGINT, and it is an error when that does not help either.
func awaitLeftovers(ctx context.Context, dir string, patience time.Duration, programs ...string) error {
	short, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	gone := func() (bool, error) { return len(processesIn(dir, programs...)) == 0, nil }
	if poll(short, gone) == nil {
		return nil
	}
	for _, pid := range processesIn(dir, programs...) {
		_ = syscall.Kill(pid, syscall.SIGINT)
	}
	if err := poll(ctx, gone); err != nil {
		return fmt.Errorf("process %v of an earlier start still works in %s and does not stop", processesIn(dir, programs...), dir)
	}
	return nil
}

// folderLock keeps a second starter out of a folder for as long as this process, or the server it started, lives.
type folderLock struct {
	once sync.Once
	f    *os.File
}

// lockName is the file that marks a folder as one of ours.
const lockName = "tussentijds.lock"

func lockFolder(dir string) (*folderLock, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s: %w", dir, errInUse)
	}
	return &folderLock{f: f}, nil
}

// release unlocks and does not only close: a process being forked at this moment holds a copy until it runs its program.
func (l *folderLock) release() {
	l.once.Do(func() {
		_ = syscall.Flock(int(l.f.Fd()), syscall.LOCK_UN)
		_ = l.f.Close()
	})
}
