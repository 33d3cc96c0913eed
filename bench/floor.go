package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"tussentijds/internal/db"
	"tussentijds/internal/seal"
)

// floor is what cannot be left out: Fiber and pgx, a query for each thing, JSON out. No row security, no roles but who owns
// what, no rules. With full it also opens what is encrypted and writes the act on the record.
type floor struct {
	pool    *pgxpool.Pool // as the owner, past row security.
	serving *pgxpool.Pool // as the serving role, for the write that keeps row security.
	master  *seal.Master
	keys    sync.Map // id to *seal.Key.
}

func (w *world) newFloor(ctx context.Context) (string, error) {
	f := &floor{master: w.master}
	for role, into := range map[string]**pgxpool.Pool{"tt_owner": &f.pool, "tt_app": &f.serving} {
		cfg, err := pgxpool.ParseConfig(w.url(role, smallDatabase))
		if err != nil {
			return "", err
		}
		cfg.MaxConns = 24                // As our own pool.
		cfg.AfterConnect = db.WriteUUIDs // What ours gains by it is not ours alone.
		pool, err := pgxpool.NewWithConfig(ctx, cfg)
		if err != nil {
			return "", err
		}
		w.onClose(pool.Close)
		*into = pool
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	for path, full := range map[string]bool{"/plain": false, "/full": true} {
		app.Get(path+"/today", f.signedIn(full, f.today))
		app.Get(path+"/tasks/:id", f.signedIn(full, f.task))
		app.Get(path+"/desk", f.signedIn(full, f.desk))
		app.Get(path+"/couples/:id", f.signedIn(full, f.couple))
	}
	app.Post("/tasks/:id/response", f.signedIn(false, f.submit))
	return w.serve(ctx, app)
}

// asker is who asks: the row that a token leads to.
type asker struct {
	practice, id uuid.UUID
	couple       *uuid.UUID
	full         bool
}

type floorHandler func(*fiber.Ctx, asker) error

func (f *floor) signedIn(full bool, handle floorHandler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		hash := sha256.Sum256([]byte(strings.TrimPrefix(c.Get("Authorization"), "Bearer ")))
		a := asker{full: full}
		err := f.pool.QueryRow(c.UserContext(), `select l.practice_id, m.subject_id, p.couple_id from logins l join memberships m on m.id = l.membership_id
			left join partners p on p.practice_id = l.practice_id and p.id = m.subject_id
			where l.token_hash = $1 and l.ended_at is null and l.expires_at > now()`, hash[:]).Scan(&a.practice, &a.id, &a.couple)
		if errors.Is(err, pgx.ErrNoRows) {
			return c.SendStatus(fiber.StatusUnauthorized)
		}
		if err != nil {
			return err
		}
		return handle(c, a)
	}
}

// partnerRow is a partner of a couple, with the name opened when the floor opens names.
type partnerRow struct {
	ID       uuid.UUID `json:"id"`
	Position int       `json:"position"`
	Status   string    `json:"status"`
	Name     string    `json:"name"`
	sealed   []byte
	email    []byte
	Email    string `json:"email"`
}

