package reports

import (
	"io"

	"github.com/jung-kurt/gofpdf"

	"tussentijds/internal/chart"
)

// pen is the part of gofpdf that papers are drawn with. All drawing passes through it, so that what sees it pass can show the
// same page by other means.
type pen interface {
	chart.Pen
	AddPage()
	SetPage(number int)
	PageNo() int
	PageCount() int
	AddLink() int
	SetLink(link int, y float64, page int)
	Link(x, y, width, height float64, link int)
	LinkString(x, y, width, height float64, url string)
	Bookmark(text string, level int, y float64)
	RegisterImageOptionsReader(name string, options gofpdf.ImageOptions, r io.Reader) *gofpdf.ImageInfoType
	ImageOptions(name string, x, y, width, height float64, flow bool, options gofpdf.ImageOptions, link int, url string)
	Output(w io.Writer) error
}
