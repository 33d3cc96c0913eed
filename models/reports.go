package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// heavy are the columns that hold whole documents; lists leave them out.
var heavy = []string{"snapshot", "note", "edits", "pdf"}

// FindReport reads one report without its documents.
func FindReport(tx *gorm.DB, id uuid.UUID) (Report, error) {
	var r Report
	err := tx.Omit(heavy...).Where("id = ?", id).Take(&r).Error
	return r, err
}

// LockReport is FindReport, held until the transaction ends.
func LockReport(tx *gorm.DB, id uuid.UUID) (Report, error) {
	return FindReport(tx.Clauses(clause.Locking{Strength: "UPDATE"}), id)
}

// ReportWithNote is FindReport with the therapist's words and choices, still sealed.
func ReportWithNote(tx *gorm.DB, id uuid.UUID) (Report, error) {
	var r Report
	err := tx.Omit("snapshot", "pdf").Where("id = ?", id).Take(&r).Error
	return r, err
}

// ReportDocuments reads a report with its sealed documents: what it shows, the therapist's words and choices and the PDF.
// An approved one's snapshot and PDF stand in its revision instead.
func ReportDocuments(tx *gorm.DB, id uuid.UUID) (Report, error) {
	var r Report
	err := tx.Where("id = ?", id).Take(&r).Error
	return r, err
}

// OpenReport reads the report that stands for couple, month, audience, reader and language, held until the transaction
// ends. A withdrawn one stands for nothing.
func OpenReport(tx *gorm.DB, like Report) (Report, error) {
	var r Report
	q := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Omit(heavy...).
		Where("couple_id = ? and month = ? and audience = ? and locale = ? and status <> ?", like.CoupleID, like.Month, like.Audience, like.Locale, ReportWithdrawn)
	if like.PartnerID == nil {
		q = q.Where("partner_id is null")
	} else {
		q = q.Where("partner_id = ?", *like.PartnerID)
	}
	err := q.Take(&r).Error
	return r, err
}

// AddReport writes a report unless one stands already; made tells which.
func AddReport(tx *gorm.DB, r Report) (made bool, err error) {
	res := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&r)
	return res.RowsAffected == 1, res.Error
}

// ChangeReport writes columns of a report when it is still at its version and in one of the states, and raises the
// version; changed tells whether it was.
func ChangeReport(tx *gorm.DB, r *Report, columns map[string]any, from ...ReportStatus) (changed bool, err error) {
	columns["version"] = r.Version + 1
	res := tx.Model(&Report{}).Where("id = ? and version = ? and status in ?", r.ID, r.Version, from).Updates(columns)
	if res.Error != nil || res.RowsAffected == 0 {
		return false, res.Error
	}
	r.Version++
	return true, nil
}

// ReportScope says which reports a list holds.
type ReportScope struct {
	CoupleID  uuid.UUID // of one couple; zero for all.
	TreatedBy uuid.UUID // of the couples this member treats.
	Month     Day       // of one month, by its first day; empty for all.
	Statuses  []ReportStatus
	IDs       []uuid.UUID
}

func (s ReportScope) on(tx *gorm.DB) *gorm.DB {
	q := tx.Model(&Report{})
	if s.CoupleID != uuid.Nil {
		q = q.Where("couple_id = ?", s.CoupleID)
	}
	if s.TreatedBy != uuid.Nil {
		q = q.Where("couple_id in (select couple_id from couple_therapists where member_id = ?)", s.TreatedBy)
	}
	if s.Month != "" {
		q = q.Where("month = ?", s.Month)
	}
	if len(s.Statuses) > 0 {
		q = q.Where("status in ?", s.Statuses)
	}
	if len(s.IDs) > 0 {
		q = q.Where("id in ?", s.IDs)
	}
	return q
}

// Reports reads reports without their documents, newest month first.
func Reports(tx *gorm.DB, s ReportScope, offset, limit int) ([]Report, error) {
	var list []Report
	err := s.on(tx).Omit(heavy...).Order("month desc, created_at desc, id desc").Offset(offset).Limit(limit).Find(&list).Error
	return list, err
}

// ReportsToReview reads reports with their snapshots and choices, a couple's together, without the PDFs.
func ReportsToReview(tx *gorm.DB, s ReportScope, offset, limit int) ([]Report, error) {
	var list []Report
	err := s.on(tx).Omit("pdf").Order(reviewOrder).Offset(offset).Limit(limit).Find(&list).Error
	return list, err
}

// OtherLanguages tells in which other languages the couple's report of the same month stands.
func OtherLanguages(tx *gorm.DB, r Report) ([]string, error) {
	var out []string
	err := tx.Model(&Report{}).Where("couple_id = ? and month = ? and audience = ? and locale <> ? and status <> ?", r.CoupleID, r.Month, r.Audience, r.Locale, ReportWithdrawn).
		Order("locale").Pluck("locale", &out).Error
	return out, err
}

// BusyCouples reads the couples in therapy that had a session or an answer between two moments.
func BusyCouples(tx *gorm.DB, from, until time.Time) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := tx.Raw(`select id from couples c where status = ? and (
			exists (select from sessions s where s.practice_id = c.practice_id and s.couple_id = c.id and s.status <> 'cancelled' and s.starts_at >= ? and s.starts_at < ?)
			or exists (select from responses r join tasks t on t.practice_id = r.practice_id and t.id = r.task_id and not t.discreet
				where r.practice_id = c.practice_id and r.couple_id = c.id and r.submitted_at >= ? and r.submitted_at < ?))
		order by created_at, id`, CoupleActive, from, until, from, until).Scan(&ids).Error
	return ids, err
}

// ConsentsTakenBack tells, by couple, when a partner last took a consent back.
func ConsentsTakenBack(tx *gorm.DB, coupleIDs []uuid.UUID, kind ConsentKind) (map[uuid.UUID]time.Time, error) {
	var rows []struct {
		CoupleID uuid.UUID
		At       time.Time
	}
	err := tx.Raw(`select p.couple_id, max(c.withdrawn_at) as at from consents c join partners p on p.practice_id = c.practice_id and p.id = c.partner_id
		where c.kind = ? and c.withdrawn_at is not null and p.couple_id in ? group by p.couple_id`, kind, coupleIDs).Scan(&rows).Error
	out := make(map[uuid.UUID]time.Time, len(rows))
	for _, row := range rows {
		out[row.CoupleID] = row.At
	}
	return out, err
}
