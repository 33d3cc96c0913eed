package models

import (
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// Work is the rows that a couple's figures of a period are made of, documents still sealed. Private questions are no
// homework: they stand in nobody's figures.
type Work struct {
	Partners   []Partner // in their order.
	LineShown  []uuid.UUID
	Tasks      []*Task     // the month's, without their drafts, in no order.
	Responses  []*HandedIn // in no order.
	Joint      []uuid.UUID // the couple's assignments for both.
	Agreements []Agreement
	Reviews    []AgreementReview
	Sessions   []Session // from the month's first day on, in their order.

	// What a report tells besides; read on request alone.
	Programme  CoupleProgramme // the one that runs or rests; zero for none.
	MovedLater ProgrammeStep   // the first move of it to another phase after the month; zero for none.
	Therapists []Member        // who treats the couple, in the order in which they came to it: id and name.
	Alerts     []Alert         // the month's private ones.
}

// WorkPeriod is which work is read.
type WorkPeriod struct {
	Since    time.Time // what was handed in to scored exercises for homework that fell due since;
	Lines    time.Time // to all others since then.
	From     time.Time // the month: homework and sessions since then, alerts in it.
	Until    time.Time
	Reported bool // with what a report tells besides.

	Worded []string // exercises whose answers are read though they have no score.
}

// workColumns are what figures need of a task: a month has hundreds of them.
var workColumns = []string{"id", "occurrence_id", "assignment_id", "couple_id", "partner_id", "form_id", "due_at", "status", "audiences"}

// HandedIn is a response with what figures need of its task. It has no version and not its task's id, its answers only when
// something is taken from them, and its audiences are shared: nobody changes them.
type HandedIn struct {
	Response
	AssignmentID uuid.UUID
	DueAt        time.Time
}

// batchHandedIn reads what was handed in. A month has hundreds of them: what nobody looks at is not sent. Both tables are read in one
// piece and joined by hash, half the work of finding each response of each task: nothing is handed in before its task opens, and
// the coalesce keeps the planner, which expects a handful of tasks, from the index.
func batchHandedIn(b Batch, each func(*HandedIn), couples []uuid.UUID, p WorkPeriod) {
	b.Query(func(rows pgx.Rows) error {
		h := &HandedIn{}
		var audiences []byte
		err := rows.Scan(quickly(&h.ID), quickly(&h.OccurrenceID), quickly(&h.CoupleID), quickly(&h.PartnerID), quickly(&h.FormID), &h.SubmittedAt, quickly(&h.Answers), quickly(&h.Measures),
			(*pgtype.DriverBytes)(&audiences), &h.RevealedAt, &h.SessionRevealedAt, quickly(&h.AssignmentID), &h.DueAt)
		if err == nil {
			h.Audiences.V, err = sharedWords(audiences)
		}
		if err == nil {
			each(h)
		}
		return err
	}, `with due as materialized (
			select id, assignment_id, due_at, opens_at from tasks where couple_id = any ($1) and due_at >= $2 and due_at < $4 and not discreet)
		select r.id, r.occurrence_id, r.couple_id, r.partner_id, r.form_id, r.submitted_at,
			case when r.form_id in (select id from exercise_forms where scored or exercise_id = any ($5)) then r.answers end, r.measures,
			r.audiences, r.revealed_at, r.session_revealed_at, t.assignment_id, t.due_at
		from responses r join due t on t.id = coalesce(r.task_id, r.id)
		where r.couple_id = any ($1) and r.submitted_at >= (select min(opens_at) from due)
			and (t.due_at >= $3 or r.form_id in (select id from exercise_forms where scored))`,
		couples, p.Since, p.Lines, p.Until, p.Worded)
}

// BatchWork reads the work of couples into their entries, and the keys that open it: the practice's first. All couples' rows
// come in one statement a table, whatever their number.
func BatchWork(b Batch, of map[uuid.UUID]*Work, keys *[]WrappedKey, p WorkPeriod) {
	couples := make([]uuid.UUID, 0, len(of))
	for id := range of {
		couples = append(couples, id)
	}
	BatchRows(b, func(row Partner) { w := of[row.CoupleID]; w.Partners = append(w.Partners, row) }, nil, "couple_id = any ($1) order by couple_id, position", couples)
	BatchPairs(b, func(c Consent, row Partner) { w := of[row.CoupleID]; w.LineShown = append(w.LineShown, c.PartnerID) },
		[]string{"partner_id"}, []string{"couple_id"}, "b.practice_id = a.practice_id and b.id = a.partner_id",
		"b.couple_id = any ($1) and a.kind = $2 and a.withdrawn_at is null", couples, string(ConsentReportLine))
	BatchRows(b, func(row Task) { w := of[row.CoupleID]; w.Tasks = append(w.Tasks, &row) }, workColumns,
		"couple_id = any ($1) and due_at >= $2 and due_at < $3 and not discreet", couples, p.From, p.Until)
	batchHandedIn(b, func(h *HandedIn) { w := of[h.CoupleID]; w.Responses = append(w.Responses, h) }, couples, p)
	BatchRows(b, func(row Assignment) { w := of[row.CoupleID]; w.Joint = append(w.Joint, row.ID) }, []string{"id", "couple_id"},
		"couple_id = any ($1) and partner_id is null", couples)
	BatchRows(b, func(row Agreement) { w := of[row.CoupleID]; w.Agreements = append(w.Agreements, row) }, nil, "couple_id = any ($1) order by created_at, id", couples)
	BatchPairs(b, func(row AgreementReview, a Agreement) { w := of[a.CoupleID]; w.Reviews = append(w.Reviews, row) },
		nil, []string{"couple_id"}, "b.practice_id = a.practice_id and b.id = a.agreement_id",
		"b.couple_id = any ($1) order by a.reviewed_on, a.created_at, a.id", couples)
	BatchRows(b, func(row Session) { w := of[row.CoupleID]; w.Sessions = append(w.Sessions, row) }, nil,
		"couple_id = any ($1) and starts_at >= $2 order by starts_at, id", couples, p.From)
	BatchCoupleKeys(b, keys, couples)
	if p.Reported {
		batchReported(b, of, couples, p)
	}
}

func batchReported(b Batch, of map[uuid.UUID]*Work, couples []uuid.UUID, p WorkPeriod) {
	BatchRows(b, func(row CoupleProgramme) { of[row.CoupleID].Programme = row }, nil, "couple_id = any ($1) and status in ('active', 'paused')", couples)
	BatchPairs(b, func(step ProgrammeStep, c CoupleProgramme) {
		if w := of[c.CoupleID]; w.MovedLater.ID == uuid.Nil {
			w.MovedLater = step
		}
	}, []string{"id", "phase_from"}, []string{"couple_id"}, "b.practice_id = a.practice_id and b.id = a.couple_programme_id",
		"b.couple_id = any ($1) and b.status in ('active', 'paused') and a.kind = $2 and a.created_at >= $3 order by a.created_at, a.id", couples, string(StepMove), p.Until)
	BatchPairs(b, func(th CoupleTherapist, m Member) { w := of[th.CoupleID]; w.Therapists = append(w.Therapists, m) },
		[]string{"couple_id"}, []string{"id", "name"}, "b.practice_id = a.practice_id and b.id = a.member_id",
		"a.couple_id = any ($1) order by a.couple_id, a.created_at, a.member_id", couples)
	BatchRows(b, func(row Alert) { w := of[*row.CoupleID]; w.Alerts = append(w.Alerts, row) }, nil,
		"couple_id = any ($1) and kind = $2 and created_at >= $3 and created_at < $4 order by created_at, id", couples, AlertPrivate, p.From, p.Until)
}
