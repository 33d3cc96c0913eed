package tests

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tussentijds/internal/db"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

// everyTable fills what no use case of a filled file touches, so that each tenant table has rows of both practices.
func everyTable(k *testkit.Kit, practice, person, agreement, partner any) {
	id := func() uuid.UUID { return models.NewID() }
	k.SQL(`insert into idempotency_keys (practice_id, id, person_id, method, path, key, body_hash) values ($1, $2, $3, 'POST', '/', $4, 'x')`, practice, id(), person, random(12))
	k.SQL(`insert into exercise_favourites (practice_id, id, member_id, exercise_id) select practice_id, $2, id, 'own-letter' from members where practice_id = $1 limit 1`, practice, id())
	k.SQL(`insert into safety_holds (practice_id, id, couple_id, set_at, set_by) select c.practice_id, $2, c.id, now(), m.id from couples c join members m using (practice_id) where c.practice_id = $1 limit 1`, practice, id())
	k.SQL(`insert into own_exercises (practice_id, id, draft) values ($1, $2, '{}')`, practice, id())
	k.SQL(`insert into reminder_preferences (practice_id, id, person_kind, person_id) values ($1, $2, 'member', $3)`, practice, id(), id())
	k.SQL(`insert into push_subscriptions (practice_id, id, person_kind, person_id, endpoint_hash, target, device, created_at) values ($1, $2, 'member', $3, $4, '\x54547331' || decode(repeat('00', 60), 'hex'), 'other', now())`, practice, id(), id(), []byte(random(32)))
	k.SQL(`insert into own_words (practice_id, id, kind, locale, words, changed_at, changed_by) select practice_id, $2, 'ready', 'nl', '{}', now(), id from members where practice_id = $1 limit 1`, practice, id())
	k.SQL(`insert into calendar_feeds (practice_id, id, person_kind, person_id, made_at) values ($1, $2, 'member', $3, now())`, practice, id(), id())
	k.SQL(`insert into delivery_states (practice_id, id, person_kind, person_id, channel) values ($1, $2, 'member', $3, 'mail')`, practice, id(), id())
	k.SQL(`insert into message_reads (practice_id, id, message_id, reader_kind, reader_id, read_at) select practice_id, $2, id, 'member', $3, now() from messages where practice_id = $1 limit 1`, practice, id(), person)
	k.SQL(`insert into message_drafts (practice_id, id, couple_id, thread_id, writer_kind, writer_id, body, saved_at) select practice_id, $2, id, id, 'member', $3, '\x54547331' || decode(repeat('00', 60), 'hex'), now() from couples where practice_id = $1 limit 1`, practice, id(), person)
	k.SQL(`insert into report_glances (practice_id, id, report_id, member_id, version, glanced_at) select r.practice_id, $2, r.id, m.id, 1, now() from reports r join members m using (practice_id) where r.practice_id = $1 limit 1`, practice, id())
	k.SQL(`insert into report_openings (practice_id, id, report_id, revision, partner_id, opened_at) select v.practice_id, $2, v.report_id, v.revision, $3, now() from report_revisions v where v.practice_id = $1 limit 1 on conflict do nothing`, practice, id(), partner)
	k.SQL(`insert into report_fonts (practice_id, id, sha256, octets) values ($1, $2, sha256($3), $3)`, practice, id(), []byte(random(12)))
	k.SQL(`insert into practice_brands (practice_id, id, changed_at) values ($1, $2, now()) on conflict do nothing`, practice, id())
	k.SQL(`insert into webhooks (practice_id, id, url, events, secret) values ($1, $2, 'https://x.example', '[]', '\x54547331' || decode(repeat('00', 60), 'hex'))`, practice, id())
	k.SQL(`insert into agreement_signatures (practice_id, id, agreement_id, partner_id, revision, signed_at, free_choice) values ($1, $2, $3, $4, 1, now(), '\x54547331' || decode(repeat('00', 60), 'hex'))`, practice, id(), agreement, partner)
	k.SQL(`insert into agreement_reviews (practice_id, id, agreement_id, partner_id, reviewed_on, result) values ($1, $2, $3, $4, now(), '\x54547331' || decode(repeat('00', 60), 'hex'))`, practice, id(), agreement, partner)
	k.SQL(`insert into audit_links (practice_id, id, seq, event_id, hash) select practice_id, $2, 1, id, 'x' from audit_events where practice_id = $1 limit 1`, practice, id())
}

