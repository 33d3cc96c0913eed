package models

import (
	"database/sql"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
)

// The queue's ranks, by who waits: reminders_queue keeps them as a column that follows from the cause.
const (
	RankAlert   = 0 // somebody of the practice must look, or a person asked for a link and waits for it.
	RankSession = 1
	RankTask    = 2
	RankReport  = 4
)

// Ranks lists them, the most pressing first.
var Ranks = []int16{RankAlert, RankSession, RankTask, RankReport}

// DueShare is how many due reminders of a practice in a rank a claim may take.
type DueShare struct {
	Rank       int16
	PracticeID uuid.UUID
	Most       int
}

// DuePractices tells which practices have reminders in a rank that are due, or were claimed and are not settled yet. It
// looks once at each practice's next one. It runs on the worker's due lists alone.
func DuePractices(tx *gorm.DB, ranks []int16, now time.Time) ([]DueShare, error) {
	var out []DueShare
	err := rowsOf(tx, func(rows *sql.Rows) error {
		var s DueShare
		err := rows.Scan(&s.Rank, &s.PracticeID)
		out = append(out, s)
		return err
	}, `select k.rank, d.practice_id from unnest($1::smallint[]) k (rank), lateral (
			with recursive next as (
				(select practice_id, wake_at from reminders where rank = k.rank and wake_at is not null order by practice_id, wake_at limit 1)
				union all
				select n.practice_id, n.wake_at from next, lateral (
					select practice_id, wake_at from reminders where rank = k.rank and wake_at is not null and practice_id > next.practice_id
						order by practice_id, wake_at limit 1) n)
			select practice_id from next where wake_at <= $2) d`, ranks, now)
	return out, err
}

