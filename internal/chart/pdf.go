package chart

import "github.com/jung-kurt/gofpdf"

// Type is the lettering of a chart in a PDF: a family added to the document, its size in points, and how a string becomes
// the family's bytes (nil leaves it as it is).
type Type struct {
	Family string
	Size   float64
	Encode func(string) string
}

// PDF draws the chart as vectors in the box at x, y of width w and height h, all in the document's unit.
func PDF(pdf *gofpdf.Fpdf, x, y, w, h float64, c Chart, t Type) {}
