package web

import (
	"sort"
	"time"

	"tussentijds/care"
	"tussentijds/internal/chart"
)

var deskProgressPage = page("desk/couple-progress")

// ProgressPage is a month in figures and drawings.
type ProgressPage struct {
	Head     *CoupleHead
	Month    string
	Earlier  string // addresses of the months beside it; Later is empty in the present month.
	Later    string
	Audience string
	Views    []any
	P        care.ProgressView
	Homework ChartView
	HasWeeks bool
	Lines    []ChartView
}

// monthOf reads a month of the address, the present one when there is none.
func (r *Request) monthOf(text string) time.Time {
	t, err := time.ParseInLocation("2006-01", text, r.zone())
	if err != nil {
		today := r.today()
		return time.Date(today.Year(), today.Month(), 1, 0, 0, 0, 0, r.zone())
	}
	return t
}

// deskProgress shows the figures of a month, in the therapist's view or as the couple sees them.
func (s *Site) deskProgress(r *Request) error {
	head, err := s.coupleHead(r, "progress")
	if err != nil {
		return err
	}
	month := r.monthOf(r.Query("month"))
	data := ProgressPage{Head: head, Month: month.Format("2006-01"), Audience: known(r.Query("view"), "therapist", "couple")}
	data.P, err = s.care.Progress(r.Context(), r.Actor, head.Couple.ID, data.Month, data.Audience)
	if err != nil {
		return err
	}
	data.Earlier = r.with("month", month.AddDate(0, -1, 0).Format("2006-01"))
	if later := month.AddDate(0, 1, 0); !later.After(r.today()) {
		data.Later = r.with("month", later.Format("2006-01"))
	}
	data.Views = []any{
		[]any{r.with("view", ""), r.L.T("desk.progress.view.therapist"), data.Audience == "therapist"},
		[]any{r.with("view", "couple"), r.L.T("desk.progress.view.couple"), data.Audience == "couple"},
	}
	p := r.Page("desk.tab.progress", nil)
	data.draw(p)
	p.Data, p.Crumbs = data, head.crumbs(r)
	return r.Show(deskProgressPage, 200, p)
}

// draw makes the charts: the homework by week, and one chart a measure with a line for each partner.
func (d *ProgressPage) draw(p *Page) {
	bars := chart.Bars{
		Title: p.L.T("desk.progress.homework"), Desc: p.L.T("desk.progress.homework.desc", "Done", d.P.Homework.Done, "Of", d.P.Homework.Assigned),
		DoneLabel: p.L.T("desk.progress.done"), OpenLabel: p.L.T("desk.progress.open"),
		LabelHead: p.L.T("desk.progress.week"), DoneHead: p.L.T("desk.progress.done"), OfHead: p.L.T("desk.progress.assigned"),
	}
	for _, w := range d.P.Weeks {
		bars.Bars = append(bars.Bars, chart.Bar{Label: p.L.ShortDate(w.On.In(time.UTC)), Done: w.Done, Of: w.Assigned})
	}
	if d.HasWeeks = len(bars.Bars) > 0; d.HasWeeks {
		d.Homework = p.Chart(bars, "weeks")
	}
	lines := map[string]*chart.Line{}
	var order []string
	for _, series := range d.P.Series {
		if len(series.Points) == 0 {
			continue
		}
		line := lines[series.Measure]
		if line == nil {
			line = &chart.Line{Title: series.Title, Desc: p.L.T("desk.progress.line.desc", "Title", series.Title), Min: series.Min, Max: series.Max,
				Format: chart.Format{Day: p.L.ShortDate, DateHead: p.L.T("desk.date"), Number: func(v float64) string { return trimmed(p, v) }}}
			lines[series.Measure] = line
			order = append(order, series.Measure)
		}
		one := chart.Series{Label: d.Head.Couple.Name, Class: "chart-a"}
		if series.PartnerID != nil {
			one.Label = d.Head.Name(series.PartnerID.String())
			if !d.Head.First(*series.PartnerID) {
				one.Class = "chart-b"
			}
		}
		for _, point := range series.Points {
			one.Points = append(one.Points, chart.Point{On: point.On.In(time.UTC), Value: point.Value})
		}
		line.Series = append(line.Series, one)
	}
	for i, measure := range order {
		line := lines[measure]
		sort.SliceStable(line.Series, func(a, b int) bool { return line.Series[a].Class < line.Series[b].Class })
		d.Lines = append(d.Lines, p.Chart(*line, "line-"+textOf(i+1)))
	}
}

// trimmed writes a figure with the language's decimal mark, and without one when it is whole.
func trimmed(p *Page, v float64) string {
	if v == float64(int64(v)) {
		return p.L.Decimal(v, 0)
	}
	return p.L.Decimal(v, 1)
}

// Figure writes a score the way the language does.
func (p *Page) Figure(v float64) string { return trimmed(p, v) }
