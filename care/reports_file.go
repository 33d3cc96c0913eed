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

// knownFonts asks which fonts of the files the practice has; the answer is there when the batch has run.
func knownFonts(q *db.Batch, known map[reports.FontSum]bool, files []leanFile) {
	var sums [][]byte
	for _, f := range fontsOf(files) {
		sums = append(sums, f.Sum[:])
	}
	if len(sums) > 0 {
		models.BatchFontSums(q, func(sum []byte) { known[reports.FontSum(sum)] = true }, sums)
	}
}

// addFonts writes the fonts of the files that the practice does not have.
func (t *txn) addFonts(q *db.Batch, known map[reports.FontSum]bool, files []leanFile) {
	var sums, octets [][]byte
	for _, f := range fontsOf(files) {
		if !known[f.Sum] {
			sums, octets = append(sums, f.Sum[:]), append(octets, f.Octets)
		}
	}
	if len(sums) > 0 {
		models.BatchAddFonts(q, t.PracticeID, sums, octets)
	}
}

// fontsOf gives the fonts of all files, each once, in the order of their sums.
func fontsOf(files []leanFile) []reports.Font {
	var out []reports.Font
	for _, f := range files {
		for _, font := range f.fonts {
			if !slices.ContainsFunc(out, func(o reports.Font) bool { return o.Sum == font.Sum }) {
				out = append(out, font)
			}
		}
	}
	slices.SortFunc(out, func(a, b reports.Font) int { return bytes.Compare(a.Sum[:], b.Sum[:]) })
	return out
}

// wholeFile puts the fonts back. The octets must be those of the hash kept beside them.
func (t *txn) wholeFile(lean []byte, sha256 string) ([]byte, error) {
	needed, err := reports.FontsOf(lean)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err)
	}
	octets := make(map[reports.FontSum][]byte, len(needed))
	if len(needed) > 0 {
		sums := make([][]byte, len(needed))
		for i := range needed {
			sums[i] = needed[i][:]
		}
		rows, err := models.ReportFontsBySum(t.DB, sums)
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
