package models

import (
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// planReminders writes reminders, each one once (reminders_once). One that stands moves to its new moment; one that was taken
// away with its cause, which is now back, stands again; one that was sent, or left unsent for good, stays as it is.
var planReminders = `insert into reminders
	(practice_id, id, cause_kind, cause_id, recipient_kind, recipient_id, channel, fanned, moment, about_at, due_at, expires_at, state, not_before, created_at)
	select $1::uuid, r.id, r.cause_kind, r.cause_id, r.recipient_kind, r.recipient_id, r.channel, r.fanned, r.moment, r.about_at, r.due_at, r.expires_at,
		'planned', r.not_before, $2::timestamptz
	from unnest($3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::uuid[], $8::text[], $9::boolean[], $10::text[], $11::timestamptz[], $12::timestamptz[],
		$13::timestamptz[], $14::timestamptz[])
		r (id, cause_kind, cause_id, recipient_kind, recipient_id, channel, fanned, moment, about_at, due_at, expires_at, not_before)
	on conflict on constraint reminders_once do update
	set state = 'planned', reason = '', attempts = 0, lease_until = null, sending_since = null,
		due_at = excluded.due_at, not_before = excluded.not_before, expires_at = excluded.expires_at
	where reminders.state = 'skipped' and reminders.reason not in ('` + strings.Join(SkippedBySender, "', '") + `')
		or reminders.state in ('planned', 'claimed') and reminders.due_at <> excluded.due_at`

// planArgs are the parameters of planReminders; rows are of one practice.
func planArgs(rows []Reminder) []any {
	n := len(rows)
	var (
		ids, causes, recipients        = make([]uuid.UUID, n), make([]uuid.UUID, n), make([]uuid.UUID, n)
		kinds, recipientKinds          = make([]string, n), make([]string, n)
		channels, moments              = make([]string, n), make([]string, n)
		fanned                         = make([]bool, n)
		about, due, expires, notBefore = make([]time.Time, n), make([]time.Time, n), make([]time.Time, n), make([]time.Time, n)
	)
	for i, r := range rows {
		ids[i], causes[i], recipients[i] = r.ID, r.CauseID, r.RecipientID
		kinds[i], recipientKinds[i], channels[i], moments[i] = r.CauseKind, r.RecipientKind, r.Channel, r.Moment
		fanned[i], about[i], due[i], expires[i], notBefore[i] = r.Fanned, r.AboutAt, r.DueAt, r.ExpiresAt, r.NotBefore
	}
	return []any{rows[0].PracticeID, rows[0].CreatedAt, ids, kinds, causes, recipientKinds, recipients, channels, fanned, moments, about, due, expires, notBefore}
}

// PlanReminders writes planned reminders in one statement; all are of the transaction's practice.
func PlanReminders(tx *gorm.DB, rows []Reminder) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.Statement.ConnPool.ExecContext(tx.Statement.Context, planReminders, planArgs(rows)...)
	return err
}

// BatchPlanReminders is PlanReminders in a batch.
func BatchPlanReminders(b Batch, rows []Reminder) {
	if len(rows) > 0 {
		b.Exec(planReminders, planArgs(rows)...)
	}
}

// HoldReminders reads what is planned or claimed for people and holds it until the transaction ends, in the order of all
// writers here.
func HoldReminders(tx *gorm.DB, recipients []uuid.UUID) ([]Reminder, error) {
	var rows []Reminder
	if len(recipients) == 0 {
		return rows, nil
	}
	err := tx.Raw(`select * from reminders where `+own+` and recipient_id in ? and state in ('planned', 'claimed') order by id for update`, recipients).Scan(&rows).Error
	return rows, err
}

// DroppedReminders reads what fell away for people before it went out, for one of some reasons, and is worth sending still.
func DroppedReminders(tx *gorm.DB, recipients []uuid.UUID, reasons []string, now time.Time) ([]Reminder, error) {
	var rows []Reminder
	if len(recipients) == 0 {
		return rows, nil
	}
	err := tx.Where(own+" and recipient_id in ? and state = 'skipped' and reason in ? and not fanned and due_at between ? and ? and expires_at > ?",
		recipients, reasons, now.Add(-longestWorth), now, now).Find(&rows).Error
	return rows, err
}

