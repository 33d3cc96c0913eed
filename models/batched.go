package models

import (
	"reflect"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Batch is what the hot pages put their reads into, so that all go out in one round trip. The functions of this file
// read the same rows as their ordinary neighbours.
type Batch interface {
	Query(each func(pgx.Rows) error, sql string, args ...any)
	Exec(sql string, args ...any)
}

// BatchPartner reads one partner with the practice.
func BatchPartner(b Batch, p *Partner, practice *Practice, id uuid.UUID) {
	b.Query(func(rows pgx.Rows) error {
		return rows.Scan(&p.PracticeID, &p.ID, &p.CoupleID, &p.Position, &p.Name, &p.Role, &p.Locale, &p.Status, &practice.Name, &practice.TimeZone, &practice.Helplines, &practice.ReminderLeads)
	}, `select p.practice_id, p.id, p.couple_id, p.position, p.name, p.role, p.locale, p.status, pr.name, pr.time_zone, pr.helplines, pr.reminder_leads
		from partners p join practices pr on pr.id = p.practice_id where p.id = $1`, id)
}

// BatchKeys reads the practice's key and those of a couple's partners and the couple: by their ids, which the index knows.
func BatchKeys(b Batch, into *[]WrappedKey, coupleID uuid.UUID) {
	b.Query(func(rows pgx.Rows) error {
		var k WrappedKey
		if err := rows.Scan(&k.PracticeID, &k.ID, &k.OwnerKind, &k.OwnerID, &k.Wrapped, &k.CreatedAt, &k.DestroyedAt); err != nil {
			return err
		}
		*into = append(*into, k)
		return nil
	}, `select practice_id, id, owner_kind, owner_id, wrapped, created_at, destroyed_at from keys.wrapped_keys
		where owner_id = any (array(
			select $1::uuid union all select id from partners where couple_id = $1::uuid union all select id from practices))
		order by (owner_kind = 'practice') desc`, coupleID)
}

const taskColumns = `practice_id, id, occurrence_id, assignment_id, couple_id, partner_id, form_id, due_at, opens_at, closes_at, status, draft, audiences, look_back_days, discreet, version`

func scanTasks(into *[]Task) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		var t Task
		if err := rows.Scan(&t.PracticeID, &t.ID, &t.OccurrenceID, &t.AssignmentID, &t.CoupleID, &t.PartnerID, &t.FormID, &t.DueAt, &t.OpensAt, &t.ClosesAt, &t.Status, &t.Draft, &t.Audiences, &t.LookBackDays, &t.Discreet, &t.Version); err != nil {
			return err
		}
		*into = append(*into, t)
		return nil
	}
}

// BatchCurrentTasks is CurrentTasks in a batch. Each kind is asked for by itself, so that each takes the partial index made
// for it.
func BatchCurrentTasks(b Batch, into *[]Task, partnerID uuid.UUID, now, until time.Time) {
	b.Query(scanTasks(into), `select `+taskColumns+` from (
		select * from tasks where partner_id = $1 and status in ('open', 'draft') and opens_at <= $2 and closes_at > $3
		union all select * from tasks where partner_id = $1 and status = 'rescheduled' and due_at between $4 and $5
		union all select * from tasks where partner_id = $1 and status = 'done' and done_at > $6) current order by due_at, id`,
		partnerID, until, now, now.AddDate(0, 0, -2), now.AddDate(0, 0, 7), now.AddDate(0, 0, -7))
}

// BatchTask is TaskOf in a batch: none or one.
func BatchTask(b Batch, into *[]Task, partnerID, id uuid.UUID) {
	b.Query(scanTasks(into), `select `+taskColumns+` from tasks where id = $1 and partner_id = $2`, id, partnerID)
}

