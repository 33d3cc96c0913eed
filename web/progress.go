package web

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/chart"
	"tussentijds/models"
)

var progressPage = page("portal/progress")

// progressView is a month's figures with the drawings of them.
type progressView struct {
	care.ProgressView
	Audience    string // couple or partner.
	Before      string // the months around it, as YYYY-MM; After is empty for the present month.
	After       string
	Weeks       *ChartView
	Lines       []ChartView // the first of them stand open, the others are folded away.
	More        []ChartView
	Figures     []figureView // what has too few points for a line.
	Nothing     bool
	Instruments []instrumentView
	Programme   *programmeView // with the present month of both.
}

// instrumentView is an instrument with what each scored, oneself first.
type instrumentView struct {
	Title, Caveat string
	Scores        []instrumentScore
}

type instrumentScore struct {
	care.InstrumentProgress
	Who string
}

// figureView is a measure in a sentence: the newest value of each.
type figureView struct {
	Title  string
	Values []figureValue
}

type figureValue struct {
	Who   string
	Value string
	On    models.Day
}

const (
	openLines  = 2 // drawn at once.
	fewestBars = 3 // fewer weeks are said by the number above them.
)

// progress shows what both may know of a month, or one's own part of it.
func (s *Site) progress(r *Request) error {
	now := s.care.Clock.Now().In(r.zone())
	month, err := time.Parse("2006-01", r.Query("month"))
	if err != nil || month.After(now) || month.Year() < 2000 {
		month = time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	audience := "couple"
	if r.Query("view") == "own" {
		audience = "partner"
	}
	got, err := s.care.Progress(r.Context(), r.Actor, r.Actor.CoupleID, month.Format("2006-01"), audience)
	if err != nil {
		return err
	}
	p := r.Page("portal.progress.title", nil)
	v := progressView{ProgressView: got, Audience: audience, Before: month.AddDate(0, -1, 0).Format("2006-01")}
	if after := month.AddDate(0, 1, 0); !after.After(now) {
		v.After = after.Format("2006-01")
	}
	if v.After == "" && audience == "couple" {
		where, err := s.care.ProgrammeOfCouple(r.Context(), r.Actor, r.Actor.CoupleID)
		if err != nil {
			return err
		}
		v.Programme = &programmeView{where}
	}
	v.draw(p, got)
	p.Data = v
	return r.Show(progressPage, 200, p)
}

func (v *progressView) draw(p *Page, got care.ProgressView) {
	if len(got.Weeks) >= fewestBars && got.Homework.Assigned > 0 {
		c := p.Chart(weekBars(p, got.Weeks), "weeks")
		v.Weeks = &c
	}
	for i, line := range trends(p, got.Charts) {
		drawn := p.Chart(line, "trend-"+textOf(i))
		if i < openLines {
			v.Lines = append(v.Lines, drawn)
		} else {
			v.More = append(v.More, drawn)
		}
	}
	v.Figures = figures(p, got)
	v.Wins = slices.Clone(got.Wins)
	slices.SortStableFunc(v.Wins, func(a, b care.WinView) int { return strings.Compare(string(b.On), string(a.On)) })
	v.Instruments = instruments(p, got.Instruments)
	v.Nothing = got.Homework.Assigned == 0 && got.Sessions.Held == 0 && len(v.Lines) == 0 && len(v.Figures) == 0 && len(got.Instruments) == 0 && len(got.Agreements) == 0 && len(got.Wins) == 0
}

func instruments(p *Page, scores []care.InstrumentProgress) []instrumentView {
	var out []instrumentView
	for _, in := range scores {
		at := slices.IndexFunc(out, func(v instrumentView) bool { return v.Title == in.Title })
		if at < 0 {
			at = len(out)
			out = append(out, instrumentView{Title: in.Title, Caveat: in.Caveat})
		}
		score := instrumentScore{in, p.who(in.PartnerID)}
		if in.PartnerID != nil && *in.PartnerID == p.Actor.ID {
			out[at].Scores = slices.Insert(out[at].Scores, 0, score)
		} else {
			out[at].Scores = append(out[at].Scores, score)
		}
	}
	return out
}

// fewWins is how many small wins stand open; the rest is folded away.
const fewWins = 5

// FirstWins gives the newest small wins.
func (v progressView) FirstWins() []care.WinView { return v.Wins[:min(len(v.Wins), fewWins)] }

// MoreWins gives the others.
func (v progressView) MoreWins() []care.WinView { return v.Wins[min(len(v.Wins), fewWins):] }

// figures gives the newest value of every measure that is not drawn, oneself first.
func figures(p *Page, got care.ProgressView) []figureView {
	drawn := map[string]bool{}
	for _, s := range got.Charts {
		drawn[s.Measure] = true
	}
	var out []figureView
	for _, s := range got.Series {
		if drawn[s.Measure] || len(s.Points) == 0 {
			continue
		}
		last := s.Points[len(s.Points)-1]
		value := figureValue{Who: p.who(s.PartnerID), Value: p.Figure(last.Value), On: last.On}
		at := slices.IndexFunc(out, func(f figureView) bool { return f.Title == s.Title })
		switch {
		case at < 0:
			out = append(out, figureView{s.Title, []figureValue{value}})
		case s.PartnerID != nil && *s.PartnerID == p.Actor.ID:
			out[at].Values = append([]figureValue{value}, out[at].Values...)
		default:
			out[at].Values = append(out[at].Values, value)
		}
	}
	return out
}

// who names a partner to a partner: you, or your partner; empty for what is of both.
func (p *Page) who(id *uuid.UUID) string {
	switch {
	case id == nil:
		return ""
	case *id == p.Actor.ID:
		return p.L.T("portal.you")
	}
	return p.L.T("portal.partner")
}

func dayOf(d models.Day) time.Time {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return time.Time{}
	}
	return t
}

