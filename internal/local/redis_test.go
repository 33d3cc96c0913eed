//go:build unix

package local

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

func startRedis(t *testing.T, opts RedisOptions) *Redis {
	t.Helper()
	if testing.Short() {
		t.Skip("starts real servers")
	}
	r, err := StartRedis(soon(t), opts)
	require.NoError(t, err)
	t.Cleanup(func() { _ = r.Stop(context.Background()) })
	return r
}

func redisClient(t *testing.T, url string) *redis.Client {
	t.Helper()
	opts, err := redis.ParseURL(url)
	require.NoError(t, err)
	opts.MaxRetries = -1
	client := redis.NewClient(opts)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func TestRedisKeepsItsDataAndItsDoorShut(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(tempDir(t), "redis")
	r := startRedis(t, RedisOptions{Dir: dir})
	require.NotEqual(t, "in-process", r.Kind, "the tests need a redis-server on the machine")
	c := redisClient(t, r.URL())
	for setting, want := range map[string]string{"appendonly": "yes", "maxmemory-policy": "noeviction", "bind": "127.0.0.1"} {
		got, err := c.ConfigGet(soon(t), setting).Result()
		require.NoError(t, err)
		require.Equal(t, want, got[setting], setting)
	}
	require.ErrorContains(t, redisClient(t, "redis://"+r.addr()).Ping(soon(t)).Err(), "NOAUTH")
	if os.Geteuid() == 0 {
		uid, _, _ := ownerOf("/proc/" + strconv.Itoa(r.PID()))
		require.NotZero(t, uid, "the server must not run as root")
	}
	require.NoError(t, c.Set(soon(t), "kept", "here", 0).Err())
	url := r.URL()
	_, err := StartRedis(soon(t), RedisOptions{Dir: dir})
	require.ErrorIs(t, err, errInUse)
	require.NoError(t, r.Stop(soon(t)))
	require.NoError(t, r.Stop(soon(t)))

	again := startRedis(t, RedisOptions{Dir: dir})
	require.Equal(t, url, again.URL(), "port and password are remembered")
	got, err := redisClient(t, again.URL()).Get(soon(t), "kept").Result()
	require.NoError(t, err)
	require.Equal(t, "here", got)
}

func TestRedisComesBackAfterAKillAndATakenPort(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(tempDir(t), "redis")
	r := startRedis(t, RedisOptions{Dir: dir})
	c := redisClient(t, r.URL())
	require.NoError(t, c.ConfigSet(soon(t), "appendfsync", "always").Err(), "on disk before the kill")
	require.NoError(t, c.Set(soon(t), "kept", "here", 0).Err())
	require.NoError(t, syscall.Kill(r.PID(), syscall.SIGKILL))
	<-r.Done()
	l, err := net.Listen("tcp", r.addr())
	require.NoError(t, err)
	defer func() { _ = l.Close() }()

	again := startRedis(t, RedisOptions{Dir: dir})
	require.NotEqual(t, r.Port, again.Port)
	got, err := redisClient(t, again.URL()).Get(soon(t), "kept").Result()
	require.NoError(t, err)
	require.Equal(t, "here", got)
}

func TestRedisInsideThisProcess(t *testing.T) {
	t.Parallel()
	r := startRedis(t, RedisOptions{Dir: filepath.Join(tempDir(t), "redis"), InProcess: true})
	require.Equal(t, "in-process", r.Kind)
	c := redisClient(t, r.URL())
	require.NoError(t, c.Set(soon(t), "short", "lived", time.Second).Err())
	require.NoError(t, poll(soon(t), func() (bool, error) {
		n, err := c.Exists(soon(t), "short").Result()
		return n == 0, err
	}), "its clock has to go on by itself")
	require.ErrorContains(t, redisClient(t, "redis://"+r.addr()).Ping(soon(t)).Err(), "NOAUTH")
	require.NoError(t, r.Stop(soon(t)))
	require.Error(t, c.Ping(soon(t)).Err())
}
