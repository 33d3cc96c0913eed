package limits_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"tussentijds/internal/limits"
	"tussentijds/internal/local"
)

func connect(t *testing.T) redis.UniversalClient {
	t.Helper()
	dir, err := local.TempDir("tussentijds-limits")
	require.NoError(t, err)
	server, err := local.StartRedis(t.Context(), local.RedisOptions{Dir: dir})
	require.NoError(t, err)
	options, err := redis.ParseURL(server.URL())
	require.NoError(t, err)
	client := redis.NewClient(options)
	t.Cleanup(func() {
		_ = client.Close()
		_ = server.Stop(context.Background())
		_ = local.Wipe(dir)
	})
	return client
}

func TestAllowBoundsTriesOfManyAtTheSameMoment(t *testing.T) {
	client := connect(t)
	var allowed atomic.Int64
	var wg sync.WaitGroup
	for range 8 { // Each has a limiter of its own, as each process has.
		wg.Go(func() {
			l := limits.New(client)
			for range 25 {
				ok, wait, err := l.Allow(t.Context(), "sign-in:someone@client.example", 10, time.Minute)
				if err != nil {
					t.Error(err)
					return
				}
				if ok {
					allowed.Add(1)
				} else if wait <= 0 || wait > time.Minute {
					t.Errorf("a wait of %v within a window of a minute", wait)
				}
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 10, allowed.Load())

	ok, _, err := limits.New(client).Allow(t.Context(), "another", 10, time.Minute)
	require.NoError(t, err)
	require.True(t, ok, "another key is another matter")
	for _, key := range client.Keys(t.Context(), "*").Val() {
		require.NotContains(t, key, "someone", "Redis learns no address")
	}
}

func TestAWindowEnds(t *testing.T) {
	l := limits.New(connect(t))
	window := 150 * time.Millisecond
	for range 2 {
		ok, _, err := l.Allow(t.Context(), "k", 2, window)
		require.NoError(t, err)
		require.True(t, ok)
	}
	ok, _, err := l.Allow(t.Context(), "k", 2, window)
	require.NoError(t, err)
	require.False(t, ok)
	require.Eventually(t, func() bool {
		ok, _, err := l.Allow(t.Context(), "k", 2, window)
		return err == nil && ok
	}, 5*time.Second, 20*time.Millisecond, "tries beyond the limit do not prolong the window")
}

func TestAllowCannotTellWithoutRedis(t *testing.T) {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1"})
	ok, _, err := limits.New(client).Allow(t.Context(), "k", 1, time.Minute)
	require.Error(t, err)
	require.False(t, ok)
}
