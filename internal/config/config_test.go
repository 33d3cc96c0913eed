package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const canary = "hunter2canary"

// complete is an environment with a value for every setting, a canary in each secret.
func complete() []string {
	return []string{
		"HOME=/home/noor", "PGPASSWORD=other",
		"TUSSENTIJDS_LISTEN=0.0.0.0:8080",
		"TUSSENTIJDS_BASE_URL=https://Portal.Example/",
		"TUSSENTIJDS_DATABASE_URL=postgres://tt_app:" + canary + "@db:5432/tussentijds",
		"TUSSENTIJDS_WORKER_DATABASE_URL=postgresql://tt_worker:" + canary + "@db/tussentijds?sslmode=disable",
		"TUSSENTIJDS_METRICS_DATABASE_URL=postgres://tt_metrics:" + canary + "@/tussentijds?host=/run/pg&port=5433",
		"TUSSENTIJDS_MIGRATE_DATABASE_URL=postgres://tt_owner:" + canary + "@db/tussentijds",
		"TUSSENTIJDS_REDIS_URL=redis://:" + canary + "@redis:6379/1",
		"TUSSENTIJDS_SMTP_URL=smtp://post:" + canary + "@mail:587",
		"TUSSENTIJDS_MAIL_FROM=Tussentijds <post@praktijk.example>",
		"TUSSENTIJDS_BOUNCE_LISTEN=lmtp://127.0.0.1:2424",
		"TUSSENTIJDS_SMS_URL=https://gateway.example/send?key=" + canary,
		"TUSSENTIJDS_SMS_TOKEN=" + canary,
		"TUSSENTIJDS_SMS_FROM=Tussentijds",
		"TUSSENTIJDS_SMS_CALLBACK_SECRET=" + canary + canary,
		"TUSSENTIJDS_MASTER_KEY_FILE=/run/secrets/key",
		"TUSSENTIJDS_DATA_DIR=/data",
		"TUSSENTIJDS_LOG_LEVEL=WARN",
		"TUSSENTIJDS_TRUSTED_PROXIES=10.0.0.0/8, 192.0.2.7,2001:db8::/32",
		"TUSSENTIJDS_METRICS_LISTEN=:9090",
	}
}

func TestLoadReadsEverySetting(t *testing.T) {
	t.Parallel()
	c, err := Load(complete())
	require.NoError(t, err)
	require.Equal(t, "https://portal.example", c.BaseURL)
	require.Equal(t, "postgres://tt_app:"+canary+"@db:5432/tussentijds", c.DatabaseURL.Reveal())
	require.Equal(t, slog.LevelWarn, c.Level())
	require.Equal(t, []netip.Prefix{
		netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.7/32"), netip.MustParsePrefix("2001:db8::/32"),
	}, c.Proxies())
	require.Equal(t, `"Tussentijds" <post@praktijk.example>`, c.MailFrom)
	require.Equal(t, "praktijk.example", c.Bounces(), "the domain of the sender")
	for _, need := range [][]string{ForServe, ForWorker, ForMigrate} {
		require.NoError(t, c.Require(need...))
	}
}

func TestMailComesBackOnlyWhereItIsAskedTo(t *testing.T) {
	t.Parallel()
	for want, given := range map[string][]string{
		"":                 {"MAIL_FROM=post@praktijk.example"},
		"praktijk.example": {"MAIL_FROM=Post <post@praktijk.example>", "BOUNCE_LISTEN=:2525"},
		"bounce.example":   {"MAIL_FROM=post@praktijk.example", "BOUNCE_LISTEN=smtp://127.0.0.1:2525", "BOUNCE_DOMAIN=Bounce.Example"},
		"other.example":    {"BOUNCE_DOMAIN=other.example"}, // Another worker listens.
	} {
		for i := range given {
			given[i] = Prefix + given[i]
		}
		c, err := Load(given)
		require.NoError(t, err)
		require.Equal(t, want, c.Bounces())
	}
}

