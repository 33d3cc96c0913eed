package care

import (
	"bytes"
	"errors"
	"slices"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/models"
	"tussentijds/reports"
)

// A report's file is kept without the fonts that all reports share; those stand in the practice's own table (ADR 0037).

// leanFile is a report's file as it is kept, with the fonts that it is without.
type leanFile struct {
	octets []byte
	fonts  []reports.Font
	sha256 string // of the whole file.
}

func leanOf(pdf []byte) (leanFile, error) {
	octets, fonts, err := reports.Lean(pdf)
	return leanFile{octets, fonts, sumOf(pdf)}, err
}

// addFonts writes the fonts that are not known to be the practice's.
func (t *txn) addFonts(q *db.Batch, fonts []reports.Font, known map[reports.FontSum]bool) {
	for _, f := range fonts {
		if !known[f.Sum] {
			models.BatchAddFont(q, models.ReportFont{Row: models.NewRow(t.PracticeID), SHA256: f.Sum[:], Octets: f.Octets})
		}
	}
}

// sumsOf gives sums as PostgreSQL takes them.
func sumsOf(sums []reports.FontSum) [][]byte {
	out := make([][]byte, len(sums))
	for i := range sums {
		out[i] = sums[i][:]
	}
	return out
}

// fontsOf gives the fonts of all files, each once, in the order of their sums, and these.
func fontsOf(list []drawn) (out []reports.Font, sums []reports.FontSum) {
	for _, d := range list {
		for _, font := range d.file.fonts {
			if !slices.ContainsFunc(out, func(o reports.Font) bool { return o.Sum == font.Sum }) {
				out = append(out, font)
			}
		}
	}
	slices.SortFunc(out, func(a, b reports.Font) int { return bytes.Compare(a.Sum[:], b.Sum[:]) })
	for _, font := range out {
		sums = append(sums, font.Sum)
	}
	return out, sums
}

// wholeFile puts the fonts back. The octets must be those of the hash kept beside them.
func (t *txn) wholeFile(lean []byte, sha256 string) ([]byte, error) {
	needed, err := reports.FontsOf(lean)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err)
	}
	octets := make(map[reports.FontSum][]byte, len(needed))
	if len(needed) > 0 {
		rows, err := models.ReportFontsBySum(t.DB, sumsOf(needed))
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			octets[reports.FontSum(r.SHA256)] = r.Octets
		}
	}
	pdf, err := reports.Whole(lean, octets)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err)
	}
	if sumOf(pdf) != sha256 {
		return nil, fault.Wrap(fault.Internal, errors.New("a report's octets are not those of its hash"))
	}
	return pdf, nil
}
