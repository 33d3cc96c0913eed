package models

import (
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
)

// BatchAddReports writes reports that are asked for, of which no other stands; made is called for each.
func BatchAddReports(b Batch, made func(uuid.UUID), list []Report) {
	n := len(list)
	ids, couples, partners := make([]uuid.UUID, n), make([]uuid.UUID, n), make([]*uuid.UUID, n)
	months, audiences, locales := make([]string, n), make([]string, n), make([]string, n)
	for i, r := range list {
		ids[i], couples[i], partners[i], months[i], audiences[i], locales[i] = r.ID, r.CoupleID, r.PartnerID, string(r.Month), r.Audience, r.Locale
	}
	if n == 0 {
		return
	}
	b.Query(eachID(made), `insert into reports (practice_id, id, couple_id, month, audience, partner_id, locale, status, revision, version, created_at)
		select $1, r.id, r.couple_id, r.month::date, r.audience, r.partner_id, r.locale, 'queued', 1, 1, $2
		from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::uuid[], $8::text[]) r (id, couple_id, month, audience, partner_id, locale)
		on conflict do nothing returning id`, list[0].PracticeID, list[0].CreatedAt, ids, couples, months, audiences, partners, locales)
}

// eachID calls for each id that a statement gives.
func eachID(each func(uuid.UUID)) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			return err
		}
		each(id)
		return nil
	}
}

// BatchBeginBuilding marks reports as being built and gives them without snapshot and PDF; those of which that is not wanted
// any more are left out. The version stays: a second worker on the same report builds the same, and the first to finish wins.
func BatchBeginBuilding(b Batch, list *[]Report, ids []uuid.UUID) {
	t := tableOf[Report](without[Report]("snapshot", "pdf"))
	b.Query(into(t, func(r Report) { *list = append(*list, r) }), `update reports set status = 'building'
		where id = any ($1) and status in ('queued', 'building', 'failed') returning `+t.list, ids)
}

// ReportDraftRow is what was built of a report at a version.
type ReportDraftRow struct {
	ID       uuid.UUID
	Version  int
	Snapshot Sealed
	PDF      Sealed
	SHA256   string
}

// BatchKeepReports makes drafts of the reports that still wait for it at their version, and raises it; each is called for every one.
// That one is being built may have been forgotten (BatchForgettable): its version tells whether it is the same.
func BatchKeepReports(b Batch, each func(uuid.UUID), drafts []ReportDraftRow, now time.Time) {
	n := len(drafts)
	ids, versions, sums := make([]uuid.UUID, n), make([]int64, n), make([]string, n)
	snapshots, pdfs := make([][]byte, n), make([][]byte, n)
	for i, d := range drafts {
		ids[i], versions[i], sums[i], snapshots[i], pdfs[i] = d.ID, int64(d.Version), d.SHA256, d.Snapshot, d.PDF
	}
	b.Query(eachID(each), `update reports r set status = 'draft', snapshot = d.snapshot, pdf = d.pdf, sha256 = d.sha256, built_at = $6, error = null, version = r.version + 1
		from unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::bytea[], $5::text[]) d (id, version, snapshot, pdf, sha256)
		where r.id = any ($1) and r.id = d.id and r.version = d.version and r.status in ('queued', 'building', 'failed') returning r.id`, ids, versions, snapshots, pdfs, sums, now)
}

// BatchCoupleKeys reads the practice's key, first, and those of couples and of their partners.
func BatchCoupleKeys(b Batch, keys *[]WrappedKey, couples []uuid.UUID) {
	BatchRows(b, func(row WrappedKey) { *keys = append(*keys, row) }, nil,
		`owner_id = any (array(select unnest($1::uuid[]) union all select id from partners where couple_id = any ($1) union all select id from practices))
			order by (owner_kind = 'practice') desc`, couples)
}

// Approver is a therapist who can approve a couple's reports.
type Approver struct {
	CoupleID uuid.UUID
	MemberID uuid.UUID
	Told     bool // of a draft, lately.
}

// ApproversOf gives the couples' therapists, no trainees, and whether they were told of a draft since a moment.
func ApproversOf(tx *gorm.DB, coupleIDs []uuid.UUID, since time.Time) ([]Approver, error) {
	var list []Approver
	err := tx.Raw(`select ct.couple_id, ct.member_id, exists (select from reminders r where r.practice_id = m.practice_id and r.cause_kind = 'approval'
				and r.moment = 'now' and r.recipient_id = m.id and r.created_at > ?) as told
		from couple_therapists ct join members m on m.practice_id = ct.practice_id and m.id = ct.member_id
		where ct.couple_id in ? and m.status = 'active' and m.role <> 'trainee' order by ct.couple_id, ct.member_id`, since, coupleIDs).Scan(&list).Error
	return list, err
}