func (f *floor) partners(ctx context.Context, a asker, couple uuid.UUID) ([]partnerRow, error) {
	rows, err := f.pool.Query(ctx, `select p.id, p.position, p.status, p.name, p.email from partners p join couples c on c.practice_id = p.practice_id and c.id = p.couple_id
		where p.practice_id = $1 and p.couple_id = $2 order by p.position`, a.practice, couple)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p partnerRow, err error) {
		return p, row.Scan(&p.ID, &p.Position, &p.Status, &p.sealed, &p.email)
	})
	if err != nil || !a.full {
		return list, err
	}
	if err := f.loadKeys(ctx, a, couple); err != nil {
		return nil, err
	}
	for i, p := range list {
		if list[i].Name, err = f.open(a, p.ID, "name", p.sealed); err != nil {
			return nil, err
		}
		if list[i].Email, err = f.open(a, p.ID, "email", p.email); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// loadKeys reads the wrapped keys each time, because a key may have been destroyed, and unwraps each once.
func (f *floor) loadKeys(ctx context.Context, a asker, couple uuid.UUID) error {
	rows, err := f.pool.Query(ctx, `select id, owner_id, owner_kind, wrapped from keys.wrapped_keys where practice_id = $1 and (owner_kind = 'practice' or owner_kind = 'person'
		and owner_id in (select id from partners where practice_id = $1 and couple_id = $2)) and destroyed_at is null order by owner_kind = 'practice' desc`, a.practice, couple)
	if err != nil {
		return err
	}
	defer rows.Close()
	wrapper := f.master.Key()
	for rows.Next() {
		var id, owner uuid.UUID
		var kind string
		var wrapped []byte
		if err := rows.Scan(&id, &owner, &kind, &wrapped); err != nil {
			return err
		}
		known, ok := f.keys.Load(id)
		if !ok {
			key, err := wrapper.Unwrap(id, wrapped, a.practice, owner)
			if err != nil {
				return err
			}
			known = key
			f.keys.Store(id, key)
		}
		if kind == "practice" {
			wrapper, _ = known.(*seal.Key)
		}
	}
	return rows.Err()
}

func (f *floor) open(a asker, partner uuid.UUID, column string, sealed []byte) (string, error) {
	id, err := seal.KeyID(sealed)
	if err != nil {
		return "", err
	}
	known, _ := f.keys.Load(id)
	key, ok := known.(*seal.Key)
	if !ok {
		return "", errors.New("floor: a key is missing")
	}
	plain, err := key.Open(sealed, seal.Binding{Practice: a.practice, Owner: partner, Table: "partners", Column: column, Row: partner})
	return string(plain), err
}

// record writes an act with its MAC.
func (f *floor) record(ctx context.Context, a asker, kind, object string, subject uuid.UUID) error {
	if !a.full {
		return nil
	}
	id, now := uuid.Must(uuid.NewV7()), time.Now().UTC()
	mac := f.master.MAC("audit", fmt.Appendf(nil, "%s|%s|%s|%s|%s", a.practice, id, now, object, subject))
	_, err := f.pool.Exec(ctx, insertEvent, a.practice, id, now, "read", object, subject, kind, a.id, mac)
	return err
}

const insertEvent = `insert into audit_events (practice_id, id, at, act, object_kind, object_id, actor_kind, actor_id, role, edge, mac)
	values ($1, $2, $3, $4, $5, $6, $7, $8, $7, 'api', $9)`

type taskRow struct {
	ID       uuid.UUID       `json:"id"`
	DueAt    time.Time       `json:"due_at"`
	ClosesAt time.Time       `json:"closes_at"`
	Status   string          `json:"status"`
	Title    string          `json:"title,omitempty"`
	Form     json.RawMessage `json:"form,omitempty"`
}

// today is a partner's start page: the couple, and what is open.
func (f *floor) today(c *fiber.Ctx, a asker) error {
	ctx := c.UserContext()
	partners, err := f.partners(ctx, a, *a.couple)
	if err != nil {
		return err
	}
	rows, err := f.pool.Query(ctx, `select t.id, t.due_at, t.closes_at, t.status, s.exercise_id from tasks t join assignments s on s.practice_id = t.practice_id and s.id = t.assignment_id
		where t.practice_id = $1 and t.partner_id = $2 and t.status in ('open', 'draft') and t.opens_at <= now() and t.closes_at > now() order by t.due_at`, a.practice, a.id)
	if err != nil {
		return err
	}
	tasks, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t taskRow, err error) {
		return t, row.Scan(&t.ID, &t.DueAt, &t.ClosesAt, &t.Status, &t.Title)
	})
	if err != nil {
		return err
	}
	if err := f.record(ctx, a, "partner", "today", a.id); err != nil {
		return err
	}
	return c.JSON(fiber.Map{"partners": partners, "tasks": tasks})
}

// task is one task with its form as it lies in the database.
func (f *floor) task(c *fiber.Ctx, a asker) error {
	ctx := c.UserContext()
	partners, err := f.partners(ctx, a, *a.couple)
	if err != nil {
		return err
	}
	var t taskRow
	err = f.pool.QueryRow(ctx, `select t.id, t.due_at, t.closes_at, t.status, f.definition from tasks t join exercise_forms f on f.practice_id = t.practice_id and f.id = t.form_id
		where t.practice_id = $1 and t.id = $2 and t.partner_id = $3`, a.practice, c.Params("id"), a.id).Scan(&t.ID, &t.DueAt, &t.ClosesAt, &t.Status, &t.Form)
	if err != nil {
		return err
	}
	if err := f.record(ctx, a, "partner", "task", t.ID); err != nil {
		return err
	}
	return c.JSON(fiber.Map{"partners": partners, "task": t})
}

// couple is an ordinary page: one couple, its partners, its therapists.
func (f *floor) couple(c *fiber.Ctx, a asker) error {
	ctx := c.UserContext()
	var out struct {
		ID         uuid.UUID    `json:"id"`
		Status     string       `json:"status"`
		StartedOn  time.Time    `json:"started_on"`
		Version    int          `json:"version"`
		Partners   []partnerRow `json:"partners"`
		Therapists []uuid.UUID  `json:"therapists"`
	}
	err := f.pool.QueryRow(ctx, `select c.id, c.status, c.started_on, c.version from couples c join couple_therapists t on t.practice_id = c.practice_id and t.couple_id = c.id
		where c.practice_id = $1 and c.id = $2 and t.member_id = $3`, a.practice, c.Params("id"), a.id).Scan(&out.ID, &out.Status, &out.StartedOn, &out.Version)
	if err != nil {
		return err
	}
	if out.Partners, err = f.partners(ctx, a, out.ID); err != nil {
		return err
	}
	rows, err := f.pool.Query(ctx, `select member_id from couple_therapists where practice_id = $1 and couple_id = $2`, a.practice, out.ID)
	if err != nil {
		return err
	}
	if out.Therapists, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID]); err != nil {
		return err
	}
	if err := f.record(ctx, a, "member", "couple", out.ID); err != nil {
		return err
	}
	return c.JSON(out)
}
