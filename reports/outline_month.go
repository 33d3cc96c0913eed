package reports

import (
	"strconv"

	"tussentijds/internal/chart"
)

func (o outliner) period() Section {
	s, loc := o.s, o.loc
	intro, lead := Block{Paragraphs: []string{o.toReader("report.period.intro")}}, Block{}
	done, assigned := s.homeworkTotals()
	if s.Sessions.Held > 0 {
		lead.Figures = append(lead.Figures, Fact{loc.N("report.figure.sessions", s.Sessions.Held), strconv.Itoa(s.Sessions.Held)})
	}
	if assigned > 0 && !s.leavesOut("homework") {
		lead.Figures = append(lead.Figures, Fact{loc.T("report.figure.homework"), o.share(done, assigned)})
	}
	kept, asked := 0, 0
	for _, a := range s.Agreements {
		k, n := a.totals()
		kept, asked = kept+k, asked+n
	}
	if asked > 0 && !s.leavesOut("agreements") {
		lead.Figures = append(lead.Figures, Fact{loc.T("report.figure.agreements"), o.share(kept, asked)})
	}
	if s.Homework.Minutes > 0 && !s.leavesOut("homework") {
		lead.Figures = append(lead.Figures, Fact{loc.T("report.figure.minutes"), strconv.Itoa(s.Homework.Minutes)})
	}
	if len(lead.Figures) == 0 && len(s.Wins) == 0 {
		intro.Paragraphs = append(intro.Paragraphs, loc.T("report.period.quiet"))
	}
	if s.Programme.Name != "" {
		lead.Facts = append(lead.Facts, Fact{loc.T("report.period.programme"), s.Programme.Name})
	}
	if s.Programme.Phase != "" {
		phase := s.Programme.Phase
		if p := s.Programme; p.PhaseAt > 0 && p.Phases >= p.PhaseAt {
			phase = loc.T("report.period.phase.of", "Phase", phase, "At", p.PhaseAt, "Of", p.Phases)
		}
		lead.Facts = append(lead.Facts, Fact{loc.T("report.period.phase"), phase})
	}
	way := Block{}
	if p := s.Programme; p.MonthsIn > 0 && p.MonthsFrom > 0 && p.MonthsTo >= p.MonthsFrom {
		way = o.way(p)
	} else if p.MonthsIn > 0 {
		lead.Paragraphs = append(lead.Paragraphs, loc.N("report.period.months", p.MonthsIn))
	}
	if n := s.Sessions.Cancelled; n > 0 {
		lead.Paragraphs = append(lead.Paragraphs, loc.N("report.period.cancelled", n))
	}
	blocks := []Block{intro}
	if len(lead.Figures)+len(lead.Facts)+len(lead.Paragraphs) > 0 {
		lead.Origin = "sessions"
		blocks = append(blocks, lead)
	}
	if way.Chart != nil {
		blocks = append(blocks, way)
	}
	return o.section("period", blocks...)
}

// way shows the months so far against the range in which such a programme often ends.
func (o outliner) way(p Programme) Block {
	loc := o.loc
	words := loc.N("report.period.pace", p.MonthsIn, "From", p.MonthsFrom, "To", p.MonthsTo)
	return Block{
		Chart: chart.Path{
			Title: loc.T("report.period.way"), Desc: words, At: float64(p.MonthsIn), From: float64(p.MonthsFrom), To: float64(p.MonthsTo),
			AtLabel: loc.N("report.period.now", p.MonthsIn), RangeLabel: loc.T("report.period.range", "From", p.MonthsFrom, "To", p.MonthsTo),
			WhatHead: loc.T("report.period.what"), Format: chart.Format{Number: o.number, ValueHead: loc.T("report.period.value")},
		},
		Note: words, Origin: "programme",
	}
}

func (o outliner) wins() Section {
	if len(o.s.Wins) == 0 {
		return o.section("wins", Block{Paragraphs: []string{o.toReader("report.wins.none")}})
	}
	var items []Item
	for _, w := range o.s.Wins {
		item := Item{Text: w.Text}
		switch {
		case w.By != "" && !w.On.IsZero():
			item.Meta = o.loc.T("report.wins.meta", "By", w.By, "Date", o.loc.ShortDate(w.On))
		case !w.On.IsZero():
			item.Meta = o.loc.ShortDate(w.On)
		default:
			item.Meta = w.By
		}
		items = append(items, item)
	}
	return o.section("wins", Block{Chart: o.winsLine(), Items: items, Origin: "wins"})
}

// fewestOnLine is how many wins make a line of days worth drawing.
const fewestOnLine = 3

// winsLine shows on which days of the period there was something, or nothing when that would be a line of one mark.
func (o outliner) winsLine() chart.Chart {
	line := chart.Timeline{
		Title: o.loc.T("report.wins.chart"), Desc: o.loc.N("report.wins.chart.desc", len(o.s.Wins)), From: o.s.PeriodFrom, To: o.s.PeriodTo,
		CountHead: o.loc.T("report.wins.count"), Format: chart.Format{Day: o.loc.ShortDate, DateHead: o.loc.T("report.trend.date")},
	}
	for _, w := range o.s.Wins {
		if !w.On.IsZero() {
			line.Moments = append(line.Moments, chart.Moment{On: w.On})
		}
	}
	if len(line.Moments) < fewestOnLine {
		return nil
	}
	return line
}

func (o outliner) homework() Section {
	loc := o.loc
	done, assigned := o.s.homeworkTotals()
	if assigned == 0 {
		return o.section("homework", Block{Paragraphs: []string{loc.T("report.homework.none")}})
	}
	bars := chart.Bars{
		Title:     loc.T("report.homework.chart"),
		Desc:      loc.T("report.homework.chart.desc", "Done", done, "Of", assigned),
		DoneLabel: loc.T("report.homework.done"), OpenLabel: loc.T("report.homework.open"),
		LabelHead: loc.T("report.homework.week"), DoneHead: loc.T("report.homework.done.head"), OfHead: loc.T("report.homework.of"),
	}
	for _, w := range o.s.Homework.Weeks {
		bars.Bars = append(bars.Bars, chart.Bar{Label: loc.ShortDate(w.From), Done: w.Done, Of: w.Assigned})
	}
	return o.section("homework", Block{
		Paragraphs: []string{loc.N("report.homework.lead", assigned, "Done", done)},
		Chart:      bars,
		Note:       loc.T("report.homework.kind"),
		Origin:     "homework",
	})
}
