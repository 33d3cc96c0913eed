package web

import (
	"github.com/gofiber/fiber/v2"

	"tussentijds/care"
	"tussentijds/models"
)

var (
	reportsPage = page("portal/reports")
	reportPage  = page("portal/report")
)

// reportsView is the published reports, a month's together.
type reportsView struct {
	Months []monthReports
	Next   *string
	Line   bool // whether this partner's own line stands in the report for both.
}

type monthReports struct {
	Month   string
	Reports []care.ReportView
}

func (v *reportsView) add(report care.ReportView) {
	if last := len(v.Months) - 1; last < 0 || v.Months[last].Month != report.Month {
		v.Months = append(v.Months, monthReports{Month: report.Month})
	}
	last := &v.Months[len(v.Months)-1]
	last.Reports = append(last.Reports, report)
}

// reports lists what the therapist has put out for this partner, newest month first.
func (s *Site) reports(r *Request) error {
	list, err := s.care.ListReports(r.Context(), r.Actor, care.ReportFilter{}, care.Page{Limit: 24, Cursor: r.Query("cursor")})
	if err != nil {
		return err
	}
	v := reportsView{Next: list.Next}
	for _, report := range list.Data {
		v.add(report)
	}
	privacy, err := s.care.Privacy(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	for _, c := range privacy.Consents {
		v.Line = v.Line || c.Kind == models.ConsentReportLine && c.Given && c.Version == c.Current
	}
	return r.Render(reportsPage, "portal.reports.title", v)
}

// report is the report to read in the browser: the same content as the PDF, for who reads with other means than eyes on paper.
func (s *Site) report(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	doc, err := s.care.ReadReport(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	return r.Render(reportPage, "portal.report.title", doc)
}

// reportPDF hands out the PDF. Its file name tells the month and nothing else.
func (s *Site) reportPDF(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	body, view, err := s.care.ReportPDF(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	r.Set(fiber.HeaderContentType, "application/pdf")
	r.Set(fiber.HeaderContentDisposition, `attachment; filename="`+view.Month+`.pdf"`)
	return r.Send(body)
}
