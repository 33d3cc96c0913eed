//go:build unix

package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// PostgresOptions say where a PostgreSQL server lives.
type PostgresOptions struct {
	Dir      string            // its folder, made when missing: data, socket, port, password and log.
	Log      *slog.Logger      // nil is silent.
	Settings map[string]string // server settings over the durable ones of this package, for tests and measurements.
}

// Postgres is a running PostgreSQL server of our own.
type Postgres struct {
	Dir    string // where its files are, which as root may be another folder than asked for (see the package comment).
	Socket string // folder of its Unix socket.
	Port   int    // on 127.0.0.1; also in the name of the socket.
	Bin    string // folder of the binaries it runs from; pg_dump of the same version is there too.
	Major  int    // its major version.

	password string
	proc     *process
	done     chan struct{} // closed once the server has ended and its folder is free.
	stopOnce sync.Once
	stopErr  error
}

// superuser is the name of the cluster's superuser.
const superuser = "postgres"

// durable are the settings of every server here, beside those of sized: nothing that was committed is lost, and no value of a
// statement in the log.
var durable = map[string]string{
	"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on",
	"listen_addresses": "127.0.0.1", "unix_socket_permissions": "0700", "password_encryption": "scram-sha-256",
	"max_connections": "150", "work_mem": "4MB", "maintenance_work_mem": "32MB",
	"jit": "off", "timezone": "UTC", "log_timezone": "UTC", "lc_messages": "C",
	"log_min_messages": "log", "log_min_error_statement": "panic", "log_statement": "none", "log_error_verbosity": "terse",
	"log_parameter_max_length_on_error": "0", "log_destination": "stderr", "logging_collector": "off",
}

// StartPostgres starts the server that lives in opts.Dir, making it first when there is none, and returns once it answers.
// ctx bounds the starting alone (60 s when it has no deadline); the server runs until Stop or the end of this process.
//
// Data of an earlier start is used by the binaries of its own major version, else it is an error that names the version.
// What an interrupted first start left is moved aside, never a finished folder. A taken port is replaced by a free one.
func StartPostgres(ctx context.Context, opts PostgresOptions) (*Postgres, error) {
	ctx, cancel := withDeadline(ctx, 60*time.Second)
	defer cancel()
	log := logger(opts.Log)
	asked, err := filepath.Abs(opts.Dir)
	if err != nil {
		return nil, err
	}
	who, err := serverAccount(filepath.Join(asked, "data"))
	if err != nil {
		return nil, err
	}
	dir, err := serverFolder(asked, who, log)
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL's folder: %w", err)
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL's folder: %w", err)
	}
	p := &Postgres{Dir: dir, done: make(chan struct{})}
	if err := p.start(ctx, opts, who, lock, log); err != nil {
		if p.proc != nil {
			bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			_ = p.proc.stop(bye, syscall.SIGINT, syscall.SIGKILL)
			cancel()
		}
		lock.release()
		return nil, fmt.Errorf("PostgreSQL in %s: %w", dir, err)
	}
	return p, nil
}

func (p *Postgres) start(ctx context.Context, opts PostgresOptions, who account, lock *folderLock, log *slog.Logger) error {
	data := p.data()
	if err := clearUnfinished(p.Dir, log); err != nil {
		return err
	}
	bin, err := findBinaries(ctx, dataMajor(data), who, log)
	if err != nil {
		return err
	}
	p.Bin, p.Major = bin.dir, bin.major
	if p.password, err = rememberedSecret(filepath.Join(p.Dir, "superuser.password")); err != nil {
		return err
	}
	if err := p.openSocketFolder(who); err != nil {
		return err
	}
	if dataMajor(data) == 0 {
		if err := p.initialise(ctx, who); err != nil {
			return err
		}
		log.Info("made a new PostgreSQL data folder", "major", p.Major)
	}
	if err := awaitLeftovers(ctx, data, 10*time.Second, "postgres", "postmaster"); err != nil {
		return err
	}
	if err := p.clearStalePid(log); err != nil {
		return err
	}
	return p.launch(ctx, opts.Settings, who, lock)
}

