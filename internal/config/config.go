// Package config reads the settings of the program from the environment, or from a file of the same keys that
// TUSSENTIJDS_CONFIG_FILE names. A setting in the environment wins over the file.
//
// A secret can also come from a file of its own: KEY_FILE holds the path, as containers hand secrets out. Settings that
// nobody knows or that make no sense are refused by name; what a secret holds is never in an error, a log or a print.
package config

import (
	"fmt"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/caarlos0/env/v11"
	"github.com/jackc/pgx/v5/pgconn"

	"tussentijds/internal/bounce"
	"tussentijds/internal/sms"
)

// Prefix begins the name of every setting.
const Prefix = "TUSSENTIJDS_"

// Config is all settings. A setting that is not given is empty or has its default; Require asks for those a command
// cannot do without.
type Config struct {
	Listen         string `env:"LISTEN" envDefault:"127.0.0.1:8080"` // host:port of API and portal.
	BaseURL        string `env:"BASE_URL"`                           // where people reach it: scheme and host, no slash at the end.
	DatabaseURL    Secret `env:"DATABASE_URL"`                       // as the serving role.
	WorkerURL      Secret `env:"WORKER_DATABASE_URL"`                // as the worker's role.
	MetricsURL     Secret `env:"METRICS_DATABASE_URL"`               // as the role that may only count.
	MigrateURL     Secret `env:"MIGRATE_DATABASE_URL"`               // as the owner: migrations, backup, restore.
	RedisURL       Secret `env:"REDIS_URL"`                          // see ParseRedis.
	SMTPURL        Secret `env:"SMTP_URL"`                           // smtp:// or smtps://, with user and password where asked for.
	MailFrom       string `env:"MAIL_FROM"`                          // sender of mail that is of no one practice.
	BounceListen   string `env:"BOUNCE_LISTEN"`                      // where the worker takes mail that comes back: host:port, or lmtp://host:port; empty is off.
	BounceDomain   string `env:"BOUNCE_DOMAIN"`                      // of the addresses it comes back to; empty is that of MAIL_FROM.
	SMSURL         Secret `env:"SMS_URL"`                            // gateway of text messages; empty is none. See sms.Config.
	SMSToken       Secret `env:"SMS_TOKEN"`                          // bearer secret of the gateway.
	SMSFrom        string `env:"SMS_FROM"`                           // sender that phones show; empty leaves it to the gateway.
	SMSCallback    Secret `env:"SMS_CALLBACK_SECRET"`                // signs what the gateway tells afterwards.
	MasterKeyFile  string `env:"MASTER_KEY_FILE"`                    // file of the key that wraps all others.
	DataDir        string `env:"DATA_DIR" envDefault:"/var/lib/tussentijds"`
	LogLevel       string `env:"LOG_LEVEL" envDefault:"info"` // debug, info, warn or error.
	TrustedProxies string `env:"TRUSTED_PROXIES"`             // addresses and networks, separated by commas.
	MetricsListen  string `env:"METRICS_LISTEN"`              // host:port of /metrics; empty is off.
	ConfigFile     string `env:"CONFIG_FILE"`
}

// What each command cannot do without, for Require.
var (
	ForServe   = []string{"TUSSENTIJDS_BASE_URL", "TUSSENTIJDS_DATABASE_URL", "TUSSENTIJDS_REDIS_URL", "TUSSENTIJDS_MASTER_KEY_FILE"}
	ForWorker  = []string{"TUSSENTIJDS_BASE_URL", "TUSSENTIJDS_WORKER_DATABASE_URL", "TUSSENTIJDS_REDIS_URL", "TUSSENTIJDS_SMTP_URL", "TUSSENTIJDS_MAIL_FROM", "TUSSENTIJDS_MASTER_KEY_FILE"}
	ForMigrate = []string{"TUSSENTIJDS_MIGRATE_DATABASE_URL"}
)

// setting is one key as the program knows it.
type setting struct {
	key    string
	secret bool // may come from KEY_FILE.
	field  int
}

var settings = func() []setting {
	t := reflect.TypeFor[Config]()
	out := make([]setting, t.NumField())
	for i := range out {
		out[i] = setting{key: Prefix + t.Field(i).Tag.Get("env"), secret: t.Field(i).Type == reflect.TypeFor[Secret](), field: i}
	}
	return out
}()

// Error tells all that is wrong with the settings, one line for each, by name and without any value of a secret.
type Error struct{ Problems []string }

// Error joins the problems with line breaks.
func (e *Error) Error() string { return strings.Join(e.Problems, "\n") }

func (e *Error) add(key, format string, args ...any) {
	e.Problems = append(e.Problems, key+": "+fmt.Sprintf(format, args...))
}

func (e *Error) orNil() error {
	if len(e.Problems) == 0 {
		return nil
	}
	return e
}

