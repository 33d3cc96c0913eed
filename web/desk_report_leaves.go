package web

import (
	"html/template"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"tussentijds/care"
	"tussentijds/models"
)

// ReportTurn is a report open at one of its pages, as they are printed.
type ReportTurn struct {
	Pages         []ReportLeaf
	At            ReportLeaf
	Drawing       template.HTML
	Large         bool   // as large as can be read, whatever the screen.
	Back, Forward string // the page before, and the page after.
	Resize        string // the same page the other size.
	Whole         string // the same report as text.
}

// ReportLeaf is one page of a report to turn to.
type ReportLeaf struct {
	Number  int
	Titles  []string // of the sections that begin on it.
	Address string
	Current bool
}

// reportAddress is where a page of a report is looked at.
func reportAddress(here string, number int, large bool) string {
	address := here + "?page=" + strconv.Itoa(number)
	if large {
		address += "&size=large"
	}
	return address
}

// readReport opens a report as its pages or as text, as the address asks: a draft at its first page, so that what is approved
// was seen as it is printed, and what was approved as text. What cannot be shown as its pages is text.
func (s *Site) readReport(r *Request, d *ReportPage) (err error) {
	text, leaves := s.care.ReadReport, s.care.ReadLeaves
	if r.Method() != fiber.MethodGet { // What was sent, was sent from another page, which showed an older version maybe.
		text, leaves = s.care.RereadReport, s.care.RereadLeaves
	}
	here, asked, large := "/desk/reports/"+d.R.ID.String(), r.Query("page"), r.Query("size") == "large"
	if asked == "all" || asked == "" && d.R.Status != models.ReportDraft {
		d.Paged = reportAddress(here, 1, false)
		d.Doc, err = text(r.Context(), r.Actor, d.R.ID)
		return err
	}
	look := care.LeafLook{Logo: "/logo", Page: func(number int) string { return reportAddress(here, number, large) }}
	read, err := leaves(r.Context(), r.Actor, d.R.ID, look)
	d.Doc = read.ReportDocument
	if err != nil || len(read.Pages) == 0 {
		return err
	}
	at, err := strconv.Atoi(asked)
	if err != nil {
		at = 1
	}
	at = min(max(at, 1), len(read.Pages))
	turn := &ReportTurn{Large: large, Resize: reportAddress(here, at, !large), Whole: here + "?page=all"}
	for i, page := range read.Pages {
		leaf := ReportLeaf{Number: i + 1, Titles: page.Titles, Address: look.Page(i + 1), Current: i+1 == at}
		switch i + 1 {
		case at - 1:
			turn.Back = leaf.Address
		case at:
			turn.At, turn.Drawing = leaf, template.HTML(page.SVG) //nolint:gosec // drawn by us, with every text escaped.
		case at + 1:
			turn.Forward = leaf.Address
		}
		turn.Pages = append(turn.Pages, leaf)
	}
	d.Turn = turn
	return nil
}