// With every condition forgotten, each door still gives the rows of one practice alone, and writes none of another's.
func TestAForgottenConditionLeaksNothing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	k := testkit.New(t)
	own := newCouple(t, k, k.Therapist, nil).fill()
	foreign := newCouple(t, k, k.ForeignTherapist, nil).fill()
	for _, f := range []*file{own, foreign} {
		everyTable(k, f.therapist.PracticeID, f.therapist.ID, f.ids["agreement"], f.a.ID)
	}
	super := connect(t, testkit.SuperURL(t))
	tenants := column[string](t, super, `select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and c.relname <> all($1) and `+ours+` order by 1`, global)
	columns := map[string]string{}
	for _, table := range tenants {
		columns[table] = strings.Join(column[string](t, super, `select attname::text from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`, table), ", ")
		for _, practice := range []uuid.UUID{k.Practice, k.ForeignPractice} {
			require.Positive(t, k.Count(table+" where practice_id = $1", practice), "%s is empty: nothing would be shown by it", table)
		}
	}

	reads, writes, leaked, done := 0, 0, int64(0), 0
	for _, role := range []string{"tt_app", "tt_worker"} {
		pool, err := db.Open(ctx, testkit.RoleURL(t, role), db.Options{MaxConns: 2})
		require.NoError(t, err)
		defer func() { _ = pool.Close() }()
		for _, table := range tenants {
			// The ordinary door.
			require.NoError(t, pool.InPractice(ctx, k.Practice, uuid.Nil, func(tx *db.Tx) error {
				var mine, all int64
				if err := tx.Raw("select count(*) filter (where practice_id = ?), count(*) from "+table, k.Practice).Row().Scan(&mine, &all); err != nil {
					return err
				}
				assert.Positive(t, mine, table)
				assert.Equal(t, mine, all, "%s shows %s rows of others", table, role)
				leaked += all - mine
				reads++
				return nil
			}))
			// The batch.
			var mine, all int64
			require.NoError(t, pool.BatchInPractice(ctx, k.Practice, uuid.Nil, func(b *db.Batch) {
				b.Query(func(rows pgx.Rows) error { return rows.Scan(&mine, &all) }, "select count(*) filter (where practice_id = $1), count(*) from "+table, k.Practice)
			}))
			assert.Positive(t, mine, table)
			assert.Equal(t, mine, all, "%s in a batch shows %s rows of others", table, role)
			leaked += all - mine
			reads++
			// No practice said: nothing. Before, on the same connection, one was.
			for _, open := range []func(context.Context, func(*db.Tx) error) error{pool.Global, pool.DueLists} {
				require.NoError(t, open(ctx, func(tx *db.Tx) error { return tx.Raw("select count(*) from " + table).Row().Scan(&all) }))
				reads++
				if role == "tt_worker" && slices.Contains(acrossPractices, strings.TrimPrefix(table, "public.")) {
					continue
				}
				assert.Zero(t, all, "%s shows %s rows without a practice", table, role)
				leaked += all
			}
			require.NoError(t, pool.Global(ctx, func(tx *db.Tx) error { return tx.Raw("select count(*) from " + table).Row().Scan(&all) }))
			assert.Zero(t, all, "%s shows %s rows without a practice", table, role)
			// Writing into another practice, and taking a row there.
			list := columns[table]
			picked := strings.Replace(", "+list+",", ", practice_id,", ", '"+k.ForeignPractice.String()+"'::uuid,", 1)
			moved := fmt.Sprintf("update %s set practice_id = '%s'", table, k.ForeignPractice)
			if table == "public.practices" {
				picked = strings.Replace(picked, ", id,", ", '"+uuid.NewString()+"'::uuid,", 1)
				moved = fmt.Sprintf("update practices set id = '%s'", uuid.NewString())
			}
			picked = strings.Trim(picked, ", ")
			for _, sql := range []string{fmt.Sprintf("insert into %s (%s) select %s from %s limit 1", table, list, picked, table), moved} {
				err := pool.InPractice(ctx, k.Practice, uuid.Nil, func(tx *db.Tx) error { return tx.Exec(sql).Error })
				if err == nil {
					done++
				}
				var pg *pgconn.PgError
				require.ErrorAs(t, err, &pg, "%s: %s", role, sql)
				assert.Equal(t, "42501", pg.Code, "%s: %s: %s", role, sql, pg.Message)
				writes++
			}
			if err := pool.InPractice(ctx, k.Practice, uuid.Nil, func(tx *db.Tx) error {
				r := tx.Exec(fmt.Sprintf("delete from %s where practice_id = '%s'", table, k.ForeignPractice))
				assert.Zero(t, r.RowsAffected, table)
				done += int(r.RowsAffected)
				return errors.Join(r.Error, errors.New("roll back"))
			}); err != nil {
				writes++
			}
		}
	}
	t.Logf("%d tenant tables, %d reads without a condition: %d foreign rows; %d writes into another practice: %d done", len(tenants), reads, leaked, writes, done)
}
