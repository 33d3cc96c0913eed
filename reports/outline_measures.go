package reports

import (
	"math"
	"strconv"
	"strings"

	"tussentijds/internal/chart"
)

// tableWeeks is how many weeks an agreement's table shows side by side; a month touches six at most.
const tableWeeks = 6

func (o outliner) agreements() Section {
	loc := o.loc
	var blocks []Block
	for _, a := range o.s.Agreements {
		b := Block{Heading: a.Title}
		share, ok := a.Share()
		if !ok {
			b.Paragraphs = []string{loc.T("report.agreements.unasked")}
			blocks = append(blocks, b)
			continue
		}
		kept, asked := a.totals()
		b.Paragraphs = []string{loc.T("report.agreements.lead", "Asked", asked, "Kept", kept, "Share", int(math.Round(share*100)))}
		b.Header, b.Rows = o.agreementTable(a)
		blocks = append(blocks, b)
	}
	return o.section("agreements", blocks...)
}

// agreementTable gives a row per point and a column per week; with more weeks than fit, only the totals.
func (o outliner) agreementTable(a AgreementResult) (header []string, rows [][]string) {
	columns := map[string]int{}
	header = []string{o.loc.T("report.agreements.point")}
	for _, p := range a.Points {
		for _, w := range p.Weeks {
			day := o.loc.ShortDate(w.From)
			if _, known := columns[day]; !known {
				columns[day] = len(header)
				header = append(header, day)
			}
		}
	}
	if len(columns) > tableWeeks {
		columns, header = nil, header[:1]
	}
	total := len(header)
	header = append(header, o.loc.T("report.agreements.total"))
	for _, p := range a.Points {
		row := make([]string, len(header))
		row[0] = p.Label
		for i := 1; i < len(row); i++ {
			row[i] = "–"
		}
		for _, w := range p.Weeks {
			if at, ok := columns[o.loc.ShortDate(w.From)]; ok && w.Asked > 0 {
				row[at] = fraction(w.Kept, w.Asked)
			}
		}
		if kept, asked := p.totals(); asked > 0 {
			row[total] = fraction(kept, asked)
		}
		rows = append(rows, row)
	}
	return header, rows
}

func fraction(part, whole int) string { return strconv.Itoa(part) + "/" + strconv.Itoa(whole) }

// trends gives the trends of an area. What helps to read a chart is said once a report: said holds what was.
func (o outliner) trends(area string, said map[string]bool) Section {
	var blocks []Block
	for _, t := range o.s.Trends {
		own := t.Area
		if own != AreaCommunication && own != AreaTrust {
			own = AreaConnection
		}
		if own == area {
			blocks = append(blocks, o.trend(t, said))
		}
	}
	return o.section(area, blocks...)
}

func (o outliner) trend(t Trend, said map[string]bool) Block {
	loc := o.loc
	line := chart.Line{
		Title: t.Title, Min: t.Min, Max: t.Max, From: o.s.PeriodFrom, To: o.s.PeriodTo,
		Format: chart.Format{Day: loc.ShortDate, Number: o.number, DateHead: loc.T("report.trend.date")},
	}
	gaps, measured := false, 0
	var words []string
	for _, l := range t.Lines {
		series := chart.Series{Label: l.Label}
		low, high, last, n := math.Inf(1), math.Inf(-1), 0.0, 0
		for _, p := range l.Points {
			series.Points = append(series.Points, chart.Point(p))
			if p.Gap {
				gaps = true
				continue
			}
			if p.On.Before(line.From) {
				line.From = p.On
			}
			if p.On.After(line.To) {
				line.To = p.On
			}
			low, high, last, n = min(low, p.Value), max(high, p.Value), p.Value, n+1
		}
		line.Series = append(line.Series, series)
		if n > 0 {
			words = append(words, loc.T("report.trend.line.desc", "Label", l.Label,
				"Low", o.number(low), "High", o.number(high), "Last", o.number(last)))
		}
		measured += n
	}
	b := Block{Heading: t.Title}
	if measured == 0 {
		b.Paragraphs = []string{loc.T("report.trend.none")}
		return b
	}
	scale := []any{"Min", o.number(t.Min), "Max", o.number(t.Max)}
	line.Desc = loc.T("report.trend.chart.desc", append(scale, "From", loc.Date(line.From), "To", loc.Date(line.To))...) +
		" " + strings.Join(words, " ")
	notes := []string{loc.T("report.trend.scale", scale...) + "."}
	if t.Unit != "" {
		notes[0] = loc.T("report.trend.scale.unit", append(scale, "Unit", t.Unit)...) + "."
	}
	once := func(key string) {
		if !said[key] {
			said[key], notes = true, append(notes, loc.T(key))
		}
	}
	if len(t.Lines) > 1 {
		once("report.trend.own")
	}
	if gaps {
		once("report.trend.gaps")
	}
	b.Chart, b.Note = line, strings.Join(notes, " ")
	return b
}

func (o outliner) instruments() Section {
	var blocks []Block
	for _, r := range o.s.Instruments {
		b := o.instrument(r)
		if n := len(blocks); n > 0 && blocks[n-1].Note == b.Note {
			blocks[n-1].Note = "" // The same caveat for all stands once, below the last.
		}
		blocks = append(blocks, b)
	}
	return o.section("instruments", blocks...)
}

func (o outliner) instrument(r InstrumentResult) Block {
	loc := o.loc
	b := Block{Heading: r.Title, Note: r.Caveat}
	if r.Who != "" {
		b.Heading = loc.T("report.instrument.who", "Title", r.Title, "Who", r.Who)
	}
	if strings.TrimSpace(b.Note) == "" {
		b.Note = loc.T("report.instrument.caveat")
	}
	words := []string{loc.T("report.instrument.score.undated", "Score", o.number(r.Score), "Max", o.number(r.Max))}
	if !r.On.IsZero() {
		words[0] = loc.T("report.instrument.score", "Score", o.number(r.Score), "Max", o.number(r.Max), "Date", loc.Date(r.On))
	}
	if r.Band != "" {
		words = append(words, loc.T("report.instrument.band", "Band", r.Band))
	}
	if r.Previous != nil {
		words = append(words, loc.T("report.instrument.previous", "Score", o.number(*r.Previous)))
		if r.Change != "" {
			words = append(words, r.Change)
		}
	}
	b.Paragraphs = []string{strings.Join(words, " ")}
	bands := chart.Bands{
		Title:      b.Heading,
		Desc:       loc.T("report.instrument.desc", "Min", o.number(r.Min), "Max", o.number(r.Max), "Score", o.number(r.Score)),
		Min:        r.Min,
		Max:        r.Max,
		Score:      r.Score,
		Previous:   r.Previous,
		ScoreLabel: loc.T("report.instrument.now"), PreviousLabel: loc.T("report.instrument.before"),
		BandHead: loc.T("report.instrument.table.band"), RangeHead: loc.T("report.instrument.table.range"), ThisIn: loc.T("report.instrument.table.here"),
		Format: chart.Format{Number: o.number},
	}
	for _, band := range r.Bands {
		bands.Bands = append(bands.Bands, chart.Band(band))
	}
	b.Chart = bands
	return b
}
