package limits

import (
	"context"
	"crypto/tls"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// silent keeps the library from writing to standard error on its own: who uses a connection logs its trouble.
type silent struct{}

// Printf drops the line.
func (silent) Printf(context.Context, string, ...any) {}

func init() { redis.SetLogger(silent{}) }

// Connect reads a Redis URL and makes a client, without connecting yet (design decision 24):
//
//	redis://user:password@host:6379/0 and rediss:// with TLS
//	redis-sentinel://user:password@host:26379,host:26379/0?master=name&sentinel_password=…&tls=true
//	redis-cluster://user:password@host:6379,host:6379?tls=true
//
// Errors never hold the URL, which may hold a password.
func Connect(raw string) (redis.UniversalClient, error) {
	scheme, rest, found := strings.Cut(raw, "://")
	if !found {
		return nil, errors.New("limits: the Redis URL has no scheme")
	}
	switch scheme {
	case "redis", "rediss":
		o, err := redis.ParseURL(raw)
		if err != nil {
			return nil, errors.New("limits: the Redis URL cannot be read")
		}
		return redis.NewClient(o), nil
	case "redis-sentinel", "redis-cluster":
		return connectMany(scheme, rest)
	}
	return nil, errors.New("limits: the Redis URL must start with redis://, rediss://, redis-sentinel:// or redis-cluster://")
}

// connectMany reads the URLs of more than one server, which net/url does not know.
func connectMany(scheme, rest string) (redis.UniversalClient, error) {
	bad := errors.New("limits: the Redis URL cannot be read")
	rest, query, _ := strings.Cut(rest, "?")
	var user *url.Userinfo
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		u, err := url.Parse("redis://" + rest[:at] + "@host")
		if err != nil {
			return nil, bad
		}
		user, rest = u.User, rest[at+1:]
	}
	hosts, path, _ := strings.Cut(rest, "/")
	q, err := url.ParseQuery(query)
	if err != nil {
		return nil, bad
	}
	o := &redis.UniversalOptions{Addrs: strings.Split(hosts, ","), Username: user.Username(), DialTimeout: 5 * time.Second}
	o.Password, _ = user.Password()
	for _, addr := range o.Addrs {
		if host, port, ok := strings.Cut(addr, ":"); !ok || host == "" || port == "" {
			return nil, errors.New("limits: every Redis server needs host:port")
		}
	}
	if q.Get("tls") == "true" {
		o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if scheme == "redis-cluster" {
		if path != "" {
			return nil, errors.New("limits: a Redis cluster has no database number")
		}
		return redis.NewClusterClient(o.Cluster()), nil
	}
	if o.MasterName = q.Get("master"); o.MasterName == "" {
		return nil, errors.New("limits: redis-sentinel:// needs ?master=")
	}
	o.SentinelPassword = q.Get("sentinel_password")
	if path != "" {
		if o.DB, err = strconv.Atoi(path); err != nil {
			return nil, bad
		}
	}
	return redis.NewFailoverClient(o.Failover()), nil
}
