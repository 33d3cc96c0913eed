package models

import (
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// AddRevision keeps an approved revision.
func AddRevision(tx *gorm.DB, v *ReportRevision) error { return tx.Create(v).Error }

// FindRevision reads an approved revision of a report with its documents.
func FindRevision(tx *gorm.DB, reportID uuid.UUID, revision int) (ReportRevision, error) {
	var v ReportRevision
	err := tx.Where("report_id = ? and revision = ?", reportID, revision).Take(&v).Error
	return v, err
}

// RevisionState is FindRevision without the documents.
func RevisionState(tx *gorm.DB, reportID uuid.UUID, revision int) (ReportRevision, error) {
	return FindRevision(tx.Omit("snapshot", "pdf"), reportID, revision)
}

// RevisionsOf reads the approved revisions of a report without their documents, newest first.
func RevisionsOf(tx *gorm.DB, reportID uuid.UUID) ([]ReportRevision, error) {
	var list []ReportRevision
	err := tx.Omit("snapshot", "pdf").Where("report_id = ?", reportID).Order("revision desc").Find(&list).Error
	return list, err
}

// NextRevision gives the number after the highest that a report ever had.
func NextRevision(tx *gorm.DB, r Report) (int, error) {
	var highest int
	err := tx.Raw(`select coalesce(max(revision), 0) from report_revisions where report_id = ?`, r.ID).Scan(&highest).Error
	return max(highest, r.Revision) + 1, err
}

// PublishRevision notes when a revision was published.
func PublishRevision(tx *gorm.DB, reportID uuid.UUID, revision int, at time.Time) error {
	return tx.Model(&ReportRevision{}).Where("report_id = ? and revision = ?", reportID, revision).Update("published_at", at).Error
}

// EndRevisions notes that the revisions of a report from a number on were taken back or given up.
func EndRevisions(tx *gorm.DB, reportID uuid.UUID, from int, at time.Time) error {
	return tx.Model(&ReportRevision{}).Where("report_id = ? and revision >= ? and withdrawn_at is null", reportID, from).Update("withdrawn_at", at).Error
}

// OpenRevision notes that a partner opened a revision, and whether by downloading it. Only the first moment of each counts.
func OpenRevision(tx *gorm.DB, o ReportOpening) error {
	then := clause.OnConflict{DoNothing: true}
	if o.DownloadedAt != nil {
		then = clause.OnConflict{
			Columns:   []clause.Column{{Name: "practice_id"}, {Name: "report_id"}, {Name: "revision"}, {Name: "partner_id"}},
			DoUpdates: clause.Assignments(map[string]any{"downloaded_at": gorm.Expr("coalesce(report_openings.downloaded_at, excluded.downloaded_at)")}),
		}
	}
	return tx.Clauses(then).Create(&o).Error
}

// OpeningsOf reads who opened which revision of a report and when, newest revision first.
func OpeningsOf(tx *gorm.DB, reportID uuid.UUID) ([]ReportOpening, error) {
	var list []ReportOpening
	err := tx.Where("report_id = ?", reportID).Order("revision desc, opened_at, id").Find(&list).Error
	return list, err
}

// Glance notes which version of a draft a member has before them. What was left for later at that version stays so.
func Glance(tx *gorm.DB, g ReportGlance) error {
	return tx.Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "practice_id"}, {Name: "report_id"}, {Name: "member_id"}},
		DoUpdates: append(clause.AssignmentColumns([]string{"version", "glanced_at"}), clause.Assignments(map[string]any{
			"later": gorm.Expr("report_glances.later and report_glances.version = excluded.version"),
		})...),
	}).Create(&g).Error
}

// LeaveForLater notes that a member wants to decide on a draft later, or not any more, at the version that was looked at; left is
// false when another version was.
func LeaveForLater(tx *gorm.DB, memberID, reportID uuid.UUID, version int, later bool) (left bool, err error) {
	r := tx.Model(&ReportGlance{}).Where("member_id = ? and report_id = ? and version = ?", memberID, reportID, version).Update("later", later)
	return r.RowsAffected == 1, r.Error
}