func (p *Postgres) data() string { return filepath.Join(p.Dir, "data") }

// serverEnv keeps settings meant for other servers (PGDATA, PGPORT, LC_*) away from ours.
func serverEnv() []string {
	return []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_MESSAGES=C", "TZ=UTC"}
}

// socketLimit is what a socket's path may count in bytes: 107 on Linux, 103 elsewhere.
const socketLimit = 103

// openSocketFolder makes the folder of the Unix socket: run below the server's folder or, when that path would be too
// long for a socket, a new short one among the temporary files, remembered so that the next start removes it.
func (p *Postgres) openSocketFolder(who account) error {
	note := filepath.Join(p.Dir, "socket.folder")
	if old, err := os.ReadFile(note); err == nil {
		last := string(old)
		if strings.HasPrefix(filepath.Base(last), "tt-pg-") && filepath.Dir(last) == filepath.Clean(os.TempDir()) {
			_ = os.RemoveAll(last)
		}
		_ = os.Remove(note)
	}
	p.Socket = filepath.Join(p.Dir, "run")
	if len(p.Socket)+len("/.s.PGSQL.65535.lock") > socketLimit {
		short, err := os.MkdirTemp("", "tt-pg-")
		if err != nil {
			return err
		}
		p.Socket = short
		if err := writeFile(note, short); err != nil {
			return err
		}
	}
	return ownFolder(p.Socket, who)
}

