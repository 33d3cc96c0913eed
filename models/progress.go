package models

import (
	"time"

	"github.com/google/uuid"
)

// Work is the rows that a couple's figures of a period are made of, documents still sealed. Private questions are no
// homework: they stand in nobody's figures.
type Work struct {
	Partners   []Partner // in their order.
	LineShown  []uuid.UUID
	Tasks      []Task       // the month's, without their drafts, in no order.
	Revealed   []Occurrence // of those tasks, that were opened to both: id and when.
	Responses  []*HandedIn  // in no order.
	Joint      []uuid.UUID  // the couple's assignments for both.
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
	Since    time.Time // what was handed in for homework that fell due since.
	From     time.Time // the month: homework and sessions since then, alerts in it.
	Until    time.Time
	Reported bool // with what a report tells besides.
}

// workColumns are what figures need of a task: a month has hundreds of them.
var workColumns = []string{"id", "occurrence_id", "assignment_id", "couple_id", "partner_id", "form_id", "due_at", "status", "audiences"}

// HandedIn is a response with what figures need of its task.
type HandedIn struct {
	Response
	AssignmentID uuid.UUID
	DueAt        time.Time
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
	BatchRows(b, func(row Task) { w := of[row.CoupleID]; w.Tasks = append(w.Tasks, row) }, workColumns,
		"couple_id = any ($1) and due_at >= $2 and due_at < $3 and not discreet", couples, p.From, p.Until)
	BatchPairs(b, func(o Occurrence, task Task) { w := of[task.CoupleID]; w.Revealed = append(w.Revealed, o) }, []string{"id", "revealed_at"}, []string{"couple_id"},
		"b.practice_id = a.practice_id and b.occurrence_id = a.id", "b.couple_id = any ($1) and b.due_at >= $2 and b.due_at < $3 and not b.discreet and a.revealed_at is not null", couples, p.From, p.Until)
	BatchPairs(b, func(r Response, task Task) {
		w := of[r.CoupleID]
		w.Responses = append(w.Responses, &HandedIn{r, task.AssignmentID, task.DueAt})
	}, nil, []string{"assignment_id", "due_at"}, "b.practice_id = a.practice_id and b.id = a.task_id and b.couple_id = a.couple_id",
		"b.couple_id = any ($1) and b.due_at >= $2 and b.due_at < $3 and not b.discreet", couples, p.Since, p.Until)
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
