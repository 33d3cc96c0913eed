package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"tussentijds/library"
)

const (
	plain = "floor"
	full  = "floor with encryption and audit"
)

// pages gives the groups of the portal, the desk and the API.
func (w *world) pages(ctx context.Context) ([]group, error) {
	ours, err := w.newOurs(ctx, smallDatabase)
	if err != nil {
		return nil, err
	}
	large, err := w.newOurs(ctx, largeDatabase)
	if err != nil {
		return nil, err
	}
	bare, err := w.newFloor(ctx)
	if err != nil {
		return nil, err
	}
	asPartner := func(addr, path string) func(context.Context) (float64, error) {
		return w.drive(addr, w.readers, func(p person) string { return path }, false)
	}
	onTask := func(addr, format string, cookie bool) func(context.Context) (float64, error) {
		return w.drive(addr, w.readers, func(p person) string { return fmt.Sprintf(format, p.task) }, cookie)
	}
	portal := func(addr string) func(context.Context) (float64, error) {
		return w.drive(addr, w.readers, func(person) string { return "/portal" }, true)
	}
	couples := make([]person, len(w.readers)) // The therapist on every connection, each on another couple.
	for i := range couples {
		couples[i] = w.therapist
		couples[i].couple = w.readers[i].couple
	}
	onCouple := func(addr, format string, cookie bool) func(context.Context) (float64, error) {
		return w.drive(addr, couples, func(p person) string { return fmt.Sprintf(format, p.couple) }, cookie)
	}
	desk := func(addr, path string, cookie bool) func(context.Context) (float64, error) {
		return w.drive(addr, couples, func(person) string { return path }, cookie)
	}
	submissions := &submissions{w: w}
	return []group{
		{
			name: "portal today", unit: perSecond,
			floors: []side{{plain, asPartner(bare, "/plain/today")}, {full, asPartner(bare, "/full/today")}},
			ours:   []side{{"page", portal(ours)}, {"API, open tasks", asPartner(ours, "/api/v1/tasks?status=open")}},
			targets: map[string]float64{
				"page / " + plain: 0.9, "page / " + full: 0.7,
			},
		},
		{
			name: "task", unit: perSecond,
			floors:  []side{{plain, onTask(bare, "/plain/tasks/%s", false)}, {full, onTask(bare, "/full/tasks/%s", false)}},
			ours:    []side{{"page", onTask(ours, "/portal/tasks/%s", true)}, {"API", onTask(ours, "/api/v1/tasks/%s", false)}},
			targets: map[string]float64{"page / " + full: 0.6, "API / " + full: 0.6},
		},
		{
			name: "submit", unit: perSecond,
			floors:  []side{{"floor with row security, record and outbox", submissions.to(bare, "/tasks/%s/response")}},
			ours:    []side{{"API", submissions.to(ours, "/api/v1/tasks/%s/response")}},
			targets: map[string]float64{"API / floor with row security, record and outbox": 0.5},
		},
		{
			name: "desk today", unit: perSecond,
			floors: []side{{plain, desk(bare, "/plain/desk", false)}, {full, desk(bare, "/full/desk", false)}},
			ours:   []side{{"page", desk(ours, "/desk", true)}},
		},
		{
			name: "couple, an ordinary page", unit: perSecond,
			floors:  []side{{plain, onCouple(bare, "/plain/couples/%s", false)}, {full, onCouple(bare, "/full/couples/%s", false)}},
			ours:    []side{{"API", onCouple(ours, "/api/v1/couples/%s", false)}},
			targets: map[string]float64{"API / " + full: 0.45},
		},
		{
			name: "growth", unit: perSecond,
			floors:  []side{{fmt.Sprintf("portal page, %d task rows", w.set.rows), portal(ours)}},
			ours:    []side{{fmt.Sprintf("portal page, %d task rows", w.set.moreRows), portal(large)}},
			targets: map[string]float64{fmt.Sprintf("portal page, %d task rows / portal page, %d task rows", w.set.moreRows, w.set.rows): 0.8},
		},
	}, nil
}

// drive measures how fast addr answers people, each on a connection of their own.
func (w *world) drive(addr string, people []person, path func(person) string, cookie bool) func(context.Context) (float64, error) {
	traffics := make([]traffic, len(people))
	for i, p := range people {
		traffics[i] = same(request(http.MethodGet, path(p), p.credential(cookie), nil), http.StatusOK)
	}
	return func(ctx context.Context) (float64, error) { return drive(ctx, addr, traffics, w.set.each) }
}

func (p person) credential(cookie bool) string {
	if cookie {
		return "Cookie: tt=" + p.web
	}
	return "Authorization: Bearer " + p.api
}

// submissions makes open tasks before each round and takes away what is left of them after it.
type submissions struct {
	w    *world
	next time.Time // the next due moment: no two tasks of an assignment fall due at the same one.
}

