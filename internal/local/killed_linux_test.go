package local

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// killedDir, when set, turns the test binary into a program that starts both servers there and waits to be killed.
const killedDir = "TT_LOCAL_TEST_DIR"

type startedServers struct {
	Postgres, Redis int
	PostgresURL     string
	RedisURL        string
}

func TestMain(m *testing.M) {
	if dir := os.Getenv(killedDir); dir != "" {
		serveUntilKilled(dir)
		return
	}
	os.Exit(m.Run())
}

func serveUntilKilled(dir string) {
	p, err := StartPostgres(context.Background(), PostgresOptions{Dir: filepath.Join(dir, "pg")})
	if err != nil {
		panic(err)
	}
	r, err := StartRedis(context.Background(), RedisOptions{Dir: filepath.Join(dir, "redis")})
	if err != nil {
		panic(err)
	}
	err = json.NewEncoder(os.Stdout).Encode(startedServers{
		Postgres: p.PID(), Redis: r.PID(), PostgresURL: p.SuperURL("postgres"), RedisURL: r.URL(),
	})
	if err != nil {
		panic(err)
	}
	<-p.Done() // never before we are killed.
}

func startInAnotherProcess(t *testing.T, dir string) (*exec.Cmd, startedServers) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), killedDir+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadBytes('\n')
	require.NoError(t, err)
	var s startedServers
	require.NoError(t, json.Unmarshal(line, &s))
	return cmd, s
}

func TestServersEndCleanlyWhenTheirStarterIsKilled(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts real servers")
	}
	dir := tempDir(t)
	cmd, first := startInAnotherProcess(t, dir)
	execSQL(t, first.PostgresURL, "create table kept (v text)", "insert into kept values ('here')")
	require.NoError(t, redisClient(t, first.RedisURL).Set(soon(t), "kept", "here", 0).Err())
	open, err := pgx.Connect(soon(t), first.PostgresURL) // an open connection must not keep it from ending.
	require.NoError(t, err)
	defer func() { _ = open.Close(context.Background()) }()

	require.NoError(t, cmd.Process.Signal(syscall.SIGKILL))
	_ = cmd.Wait()
	// At once again, while the old servers are still on their way out.
	_, second := startInAnotherProcess(t, dir)
	require.Empty(t, program(first.Postgres), "the first PostgreSQL still runs")
	require.Empty(t, program(first.Redis), "the first Redis still runs")
	require.Contains(t, readFile(t, filepath.Join(dir, "pg", "postgres.log")), "database system is shut down", "it ended by a crash")

	conn, err := pgx.Connect(soon(t), second.PostgresURL)
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.Background()) }()
	var got string
	require.NoError(t, conn.QueryRow(soon(t), "select v from kept").Scan(&got))
	require.Equal(t, "here", got)
	got, err = redisClient(t, second.RedisURL).Get(soon(t), "kept").Result()
	require.NoError(t, err)
	require.Equal(t, "here", got)
}