// Glances gives, by report, what a member last had before them of it.
func Glances(tx *gorm.DB, memberID uuid.UUID, reportIDs []uuid.UUID) (map[uuid.UUID]ReportGlance, error) {
	var rows []ReportGlance
	err := tx.Select("report_id", "version", "later").Where("member_id = ? and report_id in ?", memberID, reportIDs).Find(&rows).Error
	out := make(map[uuid.UUID]ReportGlance, len(rows))
	for _, row := range rows {
		out[row.ReportID] = row
	}
	return out, err
}

// UnseenDrafts gives the first draft of a scope that a member has not had open as it is now, in the order of ReportsToReview,
// and how many there are; the zero id when there is none.
func UnseenDrafts(tx *gorm.DB, s ReportScope, memberID uuid.UUID) (first uuid.UUID, n int, err error) {
	var row struct {
		ID uuid.UUID
		N  int
	}
	s.Statuses = []ReportStatus{ReportDraft}
	err = s.on(tx).Select("id, count(*) over () as n").
		Where("not exists (select from report_glances g where g.practice_id = reports.practice_id and g.report_id = reports.id and g.member_id = ? and g.version = reports.version)", memberID).
		Order(reviewOrder).Limit(1).Scan(&row).Error
	return row.ID, row.N, err
}

// reviewOrder keeps a couple's reports of a month together.
const reviewOrder = "month desc, couple_id, audience, created_at, id"

// published lists what a partner has to read: each report at the revision its readers have now.
const published = `select r.id, r.couple_id, r.month, r.audience, r.partner_id, r.locale, v.revision, v.sha256, v.published_at, r.corrected_at, r.created_at
	from reports r join report_revisions v on v.practice_id = r.practice_id and v.report_id = r.id and v.revision = r.shown_revision
	where r.couple_id = $1 and (r.audience = 'couple' or r.audience = 'partner' and r.partner_id = $2) and v.published_at >= $3
	order by r.month desc, r.audience, r.locale, r.id`

// PublishedReports reads what a partner has to read, newest month first, as published since a moment.
func PublishedReports(tx *gorm.DB, coupleID, partnerID uuid.UUID, since time.Time, offset, limit int) ([]Report, error) {
	var list []Report
	err := tx.Raw(strings.NewReplacer("$1", "?", "$2", "?", "$3", "?").Replace(published)+` offset ? limit ?`, coupleID, partnerID, since, offset, limit).Scan(&list).Error
	return list, err
}

// BatchPublishedReports is PublishedReports in a batch.
func BatchPublishedReports(b Batch, into *[]Report, coupleID, partnerID uuid.UUID, since time.Time) {
	b.Query(func(rows pgx.Rows) error {
		var r Report
		if err := rows.Scan(&r.ID, &r.CoupleID, &r.Month, &r.Audience, &r.PartnerID, &r.Locale, &r.Revision, &r.SHA256, &r.PublishedAt, &r.CorrectedAt, &r.CreatedAt); err != nil {
			return err
		}
		*into = append(*into, r)
		return nil
	}, published, coupleID, partnerID, since)
}

// MonthWork says how far the building of a month's reports is.
type MonthWork struct {
	ByStatus map[ReportStatus]int
	// Recent were built since the moment asked about, the first of them at First.
	Recent int
	First  *time.Time
}

// WorkOfMonth counts the reports of a scope by where they stand, and those built since a moment.
func WorkOfMonth(tx *gorm.DB, s ReportScope, since time.Time) (MonthWork, error) {
	var rows []struct {
		Status ReportStatus
		N      int
		Recent int
		First  *time.Time
	}
	each := s.on(tx).Select("status, built_at, min(built_at) filter (where built_at >= ?) over () as first", since)
	err := tx.Table("(?) r", each).Select("status, count(*) as n, count(*) filter (where built_at > first) as recent, min(first) as first").
		Group("status").Scan(&rows).Error
	w := MonthWork{ByStatus: map[ReportStatus]int{}}
	for _, row := range rows {
		w.ByStatus[row.Status] = row.N
		w.Recent += row.Recent
		if row.First != nil && (w.First == nil || row.First.Before(*w.First)) {
			w.First = row.First
		}
	}
	return w, err
}