// submitsPerSecond is more than anything here submits in a second.
const submitsPerSecond = 4000

func (s *submissions) to(addr, format string) func(context.Context) (float64, error) {
	return func(ctx context.Context) (rate float64, err error) {
		w := s.w
		body, err := s.body()
		if err != nil {
			return 0, err
		}
		err = w.asSuperuser(ctx, smallDatabase, func(super *pgx.Conn) error {
			tasks, err := s.make(ctx, super)
			if err != nil {
				return err
			}
			traffics := make([]traffic, len(w.writers))
			for i, p := range w.writers {
				var next atomic.Int64
				mine := tasks[p.actor.ID]
				traffics[i] = traffic{want: http.StatusCreated, next: func() []byte {
					n := int(next.Add(1)) - 1
					if n >= len(mine) {
						return nil
					}
					return request(http.MethodPost, fmt.Sprintf(format, mine[n]), p.credential(false), body)
				}}
			}
			if rate, err = drive(ctx, addr, traffics, w.set.each); err != nil {
				return err
			}
			_, err = super.Exec(ctx, `delete from tasks where practice_id = $1 and partner_id = any($2) and status = 'open' and id <> all($3)`, w.practice, s.partners(), s.kept())
			return err
		})
		return rate, err
	}
}

var answersOnce sync.Map

// body is a filled form of appreciation.
func (s *submissions) body() ([]byte, error) {
	if known, ok := answersOnce.Load("appreciation"); ok {
		body, _ := known.([]byte)
		return body, nil
	}
	e, ok := s.w.library.Exercise("appreciation")
	if !ok {
		return nil, fmt.Errorf("no exercise to submit")
	}
	answers := library.Answers{}
	for _, q := range e.Questions {
		if q.Type == library.FieldShort || q.Type == library.FieldLong {
			answers[q.ID] = "Dat je gisteren zonder iets te zeggen de afwas deed toen mijn moeder belde."
		}
	}
	body, err := json.Marshal(map[string]any{"answers": answers})
	answersOnce.Store("appreciation", body)
	return body, err
}

func (s *submissions) partners() []uuid.UUID {
	var ids []uuid.UUID
	for _, p := range s.w.writers {
		ids = append(ids, p.actor.ID)
	}
	return ids
}

func (s *submissions) kept() []uuid.UUID {
	var ids []uuid.UUID
	for _, p := range s.w.writers {
		ids = append(ids, p.task)
	}
	return ids
}

// make gives each writer so many open tasks, each with a planned reminder, as copies of the first one.
func (s *submissions) make(ctx context.Context, super *pgx.Conn) (map[uuid.UUID][]uuid.UUID, error) {
	n := max(20, int(s.w.set.each.Seconds()*submitsPerSecond)/len(s.w.writers))
	for _, statement := range []string{
		`create temp table if not exists fresh (practice_id uuid, task uuid, occurrence uuid, source uuid, at timestamptz)`,
		`truncate fresh`,
	} {
		if _, err := super.Exec(ctx, statement); err != nil {
			return nil, err
		}
	}
	if s.next.IsZero() {
		s.next = time.Now().Add(time.Minute)
	}
	if _, err := super.Exec(ctx, `insert into fresh select $1, gen_random_uuid(), gen_random_uuid(), t, $4::timestamptz + n * interval '1 millisecond'
		from unnest($2::uuid[]) t, generate_series(1, $3) n`, s.w.practice, s.kept(), n, s.next); err != nil {
		return nil, err
	}
	s.next = s.next.Add(time.Duration(n+1) * time.Millisecond)
	for _, statement := range []string{
		`insert into occurrences (practice_id, id, assignment_id, couple_id, due_at, opens_at, closes_at)
			select t.practice_id, f.occurrence, t.assignment_id, t.couple_id, f.at, t.opens_at, t.closes_at from fresh f join tasks t on t.practice_id = f.practice_id and t.id = f.source`,
		`insert into tasks (practice_id, id, occurrence_id, assignment_id, couple_id, partner_id, form_id, due_at, opens_at, closes_at, audiences)
			select t.practice_id, f.task, f.occurrence, t.assignment_id, t.couple_id, t.partner_id, t.form_id, f.at, t.opens_at, t.closes_at, t.audiences
			from fresh f join tasks t on t.practice_id = f.practice_id and t.id = f.source`,
	} {
		if _, err := super.Exec(ctx, statement); err != nil {
			return nil, err
		}
	}
	rows, err := super.Query(ctx, `select t.partner_id, f.task from fresh f join tasks t on t.practice_id = f.practice_id and t.id = f.task`)
	if err != nil {
		return nil, err
	}
	out := map[uuid.UUID][]uuid.UUID{}
	var partner, task uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&partner, &task}, func() error {
		out[partner] = append(out[partner], task)
		return nil
	})
	return out, err
}
