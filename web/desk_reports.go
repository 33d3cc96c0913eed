package web

import (
	"strconv"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/models"
)

var (
	deskReportsPage       = page("desk/reports")
	deskReportPage        = page("desk/report")
	deskCoupleReportsPage = page("desk/couple-reports")
)

// ReportsPage is all reports that the member may know, those that wait first, by month.
type ReportsPage struct {
	Show        string // waiting or all.
	Tabs        []any
	Months      []ReportMonth
	Waiting     int
	Next, First string
}

// ReportMonth is one month's reports.
type ReportMonth struct {
	Month string
	List  []care.ReportView
}

// deskReports lists reports by month: what waits for approval, or all.
func (s *Site) deskReports(r *Request) error {
	data := ReportsPage{Show: known(r.Query("show"), "waiting", "all"), First: r.firstURL()}
	list, err := s.care.ListReports(r.Context(), r.Actor, care.ReportFilter{}, r.part(100))
	if err != nil {
		return err
	}
	data.Next = r.nextURL(list.Next)
	for _, report := range list.Data {
		if waits := waitsForApproval(report); waits {
			data.Waiting++
		} else if data.Show == "waiting" {
			continue
		}
		data.put(report)
	}
	data.Tabs = []any{
		[]any{r.with("show", ""), r.L.T("desk.reports.waiting"), data.Show == "waiting"},
		[]any{r.with("show", "all"), r.L.T("desk.reports.all"), data.Show == "all"},
	}
	return r.deskShow(deskReportsPage, "web.desk.reports", data)
}

func waitsForApproval(report care.ReportView) bool {
	return report.Status == models.ReportDraft || report.Status == models.ReportFailed
}

// put adds a report to its month, newest month first.
func (d *ReportsPage) put(report care.ReportView) {
	i := 0
	for i < len(d.Months) && d.Months[i].Month > report.Month {
		i++
	}
	if i == len(d.Months) || d.Months[i].Month != report.Month {
		d.Months = append(d.Months, ReportMonth{})
		copy(d.Months[i+1:], d.Months[i:])
		d.Months[i] = ReportMonth{Month: report.Month}
	}
	d.Months[i].List = append(d.Months[i].List, report)
}

// CoupleReportsPage is a couple's reports with the form to ask for one.
type CoupleReportsPage struct {
	Head        *CoupleHead
	List        []care.ReportView
	In          care.RequestReportInput
	For         string // couple, therapist, or a partner's id.
	Fors        []Choice
	Months      []Choice
	Langs       []Choice
	Next, First string
}

func (s *Site) coupleReports(r *Request) (CoupleReportsPage, error) {
	head, err := s.coupleHead(r, "reports")
	if err != nil {
		return CoupleReportsPage{}, err
	}
	data := CoupleReportsPage{Head: head, Langs: languageChoices(), For: "couple", First: r.firstURL()}
	data.Fors = []Choice{{Value: "couple", Label: r.L.T("desk.report.for.couple")}}
	for _, p := range head.Couple.Partners {
		data.Fors = append(data.Fors, Choice{Value: p.ID.String(), Label: r.L.T("desk.report.for.partner", "Name", p.Name)})
	}
	data.Fors = append(data.Fors, Choice{Value: "therapist", Label: r.L.T("desk.report.for.therapist")})
	month := r.monthOf("")
	for range 12 {
		value := month.Format("2006-01")
		data.Months = append(data.Months, Choice{Value: value, Label: r.L.Month(month)})
		month = month.AddDate(0, -1, 0)
	}
	data.In = care.RequestReportInput{Month: data.Months[1].Value, Locale: string(r.L.Lang)}
	if len(head.Couple.Partners) > 0 {
		data.In.Locale = head.Couple.Partners[0].Locale
	}
	list, err := s.care.ListReports(r.Context(), r.Actor, care.ReportFilter{CoupleID: head.Couple.ID}, r.part(50))
	data.List, data.Next = list.Data, r.nextURL(list.Next)
	return data, err
}

// deskCoupleReports lists a couple's reports.
func (s *Site) deskCoupleReports(r *Request) error {
	data, err := s.coupleReports(r)
	if err != nil {
		return err
	}
	return r.deskShow(deskCoupleReportsPage, "desk.tab.reports", data, data.Head.crumbs(r)...)
}

// deskRequestReport asks for a report and follows it while it is made.
func (s *Site) deskRequestReport(r *Request) error {
	data, err := s.coupleReports(r)
	if err != nil {
		return err
	}
	data.For = r.Typed("for")
	data.In = care.RequestReportInput{Month: r.Typed("month"), Locale: r.Typed("locale"), Audience: data.For}
	if idOf(data.For) != uuid.Nil {
		data.In.Audience, data.In.PartnerID = "partner", data.For
	}
	report, err := s.care.RequestReport(r.Context(), r.Actor, data.Head.Couple.ID, data.In)
	if err != nil {
		err = at(err, map[string]string{"audience": "for", "partner_id": "for"})
		return r.deskAgain(err, deskCoupleReportsPage, "desk.tab.reports", data, data.Head.crumbs(r)...)
	}
	return r.Go("/desk/reports/"+report.ID.String(), "desk.flash.report.asked")
}

