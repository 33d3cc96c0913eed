package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/models"
)

var deskReportPage = page("desk/report")

// ReportPage is one report to read, with what can be done with it.
type ReportPage struct {
	R       care.ReportView
	Doc     care.ReportDocument
	L       locale.Localizer // the report's own language.
	HasDoc  bool
	Making  bool
	Note    string
	Goals   string // one a line.
	Parts   []ReportPart
	LeftOut []string
	Turn    *ReportTurn // nil when the report is read as text.
	Paged   string      // the address of its first page, from the text; empty when its pages cannot be shown.
	Next    uuid.UUID   // the next draft to look at; zero when there is none.
	Unseen  int
	History []care.ReportRevisionView
	When    string // now or later.
	On, At  string
	Stale   bool
	Partner string
}

// ReportPart is a section that can be left out, or is fixed.
type ReportPart struct {
	ID    string
	Title string
	Fixed bool
}

// Keeps tells whether a section is in the report, by the boxes of the form.
func (d ReportPage) Keeps(id string) bool { return !slices.Contains(d.LeftOut, id) }

// Shown is the revision that readers have now; nil when they have none.
func (d ReportPage) Shown() *care.ReportRevisionView {
	for i := range d.History {
		if d.History[i].Shown {
			return &d.History[i]
		}
	}
	return nil
}

// CanCorrect tells whether a corrected revision can be begun.
func (d ReportPage) CanCorrect() bool {
	return d.R.Status == models.ReportPublished || d.R.Status == models.ReportApproved
}

// CanDrop tells whether there is a corrected revision to give up.
func (d ReportPage) CanDrop() bool {
	return d.R.Correcting() && (d.R.Status == models.ReportDraft || d.R.Status == models.ReportFailed || d.R.Status == models.ReportApproved)
}

// CanEdit tells whether the note can still be written.
func (d ReportPage) CanEdit() bool {
	return d.R.Status == models.ReportDraft || d.R.Status == models.ReportFailed
}

// CanWithdraw tells whether there is something to take back.
func (d ReportPage) CanWithdraw() bool {
	switch d.R.Status {
	case models.ReportDraft, models.ReportFailed, models.ReportApproved, models.ReportPublished:
		return true
	}
	return d.R.ShownRevision != nil
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
	data := ReportPage{R: report, Note: report.Note, Goals: strings.Join(report.Goals, "\n"), LeftOut: report.LeftOut, When: "now", On: tomorrow.Format("2006-01-02"), At: "09:00"}
	switch report.Status {
	case models.ReportQueued, models.ReportBuilding:
		data.Making = true
	case models.ReportFailed:
	default:
		err = s.readReport(r, &data)
		switch {
		case err == nil:
			data.HasDoc, data.R = true, data.Doc.Report
			lang, _ := locale.Parse(report.Locale)
			data.L = locale.For(lang)
			for _, p := range data.Doc.Snapshot.Parts(r.L) {
				data.Parts = append(data.Parts, ReportPart{ID: p.ID, Title: p.Title, Fixed: p.Fixed})
			}
		case !fault.Is(err, fault.Conflict):
			return data, err
		}
	}
	if data.R.CoupleName == "" {
		data.R.CoupleName = report.CoupleName
	}
	if data.Next, data.Unseen, err = s.care.UnseenDrafts(r.Context(), r.Actor); err != nil {
		return data, err
	}
	if report.Status == models.ReportApproved || report.Status == models.ReportPublished || report.Status == models.ReportWithdrawn || report.ShownRevision != nil {
		if data.History, err = s.care.ReportRevisions(r.Context(), r.Actor, id); err != nil {
			return data, err
		}
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

// deskReportNote sets the therapist's words, goals and what is left out; the draft is drawn again with them.
func (s *Site) deskReportNote(r *Request) error {
	data, err := s.reportPage(r)
	if err != nil {
		return err
	}
	data.Note, data.Goals = r.Typed("note"), r.FormValue("goals")
	goals := strings.Split(data.Goals, "\n")
	in := care.EditReportInput{Note: &data.Note, Goals: &goals}
	if r.Typed("parts") != "" {
		data.LeftOut = leftOut(data.Parts, data.LeftOut, r.Values()["part"])
		in.LeftOut = &data.LeftOut
	}
	_, err = s.care.EditReport(r.Context(), r.Actor, data.R.ID, in, r.version())
	if f := fault.From(err); err != nil {
		for i, field := range f.Fields {
			if strings.HasPrefix(field.Location, "goals[") {
				f.Fields[i].Location = "goals"
			}
		}
	}
	return s.reportDone(r, data, err, "desk.flash.report.note")
}

// leftOut gives the sections that stay out: those offered and not ticked, and those left out before that had nothing to
// offer this time.
func leftOut(offered []ReportPart, before, ticked []string) []string {
	out := slices.DeleteFunc(slices.Clone(before), func(id string) bool {
		return slices.ContainsFunc(offered, func(p ReportPart) bool { return p.ID == id })
	})
	for _, p := range offered {
		if !p.Fixed && !slices.Contains(ticked, p.ID) {
			out = append(out, p.ID)
		}
	}
	return out
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

// deskOnReport runs an act on a report at the version its form was made from.
func (s *Site) deskOnReport(r *Request, act func(context.Context, care.Actor, uuid.UUID, int) (care.ReportView, error), flash string) error {
	data, err := s.reportPage(r)
	if err != nil {
		return err
	}
	_, err = act(r.Context(), r.Actor, data.R.ID, r.version())
	return s.reportDone(r, data, err, flash)
}

// deskWithdrawReport takes a report back.
func (s *Site) deskWithdrawReport(r *Request) error {
	return s.deskOnReport(r, s.care.WithdrawReport, "desk.flash.report.withdrawn")
}

// deskRebuildReport makes a draft anew, or tries again what could not be made.
func (s *Site) deskRebuildReport(r *Request) error {
	return s.deskOnReport(r, s.care.RebuildReport, "desk.flash.report.asked")
}

// deskCorrectReport begins a corrected revision.
func (s *Site) deskCorrectReport(r *Request) error {
	return s.deskOnReport(r, s.care.CorrectReport, "desk.flash.report.correcting")
}

// deskDropCorrection gives it up.
func (s *Site) deskDropCorrection(r *Request) error {
	return s.deskOnReport(r, s.care.DropCorrection, "desk.flash.report.dropped")
}

// deskReportPDF hands out the PDF under a name that tells nobody whose it is: to look at in the browser, or to keep.
func (s *Site) deskReportPDF(r *Request) error {
	id, err := r.ID("report")
	if err != nil {
		return err
	}
	body, report, err := s.care.ReportPDF(r.Context(), r.Actor, id)
	return r.sendReport(body, report, err)
}

// deskRevisionPDF hands out the octets that were approved as a revision.
func (s *Site) deskRevisionPDF(r *Request) error {
	id, err := r.ID("report")
	if err != nil {
		return err
	}
	revision, err := strconv.Atoi(r.Params("revision"))
	if err != nil {
		return fault.Missing()
	}
	body, report, err := s.care.RevisionPDF(r.Context(), r.Actor, id, revision)
	return r.sendReport(body, report, err)
}

func (r *Request) sendReport(body []byte, report care.ReportView, err error) error {
	if err != nil {
		return err
	}
	how := "attachment"
	if r.Query("view") != "" {
		how = "inline"
	}
	r.Type("pdf")
	r.Set("Content-Disposition", how+`; filename="`+r.L.T("desk.report.file")+"-"+report.Month+`.pdf"`)
	return r.Send(body)
}
