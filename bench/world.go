package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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

// The two databases of a run: the same practice among few and among many other rows.
const (
	smallDatabase = "tussentijds"
	largeDatabase = "tussentijds_large"
)

// world is what everything is measured on: the servers, and a practice whose pages are read among the rows of others.
type world struct {
	set      settings
	dir      string
	postgres *local.Postgres
	redis    *local.Redis
	roles    db.Passwords
	master   *seal.Master
	library  *library.Library

	practice  uuid.UUID
	zone      *time.Location
	therapist person
	readers   []person // partners, each of another couple, whose pages are read.
	writers   []person // partners who submit.
	many      uuid.UUID
	closing   []func()
}

// person is somebody with a sign-in on both edges.
type person struct {
	actor  care.Actor
	api    string    // token.
	web    string    // token.
	task   uuid.UUID // an open task of appreciation.
	couple uuid.UUID
}

// startWorld starts the servers, durable as in earnest, with an empty schema.
func startWorld(ctx context.Context, set settings) (w *world, err error) {
	w = &world{set: set, roles: db.Passwords{}}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	if w.dir, err = local.TempDir("tussentijds-bench"); err != nil {
		return w, err
	}
	w.onClose(func() {
		_ = local.Wipe(filepath.Join(w.dir, "postgres")) // As root they may lie elsewhere.
		_ = local.Wipe(filepath.Join(w.dir, "redis"))
		_ = os.RemoveAll(w.dir)
	})
	group, startCtx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		w.postgres, err = local.StartPostgres(startCtx, local.PostgresOptions{Dir: filepath.Join(w.dir, "postgres")})
		return err
	})
	group.Go(func() (err error) {
		w.redis, err = local.StartRedis(startCtx, local.RedisOptions{Dir: filepath.Join(w.dir, "redis")})
		return err
	})
	err = group.Wait()
	w.onClose(func() {
		bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		if w.redis != nil {
			_ = w.redis.Stop(bye)
		}
		if w.postgres != nil {
			_ = w.postgres.Stop(bye)
		}
	})
	if err != nil {
		return w, err
	}
	if err := w.makeSchema(ctx); err != nil {
		return w, err
	}
	if w.master, err = seal.LoadMaster(filepath.Join(w.dir, "master.key"), true); err != nil {
		return w, err
	}
	w.library, err = library.Load()
	return w, err
}

// fill makes the people and rows that pages and reminders are measured on.
func (w *world) fill(ctx context.Context) error {
	if err := w.people(ctx); err != nil {
		return fmt.Errorf("make the people: %w", err)
	}
	return w.others(ctx)
}

func (w *world) onClose(fn func()) { w.closing = append(w.closing, fn) }

func (w *world) close() {
	for i := len(w.closing) - 1; i >= 0; i-- {
		w.closing[i]()
	}
	w.closing = nil
}

func (w *world) makeSchema(ctx context.Context) error {
	for _, role := range db.Roles {
		w.roles[role] = rand.Text()
	}
	if err := db.Bootstrap(ctx, w.postgres.SuperURL("postgres"), smallDatabase, w.roles); err != nil {
		return err
	}
	_, err := db.Migrate(ctx, w.url("tt_owner", smallDatabase))
	return err
}

func (w *world) url(role, database string) string {
	return w.postgres.URL(role, w.roles[role], database)
}

// open opens a pool that is closed with the world.
func (w *world) open(ctx context.Context, url string) (*db.DB, error) {
	pool, err := db.Open(ctx, url, db.Options{})
	if err == nil {
		w.onClose(func() { _ = pool.Close() })
	}
	return pool, err
}

func (w *world) deps(pool *db.DB) care.Deps {
	return care.Deps{DB: pool, Master: w.master, Library: w.library, BaseURL: "http://localhost:8080"}
}

// asSuperuser runs fn past row security and foreign keys, for arranging.
func (w *world) asSuperuser(ctx context.Context, database string, fn func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, w.postgres.SuperURL(database))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, `set session_replication_role = replica; set synchronous_commit = off`); err != nil {
		return err
	}
	return fn(conn)
}