// ReportPage is one report to read, with what can be done with it.
type ReportPage struct {
	R       care.ReportView
	Doc     care.ReportDocument
	L       locale.Localizer // the report's own language.
	HasDoc  bool
	Making  bool
	Note    string
	When    string // now or later.
	On, At  string
	Stale   bool
	Partner string
}

// CanEdit tells whether the note can still be written.
func (d ReportPage) CanEdit() bool { return d.R.Status == models.ReportDraft }

// CanWithdraw tells whether there is something to take back.
func (d ReportPage) CanWithdraw() bool {
	switch d.R.Status {
	case models.ReportDraft, models.ReportApproved, models.ReportPublished:
		return true
	}
	return false
}

// ChartID gives a chart of the report an id of its own on the page.
func (d ReportPage) ChartID(section string, block int) string {
	return "c-" + section + "-" + strconv.Itoa(block)
}

func (s *Site) reportPage(r *Request) (ReportPage, error) {
	id, err := r.ID("report")
	if err != nil {
		return ReportPage{}, err
	}
	report, err := s.care.Report(r.Context(), r.Actor, id)
	if err != nil {
		return ReportPage{}, err
	}
	tomorrow := r.today().AddDate(0, 0, 1)
	data := ReportPage{R: report, Note: report.Note, When: "now", On: tomorrow.Format("2006-01-02"), At: "09:00"}
	switch report.Status {
	case models.ReportQueued, models.ReportBuilding:
		data.Making = true
	case models.ReportFailed:
	default:
		data.Doc, err = s.care.ReadReport(r.Context(), r.Actor, id)
		switch {
		case err == nil:
			data.HasDoc, data.R = true, data.Doc.Report
			data.Note = data.R.Note
			lang, _ := locale.Parse(report.Locale)
			data.L = locale.For(lang)
		case !fault.Is(err, fault.Conflict):
			return data, err
		}
	}
	if data.R.CoupleName == "" {
		data.R.CoupleName = report.CoupleName
	}
	if report.PartnerID != nil {
		couple, err := s.care.Couple(r.Context(), r.Actor, report.CoupleID)
		if err != nil {
			return data, err
		}
		data.Partner = (&CoupleHead{Couple: couple}).Name(*report.PartnerID)
	}
	return data, nil
}

func (d ReportPage) crumbs(r *Request) []Crumb {
	return []Crumb{r.crumb("web.desk.reports", "/desk/reports"), {Text: d.R.CoupleName, URL: "/desk/couples/" + d.R.CoupleID.String() + "/reports"}, {Text: r.Page("desk.report.title", nil).Month(d.R.Month)}}
}

// deskReport shows the report as its readers will read it.
func (s *Site) deskReport(r *Request) error {
	data, err := s.reportPage(r)
	if err != nil {
		return err
	}
	return r.deskShow(deskReportPage, "desk.report.title", data, data.crumbs(r)...)
}

// reportDone ends an act on a report: back to it, or the page once more with what was typed.
func (s *Site) reportDone(r *Request, data ReportPage, err error, flash string) error {
	if err != nil {
		data.Stale = fault.Is(err, fault.Stale)
		err = at(err, map[string]string{"publish_at": "on"})
		return r.deskAgain(err, deskReportPage, "desk.report.title", data, data.crumbs(r)...)
	}
	return r.Go("/desk/reports/"+data.R.ID.String(), flash)
}

// deskReportNote sets the therapist's words; the draft is drawn again with them.
func (s *Site) deskReportNote(r *Request) error {
	data, err := s.reportPage(r)
	if err != nil {
		return err
	}
	data.Note = r.Typed("note")
	_, err = s.care.WriteReportNote(r.Context(), r.Actor, data.R.ID, data.Note, r.version())
	return s.reportDone(r, data, err, "desk.flash.report.note")
}

// deskApproveReport approves, to be published now or at a moment.
func (s *Site) deskApproveReport(r *Request) error {
	data, err := s.reportPage(r)
	if err != nil {
		return err
	}
	data.When, data.On, data.At = known(r.Typed("when"), "now", "later"), r.Typed("on"), r.Typed("at")
	flash := "desk.flash.report.published"
	if data.When == "now" {
		_, err = s.care.ApproveReport(r.Context(), r.Actor, data.R.ID, nil, r.version())
		return s.reportDone(r, data, err, flash)
	}
	var c fault.Collector
	moment := r.momentOf(&c, "on", "at")
	if err = c.Err(); err == nil {
		_, err = s.care.ApproveReport(r.Context(), r.Actor, data.R.ID, &moment, r.version())
	}
	return s.reportDone(r, data, err, "desk.flash.report.approved")
}

// deskWithdrawReport takes a report back.
func (s *Site) deskWithdrawReport(r *Request) error {
	data, err := s.reportPage(r)
	if err != nil {
		return err
	}
	_, err = s.care.WithdrawReport(r.Context(), r.Actor, data.R.ID, r.version())
	return s.reportDone(r, data, err, "desk.flash.report.withdrawn")
}

// deskReportPDF hands out the PDF under a name that tells nobody whose it is.
func (s *Site) deskReportPDF(r *Request) error {
	id, err := r.ID("report")
	if err != nil {
		return err
	}
	body, report, err := s.care.ReportPDF(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	r.Type("pdf")
	r.Set("Content-Disposition", `attachment; filename="`+r.L.T("desk.report.file")+"-"+report.Month+`.pdf"`)
	return r.Send(body)
}
