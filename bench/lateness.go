package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"tussentijds/care"
	"tussentijds/worker"
)

// perMinute is how many reminders fall due within a minute when the lateness is measured; fewer reminders, a shorter while.
const perMinute = 100_000

// latenessGroup gives how late the slowest hundredth of reminders goes out that fall due one after the other, a hundred
// thousand a minute, with a real worker and the real clock.
func (r *reminders) latenessGroup() group {
	return group{
		name: "lateness", unit: milliseconds, rounds: 3,
		floors:  []side{{"five seconds", func(context.Context) (float64, error) { return 5000, nil }}},
		ours:    []side{{"99 of 100 reminders", r.lateness}},
		targets: map[string]float64{"99 of 100 reminders / five seconds": 1},
	}
}

func (r *reminders) lateness(ctx context.Context) (ms float64, err error) {
	if err := r.spread(ctx); err != nil {
		return 0, err
	}
	deps := r.deps
	deps.Clock = care.SystemClock{}
	left := make(chan struct{}, r.w.set.reminders)
	deps.Departed = func(care.Departure) { left <- struct{}{} }
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	working, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- worker.Run(working, care.New(deps), worker.Options{Redis: r.redis, Grace: 5 * time.Second})
	}()
	for range r.w.set.reminders {
		select {
		case <-left:
		case <-ctx.Done():
			err = errors.Join(err, fmt.Errorf("the worker did not send all within five minutes: %w", ctx.Err()))
		}
		if err != nil {
			break
		}
	}
	stop()
	err = errors.Join(err, <-ended)
	if err != nil {
		return 0, err
	}
	err = r.w.asSuperuser(ctx, smallDatabase, func(super *pgx.Conn) error {
		var unsent int
		err := super.QueryRow(ctx, `select coalesce(percentile_cont(0.99) within group (order by extract(epoch from sent_at - due_at)) * 1000, 0), count(*) filter (where state <> 'sent')
			from reminders where practice_id = $1 and cause_kind = 'task' and moment = 'due'`, r.w.many).Scan(&ms, &unsent)
		if err == nil && unsent > 0 {
			err = fmt.Errorf("%d reminders were not sent", unsent)
		}
		return err
	})
	return ms, err
}

// spread plans the reminders anew, one after the other from soon on, where it is day and nobody is asleep.
func (r *reminders) spread(ctx context.Context) error {
	return r.w.asSuperuser(ctx, smallDatabase, func(super *pgx.Conn) error {
		noon := time.Now().UTC().Hour() - 12 // Hours east of where it is noon, as Etc/GMT counts them.
		for _, s := range []struct {
			sql  string
			args []any
		}{
			{`update practices set time_zone = $2 where id = $1`, []any{r.w.many, fmt.Sprintf("Etc/GMT%+d", noon)}},
			{`update tasks set opens_at = now() - interval '1 hour', closes_at = now() + interval '9 days' where practice_id = $1`, []any{r.w.many}},
			{`with numbered as (select practice_id, id, row_number() over (order by md5(id::text)) as n from reminders where practice_id = $1 and cause_kind = 'task' and moment = 'due')
				update reminders r set state = 'planned', reason = '', sent_at = null, lease_until = null, sending_since = null, attempts = 0,
					due_at = m.at, not_before = m.at, expires_at = m.at + interval '7 days'
				from (select practice_id, id, now() + interval '3 seconds' + n * interval '1 minute' / $2::float8 as at from numbered) m
				where r.practice_id = m.practice_id and r.id = m.id`, []any{r.w.many, float64(perMinute)}},
			{`vacuum (analyze) reminders`, nil},
		} {
			if _, err := super.Exec(ctx, s.sql, s.args...); err != nil {
				return err
			}
		}
		return nil
	})
}