// Load reads the settings out of environ (as os.Environ gives it) and the files it names. An *Error tells every unknown
// key and every malformed value at once.
func Load(environ []string) (Config, error) {
	problems := &Error{}
	values := map[string]string{}
	for _, line := range environ {
		if key, value, ok := strings.Cut(line, "="); ok && strings.HasPrefix(key, Prefix) {
			values[key] = value
		}
	}
	if file := values[Prefix+"CONFIG_FILE"]; file != "" {
		readFile(file, values, problems)
	}
	readSecretFiles(values, problems)
	for _, key := range sortedKeys(values) {
		if !known(key) {
			problems.add(key, "unknown setting%s", suggestion(key))
		}
	}
	values[""] = "" // the library reads the real environment when it is handed an empty one.
	var c Config
	if err := env.ParseWithOptions(&c, env.Options{Environment: values, Prefix: Prefix}); err != nil {
		problems.add(Prefix+"…", "cannot be read") // all fields are texts, so there is nothing to misread.
	}
	c.check(problems)
	if err := problems.orNil(); err != nil {
		return Config{}, err
	}
	return c, nil
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func known(key string) bool {
	return slices.ContainsFunc(settings, func(s setting) bool { return s.key == key || s.secret && s.key+"_FILE" == key })
}

// readSecretFiles puts the content of each KEY_FILE under KEY.
func readSecretFiles(values map[string]string, problems *Error) {
	for _, s := range settings {
		file, ok := values[s.key+"_FILE"]
		if !s.secret || !ok {
			continue
		}
		if values[s.key] != "" {
			problems.add(s.key, "given both itself and as %s_FILE; give one", s.key)
			continue
		}
		raw, err := os.ReadFile(file)
		if err != nil {
			problems.add(s.key+"_FILE", "%s cannot be read", strconv.Quote(file))
			continue
		}
		values[s.key] = strings.TrimSpace(string(raw))
		if values[s.key] == "" {
			problems.add(s.key+"_FILE", "%s is empty", strconv.Quote(file))
		}
	}
}

// check looks at every value that is there, and brings those with several spellings into one.
func (c *Config) check(problems *Error) {
	for _, s := range []struct {
		key   string
		value *string
		rule  func(string) (string, string)
	}{
		{"LISTEN", &c.Listen, listenAddress},
		{"METRICS_LISTEN", &c.MetricsListen, listenAddress},
		{"BASE_URL", &c.BaseURL, baseURL},
		{"DATABASE_URL", (*string)(&c.DatabaseURL), postgresURL},
		{"WORKER_DATABASE_URL", (*string)(&c.WorkerURL), postgresURL},
		{"METRICS_DATABASE_URL", (*string)(&c.MetricsURL), postgresURL},
		{"MIGRATE_DATABASE_URL", (*string)(&c.MigrateURL), postgresURL},
		{"REDIS_URL", (*string)(&c.RedisURL), redisURL},
		{"SMTP_URL", (*string)(&c.SMTPURL), smtpURL},
		{"MAIL_FROM", &c.MailFrom, mailAddress},
		{"BOUNCE_LISTEN", &c.BounceListen, bounceListen},
		{"BOUNCE_DOMAIN", &c.BounceDomain, mailDomain},
		{"SMS_URL", (*string)(&c.SMSURL), smsURL},
		{"SMS_FROM", &c.SMSFrom, smsSender},
		{"SMS_CALLBACK_SECRET", (*string)(&c.SMSCallback), longSecret},
		{"DATA_DIR", &c.DataDir, absolutePath},
		{"MASTER_KEY_FILE", &c.MasterKeyFile, absolutePath},
		{"LOG_LEVEL", &c.LogLevel, logLevel},
		{"TRUSTED_PROXIES", &c.TrustedProxies, networks},
	} {
		if *s.value == "" {
			continue
		}
		value, wrong := s.rule(*s.value)
		if wrong != "" {
			problems.add(Prefix+s.key, "%s", wrong)
			continue
		}
		*s.value = value
	}
}

// Require tells, as one *Error, which of the keys have no value.
func (c Config) Require(keys ...string) error {
	problems := &Error{}
	v := reflect.ValueOf(c)
	for _, s := range settings {
		if slices.Contains(keys, s.key) && v.Field(s.field).String() == "" {
			hint := ""
			if s.secret {
				hint = fmt.Sprintf(" (or %s_FILE)", s.key)
			}
			problems.add(s.key, "missing%s", hint)
		}
	}
	return problems.orNil()
}

// Bounces is the domain that undeliverable mail comes back to; empty when nothing is asked to come back.
func (c Config) Bounces() string {
	if c.BounceDomain != "" || c.BounceListen == "" {
		return c.BounceDomain
	}
	from, err := mail.ParseAddress(c.MailFrom)
	if err != nil {
		return ""
	}
	return from.Address[strings.LastIndexByte(from.Address, '@')+1:]
}

// Level is the log level.
func (c Config) Level() slog.Level {
	var l slog.Level
	if err := l.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return slog.LevelInfo // not with a Config of Load, which has checked it.
	}
	return l
}

// Proxies are the networks whose word about the client's address is believed.
func (c Config) Proxies() []netip.Prefix {
	var out []netip.Prefix
	for part := range strings.SplitSeq(c.TrustedProxies, ",") {
		if p, ok := network(part); ok {
			out = append(out, p)
		}
	}
	return out
}

