package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"tussentijds/care"
	"tussentijds/internal/db"
	"tussentijds/internal/local"
	"tussentijds/internal/locale"
	"tussentijds/internal/seal"
	"tussentijds/library"
	"tussentijds/models"
)

const database = "tussentijds"

// world is the program and all that it stands on.
type world struct {
	set       settings
	dir       string
	program   string
	log       io.Writer
	roles     db.Passwords
	master    *seal.Master
	postbox   *postbox
	practices []uuid.UUID // the first one large, the second one small.
	couples   []uuid.UUID // of the first one.
	token     string      // of a therapist of the first one, for the server's API.
	address   string      // the server's.

	mu       sync.Mutex
	postgres *local.Postgres
	redis    *local.Redis
	parts    map[string]*part // serve and the workers.
	closing  []func()
}

func newWorld(ctx context.Context, set settings, log io.Writer) (w *world, err error) {
	w = &world{set: set, log: log, roles: db.Passwords{}, parts: map[string]*part{}, program: set.program}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	if w.dir, err = local.TempDir("tussentijds-chaos"); err != nil {
		return w, err
	}
	w.onClose(func() {
		_ = local.Wipe(filepath.Join(w.dir, "postgres")) // As root they may lie elsewhere.
		_ = local.Wipe(filepath.Join(w.dir, "redis"))
		_ = os.RemoveAll(w.dir)
	})
	if w.program == "" {
		w.program = filepath.Join(w.dir, "tussentijds")
		build := exec.CommandContext(ctx, "go", "build", "-tags", "timetzdata", "-o", w.program, "tussentijds/cmd/tussentijds") // #nosec G204 -- our own program.
		build.Stderr = log
		if err := build.Run(); err != nil {
			return w, fmt.Errorf("build the program: %w", err)
		}
	}
	for _, role := range db.Roles {
		w.roles[role] = rand.Text()
	}
	w.onClose(func() {
		bye, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if w.redis != nil {
			_ = w.redis.Stop(bye)
		}
		if w.postgres != nil {
			_ = w.postgres.Stop(bye)
		}
	})
	if err := errors.Join(w.startPostgres(ctx), w.startRedis(ctx)); err != nil {
		return w, err
	}
	if err := db.Bootstrap(ctx, w.postgres.SuperURL("postgres"), database, w.roles); err != nil {
		return w, err
	}
	if _, err := db.Migrate(ctx, w.url("tt_owner")); err != nil {
		return w, err
	}
	if w.master, err = seal.LoadMaster(filepath.Join(w.dir, "master.key"), true); err != nil {
		return w, err
	}
	if w.postbox, err = openPostbox(ctx); err != nil {
		return w, err
	}
	w.onClose(w.postbox.close)
	if err := w.people(ctx, int(w.set.within.Seconds())*w.set.rate/perPerson+10, 10); err != nil {
		return w, fmt.Errorf("make the people: %w", err)
	}
	w.onClose(w.stopParts)
	return w, w.startParts(ctx)
}

func (w *world) onClose(fn func()) { w.closing = append(w.closing, fn) }

func (w *world) close() {
	for i := len(w.closing) - 1; i >= 0; i-- {
		w.closing[i]()
	}
	w.closing = nil
}

func (w *world) say(format string, args ...any) { _, _ = fmt.Fprintf(w.log, format+"\n", args...) }

func (w *world) startPostgres(ctx context.Context) error {
	p, err := local.StartPostgres(ctx, local.PostgresOptions{Dir: filepath.Join(w.dir, "postgres")})
	if err == nil {
		w.mu.Lock()
		w.postgres = p
		w.mu.Unlock()
	}
	return err
}

func (w *world) startRedis(ctx context.Context) error {
	r, err := local.StartRedis(ctx, local.RedisOptions{Dir: filepath.Join(w.dir, "redis")})
	if err == nil && r.PID() == os.Getpid() {
		err = errors.New("there is no redis-server or valkey-server on this machine to be killed")
	}
	if err == nil {
		w.mu.Lock()
		w.redis = r
		w.mu.Unlock()
	}
	return err
}

func (w *world) url(role string) string {
	return w.postgres.TCPURL(role, w.roles[role], database)
}

// asSuperuser runs fn past row security, for arranging and for looking.
func (w *world) asSuperuser(ctx context.Context, fn func(*pgx.Conn) error) error {
	w.mu.Lock()
	url := w.postgres.SuperURL(database)
	w.mu.Unlock()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	return fn(conn)
}

// perPerson is how many reminders a person gets at most: the cap of a day.
const perPerson = 20