// rowsOf runs a query with array parameters, which GORM would take for lists.
func rowsOf(tx *gorm.DB, each func(*sql.Rows) error, query string, args ...any) error {
	rows, err := tx.Statement.ConnPool.QueryContext(tx.Statement.Context, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// ClaimedReminder names a reminder that was claimed.
type ClaimedReminder struct {
	PracticeID uuid.UUID
	ID         uuid.UUID
	Rank       int16
	DueAt      time.Time
}

// ClaimReminders takes due reminders until lease, of each practice and rank at most its share and the longest waiting first;
// what another claimer holds is passed over. It runs on the worker's due lists alone.
func ClaimReminders(tx *gorm.DB, shares []DueShare, now, lease time.Time) ([]ClaimedReminder, error) {
	var out []ClaimedReminder
	if len(shares) == 0 {
		return nil, nil
	}
	// As BatchByIndex and BatchUnhurried do.
	if err := tx.Exec(`select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
		set_config('enable_mergejoin', 'off', true), set_config('synchronous_commit', 'off', true)`).Error; err != nil {
		return nil, err
	}
	ranks, practices, most := make([]int16, len(shares)), make([]uuid.UUID, len(shares)), make([]int64, len(shares))
	for i, s := range shares {
		ranks[i], practices[i], most[i] = s.Rank, s.PracticeID, int64(s.Most)
	}
	err := rowsOf(tx, func(rows *sql.Rows) error {
		var c ClaimedReminder
		err := rows.Scan(&c.PracticeID, &c.ID, &c.Rank, &c.DueAt)
		out = append(out, c)
		return err
	}, `with due as materialized ( -- Once: joined as it is, it may run again for rows that it has claimed already.
			select s.practice_id, q.id from unnest($2::smallint[], $3::uuid[], $4::bigint[]) s (rank, practice_id, most), lateral (
				select id from reminders where rank = s.rank and practice_id = s.practice_id and wake_at <= $5 and (lease_until is null or lease_until < $5)
					order by wake_at limit s.most for update skip locked) q)
		update reminders r set state = 'claimed', lease_until = $1, sending_since = null from due
		where r.practice_id = due.practice_id and r.id = due.id
		returning r.practice_id, r.id, r.rank, r.due_at`, lease, ranks, practices, most, now)
	return out, err
}

// BatchByIndex has all that follows in the transaction reach its rows by index, in the order of the index. A batch names some
// tens of rows in each of its statements, and while tables are small PostgreSQL would rather read them whole, which costs
// more than all else. The order keeps two writers of the same rows from waiting for each other.
func BatchByIndex(b Batch) {
	b.Exec(`select set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
		set_config('enable_bitmapscan', 'off', true)`)
}

// BatchUnhurried lets the commit return before it is on the disk. What a crash of PostgreSQL then forgets comes before
// anything that is remembered, so a sender's take is forgotten only together with its outcome.
func BatchUnhurried(b Batch) { b.Exec(`select set_config('synchronous_commit', 'off', true)`) }

// BatchLockRecipients lets one sender at a time decide what people get together, until the transaction ends. The locks are
// taken in one order, so that no two senders wait for each other.
func BatchLockRecipients(b Batch, people []uuid.UUID) {
	b.Exec(`select pg_advisory_xact_lock(hashtextextended(id::text, 7)) from (select id from unnest($1::uuid[]) list (id) order by id) people`, people)
}

// BatchLockRecipientsOf is BatchLockRecipients for those whom reminders are to, before any of these is taken: two senders of one
// person's messages go one after the other, so that what the first takes along is not in the second's hands already.
func BatchLockRecipientsOf(b Batch, ids []uuid.UUID) {
	b.Exec(`select pg_advisory_xact_lock(hashtextextended(id::text, 7))
		from (select distinct recipient_id as id from reminders where `+own+` and id = any ($1) order by recipient_id) people`, ids)
}

// free is what a sender may take: due, and in no sender's hands. A claim alone holds nobody back: its batch will find the
// reminder taken.
const free = `(sending_since is null or lease_until is null or lease_until < $2)`

// taken are the columns that a sender reads of what it takes.
func taken() *table {
	return tableOf[Reminder](without[Reminder]("state", "reason", "lease_until", "sending_since", "sent_at", "created_at", "carrier", "delivery"))
}

// BatchTake gives those of the reminders that are claimed and that no sender took in this lease yet, and takes them until a
// new end of the lease: of two senders with the same batch, the second gets none. It runs after BatchByIndex.
func BatchTake(b Batch, each func(Reminder), ids []uuid.UUID, now, lease time.Time) {
	t := taken()
	b.Query(into(t, each), `update reminders set sending_since = $2, lease_until = $3
		where `+own+` and id = any ($1) and state = 'claimed' and sending_since is null
		returning `+t.list, ids, now, lease)
}

// BatchTakeAlong takes what else is due for people now, for those who get all in one message.
func BatchTakeAlong(b Batch, each func(Reminder), people []uuid.UUID, now, lease time.Time) {
	t := taken()
	b.Query(into(t, each), `update reminders set state = 'claimed', sending_since = $2, lease_until = $3
		where `+own+` and id = any (array(select id from reminders where `+own+` and recipient_id = any ($1) and due_at between $4 and $2
			and wake_at <= $2 and `+free+` and rank > 0 order by id for update skip locked))
		returning `+t.list, people, now, lease, now.Add(-longestWorth))
}

// longestWorth is how long ago something can have fallen due that is still worth a message.
const longestWorth = 31 * 24 * time.Hour

// BatchCountMessages counts what each person got since a moment, and what other senders hold for them now: all that counts
// for the cap. mine are the caller's own.
func BatchCountMessages(b Batch, counts map[uuid.UUID]int, people, mine []uuid.UUID, since, now time.Time) {
	b.Query(func(rows pgx.Rows) error {
		var id uuid.UUID
		var n int
		if err := rows.Scan(&id, &n); err != nil {
			return err
		}
		counts[id] = n
		return nil
	}, `select recipient_id, count(*)::int from reminders where `+own+` and recipient_id = any ($1) and due_at >= $2 and not fanned
			and cause_kind not in ('invitation', 'reset', 'alert', 'test')
			and (state = 'sent' and sent_at >= $3 and reason <> '`+SentInDigest+`' or state = 'claimed' and sending_since is not null and lease_until > $4 and id <> all ($5))
		group by recipient_id`, people, since.Add(-longestWorth), since, now, mine)
}

// SentAbout is a message about a cause that a person got, or gets at this moment.
type SentAbout struct {
	CauseID     uuid.UUID
	RecipientID uuid.UUID
	Moment      string
	AboutAt     time.Time
	SentAt      time.Time
}

// BatchSentAbout reads the messages that people got about causes, and those that other senders hold for them now. mine are the
// caller's own.
func BatchSentAbout(b Batch, each func(SentAbout), kinds []string, causes, people, mine []uuid.UUID, now time.Time) {
	b.Query(func(rows pgx.Rows) error {
		var s SentAbout
		if err := rows.Scan(&s.CauseID, &s.RecipientID, &s.Moment, &s.AboutAt, &s.SentAt); err != nil {
			return err
		}
		each(s)
		return nil
	}, `select cause_id, recipient_id, moment, about_at, coalesce(sent_at, $5) from reminders
		where `+own+` and cause_kind = any ($1) and cause_id = any ($2) and recipient_id = any ($3)
			and (state = 'sent' or state = 'claimed' and sending_since is not null and lease_until > $5 and id <> all ($4))`, kinds, causes, people, mine, now)
}

// BatchHeld reads which of the reminders are in a sender's hands, and when it took them: those that nobody dropped or recalled.
// It runs after BatchByIndex.
func BatchHeld(b Batch, each func(id uuid.UUID, since time.Time), ids []uuid.UUID) {
	b.Query(func(rows pgx.Rows) error {
		var id uuid.UUID
		var since time.Time
		err := rows.Scan(&id, &since)
		each(id, since)
		return err
	}, `select id, sending_since from reminders where `+own+` and id = any ($1) and state = 'claimed' and sending_since is not null`, ids)
}

// BatchSkip settles reminders of the caller's that are not sent; reason is a code. It runs after BatchByIndex, as its
// neighbours do.
func BatchSkip(b Batch, ids []uuid.UUID, reason string) {
	b.Exec(`update reminders set state = 'skipped', reason = $2, lease_until = null, sending_since = null
		where `+own+` and id = any ($1) and state = 'claimed'`, ids, reason)
}

// BatchPutBack gives reminders of the caller's back to the queue, to look at again at a moment.
func BatchPutBack(b Batch, ids []uuid.UUID, until time.Time) {
	b.Exec(`update reminders set state = 'planned', not_before = $2, lease_until = null, sending_since = null
		where `+own+` and id = any ($1) and state = 'claimed'`, ids, until)
}

// BatchSent records that reminders went out; also those dropped meanwhile, for it is the truth and keeps them from going
// out twice.
func BatchSent(b Batch, ids []uuid.UUID, carrier, reason string, now time.Time) {
	b.Exec(`update reminders set state = 'sent', carrier = $2, reason = $3, sent_at = $4, lease_until = null, sending_since = null
		where `+own+` and id = any ($1)`, ids, carrier, reason, now)
}

// BatchMailToken writes a one-use token; earlier ones for the same purpose end, unless it is one more beside them.
func BatchMailToken(b Batch, t MailToken, beside bool) {
	if beside {
		batchInsert(b, t, "")
		return
	}
	b.Exec(`delete from mail_tokens where purpose = $1 and practice_id = $2 and subject_id = $3 and used_at is null`, t.Purpose, t.PracticeID, t.SubjectID)
	batchInsert(b, t, "")
}