// SkipReminders skips planned or claimed reminders by their ids, which the caller holds; reason is a code.
func SkipReminders(tx *gorm.DB, ids []uuid.UUID, reason string) error {
	if len(ids) == 0 {
		return nil
	}
	return tx.Model(&Reminder{}).Where(own+" and id in ? and state in ('planned', 'claimed')", ids).
		Updates(map[string]any{"state": ReminderSkipped, "reason": reason, "lease_until": nil}).Error
}

// DropAllRemindersTo takes away all that is still planned for people; reason is a code.
func DropAllRemindersTo(tx *gorm.DB, recipients []uuid.UUID, reason string) error {
	held, err := HoldReminders(tx, recipients)
	if err != nil {
		return err
	}
	ids := make([]uuid.UUID, len(held))
	for i, r := range held {
		ids[i] = r.ID
	}
	return SkipReminders(tx, ids, reason)
}

// PreferencesOf reads how people want to be reminded, by person; who never chose is not in it.
func PreferencesOf(tx *gorm.DB, people []uuid.UUID) (map[uuid.UUID]ReminderPreference, error) {
	out := map[uuid.UUID]ReminderPreference{}
	if len(people) == 0 {
		return out, nil
	}
	var rows []ReminderPreference
	if err := tx.Where("person_id in ?", people).Find(&rows).Error; err != nil {
		return nil, err
	}
	for _, p := range rows {
		out[p.PersonID] = p
	}
	return out, nil
}

// Told is a person who was told of a cause, and the moment which that was about.
type Told struct {
	CauseKind   string
	CauseID     uuid.UUID
	RecipientID uuid.UUID
	AboutAt     time.Time
}

// ToldSince reads of which causes people were told, or are to be, since a moment; of each cause the latest.
func ToldSince(tx *gorm.DB, people []uuid.UUID, since time.Time) ([]Told, error) {
	var list []Told
	if len(people) == 0 {
		return list, nil
	}
	err := tx.Raw(`select cause_kind, cause_id, recipient_id, max(about_at) as about_at from reminders
		where `+own+` and recipient_id in ? and due_at > ? and (moment = 'now' or moment = 'again' and cause_kind = 'approval') and not fanned group by 1, 2, 3`, people, since).Scan(&list).Error
	return list, err
}

// OpenedReport is a partner who has opened what is published of a report.
type OpenedReport struct{ ReportID, PartnerID uuid.UUID }

// OpenedReports reads who has opened what is published now of which reports.
func OpenedReports(tx *gorm.DB, reports []uuid.UUID) ([]OpenedReport, error) {
	var list []OpenedReport
	if len(reports) == 0 {
		return list, nil
	}
	err := tx.Raw(`select o.report_id, o.partner_id from report_openings o
		join reports r on r.practice_id = o.practice_id and r.id = o.report_id and r.shown_revision = o.revision where o.report_id in ?`, reports).Scan(&list).Error
	return list, err
}

// UnfinishedTasks reads what is open for partners, without drafts.
func UnfinishedTasks(tx *gorm.DB, partners []uuid.UUID, now time.Time) ([]Task, error) {
	var rows []Task
	err := tx.Omit("draft").Where("partner_id in ? and status in ('open', 'draft') and closes_at > ?", partners, now).Order("due_at, id").Find(&rows).Error
	return rows, err
}

// ComingSessions reads the planned sessions of couples that have not begun.
func ComingSessions(tx *gorm.DB, couples []uuid.UUID, now time.Time) ([]Session, error) {
	var rows []Session
	err := tx.Where("couple_id in ? and status = 'planned' and starts_at > ?", couples, now).Order("starts_at, id").Find(&rows).Error
	return rows, err
}

// OpenAgreements reads the agreements of couples that are to be signed or looked back on, without their texts.
func OpenAgreements(tx *gorm.DB, couples []uuid.UUID) ([]Agreement, error) {
	var rows []Agreement
	err := tx.Omit("body").Where("couple_id in ? and status in ('proposed', 'active')", couples).Order("id").Find(&rows).Error
	return rows, err
}

// CoupleIDs reads the couples of the practice that are not closed, in the order of their ids, from after one on.
func CoupleIDs(tx *gorm.DB, after uuid.UUID, limit int) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := tx.Model(&Couple{}).Where("id > ? and status <> ?", after, CoupleClosed).Order("id").Limit(limit).Pluck("id", &ids).Error
	return ids, err
}
