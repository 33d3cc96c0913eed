package models

import (
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
)

// AlertPrivate is the kind of an alert that tells in plaintext no more than that somebody should look.
const AlertPrivate = "private"

// FindAlert reads one alert.
func FindAlert(tx *gorm.DB, id uuid.UUID) (Alert, error) {
	var a Alert
	err := tx.Where("id = ?", id).Take(&a).Error
	return a, err
}

// AcknowledgeAlert marks an alert as seen unless it was before; seen tells which.
func AcknowledgeAlert(tx *gorm.DB, id, memberID uuid.UUID, now time.Time) (seen bool, err error) {
	r := tx.Model(&Alert{}).Where("id = ? and acknowledged_at is null", id).
		Updates(map[string]any{"acknowledged_at": now, "acknowledged_by": memberID})
	return r.RowsAffected == 1, r.Error
}

// OpenAlerts reads what nobody has seen yet of all couples that a member treats, whatever became of the couple: work goes on
// with one after a separation. Oldest first.
func OpenAlerts(tx *gorm.DB, memberID uuid.UUID, limit int) ([]Alert, error) {
	var list []Alert
	err := tx.Where("acknowledged_at is null and couple_id in (select couple_id from couple_therapists where member_id = ?)", memberID).
		Order("created_at, id").Limit(limit).Find(&list).Error
	return list, err
}

// UnreadAlerts reads the alerts about couples that nobody has seen since a moment and that were not considered yet, and
// holds them, so that two workers do not both pass one on.
func UnreadAlerts(tx *gorm.DB, before time.Time) ([]Alert, error) {
	var list []Alert
	err := tx.Raw(`select * from alerts where acknowledged_at is null and considered_at is null and couple_id is not null and created_at <= ?
		order by created_at, id for update skip locked`, before).Scan(&list).Error
	return list, err
}

// ConsiderAlerts notes that the clock looked at alerts.
func ConsiderAlerts(tx *gorm.DB, ids []uuid.UUID, now time.Time) error {
	return tx.Model(&Alert{}).Where("id in ?", ids).Update("considered_at", now).Error
}

// PassedOn is an alert that nobody has seen and that was passed on to a member who does not treat the couple.
type PassedOn struct {
	ID         uuid.UUID
	CreatedAt  time.Time
	Therapists JSON[[]string] // the names of who treats the couple.
}

// AlertsPassedTo reads the alerts that were passed on to a member and still wait. Nothing of couple or content is read.
func AlertsPassedTo(tx *gorm.DB, memberID uuid.UUID) ([]PassedOn, error) {
	var list []PassedOn
	err := tx.Raw(`select a.id, a.created_at, coalesce((select jsonb_agg(m.name order by m.created_at, m.id)
			from couple_therapists ct join members m on m.practice_id = ct.practice_id and m.id = ct.member_id
			where ct.practice_id = a.practice_id and ct.couple_id = a.couple_id), '[]'::jsonb) as therapists
		from alerts a where a.acknowledged_at is null and a.considered_at is not null
			and exists (select from reminders r where r.practice_id = a.practice_id and r.cause_kind = 'alert' and r.cause_id = a.id and r.recipient_id = ?)
			and not exists (select from couple_therapists ct where ct.practice_id = a.practice_id and ct.couple_id = a.couple_id and ct.member_id = ?)
		order by a.created_at, a.id`, memberID, memberID).Scan(&list).Error
	return list, err
}

// ActiveOwners reads the owners of the practice who have signed in.
func ActiveOwners(tx *gorm.DB) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := tx.Model(&Member{}).Where("role = ? and status = 'active'", RoleOwner).Order("created_at, id").Pluck("id", &ids).Error
	return ids, err
}

// Treating is a member who treats a couple, with what the member chose of when to be reminded.
type Treating struct {
	MemberID uuid.UUID
	Leads    JSON[Leads]
}

// BatchTherapists reads who treats a couple, for a submit that may have to tell them of something.
func BatchTherapists(b Batch, into *[]Treating, coupleID uuid.UUID) {
	b.Query(func(rows pgx.Rows) error {
		var t Treating
		if err := rows.Scan(&t.MemberID, &t.Leads); err != nil {
			return err
		}
		*into = append(*into, t)
		return nil
	}, `select ct.member_id, coalesce(p.leads, '{}'::jsonb) from couple_therapists ct
		left join reminder_preferences p on p.practice_id = ct.practice_id and p.person_kind = 'member' and p.person_id = ct.member_id
		where ct.couple_id = $1 order by ct.created_at, ct.id`, coupleID)
}

// BatchAlert writes an alert.
func BatchAlert(b Batch, a Alert) {
	b.Exec(`insert into alerts (practice_id, id, kind, couple_id, partner_id, subject_id, detail, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.PracticeID, a.ID, a.Kind, a.CoupleID, a.PartnerID, a.SubjectID, a.Detail, a.CreatedAt)
}

// OpenAlertsOf reads what nobody has seen yet of a couple, oldest first.
func OpenAlertsOf(tx *gorm.DB, coupleID uuid.UUID) ([]Alert, error) {
	var list []Alert
	err := tx.Where("acknowledged_at is null and couple_id = ?", coupleID).Order("created_at, id").Find(&list).Error
	return list, err
}