// clearStalePid removes a postmaster.pid whose number now belongs to another program. PostgreSQL itself would take that
// program for a postmaster and refuse to start; all other cases it judges better than we can, so they are left to it.
func (p *Postgres) clearStalePid(log *slog.Logger) error {
	file := filepath.Join(p.data(), "postmaster.pid")
	raw, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	lines := strings.Split(string(raw), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil || pid <= 0 {
		return p.removeLocks(file, lines, log)
	}
	name := program(pid)
	if syscall.Kill(pid, 0) != nil || name == "" {
		return nil
	}
	if (name == "postgres" || name == "postmaster") && sameFolder(fmt.Sprintf("/proc/%d/cwd", pid), p.data()) {
		return fmt.Errorf("process %d already serves this data folder", pid)
	}
	return p.removeLocks(file, lines, log)
}

func (p *Postgres) removeLocks(pidFile string, lines []string, log *slog.Logger) error {
	log.Warn("removed a stale postmaster.pid: its process is not this server")
	if len(lines) > 3 {
		lock := filepath.Join(p.Socket, ".s.PGSQL."+strings.TrimSpace(lines[3])+".lock")
		if err := os.Remove(lock); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return os.Remove(pidFile)
}

func sameFolder(a, b string) bool {
	x, err1 := filepath.EvalSymlinks(a)
	y, err2 := filepath.EvalSymlinks(b)
	return err1 == nil && err2 == nil && x == y
}

// launch starts the server, on another port when somebody took the one chosen, until it answers.
func (p *Postgres) launch(ctx context.Context, extra map[string]string, who account, lock *folderLock) error {
	portFile := filepath.Join(p.Dir, "port")
	patience := time.Now().Add(10 * time.Second)
	for try := 1; ; try++ {
		port, err := rememberedPort(portFile)
		if err != nil {
			return err
		}
		p.Port = port
		said, err := p.attempt(ctx, extra, who, lock)
		if err == nil {
			return writeFile(portFile, strconv.Itoa(port)+"\n")
		}
		switch {
		case strings.Contains(said, "pre-existing shared memory block") && time.Now().Before(patience):
			// A process of a killed server no longer shows, and still gives back its memory: that takes a moment, and more when
			// there is much of it.
			try--
			select {
			case <-ctx.Done():
				return err
			case <-time.After(200 * time.Millisecond):
			}
		case try == 5 || !strings.Contains(said, "could not bind") && !strings.Contains(said, "could not create any TCP/IP sockets"):
			return err
		}
	}
}

// attempt starts the server once on p.Port. With an error comes what the server wrote in its log meanwhile.
func (p *Postgres) attempt(ctx context.Context, extra map[string]string, who account, lock *folderLock) (said string, err error) {
	logName := filepath.Join(p.Dir, "postgres.log")
	logFile, err := openLog(logName)
	if err != nil {
		return "", err
	}
	defer func() { _ = logFile.Close() }()
	info, err := logFile.Stat()
	if err != nil {
		return "", err
	}
	cmd := exec.Command(filepath.Join(p.Bin, "postgres"), p.arguments(extra)...) //nolint:gosec // a binary found in the system's folders.
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = "/", serverEnv(), logFile, logFile
	proc, err := startProcess(cmd, who)
	if err != nil {
		return "", err
	}
	p.proc = proc
	err = poll(ctx, func() (bool, error) {
		if proc.ended() {
			return false, errors.New("it ended while starting")
		}
		return p.answers(ctx)
	})
	if err != nil {
		said = tail(logName, info.Size())
		return said, fmt.Errorf("%w; its log says: %s", err, said)
	}
	go func() { // a server that is gone, in whatever way, leaves its folder free for the next start.
		<-proc.done
		lock.release()
		close(p.done)
	}()
	return "", nil
}

func (p *Postgres) arguments(extra map[string]string) []string {
	settings := maps.Clone(durable)
	maps.Copy(settings, sized(machineMemory()))
	maps.Copy(settings, extra)
	settings["port"] = strconv.Itoa(p.Port)
	settings["unix_socket_directories"] = p.Socket
	args := []string{"-D", p.data()}
	for _, k := range slices.Sorted(maps.Keys(settings)) {
		args = append(args, "-c", k+"="+settings[k])
	}
	return args
}

// answers tells whether the server takes a query. A refused password is final: the data and the password file do not
// belong together.
func (p *Postgres) answers(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, p.SuperURL("postgres"))
	if err != nil {
		if strings.Contains(err.Error(), "28P01") {
			return false, fmt.Errorf("the password in %s is not that of the data beside it", filepath.Join(p.Dir, "superuser.password"))
		}
		return false, nil // not yet.
	}
	defer func() { _ = conn.Close(ctx) }()
	return conn.Ping(ctx) == nil, nil
}

// SuperURL is the address of the database db for the cluster's superuser, over the Unix socket.
func (p *Postgres) SuperURL(db string) string { return p.URL(superuser, p.password, db) }

// URL is the address of the database db for a role, over the Unix socket (7 to 33 % faster than TCP).
func (p *Postgres) URL(user, password, db string) string {
	q := url.Values{"host": {p.Socket}, "port": {strconv.Itoa(p.Port)}}
	u := url.URL{Scheme: "postgres", User: url.UserPassword(user, password), Path: "/" + db, RawQuery: q.Encode()}
	return u.String()
}

// TCPURL is the address of the database db for a role over 127.0.0.1.
func (p *Postgres) TCPURL(user, password, db string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(user, password), Host: "127.0.0.1:" + strconv.Itoa(p.Port),
		Path: "/" + db, RawQuery: "sslmode=disable",
	}
	return u.String()
}

// PID is the process id of the postmaster.
func (p *Postgres) PID() int { return p.proc.pid() }

// Done is closed when the server has ended, by Stop or by itself.
func (p *Postgres) Done() <-chan struct{} { return p.done }

// Stop ends the server cleanly: open transactions are rolled back, all data is on disk. It waits until ctx ends (30 s
// when it has no deadline), then forces it, which is told as an error and loses nothing committed. Again is harmless.
func (p *Postgres) Stop(ctx context.Context) error {
	p.stopOnce.Do(func() {
		ctx, cancel := withDeadline(ctx, 30*time.Second)
		defer cancel()
		p.stopErr = p.proc.stop(ctx, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL)
		if p.proc.ended() {
			<-p.done
		}
		if filepath.Dir(p.Socket) != p.Dir {
			_ = os.RemoveAll(p.Socket)
		}
	})
	return p.stopErr
}