// BatchResponses reads the answers of the occurrence that a partner's task belongs to.
func BatchResponses(b Batch, into *[]Response, partnerID, taskID uuid.UUID) {
	b.Query(func(rows pgx.Rows) error {
		var r Response
		if err := rows.Scan(&r.PracticeID, &r.ID, &r.TaskID, &r.OccurrenceID, &r.CoupleID, &r.PartnerID, &r.FormID, &r.SubmittedAt, &r.Answers, &r.Audiences, &r.RevealedAt, &r.SessionRevealedAt, &r.Version); err != nil {
			return err
		}
		*into = append(*into, r)
		return nil
	}, `select practice_id, id, task_id, occurrence_id, couple_id, partner_id, form_id, submitted_at, answers, audiences, revealed_at, session_revealed_at, version
		from responses where occurrence_id = (select occurrence_id from tasks where id = $1 and partner_id = $2) order by partner_id`, taskID, partnerID)
}

// BatchNextSession reads the next planned session that a partner may know of, with its therapists' names.
func BatchNextSession(b Batch, s *Session, names *[]string, coupleID, partnerID uuid.UUID, now time.Time) {
	b.Query(func(rows pgx.Rows) error {
		return rows.Scan(&s.ID, &s.CoupleID, &s.Kind, &s.PartnerID, &s.Room, &s.StartsAt, &s.EndsAt, &s.Status, &s.Version, &s.Therapists, names)
	}, `select id, couple_id, kind, partner_id, room, starts_at, ends_at, status, version, therapists,
			array(select m.name from members m where therapists @> to_jsonb(m.id::text) order by m.created_at, m.id)
		from sessions where couple_id = $1 and (kind = 'conjoint' or partner_id = $2) and status = 'planned' and ends_at > $3
		order by starts_at, id limit 1`, coupleID, partnerID, now)
}

// BatchAnyWaiting tells whether an agreement waits for the couple.
func BatchAnyWaiting(b Batch, any *bool, coupleID uuid.UUID, today Day) {
	b.Query(func(rows pgx.Rows) error { return rows.Scan(any) },
		`select exists (select from agreements where couple_id = $1 and (status = 'proposed' or status = 'active' and review_on <= $2::date))`, coupleID, string(today))
}

// BatchEvent writes one act on the record.
func BatchEvent(b Batch, e AuditEvent) { batchEvent(b, e, "") }

// BatchTaskEvent writes an act on a partner's own task on the record, when there is such a task.
func BatchTaskEvent(b Batch, e AuditEvent) {
	batchEvent(b, e, ` where exists (select from tasks where id = $6 and partner_id = $8)`)
}

func batchEvent(b Batch, e AuditEvent, when string) {
	b.Exec(`insert into audit_events (practice_id, id, at, act, object_kind, object_id, couple_id, partner_id, actor_kind, actor_id, responsible_id,
			role, edge, access_point, login_id, basis, emergency, reason, restricted, mac)
		select $1::uuid, $2::uuid, $3::timestamptz, $4::text, $5::text, $6::uuid, $7::uuid, $8::uuid, $9::text, $10::uuid, $11::uuid,
			$12::text, $13::text, $14::text, $15::uuid, $16::text, $17::boolean, $18::text, $19::boolean, $20::bytea`+when,
		e.PracticeID, e.ID, e.At, e.Act, e.ObjectKind, e.ObjectID, e.CoupleID, e.PartnerID, e.ActorKind, e.ActorID, e.ResponsibleID,
		e.Role, e.Edge, e.AccessPoint, e.LoginID, e.Basis, e.Emergency, e.Reason, e.Restricted, e.MAC)
}

// BatchEvents writes acts of one kind on the record in one statement: those that differ in who and what they are about alone.
// Others get one each.
func BatchEvents(b Batch, events []AuditEvent) {
	for len(events) > 0 {
		n := 1
		for n < len(events) && sameAct(events[0], events[n]) {
			n++
		}
		if n == 1 {
			BatchEvent(b, events[0])
		} else {
			batchAlike(b, events[:n])
		}
		events = events[n:]
	}
}

