package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"tussentijds/internal/config"
	"tussentijds/internal/db"
	"tussentijds/internal/mailer"
	"tussentijds/internal/seal"
)

type doctorCmd struct {
	Quick bool `help:"Only ask the server of this machine whether it is ready (for health checks)."`
}

// finding is one thing looked at; a fix says how to mend it.
type finding struct {
	what string
	err  error
	fix  string
}

// Run checks everything the program stands on, and says what is wrong and how to mend it.
func (c doctorCmd) Run(e *env) error {
	cfg, err := e.load()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(e.ctx, 30*time.Second)
	defer cancel()
	if c.Quick {
		return askReady(ctx, cfg)
	}
	findings := []finding{
		{"settings", cfg.Require(append(append([]string{}, config.ForServe...), config.ForWorker...)...), "set what is named above; docs/operations.md lists all settings"},
		{"database, serving role", checkDatabase(ctx, cfg.DatabaseURL.Reveal()), "check TUSSENTIJDS_DATABASE_URL, the role tt_app and `tussentijds migrate up`"},
		{"database, worker's role", checkDatabase(ctx, cfg.WorkerURL.Reveal()), "check TUSSENTIJDS_WORKER_DATABASE_URL, the role tt_worker and `tussentijds migrate up`"},
		{"clock", checkClock(ctx, cfg.DatabaseURL.Reveal()), "let both machines keep network time: reminders and one-time codes need it"},
		{"Redis", checkRedis(ctx, cfg.RedisURL.Reveal()), "check TUSSENTIJDS_REDIS_URL; Redis needs `appendonly yes` and `maxmemory-policy noeviction`"},
		{"mail server", checkMail(ctx, cfg), "check TUSSENTIJDS_SMTP_URL and TUSSENTIJDS_MAIL_FROM"},
		{"master key", checkKey(cfg.MasterKeyFile), "32 octets in base64, readable by its owner alone (mode 0600); keep a copy apart from the backups"},
		{"disk", checkDisk(cfg.DataDir), "make room, or choose another TUSSENTIJDS_DATA_DIR"},
	}
	findings = append(findings, checkChannels(ctx, cfg)...)
	wrong := 0
	for _, f := range findings {
		if f.err == nil {
			fmt.Printf("ok     %s\n", f.what)
			continue
		}
		wrong++
		fmt.Printf("wrong  %s: %s\n       %s\n", f.what, explain(f.err), f.fix)
	}
	if wrong > 0 {
		return fmt.Errorf("%d of %d things are wrong", wrong, len(findings))
	}
	return nil
}

var errNotSet = errors.New("not set")

func askReady(ctx context.Context, cfg config.Config) error {
	address := cfg.Listen
	if cfg.DatabaseURL.Reveal() == "" && cfg.MetricsListen != "" { // A process that only works answers on its metrics address.
		address = cfg.MetricsListen
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+localAddress(address)+"/readyz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return errors.New("the server does not answer")
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the server is not ready (%d)", resp.StatusCode)
	}
	return nil
}

func checkDatabase(ctx context.Context, url string) error {
	if url == "" {
		return errNotSet
	}
	pool, err := db.Open(ctx, url, db.Options{MaxConns: 1})
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	status, err := pool.CheckSchema(ctx)
	if err == nil && status.Outdated() {
		err = fmt.Errorf("the schema is at version %d of %d", status.Current, status.Latest)
	}
	return err
}

func checkClock(ctx context.Context, url string) error {
	if url == "" {
		return errNotSet
	}
	pool, err := db.Open(ctx, url, db.Options{MaxConns: 1})
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	there, err := pool.Now(ctx)
	if err != nil {
		return err
	}
	if off := time.Since(there).Abs(); off > 2*time.Second {
		return fmt.Errorf("this machine and the database differ by %s", off.Round(time.Millisecond))
	}
	return nil
}

func checkRedis(ctx context.Context, url string) error {
	if url == "" {
		return errNotSet
	}
	o, err := config.ParseRedis(url)
	if err != nil {
		return err
	}
	client := redis.NewUniversalClient(o.Universal)
	defer func() { _ = client.Close() }()
	if err := client.Ping(ctx).Err(); err != nil {
		return errors.New("it does not answer")
	}
	for name, want := range map[string]string{"appendonly": "yes", "maxmemory-policy": "noeviction"} {
		got, err := client.ConfigGet(ctx, name).Result()
		if err == nil && got[name] != "" && got[name] != want { // A hosted Redis may keep its settings to itself.
			return fmt.Errorf("%s is %q", name, got[name])
		}
	}
	return nil
}

func checkMail(ctx context.Context, cfg config.Config) error {
	if cfg.SMTPURL.Reveal() == "" {
		return errNotSet
	}
	m, err := mailer.New(mailer.Config{URL: cfg.SMTPURL.Reveal(), From: cfg.MailFrom})
	if err != nil {
		return err
	}
	defer func() { _ = m.Close() }()
	return m.Check(ctx)
}

func checkKey(file string) error {
	if file == "" {
		return errNotSet
	}
	if _, err := seal.LoadMaster(file, false); err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	// Containers hand secrets out readable to all who can enter the folder, which nobody else can.
	if info.Mode().Perm()&0o037 != 0 && !strings.HasPrefix(file, "/run/secrets/") {
		return fmt.Errorf("others may read it (mode %04o)", info.Mode().Perm())
	}
	return nil
}

func checkDisk(dir string) error {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return fmt.Errorf("%s cannot be looked at", dir)
	}
	free := fs.Bavail * uint64(fs.Bsize) // #nosec G115 -- a block size is positive.
	if free < 1<<30 {
		return fmt.Errorf("%d MB free", free>>20)
	}
	return nil
}
