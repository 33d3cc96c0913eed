package reports

import (
	"math"
	"slices"
	"strings"
	"time"

	"tussentijds/internal/chart"
)

// matrixWeeks is how many weeks an agreement shows side by side; a month touches six at most. matrixRows is how many points
// stand in one drawing, so that it fits a page whatever their words.
const (
	matrixWeeks = 6
	matrixRows  = 12
)

func (o outliner) agreements() Section {
	loc, explained := o.loc, false
	var blocks []Block
	for i, a := range o.s.Agreements {
		b := Block{Heading: a.Title, Origin: Numbered("agreement", i)}
		share, ok := a.Share()
		if !ok {
			b.Paragraphs = []string{loc.T("report.agreements.unasked")}
			blocks = append(blocks, b)
			continue
		}
		kept, asked := a.totals()
		b.Paragraphs = []string{loc.N("report.agreements.lead", asked, "Kept", kept, "Share", int(math.Round(share*100)))}
		for k, part := range o.matrices(a) {
			if k > 0 {
				b = Block{}
			}
			if part.Columns != nil && explained { // The signs are explained once.
				part.KeptLabel, part.PartLabel, part.NoneLabel, part.UnaskedLabel = "", "", "", ""
			}
			explained = true
			if part.Columns == nil {
				b.Header, b.Rows = part.Table()
			} else {
				b.Chart = part
			}
			blocks = append(blocks, b)
		}
	}
	return o.section("agreements", blocks...)
}

// matrices gives an agreement's points against its weeks, as many at a time as fit a page. With more weeks than fit side by
// side there are no columns, and only the totals are left.
func (o outliner) matrices(a AgreementResult) []chart.Matrix {
	loc := o.loc
	at := map[int64]int{}
	var weeks []time.Time
	for _, p := range a.Points {
		for _, w := range p.Weeks {
			if _, known := at[w.From.Unix()]; !known {
				at[w.From.Unix()] = 0
				weeks = append(weeks, w.From)
			}
		}
	}
	slices.SortFunc(weeks, time.Time.Compare)
	if len(weeks) > matrixWeeks {
		return []chart.Matrix{o.totalsOnly(a)}
	}
	all := chart.Matrix{
		Title: a.Title, Desc: loc.T("report.agreements.chart.desc"), KeptLabel: loc.T("report.agreements.kept"), PartLabel: loc.T("report.agreements.part"),
		NoneLabel: loc.T("report.agreements.not"), UnaskedLabel: loc.T("report.agreements.notasked"), RowHead: loc.T("report.agreements.point"), TotalHead: loc.T("report.agreements.total"),
	}
	for i, w := range weeks {
		at[w.Unix()] = i
		all.Columns = append(all.Columns, loc.ShortDate(w))
	}
	for _, p := range a.Points {
		row := chart.MatrixRow{Label: p.Label, Cells: make([]chart.Cell, len(weeks))}
		for _, w := range p.Weeks {
			row.Cells[at[w.From.Unix()]] = chart.Cell{Kept: w.Kept, Asked: w.Asked}
		}
		all.Rows = append(all.Rows, row)
	}
	var out []chart.Matrix
	for rows := range slices.Chunk(all.Rows, matrixRows) {
		part := all
		part.Rows = rows
		out = append(out, part)
	}
	return out
}

// totalsOnly gives the points with their totals and no weeks.
func (o outliner) totalsOnly(a AgreementResult) chart.Matrix {
	m := chart.Matrix{RowHead: o.loc.T("report.agreements.point"), TotalHead: o.loc.T("report.agreements.total")}
	for _, p := range a.Points {
		m.Rows = append(m.Rows, chart.MatrixRow{Label: p.Label, Total: &chart.Cell{}})
		m.Rows[len(m.Rows)-1].Total.Kept, m.Rows[len(m.Rows)-1].Total.Asked = p.totals()
	}
	return m
}

// trends gives the trends of an area. What helps to read a chart is said once a report: said holds what was.
func (o outliner) trends(area string, said map[string]bool) Section {
	var blocks []Block
	for i, t := range o.s.Trends {
		if o.areaOf(t.Area) == area {
			b := o.trend(t, said)
			b.Origin = Numbered("trend", i)
			blocks = append(blocks, b)
		}
	}
	if b := o.months(area); len(b.Rows) > 0 {
		if said["months"] {
			b.Note = ""
		}
		said["months"] = true
		blocks = append(blocks, b)
	}
	return o.section(area, blocks...)
}