// people makes practices, each with a number of couples, none of whom ever sleeps, each with an open task. Of four, one gets
// mails, one texts, one both, and one all that is due in one mail.
func (w *world) people(ctx context.Context, couples ...int) error {
	pool, err := db.Open(ctx, w.url("tt_app")+"&options=-c%20synchronous_commit%3Doff", db.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	exercises, err := library.Load()
	if err != nil {
		return err
	}
	svc := care.New(care.Deps{DB: pool, Master: w.master, Library: exercises, BaseURL: baseURL})
	return w.asSuperuser(ctx, func(super *pgx.Conn) error {
		for _, n := range couples {
			if err := w.fill(ctx, super, svc, n); err != nil {
				return err
			}
		}
		_, err := super.Exec(ctx, `vacuum (analyze)`)
		return err
	})
}

func (w *world) fill(ctx context.Context, super *pgx.Conn, svc *care.Service, couples int) error {
	id, _, err := svc.CreatePractice(ctx, care.CreatePracticeInput{Name: "Praktijk De Storm", Email: address(), Owner: "Noor", Locale: "nl"})
	if err != nil {
		return err
	}
	w.practices = append(w.practices, id)
	owner := care.Actor{
		Kind: "member", Role: models.RoleOwner, Clinician: true, PracticeID: id, Locale: locale.NL, Edge: "api", AccessPoint: "127.0.0.1",
		FreshAt: time.Now(), Stage: "full", LoginID: models.NewID(),
	}
	if owner.Zone, err = time.LoadLocation("Europe/Amsterdam"); err != nil {
		return err
	}
	if err := super.QueryRow(ctx, `update members set status = 'active' where practice_id = $1 returning id`, id).Scan(&owner.ID); err != nil {
		return err
	}
	if len(w.practices) == 1 {
		if err := w.signIn(ctx, super, owner); err != nil {
			return err
		}
	}
	var wg errgroup.Group
	wg.SetLimit(8)
	made := make([]uuid.UUID, couples)
	for i := range couples {
		wg.Go(func() error {
			v, err := svc.CreateCouple(ctx, owner, care.CreateCoupleInput{Partners: []care.PartnerInput{
				{Name: "Sam", Email: address(), Phone: "+31612345678", Locale: "nl"}, {Name: "Robin", Email: address(), Phone: "+31687654321", Locale: "en"},
			}})
			if err != nil {
				return err
			}
			made[i] = v.ID
			_, err = svc.AssignExercise(ctx, owner, v.ID, care.AssignExerciseInput{
				ExerciseID: "appreciation", For: "both", StartsOn: string(models.DayOf(time.Now().In(owner.Zone))), Schedule: care.ScheduleInput{Kind: "once", At: "23:59"},
			})
			return err
		})
	}
	if err := wg.Wait(); err != nil {
		return err
	}
	if len(w.practices) == 1 {
		w.couples = made
	}
	for _, sql := range []string{
		`update partners set status = 'active' where practice_id = $1`,
		`update couples set status = 'active' where practice_id = $1`,
		`update tasks set opens_at = now() - interval '1 hour', closes_at = now() + interval '9 days' where practice_id = $1`,
		`update reminders set state = 'skipped', reason = 'arranged' where practice_id = $1`,
		`insert into reminder_preferences (practice_id, id, person_kind, person_id, quiet_from, quiet_until, cap_per_day, digest, channels)
			select practice_id, gen_random_uuid(), 'partner', id, '03:00', '03:00', 20, n % 4 = 0,
				case n % 4 when 1 then '{"tasks": ["sms"], "sessions": ["sms"], "messages": ["sms"]}' when 2 then '{"tasks": ["mail", "sms"], "messages": ["mail", "sms"]}' else '{}' end::jsonb
			from (select practice_id, id, row_number() over (order by id) as n from partners where practice_id = $1) p`,
	} {
		if _, err := super.Exec(ctx, sql, id); err != nil {
			return err
		}
	}
	return nil
}

// signIn makes the login that signing in would have made.
func (w *world) signIn(ctx context.Context, super *pgx.Conn, a care.Actor) error {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	w.token = base64.RawURLEncoding.EncodeToString(secret)
	hash := sha256.Sum256([]byte(w.token))
	account, membership := models.NewID(), models.NewID()
	batch := &pgx.Batch{}
	batch.Queue(`insert into accounts (id, email_index) values ($1, $2)`, account, account[:])
	batch.Queue(`insert into memberships (id, account_id, practice_id, kind, subject_id) values ($1, $2, $3, 'member', $4)`, membership, account, a.PracticeID, a.ID)
	batch.Queue(`insert into logins (id, token_hash, account_id, membership_id, practice_id, edge, stage, created_at, seen_at, fresh_at, idle_minutes, expires_at)
		values ($1, $2, $3, $4, $5, 'api', 'full', now(), now(), now(), 2880, now() + interval '2 days')`, models.NewID(), hash[:], account, membership, a.PracticeID)
	return super.SendBatch(ctx, batch).Close()
}

func address() string { return uuid.NewString()[:18] + "@client.example" }

// baseURL is what links and Message-IDs are made from; nobody follows them here.
const baseURL = "http://localhost:8080"

// freeAddress is an address that nobody listens on.
func freeAddress(ctx context.Context) (string, error) {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return ln.Addr().String(), ln.Close()
}

// environment is what each process is told.
func (w *world) environment(name string) []string {
	return []string{
		"HOME=" + w.dir, "PATH=" + os.Getenv("PATH"), "TUSSENTIJDS_BASE_URL=" + baseURL, "TUSSENTIJDS_LISTEN=" + w.address,
		"TUSSENTIJDS_DATABASE_URL=" + w.url("tt_app"), "TUSSENTIJDS_WORKER_DATABASE_URL=" + w.url("tt_worker"), "TUSSENTIJDS_REDIS_URL=" + w.redis.URL(),
		"TUSSENTIJDS_SMS_URL=" + w.postbox.gateway.URL,
		"TUSSENTIJDS_SMTP_URL=smtp://" + w.postbox.addr + "?starttls=off", "TUSSENTIJDS_MAIL_FROM=noreply@storm.example",
		"TUSSENTIJDS_MASTER_KEY_FILE=" + filepath.Join(w.dir, "master.key"), "TUSSENTIJDS_DATA_DIR=" + filepath.Join(w.dir, strings.ReplaceAll(name, " ", "-")),
	}
}