// String lists the settings that are set, secrets masked, one a line.
func (c Config) String() string {
	var b strings.Builder
	for _, kv := range c.visible() {
		fmt.Fprintf(&b, "%s=%s\n", kv[0], kv[1])
	}
	return b.String()
}

// GoString is String: no way of printing shows a secret.
func (c Config) GoString() string { return c.String() }

// LogValue gives the settings that are set, secrets masked.
func (c Config) LogValue() slog.Value {
	var attrs []slog.Attr
	for _, kv := range c.visible() {
		attrs = append(attrs, slog.String(kv[0], kv[1]))
	}
	return slog.GroupValue(attrs...)
}

func (c Config) visible() [][2]string {
	var out [][2]string
	v := reflect.ValueOf(c)
	for _, s := range settings {
		value := v.Field(s.field).String()
		switch {
		case value == "":
			continue
		case s.secret:
			value = masked
		}
		out = append(out, [2]string{s.key, value})
	}
	return out
}

// The rules below give the value in its one spelling, or what is wrong with it, in words that do not repeat it: a value
// in the wrong place may well be a secret.

func listenAddress(v string) (string, string) {
	_, port, err := net.SplitHostPort(v)
	if n, perr := strconv.ParseUint(port, 10, 16); err != nil || perr != nil || n > 65535 {
		return "", "not an address to listen on, such as 127.0.0.1:8080 or :8080"
	}
	return v, ""
}

func baseURL(v string) (string, string) {
	u, err := url.Parse(strings.TrimSuffix(v, "/"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil ||
		u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "" || strings.ContainsAny(v, "?# ") {
		return "", "not an absolute http or https address without a path, such as https://portal.example"
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), ""
}

func postgresURL(v string) (string, string) {
	const wrong = "not a PostgreSQL address, such as postgres://user:password@host:5432/database"
	if !strings.HasPrefix(v, "postgres://") && !strings.HasPrefix(v, "postgresql://") {
		return "", wrong
	}
	c, err := pgconn.ParseConfig(v)
	if err != nil || c.Database == "" || c.User == "" {
		return "", wrong
	}
	return v, ""
}

func redisURL(v string) (string, string) {
	if _, err := ParseRedis(v); err != nil {
		return "", err.Error()
	}
	return v, ""
}

func smtpURL(v string) (string, string) {
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		return "", "not a mail server, such as smtp://user:password@host:587 or smtps://host:465"
	}
	return v, ""
}

func mailAddress(v string) (string, string) {
	a, err := mail.ParseAddress(v)
	if err != nil || strings.ContainsAny(v, "\r\n") {
		return "", "not a mail address, such as post@praktijk.example or Name <post@praktijk.example>"
	}
	if a.Name == "" {
		return a.Address, ""
	}
	return a.String(), ""
}

// bounceListen takes an address to listen on, with the protocol before it where that is not SMTP.
func bounceListen(v string) (string, string) {
	address, _ := bounce.Address(v)
	if _, wrong := listenAddress(address); wrong != "" {
		return "", "not an address to listen on, such as 127.0.0.1:2525 or lmtp://127.0.0.1:2424"
	}
	return v, ""
}

func mailDomain(v string) (string, string) {
	a, err := mail.ParseAddress("bounce+x@" + v)
	if err != nil || a.Address != "bounce+x@"+v || len(v) > 200 {
		return "", "not a domain, such as bounce.praktijk.example"
	}
	return strings.ToLower(v), ""
}

func smsURL(v string) (string, string) {
	if !sms.Address(v) {
		return "", "not a gateway, such as https://gateway.example/messages, or one with {to} and {text} in it"
	}
	return v, ""
}

// smsSender is what networks take for a sender: up to eleven letters and digits, or a number.
func smsSender(v string) (string, string) {
	if len(v) > 16 || strings.Trim(v, "+ ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") != "" || strings.Trim(v, "+0123456789") != "" && len(v) > 11 {
		return "", "not a sender, such as Tussentijds (at most eleven letters and digits) or a number"
	}
	return v, ""
}

func longSecret(v string) (string, string) {
	if len(v) < 24 {
		return "", "shorter than 24 characters"
	}
	return v, ""
}

func absolutePath(v string) (string, string) {
	if strings.ContainsRune(v, 0) {
		return "", "not a path"
	}
	abs, err := filepath.Abs(v)
	if err != nil {
		return "", "not a path"
	}
	return abs, ""
}

func logLevel(v string) (string, string) {
	v = strings.ToLower(v)
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, v) {
		return "", "not one of debug, info, warn, error"
	}
	return v, ""
}

func networks(v string) (string, string) {
	for part := range strings.SplitSeq(v, ",") {
		if _, ok := network(part); !ok {
			return "", "not a list of addresses and networks, such as 10.0.0.0/8,192.0.2.7"
		}
	}
	return v, ""
}

func network(v string) (netip.Prefix, bool) {
	v = strings.TrimSpace(v)
	if p, err := netip.ParsePrefix(v); err == nil {
		return p.Masked(), true
	}
	if a, err := netip.ParseAddr(v); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	return netip.Prefix{}, false
}
