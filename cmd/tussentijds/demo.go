package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tussentijds/cmd/tussentijds/seed"
	"tussentijds/internal/db"
	"tussentijds/internal/local"
	"tussentijds/internal/seal"
	"tussentijds/library"
	"tussentijds/web"
	"tussentijds/worker"
)

const demoDatabase = "tussentijds"

type demoCmd struct {
	Listen string `help:"Address to serve on. When left out and 127.0.0.1:8080 is taken, the next free port is used." placeholder:"127.0.0.1:8080"`
	Data   string `help:"Folder for everything the demo keeps." default:".data/demo" type:"path"`
	Fresh  bool   `help:"Start over: wipe the folder first."`
}

// demo is a running demo.
type demo struct {
	dir      string
	log      *slog.Logger
	logFile  *os.File
	postgres *local.Postgres
	redis    *local.Redis
	mailbox  *local.Mailbox
	roles    db.Passwords
}

// Run starts everything, prints one line `ready http://…` and the sign-ins, and stops cleanly with the context.
func (c demoCmd) Run(e *env) (err error) {
	ln, err := c.listen()
	if err != nil {
		return err
	}
	base := "http://localhost:" + portOf(ln)
	if c.Fresh {
		if err := wipeDemo(c.Data); err != nil {
			return errors.Join(err, ln.Close())
		}
	}
	d, err := startDemo(e.ctx, c.Data)
	defer func() { err = errors.Join(err, d.stop()) }()
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	if err := d.prepare(e.ctx, base); err != nil {
		return errors.Join(err, ln.Close())
	}
	return d.serve(e.ctx, ln, base)
}

func (c demoCmd) listen() (net.Listener, error) {
	if c.Listen != "" {
		ln, err := net.Listen("tcp", c.Listen)
		if err != nil {
			return nil, fmt.Errorf("%s is taken or cannot be used; choose another with --listen", c.Listen)
		}
		return ln, nil
	}
	for port := 8080; port < 8100; port++ {
		if ln, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			return ln, nil
		}
	}
	return nil, errors.New("no port from 8080 to 8099 is free; choose one with --listen")
}

func portOf(ln net.Listener) string {
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	return port
}

// wipeDemo removes what an earlier demo kept; a folder that is not the demo's is left alone.
func wipeDemo(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "master.key")); errors.Is(err, fs.ErrNotExist) {
		if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
			if _, err := os.Stat(filepath.Join(dir, "postgres")); err != nil {
				return fmt.Errorf("%s does not look like a demo's folder; it is left alone", dir)
			}
		}
	}
	for _, part := range []string{"postgres", "redis"} {
		if err := local.Wipe(filepath.Join(dir, part)); err != nil {
			return err
		}
	}
	for _, part := range []string{"mail", "seeded", "roles.json", "settings.env", "master.key", "audit-anchors.json"} {
		if err := os.RemoveAll(filepath.Join(dir, part)); err != nil {
			return err
		}
	}
	return nil
}

// startDemo starts PostgreSQL, Redis and the mailbox on private ports below dir.
func startDemo(ctx context.Context, dir string) (*demo, error) {
	d := &demo{dir: dir, log: newLog(slog.LevelWarn)}
	if err := os.MkdirAll(dir, 0o711); err != nil { // #nosec G301 -- the servers' own user must enter it; what is in it is closed.
		return d, err
	}
	logFile, err := os.OpenFile(filepath.Join(dir, "demo.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) // #nosec G304 -- the folder is the user's choice.
	if err != nil {
		return d, err
	}
	d.logFile = logFile
	d.log = slog.New(slog.NewJSONHandler(logFile, nil))
	say("starting PostgreSQL and Redis …")
	group, startCtx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		d.postgres, err = local.StartPostgres(startCtx, local.PostgresOptions{Dir: filepath.Join(dir, "postgres"), Log: d.log})
		return err
	})
	group.Go(func() (err error) {
		d.redis, err = local.StartRedis(startCtx, local.RedisOptions{Dir: filepath.Join(dir, "redis"), Log: d.log})
		return err
	})
	group.Go(func() (err error) {
		d.mailbox, err = local.StartMailbox(startCtx, local.MailboxOptions{Dir: filepath.Join(dir, "mail"), Log: d.log})
		return err
	})
	if err := group.Wait(); err != nil {
		return d, err
	}
	d.roles, err = demoRoles(filepath.Join(dir, "roles.json"))
	return d, err
}

