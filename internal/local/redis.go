//go:build unix

package local

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// RedisOptions say where a Redis server lives.
type RedisOptions struct {
	Dir       string       // its folder, made when missing: append-only file, port, password and log.
	Log       *slog.Logger // nil is silent.
	InProcess bool         // use the one inside this process even when a server is installed.
}

// Redis is a running Redis of our own. What it holds can be lost without harm: PostgreSQL is the truth.
type Redis struct {
	Dir  string // where its files are, which as root may be another folder than asked for (see the package comment).
	Port int    // on 127.0.0.1.
	Kind string // "redis-server", "valkey-server" or "in-process"; the last keeps nothing between starts.

	password string
	proc     *process
	mini     *miniredis.Miniredis
	done     chan struct{} // closed once it has ended and its folder is free.
	lock     *folderLock
	stopOnce sync.Once
	stopErr  error
}

// StartRedis starts redis-server or valkey-server on opts.Dir, with an append-only file and no eviction, so that its data
// is there again after a restart; on a machine with neither, a Redis inside this process. It returns once it answers.
// ctx bounds the starting alone (30 s when it has no deadline).
func StartRedis(ctx context.Context, opts RedisOptions) (*Redis, error) {
	ctx, cancel := withDeadline(ctx, 30*time.Second)
	defer cancel()
	log := logger(opts.Log)
	asked, err := filepath.Abs(opts.Dir)
	if err != nil {
		return nil, err
	}
	binary, installed := firstExecutable("redis-server", "valkey-server")
	var who account
	if installed && !opts.InProcess {
		if who, err = serverAccount(filepath.Join(asked, "data")); err != nil {
			return nil, err
		}
	}
	dir, err := serverFolder(asked, who, log)
	if err != nil {
		return nil, fmt.Errorf("the Redis folder: %w", err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, fmt.Errorf("the Redis folder: %w", err)
	}
	r := &Redis{Dir: dir, lock: lock, done: make(chan struct{})}
	if r.password, err = rememberedSecret(filepath.Join(dir, "password")); err == nil {
		if installed && !opts.InProcess {
			r.Kind = filepath.Base(binary)
			err = r.startServer(ctx, binary, who)
		} else {
			r.Kind = "in-process"
			err = r.startInside()
			log.Warn("no redis-server or valkey-server on this machine: using one inside this process, which keeps nothing between starts")
		}
	}
	if err != nil {
		if r.proc != nil {
			bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			_ = r.proc.stop(bye, syscall.SIGTERM, syscall.SIGKILL)
			cancel()
		}
		lock.release()
		return nil, fmt.Errorf("redis in %s: %w", dir, err)
	}
	return r, nil
}

func (r *Redis) startServer(ctx context.Context, binary string, who account) error {
	data := filepath.Join(r.Dir, "data")
	if err := ownFolder(data, who); err != nil {
		return err
	}
	if err := awaitLeftovers(ctx, data, 10*time.Second, "redis-server", "valkey-server", "redis-check-rdb", "valkey-check-rdb"); err != nil {
		return err
	}
	portFile := filepath.Join(r.Dir, "port")
	for try := 1; ; try++ {
		port, err := rememberedPort(portFile)
		if err != nil {
			return err
		}
		r.Port = port
		said, err := r.attempt(ctx, binary, data, who)
		if err == nil {
			return writeFile(portFile, strconv.Itoa(port)+"\n")
		}
		if try == 5 || !strings.Contains(said, "Address already in use") && !strings.Contains(said, "Failed listening on port") {
			return err
		}
	}
}

func (r *Redis) attempt(ctx context.Context, binary, data string, who account) (said string, err error) {
	logName := filepath.Join(r.Dir, "redis.log")
	logFile, err := openLog(logName)
	if err != nil {
		return "", err
	}
	defer func() { _ = logFile.Close() }()
	info, err := logFile.Stat()
	if err != nil {
		return "", err
	}
	cmd := exec.Command(binary, "-")
	// The settings go in by standard input: on the command line everybody could read the password.
	cmd.Stdin = strings.NewReader(r.settings(data))
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = "/", serverEnv(), logFile, logFile
	proc, err := startProcess(cmd, who)
	if err != nil {
		return "", err
	}
	r.proc = proc
	client := redis.NewClient(&redis.Options{Addr: r.addr(), Password: r.password, MaxRetries: -1, DialTimeout: time.Second})
	dialer := net.Dialer{Timeout: time.Second}
	defer func() { _ = client.Close() }()
	err = poll(ctx, func() (bool, error) {
		if proc.ended() {
			return false, errors.New("it ended while starting")
		}
		conn, err := dialer.DialContext(ctx, "tcp", r.addr()) // first by hand: the client would try for long, and complain.
		if err != nil {
			return false, nil
		}
		_ = conn.Close()
		return client.Ping(ctx).Err() == nil, nil // also while it is loading its file: not yet.
	})
	if err != nil {
		said = tail(logName, info.Size())
		return said, fmt.Errorf("%w; its log says: %s", err, said)
	}
	go func() {
		<-proc.done
		r.lock.release()
		close(r.done)
	}()
	return "", nil
}

func (r *Redis) settings(data string) string {
	return strings.Join([]string{
		"bind 127.0.0.1", "protected-mode yes", "port " + strconv.Itoa(r.Port), "requirepass " + r.password,
		"dir " + strconv.Quote(data), "daemonize no", "supervised no", "logfile \"\"", "loglevel notice",
		"appendonly yes", "appendfsync everysec", "save \"\"", "maxmemory-policy noeviction",
	}, "\n") + "\n"
}

// startInside runs miniredis, whose clock stands still unless it is moved on.
func (r *Redis) startInside() error {
	r.mini = miniredis.NewMiniRedis()
	r.mini.RequireAuth(r.password)
	if err := r.mini.StartAddr("127.0.0.1:0"); err != nil {
		return err
	}
	port, err := strconv.Atoi(r.mini.Port())
	if err != nil {
		return err
	}
	r.Port = port
	go func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-r.done:
				return
			case <-tick.C:
				r.mini.FastForward(time.Second)
			}
		}
	}()
	return nil
}

func (r *Redis) addr() string { return "127.0.0.1:" + strconv.Itoa(r.Port) }

// URL is its address with the password, database 0.
func (r *Redis) URL() string {
	u := url.URL{Scheme: "redis", User: url.UserPassword("", r.password), Host: r.addr(), Path: "/0"}
	return u.String()
}

// PID is the process id of the server, our own when it runs inside this process.
func (r *Redis) PID() int {
	if r.proc == nil {
		return os.Getpid()
	}
	return r.proc.pid()
}

// Done is closed when the server has ended, by Stop or by itself.
func (r *Redis) Done() <-chan struct{} { return r.done }

// Stop ends the server with all it holds written to disk. It waits until ctx ends (10 s when it has no deadline), then
// forces it, which is told as an error. Again is harmless.
func (r *Redis) Stop(ctx context.Context) error {
	r.stopOnce.Do(func() {
		if r.proc == nil {
			r.mini.Close()
			r.lock.release()
			close(r.done)
			return
		}
		ctx, cancel := withDeadline(ctx, 10*time.Second)
		defer cancel()
		r.stopErr = r.proc.stop(ctx, syscall.SIGTERM, syscall.SIGKILL)
		if r.proc.ended() {
			<-r.done
		}
	})
	return r.stopErr
}
