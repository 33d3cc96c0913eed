package models

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
)

// ReportFont is a font file that a practice's reports share.
type ReportFont struct {
	Row
	SHA256 []byte `gorm:"column:sha256"`
	Octets []byte
}

// ReportFontsBySum reads the practice's fonts with these sums.
func ReportFontsBySum(tx *gorm.DB, sums [][]byte) ([]ReportFont, error) {
	var list []ReportFont
	err := tx.Where("sha256 in ?", sums).Find(&list).Error
	return list, err
}

// BatchFontSums tells which of the sums the practice has fonts of.
func BatchFontSums(b Batch, each func(sum []byte), sums [][]byte) {
	b.Query(func(rows pgx.Rows) error {
		var sum []byte
		if err := rows.Scan(&sum); err != nil {
			return err
		}
		each(sum)
		return nil
	}, `select sha256 from report_fonts where sha256 = any ($1)`, sums)
}

// BatchAddFonts writes fonts that the practice does not have yet. Whoever writes some gives them in the order of their sums, so
// that two cannot wait for each other.
func BatchAddFonts(b Batch, practiceID uuid.UUID, sums, octets [][]byte) {
	ids := make([]uuid.UUID, len(sums))
	for i := range ids {
		ids[i] = NewID()
	}
	b.Exec(`insert into report_fonts (practice_id, id, sha256, octets)
		select $1, f.id, f.sha256, f.octets from unnest($2::uuid[], $3::bytea[], $4::bytea[]) f (id, sha256, octets) on conflict do nothing`,
		practiceID, ids, sums, octets)
}
