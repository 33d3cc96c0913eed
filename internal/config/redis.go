package config

import (
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// Redis is one address in the two forms its users ask for: the job queue and our own counters and limits.
type Redis struct {
	Asynq     asynq.RedisConnOpt
	Universal *redis.UniversalOptions
}

// ParseRedis reads the address of a Redis, in one of four forms:
//
//	redis://[user:password@]host[:6379][/db]                                    one server
//	rediss://…                                                                  the same over TLS
//	redis-sentinel://[user:password@]host[:26379],…[/db]?master=name            the master the sentinels know by that name
//	redis-cluster://[user:password@]host[:6379],…                               a cluster, which has no databases
//
// User and password are those of the Redis servers. Sentinels and clusters take tls=true; sentinels with a password of
// their own take sentinel_user and sentinel_password. An error never repeats the address. Several hosts are split by us:
// net/url takes no second colon in a host.
func ParseRedis(raw string) (Redis, error) {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return Redis{}, errors.New("not a Redis address, such as redis://:password@host:6379/0")
	}
	rest, query, _ := strings.Cut(rest, "?")
	options, err := url.ParseQuery(query)
	if err != nil {
		return Redis{}, errors.New("what follows the question mark cannot be read")
	}
	hosts, path, _ := strings.Cut(rest, "/")
	a := address{options: options}
	if i := strings.LastIndexByte(hosts, '@'); i >= 0 {
		user, password, _ := strings.Cut(hosts[:i], ":")
		var err1, err2 error
		a.user, err1 = url.PathUnescape(user)
		a.password, err2 = url.PathUnescape(password)
		if err1 != nil || err2 != nil {
			return Redis{}, errors.New("user or password holds a % that is no escape; write it as %25")
		}
		hosts = hosts[i+1:]
	}
	switch scheme {
	case "redis", "rediss":
		return a.single(scheme, hosts, path)
	case "redis-sentinel":
		return a.sentinel(hosts, path)
	case "redis-cluster":
		return a.cluster(hosts, path)
	default:
		return Redis{}, errors.New("a Redis address begins with redis://, rediss://, redis-sentinel:// or redis-cluster://")
	}
}

type address struct {
	user, password string
	options        url.Values
}

func (a address) single(scheme, hosts, path string) (Redis, error) {
	if err := a.allow(); err != nil {
		return Redis{}, err
	}
	addrs, err := splitHosts(hosts, "6379")
	if err != nil {
		return Redis{}, err
	}
	if len(addrs) != 1 {
		return Redis{}, errors.New("redis:// and rediss:// take one host; for several there are redis-sentinel:// and redis-cluster://")
	}
	db, err := database(path)
	if err != nil {
		return Redis{}, err
	}
	var conf *tls.Config
	if scheme == "rediss" {
		host, _, _ := net.SplitHostPort(addrs[0])
		conf = &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	}
	return Redis{
		Asynq:     asynq.RedisClientOpt{Addr: addrs[0], Username: a.user, Password: a.password, DB: db, TLSConfig: conf},
		Universal: &redis.UniversalOptions{Addrs: addrs, Username: a.user, Password: a.password, DB: db, TLSConfig: conf},
	}, nil
}

func (a address) sentinel(hosts, path string) (Redis, error) {
	if err := a.allow("master", "sentinel_user", "sentinel_password", "tls"); err != nil {
		return Redis{}, err
	}
	addrs, err := splitHosts(hosts, "26379")
	if err != nil {
		return Redis{}, err
	}
	db, err := database(path)
	if err != nil {
		return Redis{}, err
	}
	conf, err := a.tls()
	if err != nil {
		return Redis{}, err
	}
	master := a.options.Get("master")
	if master == "" {
		return Redis{}, errors.New("redis-sentinel:// needs ?master= with the name the sentinels know the master by")
	}
	su, sp := a.options.Get("sentinel_user"), a.options.Get("sentinel_password")
	return Redis{
		Asynq: asynq.RedisFailoverClientOpt{
			MasterName: master, SentinelAddrs: addrs, SentinelUsername: su, SentinelPassword: sp,
			Username: a.user, Password: a.password, DB: db, TLSConfig: conf,
		},
		Universal: &redis.UniversalOptions{
			MasterName: master, Addrs: addrs, SentinelUsername: su, SentinelPassword: sp,
			Username: a.user, Password: a.password, DB: db, TLSConfig: conf,
		},
	}, nil
}

func (a address) cluster(hosts, path string) (Redis, error) {
	if err := a.allow("tls"); err != nil {
		return Redis{}, err
	}
	addrs, err := splitHosts(hosts, "6379")
	if err != nil {
		return Redis{}, err
	}
	if strings.Trim(path, "/") != "" {
		return Redis{}, errors.New("a cluster has no databases: nothing may follow the hosts")
	}
	conf, err := a.tls()
	if err != nil {
		return Redis{}, err
	}
	return Redis{
		Asynq:     asynq.RedisClusterClientOpt{Addrs: addrs, Username: a.user, Password: a.password, TLSConfig: conf},
		Universal: &redis.UniversalOptions{Addrs: addrs, IsClusterMode: true, Username: a.user, Password: a.password, TLSConfig: conf},
	}, nil
}

// allow refuses options nobody reads: a misspelt one must not be lost in silence.
func (a address) allow(names ...string) error {
	for name, values := range a.options {
		if !slices.Contains(names, name) {
			return errors.New("an option after the question mark is not known here")
		}
		if len(values) != 1 {
			return errors.New("an option after the question mark stands there twice")
		}
	}
	return nil
}

func (a address) tls() (*tls.Config, error) {
	switch a.options.Get("tls") {
	case "", "false":
		return nil, nil //nolint:nilnil // no TLS is no configuration of it.
	case "true":
		return &tls.Config{MinVersion: tls.VersionTLS12}, nil
	default:
		return nil, errors.New("tls is true or false")
	}
}

func splitHosts(hosts, port string) ([]string, error) {
	var out []string
	for host := range strings.SplitSeq(hosts, ",") {
		h, p, err := net.SplitHostPort(host)
		if err != nil { // without a port.
			h, p = strings.Trim(host, "[]"), port
		}
		if n, err := strconv.ParseUint(p, 10, 16); h == "" || err != nil || n == 0 || strings.ContainsAny(h, " /@[]") {
			return nil, errors.New("a host is missing or malformed; write host or host:port")
		}
		out = append(out, net.JoinHostPort(h, p))
	}
	return out, nil
}

func database(path string) (int, error) {
	path = strings.TrimSuffix(path, "/")
	if path == "" {
		return 0, nil
	}
	db, err := strconv.ParseUint(path, 10, 16)
	if err != nil {
		return 0, errors.New("after the host comes the number of the database, such as /0")
	}
	return int(db), nil
}