func TestLoadDefaultsAndMissing(t *testing.T) {
	t.Parallel()
	c, err := Load(nil)
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:8080", c.Listen)
	require.Equal(t, slog.LevelInfo, c.Level())
	require.Empty(t, c.MetricsListen)
	require.EqualError(t, c.Require(ForMigrate...), "TUSSENTIJDS_MIGRATE_DATABASE_URL: missing (or TUSSENTIJDS_MIGRATE_DATABASE_URL_FILE)")
	err = c.Require(ForServe...)
	for _, key := range ForServe {
		require.ErrorContains(t, err, key+": missing")
	}
}

func TestLoadTakesNothingFromTheRealEnvironment(t *testing.T) {
	t.Setenv("TUSSENTIJDS_LISTEN", "127.0.0.1:1")
	c, err := Load(nil)
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1:8080", c.Listen)
}

func TestLoadRefusesByName(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"LISTEN=8080", "LISTEN=host:99999", "LISTEN=host:http",
		"BASE_URL=portal.example", "BASE_URL=ftp://portal.example", "BASE_URL=https://portal.example/app",
		"BASE_URL=https://u:" + canary + "@portal.example", "BASE_URL=https://portal.example?x=1", "BASE_URL=https://", "BASE_URL=/",
		"BASE_URL=https://portal.example#x", "BASE_URL=http:portal.example",
		"DATABASE_URL=mysql://u:" + canary + "@h/db", "DATABASE_URL=postgres://u:" + canary + "@h:port/db",
		"DATABASE_URL=postgres://u:" + canary + "@h", "DATABASE_URL=" + canary, "DATABASE_URL=host=h password=" + canary,
		"DATABASE_URL=postgres://u:%zz" + canary + "@h/db",
		"WORKER_DATABASE_URL=x", "METRICS_DATABASE_URL=x", "MIGRATE_DATABASE_URL=x",
		"REDIS_URL=http://:" + canary + "@h", "REDIS_URL=" + canary, "REDIS_URL=redis://:" + canary + "@h:port",
		"SMTP_URL=mail:25", "SMTP_URL=smtp://u:" + canary + "@:25", "SMTP_URL=http://u:" + canary + "@h", "SMTP_URL=smtp://u:%zz" + canary + "@h",
		"MAIL_FROM=nobody", "MAIL_FROM=a@b.example\r\nBcc: c@d.example",
		"BOUNCE_LISTEN=2525", "BOUNCE_LISTEN=http://h:25", "BOUNCE_DOMAIN=post@praktijk.example", "BOUNCE_DOMAIN=a b",
		"SMS_URL=http://gateway.example/" + canary, "SMS_URL=" + canary, "SMS_FROM=Veel te lange naam", "SMS_FROM=a\r\nb", "SMS_CALLBACK_SECRET=" + canary,
		"LOG_LEVEL=loud", "TRUSTED_PROXIES=10.0.0.0/33", "TRUSTED_PROXIES=here,", "METRICS_LISTEN=9090",
	} {
		_, err := Load([]string{Prefix + line})
		key, _, _ := strings.Cut(line, "=")
		require.ErrorContains(t, err, Prefix+key+": ", line)
		require.NotContains(t, err.Error(), canary, line)
	}
}

func TestLoadRefusesUnknownSettings(t *testing.T) {
	t.Parallel()
	_, err := Load([]string{"TUSSENTIJDS_DATABSE_URL=" + canary, "TUSSENTIJDS_COLOUR=" + canary, "TUSSENTIJDS_LISTEN_FILE=/x", "TUSSENTIJDS_LOG_LEVEL=loud"})
	require.EqualError(t, err, strings.Join([]string{
		"TUSSENTIJDS_COLOUR: unknown setting",
		"TUSSENTIJDS_DATABSE_URL: unknown setting; did you mean TUSSENTIJDS_DATABASE_URL?",
		"TUSSENTIJDS_LISTEN_FILE: unknown setting",
		"TUSSENTIJDS_LOG_LEVEL: not one of debug, info, warn, error",
	}, "\n"), "all of them, at once")
}