// people makes the practice that is measured, through the use cases, so that names are sealed and forms frozen as in earnest.
func (w *world) people(ctx context.Context) error {
	pool, err := db.Open(ctx, w.url("tt_app", smallDatabase)+"&options=-c%20synchronous_commit%3Doff", db.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	svc := care.New(w.deps(pool))
	return w.asSuperuser(ctx, smallDatabase, func(super *pgx.Conn) error {
		owner, err := makePractice(ctx, svc, super, "Praktijk De Maat")
		if err != nil {
			return err
		}
		w.practice, w.zone = owner.PracticeID, owner.Zone
		if w.therapist, err = signedIn(ctx, super, owner); err != nil {
			return err
		}
		for i := range 2 * w.set.conns {
			a, _, err := makeCouple(ctx, svc, super, owner)
			if err != nil {
				return err
			}
			p, err := signedIn(ctx, super, a)
			if err != nil {
				return err
			}
			exercises := []string{"appreciation", "daily-checkin", "weekly-checkin", "date-night", "small-wins"}
			if i >= w.set.conns {
				exercises = exercises[:1] // What a writer submits is made round by round.
			}
			if err := assign(ctx, svc, owner, a.CoupleID, exercises...); err != nil {
				return err
			}
			if i < w.set.conns {
				w.readers = append(w.readers, p)
			} else {
				w.writers = append(w.writers, p)
			}
		}
		if err := arrange(ctx, super, w.practice, owner.ID); err != nil {
			return err
		}
		for _, list := range [][]person{w.readers, w.writers} {
			for i := range list {
				if err := super.QueryRow(ctx, `select t.id from tasks t join assignments a on a.practice_id = t.practice_id and a.id = t.assignment_id
					where t.practice_id = $1 and t.partner_id = $2 and a.exercise_id = 'appreciation'`, w.practice, list[i].actor.ID).Scan(&list[i].task); err != nil {
					return err
				}
			}
		}
		return w.recipients(ctx, svc, super)
	})
}

// recipients makes a practice of many couples, each partner with one reminder that is due tomorrow at eight in the evening.
func (w *world) recipients(ctx context.Context, svc *care.Service, super *pgx.Conn) error {
	owner, err := makePractice(ctx, svc, super, "Praktijk Veel Post")
	if err != nil {
		return err
	}
	w.many = owner.PracticeID
	var wg errgroup.Group
	wg.SetLimit(8)
	var one sync.Mutex // of the superuser's connection.
	for range (w.set.reminders + 1) / 2 {
		wg.Go(func() error {
			v, err := newCouple(ctx, svc, owner)
			if err != nil {
				return err
			}
			one.Lock()
			a, _, err := activate(ctx, super, owner, v)
			one.Unlock()
			if err != nil {
				return err
			}
			return assign(ctx, svc, owner, a.CoupleID, "appreciation")
		})
	}
	if err := wg.Wait(); err != nil {
		return err
	}
	_, err = super.Exec(ctx, `update reminders set state = 'skipped', reason = 'arranged' where cause_kind <> 'task' or moment <> 'due' or practice_id <> $1`, w.many)
	return err
}

func makePractice(ctx context.Context, svc *care.Service, super *pgx.Conn, name string) (care.Actor, error) {
	id, _, err := svc.CreatePractice(ctx, care.CreatePracticeInput{Name: name, Email: address(), Owner: "Noor", Locale: "nl"})
	if err != nil {
		return care.Actor{}, err
	}
	a := care.Actor{
		Kind: "member", Role: models.RoleOwner, Clinician: true, PracticeID: id, Locale: locale.NL, Edge: "api", AccessPoint: "127.0.0.1",
		FreshAt: time.Now(), Stage: "full", LoginID: models.NewID(),
	}
	if a.Zone, err = time.LoadLocation("Europe/Amsterdam"); err != nil {
		return a, err
	}
	err = super.QueryRow(ctx, `update members set status = 'active' where practice_id = $1 returning id`, id).Scan(&a.ID)
	return a, err
}

func makeCouple(ctx context.Context, svc *care.Service, super *pgx.Conn, therapist care.Actor) (a, b care.Actor, err error) {
	v, err := newCouple(ctx, svc, therapist)
	if err != nil {
		return a, b, err
	}
	return activate(ctx, super, therapist, v)
}

func newCouple(ctx context.Context, svc *care.Service, therapist care.Actor) (care.CoupleView, error) {
	return svc.CreateCouple(ctx, therapist, care.CreateCoupleInput{Partners: []care.PartnerInput{
		{Name: "Sam de Vries", Email: address(), Locale: "nl"}, {Name: "Robin Jansen", Email: address(), Locale: "nl"},
	}})
}

// activate makes a couple's partners what they are once they have accepted.
func activate(ctx context.Context, super *pgx.Conn, therapist care.Actor, v care.CoupleView) (a, b care.Actor, err error) {
	batch := &pgx.Batch{}
	batch.Queue(`update partners set status = 'active' where practice_id = $1 and couple_id = $2`, therapist.PracticeID, v.ID)
	batch.Queue(`update couples set status = 'active' where practice_id = $1 and id = $2`, therapist.PracticeID, v.ID)
	actors := make([]care.Actor, 0, 2)
	for _, p := range v.Partners {
		for _, kind := range []string{"treatment", "secrets_policy", "report_line"} {
			batch.Queue(`insert into consents (practice_id, id, partner_id, kind, version, given_at) values ($1, $2, $3, $4, 1, now())`, therapist.PracticeID, models.NewID(), p.ID, kind)
		}
		partner := therapist
		partner.Kind, partner.Role, partner.Clinician, partner.ID, partner.CoupleID = "partner", models.RolePartner, false, p.ID, v.ID
		actors = append(actors, partner)
	}
	if len(actors) != 2 {
		return a, b, errors.New("a couple without two partners")
	}
	return actors[0], actors[1], super.SendBatch(ctx, batch).Close()
}

func assign(ctx context.Context, svc *care.Service, therapist care.Actor, couple uuid.UUID, exercises ...string) error {
	for _, id := range exercises {
		_, err := svc.AssignExercise(ctx, therapist, couple, care.AssignExerciseInput{
			ExerciseID: id, For: "both", StartsOn: tomorrow(therapist.Zone), Schedule: care.ScheduleInput{Kind: "once", At: "20:00"},
		})
		if err != nil {
			return fmt.Errorf("assign %s: %w", id, err)
		}
	}
	return nil
}

func tomorrow(zone *time.Location) string {
	return string(models.DayOf(time.Now().In(zone).AddDate(0, 0, 1)))
}

// arrange opens all tasks now, and gives every couple a session: some today, the others next week.
func arrange(ctx context.Context, super *pgx.Conn, practice, therapist uuid.UUID) error {
	batch := &pgx.Batch{}
	batch.Queue(`update tasks set opens_at = now() - interval '1 hour', closes_at = now() + interval '9 days' where practice_id = $1`, practice)
	batch.Queue(`insert into sessions (practice_id, id, couple_id, kind, therapists, starts_at, ends_at)
		select practice_id, gen_random_uuid(), id, 'conjoint', jsonb_build_array($2::text), at, at + interval '50 minutes'
		from (select c.practice_id, c.id, case when row_number() over (order by id) <= 6 then now() + interval '10 minutes' else now() + interval '7 days' end as at
			from couples c where practice_id = $1) planned`, practice, therapist)
	batch.Queue(`insert into sessions (practice_id, id, couple_id, kind, therapists, starts_at, ends_at, status)
		select practice_id, gen_random_uuid(), id, 'conjoint', jsonb_build_array($2::text), now() - interval '14 days', now() - interval '14 days' + interval '50 minutes', 'held'
		from couples where practice_id = $1`, practice, therapist)
	return super.SendBatch(ctx, batch).Close()
}

// signedIn makes the logins that signing in would have made; what a password hash costs is not measured.
func signedIn(ctx context.Context, super *pgx.Conn, a care.Actor) (person, error) {
	p := person{actor: a, couple: a.CoupleID}
	account, membership := models.NewID(), models.NewID()
	batch := &pgx.Batch{}
	batch.Queue(`insert into accounts (id, email_index) values ($1, $2)`, account, account[:])
	batch.Queue(`insert into memberships (id, account_id, practice_id, kind, subject_id) values ($1, $2, $3, $4, $5)`, membership, account, a.PracticeID, a.Kind, a.ID)
	for edge, token := range map[string]*string{"api": &p.api, "web": &p.web} {
		secret := make([]byte, 32)
		_, _ = rand.Read(secret)
		*token = base64.RawURLEncoding.EncodeToString(secret)
		hash := sha256.Sum256([]byte(*token))
		batch.Queue(`insert into logins (id, token_hash, account_id, membership_id, practice_id, edge, stage, created_at, seen_at, fresh_at, idle_minutes, expires_at)
			values ($1, $2, $3, $4, $5, $6, 'full', now(), now(), now(), 2880, now() + interval '2 days')`, models.NewID(), hash[:], account, membership, a.PracticeID, edge)
	}
	return p, super.SendBatch(ctx, batch).Close()
}

func address() string { return uuid.NewString()[:18] + "@client.example" }
