package models

import (
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

// BatchAddFont writes a font that the practice may have by now. Whoever writes several gives them in the order of their sums, so
// that two cannot wait for each other.
func BatchAddFont(b Batch, f ReportFont) { batchInsert(b, f, " on conflict do nothing") }
