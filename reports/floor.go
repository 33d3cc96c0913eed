package reports

import "github.com/jung-kurt/gofpdf"

// BuildFloor draws the report with a font that every reader has, so that no font is made or embedded: what a report costs
// at the least, for the benchmarks. It gives a PDF that nobody should get, for it letters only what cp1252 has.
func BuildFloor(s Snapshot) ([]byte, error) {
	return draw(s.cleaned(), typeface{family: "Helvetica", encode: encodeNarrow, add: func(*gofpdf.Fpdf) {}})
}
