package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

var (
	deskReportsPage       = page("desk/reports")
	deskMakingPage        = page("desk/report-progress")
	deskCoupleReportsPage = page("desk/couple-reports")
)

// ReportsPage is the reports that the member may know, by month, with what can be approved among them.
type ReportsPage struct {
	Show, Month    string
	Shows, Choices []Choice // states, and months.
	Months         []ReportMonth
	Count          int
	Progress       *ReportProgress
	Here           string // the address of the page, where ticks are sent to.
	TickAll        string // the same with all ticked that was looked at.
	Ready, Unseen  int    // drafts that can be approved now, and those to be looked at first.
	Later          int    // drafts that were looked at and left for later.
	Look           string // the address of the next draft to look at; empty when all were.
	Unlooked       int    // how many there are, on other pages too.
	Refused        []Refusal
	Next, First    string
}

// ReportMonth is one month's reports.
type ReportMonth struct {
	Month string
	List  []ReportRow
}

// ReportRow is one report in the list.
type ReportRow struct {
	care.ReviewedReport
	Ticked bool
}

// Value names the report at the version that is shown.
func (r ReportRow) Value() string { return r.ID.String() + ":" + strconv.Itoa(r.Version) }

// Ready tells whether it can be approved with others.
func (r ReportRow) Ready() bool { return r.Glance != nil && r.Glance.Seen }

// Later tells whether it was left for later: it can be ticked, but is not with all others.
func (r ReportRow) Later() bool { return r.Ready() && r.Glance.Later }

// Refusal says why one report among many was not approved.
type Refusal struct {
	ID   uuid.UUID
	Name string
	Text string
}

// ReportProgress is how far a month's building is.
type ReportProgress struct {
	care.MonthProgress
	Left string // the time left, in words.
}

// Made is how many there are to read: what could not be built has ended too, and is told apart.
func (p ReportProgress) Made() int { return p.Built - p.Failed }

// Busy tells whether there is something to wait for.
func (p ReportProgress) Busy() bool { return p.Built < p.Total }

// Address is the page that follows it.
func (p ReportProgress) Address() string { return "/desk/reports/progress?month=" + p.Month }

// reportStates are the choices of the list: what waits for the member first.
var reportStates = map[string][]models.ReportStatus{
	"waiting": {models.ReportDraft, models.ReportFailed}, "all": nil, "making": {models.ReportQueued, models.ReportBuilding},
	"approved": {models.ReportApproved}, "published": {models.ReportPublished}, "failed": {models.ReportFailed}, "withdrawn": {models.ReportWithdrawn},
}

var reportShows = []string{"waiting", "all", "making", "failed", "approved", "published", "withdrawn"}

// deskReports lists reports by month: what waits for approval, or what is chosen.
func (s *Site) deskReports(r *Request) error {
	data, err := s.reportList(r, nil)
	if err != nil {
		return err
	}
	return r.deskShow(deskReportsPage, "web.desk.reports", data)
}

// reportList reads the list as the address chose it; ticked are the reports that stay ticked.
func (s *Site) reportList(r *Request, ticked []string) (ReportsPage, error) {
	data := ReportsPage{Show: known(r.Query("show"), "waiting", reportShows...), Month: r.Query("month"), First: r.firstURL(), Shows: r.choices("desk.reports.show", reportShows...)}
	data.Choices = append([]Choice{{Label: r.L.T("desk.reports.months")}}, r.lastMonths()...)
	if !slices.ContainsFunc(data.Choices, func(c Choice) bool { return c.Value == data.Month }) {
		data.Month = ""
	}
	list, err := s.care.ReviewReports(r.Context(), r.Actor, care.ReportFilter{Month: data.Month, Statuses: reportStates[data.Show]}, r.part(30))
	if err != nil {
		return data, err
	}
	data.Next, data.Count = r.nextURL(list.Next), len(list.Data)
	for _, report := range list.Data {
		row := ReportRow{ReviewedReport: report}
		row.Ticked = row.Ready() && (r.Query("tick") == "seen" && !row.Later() || slices.Contains(ticked, row.Value()))
		switch {
		case row.Later():
			data.Later++
		case row.Ready():
			data.Ready++
		case row.Status == models.ReportDraft:
			data.Unseen++
		}
		data.put(row)
	}
	data.TickAll, data.Here = r.with("tick", "seen"), r.with("tick", "")
	next, left, err := s.care.UnseenDrafts(r.Context(), r.Actor)
	if err != nil {
		return data, err
	}
	if data.Unlooked = left; left > 0 {
		data.Look = "/desk/reports/" + next.String()
	}
	data.Progress, err = s.reportProgress(r, data.Month)
	return data, err
}