// stop ends what was started, mail first, PostgreSQL last.
func (d *demo) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var errs []error
	if d.mailbox != nil {
		errs = append(errs, d.mailbox.Stop(ctx))
	}
	if d.redis != nil {
		errs = append(errs, d.redis.Stop(ctx))
	}
	if d.postgres != nil {
		errs = append(errs, d.postgres.Stop(ctx))
	}
	if d.logFile != nil {
		errs = append(errs, d.logFile.Close())
	}
	return errors.Join(errs...)
}

func (d *demo) url(role string) string { return d.postgres.URL(role, d.roles[role], demoDatabase) }

// prepare makes roles, schema and demo data. Demo data that was not finished, because the demo was killed, is made anew.
func (d *demo) prepare(ctx context.Context, base string) error {
	marker := filepath.Join(d.dir, "seeded")
	_, err := os.Stat(marker)
	fresh := errors.Is(err, fs.ErrNotExist)
	if fresh {
		if err := db.DropDatabase(ctx, d.postgres.SuperURL("postgres"), demoDatabase); err != nil {
			return err
		}
	}
	if err := db.Bootstrap(ctx, d.postgres.SuperURL("postgres"), demoDatabase, d.roles); err != nil {
		return err
	}
	if _, err := db.Migrate(ctx, d.url("tt_owner")); err != nil {
		return err
	}
	if !fresh {
		return nil
	}
	say("making the demo practices: 14 weeks of history …")
	if err := d.seed(ctx, base); err != nil {
		return err
	}
	if err := db.Analyze(ctx, d.url("tt_owner")); err != nil {
		return err
	}
	return os.WriteFile(marker, []byte(version+"\n"), 0o600)
}

// seed makes the demo data. It may be lost and made again, so its commits need not wait for the disk; and plans that were
// made while the tables were empty would make it six times slower.
func (d *demo) seed(ctx context.Context, base string) error {
	open := func(role string) (*db.DB, error) {
		return db.Open(ctx, d.url(role)+"&options=-c%20synchronous_commit%3Doff%20-c%20plan_cache_mode%3Dforce_custom_plan", db.Options{})
	}
	app, err := open("tt_app")
	if err != nil {
		return err
	}
	defer func() { _ = app.Close() }()
	work, err := open("tt_worker")
	if err != nil {
		return err
	}
	defer func() { _ = work.Close() }()
	master, err := seal.LoadMaster(filepath.Join(d.dir, "master.key"), true)
	if err != nil {
		return err
	}
	exercises, err := library.Load()
	if err != nil {
		return err
	}
	return seed.Run(ctx, seed.Options{App: app, Worker: work, Master: master, Library: exercises, BaseURL: base, Now: time.Now().UTC(), Log: d.log})
}