// areaOf gives the section a measure stands in. Trust has one where a breach is repaired.
func (o outliner) areaOf(area string) string {
	if area == AreaCommunication || area == AreaTrust && o.s.Programme.Breach {
		return area
	}
	return AreaConnection
}

// months gives the signs of an area that are too few for a line, month by month.
func (o outliner) months(area string) Block {
	b := Block{Heading: o.loc.T("report.months.title"), Note: o.loc.T("report.months.note")}
	for i, f := range o.s.Months {
		if o.areaOf(f.Area) != area || len(f.Months) == 0 {
			continue
		}
		if b.Header == nil {
			b.Header = []string{o.loc.T("report.months.sign")}
			for _, m := range f.Months {
				b.Header = append(b.Header, o.loc.Month(m.On))
			}
			b.Origin = Numbered("month", i)
		}
		name := f.Title
		if f.Who != "" {
			name = o.loc.T("report.instrument.who", "Title", f.Title, "Who", f.Who)
		}
		row := make([]string, len(b.Header))
		row[0] = name
		for k := range row[1:] {
			row[k+1] = "–"
			if k < len(f.Months) && !f.Months[k].Gap {
				row[k+1] = o.value(f.Months[k].Value, f.Share)
			}
		}
		b.Rows = append(b.Rows, row)
	}
	return b
}

// value writes a number, or a part of one in per cent.
func (o outliner) value(v float64, share bool) string {
	if share && !math.IsNaN(v) && !math.IsInf(v, 0) {
		return o.loc.Decimal(v*100, 0) + "%"
	}
	return o.number(v)
}

func (o outliner) trend(t Trend, said map[string]bool) Block {
	loc := o.loc
	// What is yes or no each time is told as the part of the times.
	number := func(v float64) string { return o.value(v, t.Min == 0 && t.Max == 1) }
	line := chart.Line{
		Title: t.Title, Min: t.Min, Max: t.Max, From: o.s.PeriodFrom, To: o.s.PeriodTo,
		Format: chart.Format{Day: loc.ShortDate, Number: number, DateHead: loc.T("report.trend.date")},
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
				"Low", number(low), "High", number(high), "Last", number(last)))
		}
		measured += n
	}
	b := Block{Heading: t.Title}
	if t.Sign != "" && t.Sign != t.Title && t.Sign != loc.T("report.section."+o.areaOf(t.Area)) {
		b.Heading = loc.T("report.trend.sign", "Sign", t.Sign, "Title", t.Title)
	}
	if measured == 0 {
		b.Paragraphs = []string{loc.T("report.trend.none")}
		return b
	}
	scale := []any{"Min", number(t.Min), "Max", number(t.Max)}
	line.Desc = loc.T("report.trend.chart.desc", append(scale, "From", loc.Date(line.From), "To", loc.Date(line.To))...) +
		" " + strings.Join(words, " ")
	notes := []string{loc.T("report.trend.scale", scale...) + "."}
	if t.Unit != "" && t.Unit != loc.T("report.trend.of", "Max", o.number(t.Max)) {
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
	for i, r := range o.s.Instruments {
		b := o.instrument(r)
		if n := len(blocks); n > 0 && blocks[n-1].Note == b.Note {
			blocks[n-1].Note = "" // The same caveat for all stands once, below the last.
		}
		b.Origin = Numbered("instrument", i)
		if course := o.course(r); course.Chart != nil {
			course.Note, b.Note = b.Note, ""
			blocks = append(blocks, b, course)
			continue
		}
		blocks = append(blocks, b)
	}
	return o.section("instruments", blocks...)
}

// fewestScores is how many scores make a line; two are told in words.
const fewestScores = 3

// course draws how the scores went over up to half a year.
func (o outliner) course(r InstrumentResult) Block {
	if len(r.History) < fewestScores {
		return Block{}
	}
	loc := o.loc
	series := chart.Series{Class: "chart-a"}
	for _, p := range r.History {
		series.Points = append(series.Points, chart.Point(p))
	}
	first, last := r.History[0].On, r.History[len(r.History)-1].On
	return Block{Joined: true, Chart: chart.Line{
		Title: loc.T("report.instrument.course.title", "Title", r.Title), Desc: loc.T("report.trend.chart.desc", "From", loc.Date(first), "To", loc.Date(last), "Min", o.number(r.Min), "Max", o.number(r.Max)),
		Series: []chart.Series{series}, Min: r.Min, Max: r.Max, From: first, To: last,
		Format: chart.Format{Day: loc.ShortDate, Number: o.number, DateHead: loc.T("report.trend.date"), ValueHead: loc.T("report.instrument.table.here")},
	}}
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
