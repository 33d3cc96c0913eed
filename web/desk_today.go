package web

import (
	"slices"

	"github.com/google/uuid"

	"tussentijds/care"
)

var (
	deskTodayPage     = page("desk/today")
	deskShortcutsPage = page("desk/shortcuts")
)

// TodayPage is the start of the workspace.
type TodayPage struct {
	care.DeskView
	Alerts   []AlertLine // what is for now or within a week.
	Later    []AlertLine // the other alerts, the most urgent first.
	Waiting  []WaitingLine
	Clinical bool
	Pulse    map[uuid.UUID]care.HomeworkIn
}

// WaitingLine is something that waits, with its words and its one click.
type WaitingLine struct {
	care.WaitingItem
	Icon, Text, URL string
	About           string // which one, when a couple can have several.
}

// waitingReports says of which month and for whom each waiting report is; without one it asks nothing.
func (s *Site) waitingReports(r *Request, p *Page, waiting []care.WaitingItem) (map[uuid.UUID]string, error) {
	out := map[uuid.UUID]string{}
	if !slices.ContainsFunc(waiting, func(w care.WaitingItem) bool { return w.Kind == "report" }) {
		return out, nil
	}
	list, err := s.care.ListReports(r.Context(), r.Actor, care.ReportFilter{}, care.Page{Limit: 100})
	for _, report := range list.Data {
		out[report.ID] = p.Month(report.Month) + ", " + p.Word("desk.report.audience", report.Audience)
	}
	return out, unlessRefused(err)
}

// deskToday shows who comes, whose homework is in and what waits.
func (s *Site) deskToday(r *Request) error {
	view, err := s.care.DeskToday(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	data := TodayPage{DeskView: view, Clinical: r.clinical(), Pulse: pulses(view)}
	p := r.Page("desk.today.title", nil)
	months, err := s.waitingReports(r, p, view.Waiting)
	if err != nil {
		return err
	}
	invited := map[uuid.UUID]bool{}
	for _, item := range view.Waiting {
		if item.Alert != nil { // Alerts come first, however new: the rest can wait until after the next session.
			line := alertLine(p, *item.Alert, item.CoupleID, item.CoupleName, item.Held)
			if line.Level <= 1 {
				data.Alerts = append(data.Alerts, line)
			} else {
				data.Later = append(data.Later, line)
			}
			continue
		}
		if item.Kind == "invitation" { // Both partners of a couple are one line: one click leads to both.
			if invited[item.CoupleID] {
				continue
			}
			invited[item.CoupleID] = true
		}
		line := waitingLine(p, item)
		line.About = months[item.SubjectID]
		data.Waiting = append(data.Waiting, line)
	}
	p.Data = data
	return r.Show(deskTodayPage, 200, p)
}

func pulses(view care.DeskView) map[uuid.UUID]care.HomeworkIn {
	out := map[uuid.UUID]care.HomeworkIn{}
	for _, in := range view.HomeworkIn {
		out[in.CoupleID] = in
	}
	return out
}

var waitingIcons = map[string]string{"report": "file-text", "reveal": "message-circle", "note": "pencil", "cosign": "pencil", "invitation": "mail", "message": "send"}

// waitingLine says what waits and leads straight to it.
func waitingLine(p *Page, item care.WaitingItem) WaitingLine {
	couple := "/desk/couples/" + item.CoupleID.String()
	line := WaitingLine{WaitingItem: item, Icon: waitingIcons[item.Kind], Text: p.Word("desk.waiting", item.Kind), URL: couple}
	if line.Icon == "" {
		line.Icon = "bell"
	}
	switch item.Kind {
	case "report":
		line.URL = "/desk/reports/" + item.SubjectID.String()
	case "reveal":
		line.URL = couple + "/answers/" + item.SubjectID.String()
	case "note", "cosign":
		line.URL = "/desk/calendar/" + item.SubjectID.String() + "#note"
	case "message":
		line.URL = couple + "/messages"
	case "invitation":
		line.URL = couple + "/contact"
	}
	return line
}

// deskShortcuts lists the keys.
func (s *Site) deskShortcuts(r *Request) error {
	return r.deskShow(deskShortcutsPage, "desk.shortcuts.title", nil, r.crumb("web.desk.today", "/desk"), r.crumb("desk.shortcuts.title", ""))
}
