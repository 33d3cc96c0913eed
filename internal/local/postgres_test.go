//go:build unix

package local

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// tempDir is a folder the servers' own user may enter, also when the tests run as root.
func tempDir(t *testing.T) string {
	t.Helper()
	dir, err := TempDir("tt-local")
	require.NoError(t, err)
	// A server that ends by itself may still be putting its files away.
	t.Cleanup(func() {
		require.Eventually(t, func() bool { return os.RemoveAll(dir) == nil }, 30*time.Second, 50*time.Millisecond, "the folder cannot be removed")
	})
	return dir
}

// soon is long enough for a slow machine and an end to every wait.
func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func startPostgres(t *testing.T, dir string) *Postgres {
	t.Helper()
	if testing.Short() {
		t.Skip("starts real servers")
	}
	p, err := StartPostgres(soon(t), PostgresOptions{Dir: dir})
	require.NoError(t, err)
	t.Cleanup(func() { _ = p.Stop(context.Background()) })
	return p
}

func query[T any](t *testing.T, p *Postgres, sql string) T {
	t.Helper()
	conn, err := pgx.Connect(soon(t), p.SuperURL("postgres"))
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.Background()) }()
	var v T
	require.NoError(t, conn.QueryRow(soon(t), sql).Scan(&v))
	return v
}

func execSQL(t *testing.T, url string, sql ...string) {
	t.Helper()
	conn, err := pgx.Connect(soon(t), url)
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.Background()) }()
	for _, s := range sql {
		_, err := conn.Exec(soon(t), s)
		require.NoError(t, err, s)
	}
}

func TestPostgresIsDurableAndPrivate(t *testing.T) {
	t.Parallel()
	p := startPostgres(t, filepath.Join(tempDir(t), "pg"))
	for setting, want := range map[string]string{
		"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "listen_addresses": "127.0.0.1",
		"server_encoding": "UTF8", "TimeZone": "UTC", "lc_messages": "C", "password_encryption": "scram-sha-256",
		"data_checksums": "on", "log_statement": "none",
	} {
		require.Equal(t, want, query[string](t, p, "show "+setting), setting)
	}
	execSQL(t, p.SuperURL("postgres"), "create role tt_try login password 'a b/c?&é'", "create database tt_try owner tt_try")
	for _, url := range []string{p.URL("tt_try", "a b/c?&é", "tt_try"), p.TCPURL("tt_try", "a b/c?&é", "tt_try")} {
		execSQL(t, url, "create table if not exists t (v int)")
	}
	for _, url := range []string{p.URL("tt_try", "wrong", "tt_try"), p.TCPURL("tt_try", "", "tt_try")} {
		_, err := pgx.Connect(soon(t), url)
		require.ErrorContains(t, err, "28P01", "no password, no entry, over socket and TCP alike")
	}
	for _, name := range []string{"superuser.password", "postgres.log", "port"} {
		info, err := os.Stat(filepath.Join(p.Dir, name))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
	}
	if os.Geteuid() == 0 {
		uid, _, ok := ownerOf(fmt.Sprintf("/proc/%d", p.PID()))
		require.True(t, ok)
		require.NotZero(t, uid, "the server must not run as root")
	}
}

func TestPostgresStopAndStartKeepsData(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(tempDir(t), "pg")
	p := startPostgres(t, dir)
	execSQL(t, p.SuperURL("postgres"), "create table kept (v text)", "insert into kept values ('here')")
	port, super := p.Port, p.SuperURL("postgres")
	_, err := StartPostgres(soon(t), PostgresOptions{Dir: dir})
	require.ErrorIs(t, err, errInUse, "two servers on one folder")
	require.NoError(t, p.Stop(soon(t)))
	require.NoError(t, p.Stop(soon(t)), "twice is harmless")
	require.Contains(t, readFile(t, filepath.Join(p.Dir, "postgres.log")), "database system is shut down")

	again := startPostgres(t, dir)
	require.Equal(t, "here", query[string](t, again, "select v from kept"))
	require.Equal(t, port, again.Port, "the port is remembered")
	require.Equal(t, super, again.SuperURL("postgres"))
}

func TestPostgresComesBackAfterItsPostmasterWasKilled(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(tempDir(t), "pg")
	p := startPostgres(t, dir)
	execSQL(t, p.SuperURL("postgres"), "create table kept (v int)")
	conn, err := pgx.Connect(soon(t), p.SuperURL("postgres"))
	require.NoError(t, err)
	for i := range 50 { // each acknowledged one must be there afterwards.
		_, err := conn.Exec(soon(t), "insert into kept values ($1)", i)
		require.NoError(t, err)
	}
	require.NoError(t, syscall.Kill(p.PID(), syscall.SIGKILL))
	<-p.Done()
	require.FileExists(t, filepath.Join(p.data(), "postmaster.pid"), "the kill left no trace, so the test proves nothing")

	again := startPostgres(t, dir)
	require.Equal(t, int64(50), query[int64](t, again, "select count(*) from kept"))
}