func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "settings")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

func TestSecretsFromFiles(t *testing.T) {
	t.Parallel()
	url := "postgres://tt_app:" + canary + "@db/tussentijds"
	c, err := Load([]string{"TUSSENTIJDS_DATABASE_URL_FILE=" + write(t, url+"\n")})
	require.NoError(t, err)
	require.Equal(t, url, c.DatabaseURL.Reveal())
	for name, environ := range map[string][]string{
		"both":  {"TUSSENTIJDS_DATABASE_URL=" + url, "TUSSENTIJDS_DATABASE_URL_FILE=" + write(t, url)},
		"none":  {"TUSSENTIJDS_DATABASE_URL_FILE=/nonexistent"},
		"empty": {"TUSSENTIJDS_DATABASE_URL_FILE=" + write(t, "\n")},
		"wrong": {"TUSSENTIJDS_DATABASE_URL_FILE=" + write(t, canary)},
	} {
		_, err := Load(environ)
		require.ErrorContains(t, err, "TUSSENTIJDS_DATABASE_URL", name)
		require.NotContains(t, err.Error(), canary, name)
	}
}

func TestConfigFile(t *testing.T) {
	t.Parallel()
	secret := write(t, "redis://:"+canary+"@h")
	file := write(t, "# our server\n\nTUSSENTIJDS_LISTEN = :8081\r\nTUSSENTIJDS_LOG_LEVEL='debug'\nTUSSENTIJDS_MAIL_FROM=\"P <p@q.example>\"\nTUSSENTIJDS_REDIS_URL_FILE="+secret+"\n")
	c, err := Load([]string{"TUSSENTIJDS_CONFIG_FILE=" + file, "TUSSENTIJDS_LOG_LEVEL=error", "TUSSENTIJDS_REDIS_URL=redis://elsewhere"})
	require.NoError(t, err)
	require.Equal(t, ":8081", c.Listen)
	require.Equal(t, "error", c.LogLevel, "the environment wins")
	require.Equal(t, "redis://elsewhere", c.RedisURL.Reveal(), "also over a file of the secret's own")
	require.Equal(t, `"P" <p@q.example>`, c.MailFrom)

	bad := write(t, "TUSSENTIJDS_LISTEN=:1\nLISTEN=:2\nwhat\nTUSSENTIJDS_LISTEN=:3\nTUSSENTIJDS_CONFIG_FILE=x\n")
	_, err = Load([]string{"TUSSENTIJDS_CONFIG_FILE=" + bad})
	for _, want := range []string{`:2: "LISTEN": unknown`, ":3: not a line", ":4: TUSSENTIJDS_LISTEN is set a second time", ":5: "} {
		require.ErrorContains(t, err, want)
	}
	_, err = Load([]string{"TUSSENTIJDS_CONFIG_FILE=/nonexistent"})
	require.ErrorContains(t, err, "TUSSENTIJDS_CONFIG_FILE: ")
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	t.Parallel()
	c, err := Load(complete())
	require.NoError(t, err)
	asJSON, err := json.Marshal(c)
	require.NoError(t, err)
	var logged bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&logged, nil), slog.NewJSONHandler(&logged, nil)} {
		slog.New(h).Info("settings", "config", c, "pointer", &c, "secret", c.DatabaseURL)
	}
	for _, text := range []string{
		c.String(), string(asJSON), logged.String(), fmt.Sprint(c), fmt.Sprintf("%v %+v %#v %s", c, &c, c, c),
		fmt.Sprintf("%v %q %#v %s", c.SMTPURL, c.SMTPURL, c.SMTPURL, []Secret{c.SMTPURL}),
	} {
		require.NotContains(t, text, canary)
		require.Contains(t, text, "(set)")
	}
	require.Contains(t, c.String(), "TUSSENTIJDS_LISTEN=0.0.0.0:8080\n")
}
