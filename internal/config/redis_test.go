package config

import (
	"testing"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"
)

func TestParseRedis(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]Redis{
		"redis://h": {
			asynq.RedisClientOpt{Addr: "h:6379"},
			&redis.UniversalOptions{Addrs: []string{"h:6379"}},
		},
		"redis://:p%40ss%3A@h:7000/3": {
			asynq.RedisClientOpt{Addr: "h:7000", Password: "p@ss:", DB: 3},
			&redis.UniversalOptions{Addrs: []string{"h:7000"}, Password: "p@ss:", DB: 3},
		},
		"redis://u:p@[::1]:7000/": {
			asynq.RedisClientOpt{Addr: "[::1]:7000", Username: "u", Password: "p"},
			&redis.UniversalOptions{Addrs: []string{"[::1]:7000"}, Username: "u", Password: "p"},
		},
		"redis-sentinel://u:p@a,b:1,[::1]/2?master=m&sentinel_user=su&sentinel_password=s%26p": {
			asynq.RedisFailoverClientOpt{
				MasterName: "m", SentinelAddrs: []string{"a:26379", "b:1", "[::1]:26379"},
				SentinelUsername: "su", SentinelPassword: "s&p", Username: "u", Password: "p", DB: 2,
			},
			&redis.UniversalOptions{
				MasterName: "m", Addrs: []string{"a:26379", "b:1", "[::1]:26379"},
				SentinelUsername: "su", SentinelPassword: "s&p", Username: "u", Password: "p", DB: 2,
			},
		},
		"redis-cluster://:p@a:1,b:2": {
			asynq.RedisClusterClientOpt{Addrs: []string{"a:1", "b:2"}, Password: "p"},
			&redis.UniversalOptions{Addrs: []string{"a:1", "b:2"}, IsClusterMode: true, Password: "p"},
		},
		"redis-cluster://a?tls=false": {
			asynq.RedisClusterClientOpt{Addrs: []string{"a:6379"}},
			&redis.UniversalOptions{Addrs: []string{"a:6379"}, IsClusterMode: true},
		},
	} {
		got, err := ParseRedis(raw)
		require.NoError(t, err, raw)
		require.Equal(t, want, got, raw)
		client := redis.NewUniversalClient(got.Universal)
		_, isCluster := client.(*redis.ClusterClient)
		_, wantCluster := want.Asynq.(asynq.RedisClusterClientOpt)
		require.Equal(t, wantCluster, isCluster, raw)
		require.NoError(t, client.Close())
	}
}

func TestParseRedisTLS(t *testing.T) {
	t.Parallel()
	one, err := ParseRedis("rediss://u:p@h:6380/1")
	require.NoError(t, err)
	require.Equal(t, "h", one.Universal.TLSConfig.ServerName)
	require.Same(t, one.Universal.TLSConfig, one.Asynq.(asynq.RedisClientOpt).TLSConfig)
	many, err := ParseRedis("redis-cluster://a,b?tls=true")
	require.NoError(t, err)
	require.NotNil(t, many.Universal.TLSConfig)
	require.NotNil(t, many.Asynq.(asynq.RedisClusterClientOpt).TLSConfig)
	guarded, err := ParseRedis("redis-sentinel://a,b?master=m&tls=true")
	require.NoError(t, err)
	require.NotNil(t, guarded.Asynq.(asynq.RedisFailoverClientOpt).TLSConfig)
}

func TestParseRedisRefuses(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"", "h:6379", "http://h", "redis://", "redis://a,b", "redis://h:0", "redis://h:70000", "redis://h/x", "redis://h/-1", "redis://h/0/1",
		"redis://:%zz" + canary + "@h", "redis://h?db=1", "redis://h?tls=true",
		"redis-sentinel://h", "redis-sentinel://h?master=", "redis-sentinel://h,?master=m", "redis-sentinel://h?master=m&mster=" + canary,
		"redis-sentinel://h?master=m&master=n", "redis-cluster://h/1", "redis-cluster://h?tls=maybe", "redis-cluster://h?%zz",
		"redis://:" + canary + "@h h",
	} {
		_, err := ParseRedis(raw)
		require.Error(t, err, raw)
		require.NotContains(t, err.Error(), canary)
	}
}