func TestPostgresStalePidOfAnotherProgram(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(tempDir(t), "pg")
	p := startPostgres(t, dir)
	require.NoError(t, p.Stop(soon(t)))
	// A process of the server's own user with the number in the file: PostgreSQL alone would give up here.
	who, err := serverAccount(p.data())
	require.NoError(t, err)
	cmd := exec.Command("sleep", "300")
	cmd.SysProcAttr = attributes(who)
	other, err := startProcess(cmd, who)
	require.NoError(t, err)
	t.Cleanup(func() { _ = other.stop(context.Background(), syscall.SIGKILL) })
	pid := fmt.Sprintf("%d\n%s\n1700000000\n%d\n%s\n127.0.0.1\n  1234567        99\nready   \n", other.pid(), p.data(), p.Port, p.Socket)
	for _, f := range []string{filepath.Join(p.data(), "postmaster.pid"), filepath.Join(p.Socket, fmt.Sprintf(".s.PGSQL.%d.lock", p.Port))} {
		require.NoError(t, os.WriteFile(f, []byte(pid), 0o600))
		if who.drop {
			require.NoError(t, os.Chown(f, int(who.uid), int(who.gid)))
		}
	}
	startPostgres(t, dir)
	require.False(t, other.ended(), "the other program was not ours to end")
}

func TestPostgresHalfMadeFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(tempDir(t), "pg")
	for _, name := range []string{"data/PG_VERSION", "data.making/PG_VERSION"} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("15\n"), 0o600))
	}
	p := startPostgres(t, dir)
	require.Equal(t, 1, query[int](t, p, "select 1"))
	aside, err := filepath.Glob(filepath.Join(p.Dir, "data.unfinished-*", "PG_VERSION"))
	require.NoError(t, err)
	require.Len(t, aside, 1, "moved aside, not thrown away")
	require.NoDirExists(t, filepath.Join(p.Dir, "data.making"))
}

func TestPostgresInterruptedFirstStart(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts real servers")
	}
	dir := filepath.Join(tempDir(t), "pg")
	ctx, cancel := context.WithCancel(soon(t))
	failed := make(chan error, 1)
	go func() {
		_, err := StartPostgres(ctx, PostgresOptions{Dir: dir})
		failed <- err
	}()
	require.NoError(t, poll(soon(t), func() (bool, error) {
		made, _ := filepath.Glob(filepath.Join(dir, "data.making", "*"))
		return len(made) > 3, nil
	}))
	cancel()
	require.ErrorIs(t, <-failed, context.Canceled)
	require.NoDirExists(t, filepath.Join(dir, "data"))
	startPostgres(t, dir)
}

func TestPostgresNeverTouchesAFinishedFolderOfAnotherVersion(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(tempDir(t), "pg")
	p := startPostgres(t, dir)
	require.NoError(t, p.Stop(soon(t)))
	version := filepath.Join(p.data(), "PG_VERSION")
	require.NoError(t, os.WriteFile(version, []byte("9\n"), 0o600))
	_, err := StartPostgres(soon(t), PostgresOptions{Dir: dir})
	require.ErrorContains(t, err, "no PostgreSQL 9 on this machine")
	require.NoError(t, os.WriteFile(version, []byte(strconv.Itoa(p.Major)+"\n"), 0o600))
	startPostgres(t, dir)
}

func TestPostgresPortTaken(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(tempDir(t), "pg")
	p := startPostgres(t, dir)
	taken := p.Port
	require.NoError(t, p.Stop(soon(t)))
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(taken)))
	require.NoError(t, err)
	defer func() { _ = l.Close() }()

	again := startPostgres(t, dir)
	require.NotEqual(t, taken, again.Port)
	require.Equal(t, 1, query[int](t, again, "select 1"))
}

func TestPostgresLongPath(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(tempDir(t), strings.Repeat("a-long-name-", 10), "pg")
	p := startPostgres(t, dir)
	require.Less(t, len(p.Socket), 80)
	require.Equal(t, 1, query[int](t, p, "select 1"))
	require.NoError(t, p.Stop(soon(t)))
	require.NoDirExists(t, p.Socket)
	require.Equal(t, 1, query[int](t, startPostgres(t, dir), "select 1"))
}

func TestServersOfAClosedFolderLiveElsewhere(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root changes to another user")
	}
	home := tempDir(t)
	require.NoError(t, os.Chmod(home, 0o700))
	dir := filepath.Join(home, "below", "pg")
	t.Cleanup(func() { require.NoError(t, Wipe(dir)) })
	p := startPostgres(t, dir)
	require.True(t, strings.HasPrefix(p.Dir, StateDir+"/"), p.Dir)
	execSQL(t, p.SuperURL("postgres"), "create table kept (v int)")
	require.NoError(t, p.Stop(soon(t)))
	require.NoError(t, os.Chmod(home, 0o711))
	again := startPostgres(t, dir)
	require.Equal(t, p.Dir, again.Dir, "data stays where it is, also when the folder opens")
	require.ErrorIs(t, Wipe(dir), errInUse)
	require.NoError(t, again.Stop(soon(t)))
	require.NoError(t, Wipe(dir))
	require.NoDirExists(t, p.Dir)
}

func TestWipeLeavesForeignFoldersAlone(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	file := filepath.Join(dir, "thesis.txt")
	require.NoError(t, os.WriteFile(file, []byte("mine"), 0o600))
	require.ErrorContains(t, Wipe(dir), "left alone")
	require.FileExists(t, file)
	require.NoError(t, Wipe(filepath.Join(dir, "not there")))
}

func TestMajorOf(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]int{
		"postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)": 15,
		"postgres (PostgreSQL) 18.3":                           18,
		"postgres (PostgreSQL) 19beta1":                        19,
		"postgres (PostgreSQL) 17devel":                        17,
		"something else":                                       0,
		"":                                                     0,
	} {
		require.Equal(t, want, majorOf(version), version)
	}
}

func readFile(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(raw)
}