// serve runs API, portal and worker until the context ends.
func (d *demo) serve(ctx context.Context, ln net.Listener, base string) error {
	o := partsOptions{
		databaseURL: d.url("tt_app"), redisURL: d.redis.URL(), masterKey: filepath.Join(d.dir, "master.key"), newKey: true,
		baseURL: base, anchorFile: anchorFile(d.dir), demo: true, log: d.log,
	}
	front, err := openParts(ctx, o)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	defer func() { _ = front.Close() }()
	o.databaseURL, o.smtpURL, o.mailFrom, o.bounces = d.url("tt_worker"), d.mailbox.URL(), "noreply@tussentijds.example", "tussentijds.example"
	back, err := openParts(ctx, o)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	defer func() { _ = back.Close() }()
	receiver, err := receive(ctx, back.svc, "127.0.0.1:0", o.bounces, d.log)
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	defer func() { _ = receiver.Stop(context.Background()) }()
	if err := d.writeSettings(base, receiver.Addr()); err != nil {
		return errors.Join(err, ln.Close())
	}
	s, err := newServer(front.svc, serverOptions{baseURL: base, key: front.master.Derive("csrf"), mailbox: demoMail{d.mailbox}, demo: true, ready: readiness(front.pool, front.redis), log: d.log, contact: "mailto:security@tussentijds.example"})
	if err != nil {
		return errors.Join(err, ln.Close())
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return s.run(ctx, ln) })
	group.Go(func() error { return worker.Run(ctx, back.svc, worker.Options{Redis: back.redis, Log: d.log}) })
	say("")
	say("ready " + base)
	say(signIns)
	return group.Wait()
}

// writeSettings keeps the running demo's settings in a file, so that the operator's commands can be tried on it:
// TUSSENTIJDS_CONFIG_FILE=…/settings.env tussentijds doctor.
func (d *demo) writeSettings(base, bounces string) error {
	dir, err := filepath.Abs(d.dir)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, kv := range [][2]string{
		{"BASE_URL", base},
		{"LISTEN", strings.TrimPrefix(base, "http://")},
		{"DATABASE_URL", d.url("tt_app")},
		{"WORKER_DATABASE_URL", d.url("tt_worker")},
		{"METRICS_DATABASE_URL", d.url("tt_metrics")},
		{"MIGRATE_DATABASE_URL", d.url("tt_owner")},
		{"REDIS_URL", d.redis.URL()},
		{"SMTP_URL", d.mailbox.URL()},
		{"MAIL_FROM", "noreply@tussentijds.example"},
		{"BOUNCE_LISTEN", bounces},
		{"MASTER_KEY_FILE", filepath.Join(dir, "master.key")},
		{"DATA_DIR", dir},
	} {
		b.WriteString("TUSSENTIJDS_" + kv[0] + "=" + kv[1] + "\n")
	}
	return os.WriteFile(filepath.Join(d.dir, "settings.env"), []byte(b.String()), 0o600)
}

func say(line string) { fmt.Println(line) }

const signIns = `
  practice De Brug    noor@debrug.example (owner and therapist), joost@debrug.example, lina@debrug.example (trainee), balie@debrug.example (office)
  couple 1            sam@client.example, robin@client.example
  couple 2            kim@client.example, alex@client.example
  practice Oever      els@oever.example; couple 3 mo@client.example, jules@client.example
  password of all     Tussentijds-demo-1
  mail that goes out  /demo/mailbox
  stop                Ctrl-C`

// demoRoles keeps the passwords of the four database roles.
func demoRoles(file string) (db.Passwords, error) {
	raw, err := os.ReadFile(file) // #nosec G304 -- below the demo's folder.
	if err == nil {
		var p db.Passwords
		if err := json.Unmarshal(raw, &p); err == nil && len(p) == len(db.Roles) {
			return p, nil
		}
	}
	p := db.Passwords{}
	for _, role := range db.Roles {
		secret := make([]byte, 18)
		if _, err := rand.Read(secret); err != nil {
			return nil, err
		}
		p[role] = base64.RawURLEncoding.EncodeToString(secret)
	}
	if raw, err = json.Marshal(p); err != nil {
		return nil, err
	}
	return p, os.WriteFile(file, raw, 0o600)
}

// demoMail shows the mailbox to the pages.
type demoMail struct{ box *local.Mailbox }

// Mails lists what went out, newest first.
func (d demoMail) Mails() []web.MailView {
	mails := d.box.Mails(nil)
	out := make([]web.MailView, 0, len(mails))
	for _, m := range mails {
		out = append(out, web.MailView{ID: m.ID, From: m.From, To: m.To, Subject: m.Subject, At: m.ReceivedAt, Text: m.Text, HTML: m.HTML})
	}
	return out
}

func localAddress(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
