package models

import (
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// heavy are the columns that hold whole documents; lists leave them out.
var heavy = []string{"snapshot", "note", "pdf"}

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

// ReportWithNote is FindReport with the therapist's words, still sealed.
func ReportWithNote(tx *gorm.DB, id uuid.UUID) (Report, error) {
	var r Report
	err := tx.Omit("snapshot", "pdf").Where("id = ?", id).Take(&r).Error
	return r, err
}

// ReportDocuments reads the sealed documents of a report: what it shows, the therapist's words and the PDF.
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

// BeginBuilding marks a report as being built, unless that is not wanted any more. The version stays: a second worker on
// the same job builds the same, and the first to finish wins.
func BeginBuilding(tx *gorm.DB, id uuid.UUID, version int) (begun bool, err error) {
	r := tx.Model(&Report{}).Where("id = ? and version = ? and status in ?", id, version, []ReportStatus{ReportQueued, ReportBuilding, ReportFailed}).
		Update("status", ReportBuilding)
	return r.RowsAffected == 1, r.Error
}

// ReportScope says whose reports a list holds.
type ReportScope struct {
	CoupleID  uuid.UUID // of one couple; zero for all.
	TreatedBy uuid.UUID // of the couples this member treats.
	ReaderID  uuid.UUID // published for this partner.
	Since     time.Time // published since; zero for always.
}

// Reports reads reports without their documents, newest month first.
func Reports(tx *gorm.DB, s ReportScope, offset, limit int) ([]Report, error) {
	q := tx.Omit(heavy...).Order("month desc, created_at desc, id desc").Offset(offset).Limit(limit)
	if s.CoupleID != uuid.Nil {
		q = q.Where("couple_id = ?", s.CoupleID)
	}
	if s.TreatedBy != uuid.Nil {
		q = q.Where("couple_id in (select couple_id from couple_therapists where member_id = ?)", s.TreatedBy)
	}
	if s.ReaderID != uuid.Nil {
		q = q.Where("status = ? and (audience = 'couple' or audience = 'partner' and partner_id = ?)", ReportPublished, s.ReaderID)
	}
	if !s.Since.IsZero() {
		q = q.Where("published_at >= ?", s.Since)
	}
	var list []Report
	err := q.Find(&list).Error
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

// ConsentTakenBack tells whether a partner of the couple took a consent back since a moment.
func ConsentTakenBack(tx *gorm.DB, coupleID uuid.UUID, kind ConsentKind, since time.Time) (bool, error) {
	var n int64
	err := tx.Model(&Consent{}).Where("kind = ? and withdrawn_at >= ? and partner_id in (select id from partners where couple_id = ?)", kind, since, coupleID).Count(&n).Error
	return n > 0, err
}

// TellOfDrafts gives the couple's therapists, no trainees, who have not been told of a draft since a moment.
func TellOfDrafts(tx *gorm.DB, coupleID uuid.UUID, since time.Time) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := tx.Raw(`select m.id from members m join couple_therapists ct on ct.practice_id = m.practice_id and ct.member_id = m.id
		where ct.couple_id = ? and m.status = 'active' and m.role <> 'trainee'
			and not exists (select from reminders r where r.practice_id = m.practice_id and r.cause_kind = 'approval' and r.recipient_id = m.id and r.created_at > ?)
		order by m.id`, coupleID, since).Scan(&ids).Error
	return ids, err
}
