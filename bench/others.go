package main

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Other practices, by database. Each has so many couples, and all couples, the measured ones too, share the done tasks.
const (
	otherPractices = 50
	otherCouples   = 20 // of each.
)

// others makes the second database and fills both with the history of many couples.
func (w *world) others(ctx context.Context) error {
	err := w.asSuperuser(ctx, "postgres", func(super *pgx.Conn) error {
		_, err := super.Exec(ctx, fmt.Sprintf(`create database %s template %s owner tt_owner`, largeDatabase, smallDatabase))
		return err
	})
	if err != nil {
		return err
	}
	for database, rows := range map[string]int{smallDatabase: w.set.rows, largeDatabase: w.set.moreRows} {
		err := w.asSuperuser(ctx, database, func(super *pgx.Conn) error {
			if err := fillHistory(ctx, super, rows, w.set.rows); err != nil {
				return err
			}
			_, err := super.Exec(ctx, `vacuum (analyze)`)
			return err
		})
		if err != nil {
			return fmt.Errorf("fill %s: %w", database, err)
		}
	}
	return nil
}

// fillHistory adds about so many task rows: two for each occurrence, twice a day, back from the day before yesterday. Ids
// rise with time, as ours do. More rows mean more practices, and the measured practice's own history grows along by its
// share of them.
func fillHistory(ctx context.Context, super *pgx.Conn, rows, fewest int) error {
	practices := max(1, min(otherPractices, rows/1000)) * max(1, rows/fewest/4)
	for _, statement := range []string{
		`create function pg_temp.rising(at timestamptz) returns uuid language sql volatile as $$
			select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || substr(h, 1, 3) || '8' || substr(h, 4, 15))::uuid
			from (select md5(random()::text || clock_timestamp()::text) as h) x $$`,
		fmt.Sprintf(`insert into practices (id, name, sender_name) select gen_random_uuid(), 'Praktijk ' || n, 'Praktijk ' || n from generate_series(1, %d) n`, practices),
		fmt.Sprintf(`insert into couples (practice_id, id, status, started_on) select p.id, gen_random_uuid(), 'active', current_date - 400
			from practices p, generate_series(1, %d) where p.name like 'Praktijk %%' and not exists (select from members m where m.practice_id = p.id)`, otherCouples),
		`insert into partners (practice_id, id, couple_id, position, name, email, status)
			select c.practice_id, gen_random_uuid(), c.id, n, 'TTs1'::bytea || decode(repeat('00', 60), 'hex'), 'TTs1'::bytea || decode(repeat('00', 60), 'hex'), 'active'
			from couples c, generate_series(1, 2) n where not exists (select from partners p where p.practice_id = c.practice_id and p.couple_id = c.id)`,
		`create temp table homes as select row_number() over (order by id) - 1 as n, practice_id, id as couple_id from couples
			where practice_id not in (select id from practices where name = 'Praktijk Veel Post')`,
		`create index on homes (n)`,
		fmt.Sprintf(`create temp table past as select h.practice_id, h.couple_id, now() - interval '2 days' - (g.n / s.homes) * interval '12 hours' as at
			from (select count(*) as homes from homes) s, generate_series(0, %d) as g(n) join homes h on h.n = g.n %% (select count(*) from homes)`, rows/2-1),
		`insert into occurrences (practice_id, id, assignment_id, couple_id, due_at, opens_at, closes_at)
			select practice_id, pg_temp.rising(at), couple_id, couple_id, at, at - interval '14 hours', at + interval '1 day' from past order by at`,
		`insert into tasks (practice_id, id, occurrence_id, assignment_id, couple_id, partner_id, form_id, due_at, opens_at, closes_at, status, audiences, done_at)
			select o.practice_id, pg_temp.rising(o.due_at), o.id, o.assignment_id, o.couple_id, p.id, coalesce(f.id, o.couple_id), o.due_at, o.opens_at, o.closes_at,
				case when get_byte(uuid_send(o.id), 15) < 50 then 'expired' else 'done' end, '{"first": "both"}',
				case when get_byte(uuid_send(o.id), 15) < 50 then null else o.due_at end
			from occurrences o join partners p on p.practice_id = o.practice_id and p.couple_id = o.couple_id
				left join exercise_forms f on f.practice_id = o.practice_id and f.exercise_id = 'appreciation'
			where o.assignment_id = o.couple_id order by o.due_at`,
		`drop table past, homes`,
	} {
		if _, err := super.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