func weekBars(p *Page, weeks []care.HomeworkWeek) chart.Bars {
	bars := chart.Bars{
		Title: p.L.T("portal.progress.weeks"), Desc: p.L.T("portal.progress.weeks.text"), DoneLabel: p.L.T("portal.progress.done"), OpenLabel: p.L.T("portal.progress.open"),
		LabelHead: p.L.T("portal.progress.week"), DoneHead: p.L.T("portal.progress.done"), OfHead: p.L.T("portal.progress.assigned"),
	}
	for _, w := range weeks {
		bars.Bars = append(bars.Bars, chart.Bar{Label: p.L.ShortDate(dayOf(w.On)), Done: w.Done, Of: w.Assigned})
	}
	return bars
}

// trends puts the series of one measure in one drawing, oneself first.
func trends(p *Page, series []care.ProgressSeries) []chart.Line {
	var out []chart.Line
	at := map[string]int{}
	for _, s := range series {
		if len(s.Points) == 0 {
			continue
		}
		i, known := at[s.Measure]
		if !known {
			i = len(out)
			at[s.Measure] = i
			out = append(out, chart.Line{
				Title: s.Title, Desc: p.L.T("portal.progress.trend.text", "Title", s.Title), Min: s.Min, Max: s.Max,
				Format: chart.Format{Day: p.L.ShortDate, Number: func(v float64) string { return p.Number(&v) }, DateHead: p.L.T("portal.progress.day"), None: p.L.T("portal.progress.none")},
			})
		}
		line := chart.Series{Label: p.who(s.PartnerID), Class: "chart-b"}
		if line.Label == "" {
			line.Label = s.Title
		}
		if s.PartnerID == nil || *s.PartnerID == p.Actor.ID {
			line.Class = "chart-a"
		}
		for _, point := range s.Points {
			line.Points = append(line.Points, chart.Point{On: dayOf(point.On), Value: point.Value})
		}
		if line.Class == "chart-a" {
			out[i].Series = append([]chart.Series{line}, out[i].Series...)
		} else {
			out[i].Series = append(out[i].Series, line)
		}
	}
	return out
}
