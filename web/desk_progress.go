package web

import (
	"slices"
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
	Measure  string // the one that was asked for; empty draws the fullest.
	Measures []MeasureRow
	Fullest  string // the address without a chosen measure.
}

// MeasureRow is one measure with each partner's newest value, and the way to its drawing.
type MeasureRow struct {
	Title, Query, URL string
	Values            []string
	Drawn             bool
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
	data := ProgressPage{Head: head, Month: month.Format("2006-01"), Audience: known(r.Query("view"), "therapist", "couple"), Measure: r.Query("measure")}
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
	data.Fullest = r.with("measure", "")
	for i := range data.Measures {
		data.Measures[i].URL = r.with("measure", data.Measures[i].Query)
	}
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
	measures := d.gather(p)
	drawn := measures
	if chosen := slices.IndexFunc(measures, func(m measured) bool { return m.id == d.Measure }); chosen >= 0 {
		drawn = measures[chosen : chosen+1]
	} else if len(measures) > drawnMeasures {
		drawn = slices.Clone(measures)
		slices.SortStableFunc(drawn, func(a, b measured) int { return b.points - a.points })
		drawn = drawn[:drawnMeasures]
	}
	for i, m := range drawn {
		d.Lines = append(d.Lines, p.Chart(m.line, "line-"+textOf(i+1)))
	}
	for _, m := range measures {
		row := MeasureRow{Title: m.line.Title, Values: make([]string, len(d.Head.Couple.Partners)), Drawn: slices.ContainsFunc(drawn, func(o measured) bool { return o.id == m.id })}
		for i, value := range m.last {
			if value != nil && i < len(row.Values) {
				row.Values[i] = trimmed(p, *value)
			}
		}
		row.Query = m.id
		d.Measures = append(d.Measures, row)
	}
}

// drawnMeasures is how many measures are drawn before one is asked for: the fullest, so that the page stays light.
const drawnMeasures = 3

// measured is one measure with the line of each partner.
type measured struct {
	id     string
	line   chart.Line
	points int
	last   [2]*float64
}

// gather puts the series of one measure together, the first partner's line first.
func (d *ProgressPage) gather(p *Page) []measured {
	var out []measured
	for _, series := range d.P.Charts {
		if len(series.Points) == 0 {
			continue
		}
		at := slices.IndexFunc(out, func(m measured) bool { return m.id == series.Measure })
		if at < 0 {
			at = len(out)
			out = append(out, measured{id: series.Measure, line: chart.Line{
				Title: series.Title, Desc: p.L.T("desk.progress.line.desc", "Title", series.Title), Min: series.Min, Max: series.Max,
				Format: chart.Format{Day: p.L.ShortDate, DateHead: p.L.T("desk.date"), Number: func(v float64) string { return trimmed(p, v) }},
			}})
		}
		m := &out[at]
		one, who := chart.Series{Label: d.Head.Couple.Name, Class: "chart-a"}, 0
		if series.PartnerID != nil {
			one.Label = d.Head.Name(series.PartnerID.String())
			if !d.Head.First(*series.PartnerID) {
				one.Class, who = "chart-b", 1
			}
		}
		for _, point := range series.Points {
			one.Points = append(one.Points, chart.Point{On: point.On.In(time.UTC), Value: point.Value})
		}
		m.last[who] = &series.Points[len(series.Points)-1].Value
		m.points += len(one.Points)
		m.line.Series = append(m.line.Series, one)
		sort.SliceStable(m.line.Series, func(a, b int) bool { return m.line.Series[a].Class < m.line.Series[b].Class })
	}
	return out
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