// lastMonths are the present month and the eleven before it.
func (r *Request) lastMonths() []Choice {
	var out []Choice
	month := r.monthOf("")
	for range 12 {
		out = append(out, Choice{Value: month.Format("2006-01"), Label: r.L.Month(month)})
		month = month.AddDate(0, -1, 0)
	}
	return out
}

// put adds a report to its month, newest month first.
func (d *ReportsPage) put(row ReportRow) {
	i := 0
	for i < len(d.Months) && d.Months[i].Month > row.Month {
		i++
	}
	if i == len(d.Months) || d.Months[i].Month != row.Month {
		d.Months = slices.Insert(d.Months, i, ReportMonth{Month: row.Month})
	}
	d.Months[i].List = append(d.Months[i].List, row)
}

// reportProgress says how far a month's building is, last month's when none is given; nil when nothing was asked for.
func (s *Site) reportProgress(r *Request, month string) (*ReportProgress, error) {
	if month == "" {
		month = r.monthOf("").AddDate(0, -1, 0).Format("2006-01")
	}
	p, err := s.care.ReportMonth(r.Context(), r.Actor, month)
	if err != nil || p.Total == 0 {
		return nil, err
	}
	out := ReportProgress{MonthProgress: p}
	switch left := p.SecondsLeft; {
	case left == nil:
	case *left < 90:
		out.Left = r.L.N("desk.reports.left.seconds", max(10, (*left+5)/10*10))
	default:
		out.Left = r.L.N("desk.reports.left.minutes", (*left+30)/60)
	}
	return &out, nil
}

// deskReportProgress follows a month's building. The page asks for itself again while there is something to wait for; with
// script the list takes its news from here.
func (s *Site) deskReportProgress(r *Request) error {
	p, err := s.reportProgress(r, r.Query("month"))
	if err != nil {
		return err
	}
	if p == nil {
		p = &ReportProgress{MonthProgress: care.MonthProgress{Month: r.Query("month")}}
	}
	return r.deskShow(deskMakingPage, "desk.reports.progress", *p, r.crumb("web.desk.reports", "/desk/reports"))
}

// deskApproveReports approves what is ticked. What could not be approved is said, and the rest is done.
func (s *Site) deskApproveReports(r *Request) error {
	ticked := r.Values()["report"]
	var in care.ApproveReportsInput
	for _, value := range ticked {
		id, version, _ := strings.Cut(value, ":")
		n, err := strconv.Atoi(version)
		if err != nil {
			n = -1
		}
		in.Reports = append(in.Reports, care.ReportAt{ID: idOf(id), Version: n})
	}
	out, err := s.care.ApproveReports(r.Context(), r.Actor, in)
	var refused []care.Approval
	for _, a := range out {
		if a.Fault != nil {
			refused = append(refused, a)
		}
	}
	if err == nil && len(refused) == 0 {
		return r.Go(r.with("tick", ""), "desk.flash.report.all_approved")
	}
	data, failed := s.reportList(r, ticked)
	if failed != nil {
		return failed
	}
	names := map[uuid.UUID]string{}
	for _, m := range data.Months {
		for _, row := range m.List {
			names[row.ID] = row.CoupleName
		}
	}
	for _, a := range refused {
		data.Refused = append(data.Refused, Refusal{ID: a.ID, Name: names[a.ID], Text: r.L.T(a.Fault.MessageKey(), a.Fault.Args)})
	}
	if err == nil {
		err = fault.New(fault.Conflict, "desk.reports.refused")
	}
	return r.deskAgain(err, deskReportsPage, "web.desk.reports", data)
}

// deskLeaveReport leaves a draft that was looked at for later, or takes it up again, and goes to the next one to look at; once
// there is none, to the list with all others ticked.
func (s *Site) deskLeaveReport(r *Request) error {
	data, err := s.reportPage(r)
	if err != nil {
		return err
	}
	later := r.Typed("later") == "1"
	if _, err := s.care.LeaveReport(r.Context(), r.Actor, data.R.ID, later, r.version()); err != nil || !later {
		return s.reportDone(r, data, err, "desk.flash.report.now")
	}
	if data.Unseen > 0 {
		return r.Go("/desk/reports/"+data.Next.String(), "desk.flash.report.later")
	}
	return r.Go("/desk/reports?month="+data.R.Month+"&tick=seen", "desk.flash.report.later")
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
	data.Months = r.lastMonths()
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