// sameAct tells whether two acts have all in common but their object, their file and their MAC.
func sameAct(a, b AuditEvent) bool {
	b.ID, b.ObjectID, b.CoupleID, b.PartnerID, b.MAC = a.ID, a.ObjectID, a.CoupleID, a.PartnerID, a.MAC
	return reflect.DeepEqual(a, b)
}

func batchAlike(b Batch, events []AuditEvent) {
	e, n := events[0], len(events)
	ids, objects, couples, partners, macs := make([]uuid.UUID, n), make([]*uuid.UUID, n), make([]*uuid.UUID, n), make([]*uuid.UUID, n), make([][]byte, n)
	for i, e := range events {
		ids[i], objects[i], couples[i], partners[i], macs[i] = e.ID, e.ObjectID, e.CoupleID, e.PartnerID, e.MAC
	}
	b.Exec(`insert into audit_events (practice_id, id, at, act, object_kind, object_id, couple_id, partner_id, actor_kind, actor_id, responsible_id,
			role, edge, access_point, login_id, basis, emergency, reason, restricted, mac)
		select $1::uuid, e.id, $2::timestamptz, $3::text, $4::text, e.object_id, e.couple_id, e.partner_id, $5::text, $6::uuid, $7::uuid,
			$8::text, $9::text, $10::text, $11::uuid, $12::text, $13::boolean, $14::text, $15::boolean, e.mac
		from unnest($16::uuid[], $17::uuid[], $18::uuid[], $19::uuid[], $20::bytea[]) e (id, object_id, couple_id, partner_id, mac)`,
		e.PracticeID, e.At, e.Act, e.ObjectKind, e.ActorKind, e.ActorID, e.ResponsibleID, e.Role, e.Edge, e.AccessPoint, e.LoginID, e.Basis, e.Emergency,
		e.Reason, e.Restricted, ids, objects, couples, partners, macs)
}

// BatchLockOccurrence holds the occurrence of a partner's task until the transaction ends: submits, reveals and taking back
// of both halves queue here.
func BatchLockOccurrence(b Batch, into *[]Occurrence, partnerID, taskID uuid.UUID) {
	b.Query(func(rows pgx.Rows) error {
		var o Occurrence
		if err := rows.Scan(&o.ID, &o.RevealedAt, &o.NeverReveals); err != nil {
			return err
		}
		*into = append(*into, o)
		return nil
	}, `select id, revealed_at, never_reveals from occurrences where id = (select occurrence_id from tasks where id = $1 and partner_id = $2) for update`, taskID, partnerID)
}

// BatchResponse writes an answer.
func BatchResponse(b Batch, r Response) {
	b.Exec(`insert into responses (practice_id, id, task_id, occurrence_id, couple_id, partner_id, form_id, submitted_at, answers, measures, audiences, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		r.PracticeID, r.ID, r.TaskID, r.OccurrenceID, r.CoupleID, r.PartnerID, r.FormID, r.SubmittedAt, r.Answers, r.Measures, r.Audiences, r.Version)
}

// BatchTaskDone marks a task as done and drops the reminders of it, in the order of all writers there.
func BatchTaskDone(b Batch, t Task, now time.Time) {
	b.Exec(`update tasks set status = 'done', done_at = $2, draft = null, draft_at = null, version = version + 1 where id = $1`, t.ID, now)
	b.Exec(`update reminders set state = 'skipped', reason = 'done', lease_until = null
		where id in (select id from reminders where cause_kind = 'task' and cause_id = $1 and state in ('planned', 'claimed') order by id for update)`, t.ID)
}

// BatchReveal is Reveal in a batch.
func BatchReveal(b Batch, occurrenceID uuid.UUID, at time.Time) {
	b.Exec(`update responses set revealed_at = $2 where occurrence_id = $1`, occurrenceID, at)
	b.Exec(`update occurrences set revealed_at = $2 where id = $1`, occurrenceID, at)
}
