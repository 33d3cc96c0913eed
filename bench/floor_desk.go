package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"tussentijds/internal/seal"
)

// desk is a therapist's day: who comes, whose homework came in, what waits.
func (f *floor) desk(c *fiber.Ctx, a asker) error {
	ctx := c.UserContext()
	sessions, err := maps(ctx, f, `select id, couple_id, room, starts_at, ends_at, status from sessions
		where practice_id = $1 and therapists @> jsonb_build_array($2::text) and ends_at > date_trunc('day', now()) and starts_at < date_trunc('day', now()) + interval '1 day'
		order by starts_at`, a.practice, a.id)
	if err != nil {
		return err
	}
	homework, err := maps(ctx, f, `with since as (
			select own.couple_id, coalesce(max(s.starts_at), now() - interval '14 days') as at
			from couple_therapists own left join sessions s on s.practice_id = own.practice_id and s.couple_id = own.couple_id and s.status = 'held' and s.starts_at <= now()
			where own.practice_id = $1 and own.member_id = $2 group by own.couple_id)
		select t.couple_id, count(*) filter (where t.status = 'done') as done, count(*) as assigned, max(t.done_at) as last_at
		from tasks t join since on since.couple_id = t.couple_id
		where t.practice_id = $1 and t.due_at > since.at and (t.due_at <= now() or t.status = 'done') and t.status in ('open', 'draft', 'done', 'skipped', 'expired')
		group by t.couple_id order by last_at desc nulls last`, a.practice, a.id)
	if err != nil {
		return err
	}
	waiting, err := maps(ctx, f, `(select 'alert' as kind, couple_id, id, created_at as at from alerts where practice_id = $1 and acknowledged_at is null
			and couple_id in (select couple_id from couple_therapists where practice_id = $1 and member_id = $2) order by created_at limit 50)
		union all (select 'report', couple_id, id, created_at from reports where practice_id = $1 and status = 'draft'
			and couple_id in (select couple_id from couple_therapists where practice_id = $1 and member_id = $2) order by created_at limit 50)
		union all (select 'note', couple_id, session_id, created_at from session_notes where practice_id = $1 and signed_at is null and author_id = $2 order by created_at limit 50)
		union all (select 'reveal', couple_id, id, submitted_at from responses where practice_id = $1 and session_revealed_at is null and audiences::text like '%: "in_session"%'
			and couple_id in (select couple_id from couple_therapists where practice_id = $1 and member_id = $2) order by submitted_at limit 50)`, a.practice, a.id)
	if err != nil {
		return err
	}
	names, err := f.coupleNames(ctx, a)
	if err != nil {
		return err
	}
	if err := f.record(ctx, a, "member", "desk", a.id); err != nil {
		return err
	}
	return c.JSON(fiber.Map{"sessions": sessions, "homework": homework, "waiting": waiting, "names": names})
}

func maps(ctx context.Context, f *floor, sql string, args ...any) ([]map[string]any, error) {
	rows, err := f.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToMap)
}

// coupleNames reads the partners of all one's couples; opened when the floor opens names.
func (f *floor) coupleNames(ctx context.Context, a asker) (map[uuid.UUID]string, error) {
	rows, err := f.pool.Query(ctx, `select p.id, p.name, k.id, k.wrapped from partners p join couple_therapists t on t.practice_id = p.practice_id and t.couple_id = p.couple_id
		join keys.wrapped_keys k on k.practice_id = p.practice_id and k.owner_kind = 'person' and k.owner_id = p.id
		where p.practice_id = $1 and t.member_id = $2`, a.practice, a.id)
	if err != nil {
		return nil, err
	}
	type named struct {
		ID, Key         uuid.UUID
		Sealed, Wrapped []byte
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (n named, err error) {
		return n, row.Scan(&n.ID, &n.Sealed, &n.Key, &n.Wrapped)
	})
	out := make(map[uuid.UUID]string, len(list))
	for _, n := range list {
		if out[n.ID] = ""; err != nil || !a.full {
			continue
		}
		if _, known := f.keys.Load(n.Key); !known {
			wrapper, err := f.practiceKey(ctx, a)
			if err != nil {
				return nil, err
			}
			k, err := wrapper.Unwrap(n.Key, n.Wrapped, a.practice, n.ID)
			if err != nil {
				return nil, err
			}
			f.keys.Store(n.Key, k)
		}
		out[n.ID], err = f.open(a, n.ID, "name", n.Sealed)
	}
	return out, err
}

func (f *floor) practiceKey(ctx context.Context, a asker) (*seal.Key, error) {
	var id uuid.UUID
	var wrapped []byte
	err := f.pool.QueryRow(ctx, `select id, wrapped from keys.wrapped_keys where practice_id = $1 and owner_kind = 'practice'`, a.practice).Scan(&id, &wrapped)
	if err != nil {
		return nil, err
	}
	return f.master.Key().Unwrap(id, wrapped, a.practice, a.practice)
}

// submit completes a task as the serving role, under row security, in one pipelined transaction: the response, the task, the
// record, and a job for what comes of it. It checks nothing and encrypts nothing.
func (f *floor) submit(c *fiber.Ctx, a asker) error {
	var in struct {
		Answers json.RawMessage `json:"answers"`
	}
	if err := json.Unmarshal(c.Body(), &in); err != nil {
		return err
	}
	task, err := uuid.Parse(c.Params("id"))
	if err != nil {
		return err
	}
	response, event, job := uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7()), uuid.Must(uuid.NewV7())
	sealed := append(append(append([]byte{}, seal.Magic...), make([]byte, 40)...), in.Answers...)
	batch := &pgx.Batch{}
	batch.Queue(`begin`)
	batch.Queue(`select set_config('app.practice_id', $1, true)`, a.practice.String())
	batch.Queue(`insert into responses (practice_id, id, task_id, occurrence_id, couple_id, partner_id, form_id, submitted_at, answers, audiences)
		select practice_id, $2, id, occurrence_id, couple_id, partner_id, form_id, now(), $3, audiences from tasks
		where practice_id = $1 and id = $4 and partner_id = $5 and status = 'open'`, a.practice, response, sealed, task, a.id)
	batch.Queue(`update tasks set status = 'done', done_at = now(), version = version + 1 where practice_id = $1 and id = $2 and partner_id = $3`, a.practice, task, a.id)
	batch.Queue(insertEvent, a.practice, event, time.Now(), "create", "response", response, "partner", a.id, make([]byte, 32))
	batch.Queue(`insert into jobs (practice_id, id, kind, subject_id, run_at, unique_key) values ($1, $2, 'bench', $3, now(), $4)`, a.practice, job, response, rand.Text())
	batch.Queue(`commit`)
	if err := f.serving.SendBatch(c.UserContext(), batch).Close(); err != nil {
		return err
	}
	return c.Status(fiber.StatusCreated).JSON(fiber.Map{"id": response, "task_id": task})
}
