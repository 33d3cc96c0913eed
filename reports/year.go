package reports

import (
	"strconv"
	"strings"
	"time"

	"tussentijds/internal/chart"
	"tussentijds/internal/locale"
)

// Year is what an overview of twelve months shows. Whoever fills it puts in only what its reader may know, as with a Snapshot.
type Year struct {
	Audience   Audience
	Locale     locale.Lang
	Brand      Brand
	Practice   string
	Therapist  string
	For        string // the couple, or the reader.
	From, To   time.Time
	BuiltAt    time.Time
	Months     []YearMonth
	Path       []YearStep
	Scores     []Trend // questionnaires over the year.
	Agreements []YearAgreement
	Wins       []Win
	Words      []YearWords
}

// YearMonth is one month in figures.
type YearMonth struct {
	From           time.Time
	Sessions       int
	Done, Assigned int
	Kept, Asked    int
}

// YearStep is a phase of a programme with the day it began.
type YearStep struct {
	Programme, Phase string
	On               time.Time
}

// YearAgreement is an agreement with how often it was kept.
type YearAgreement struct {
	Title       string
	Kept, Asked int
}

// YearWords are the therapist's words of one month, as they were approved.
type YearWords struct {
	Month      time.Time
	Paragraphs []string
}

// Document lays the year out: figures and months first, then the path, what went well, agreements, questionnaires, and the
// therapist's words.
func (y Year) Document() Document {
	loc := locale.For(y.Locale)
	period := loc.T("year.period", "From", loc.Month(y.From), "To", loc.Month(y.To))
	d := Document{Locale: y.Locale, BuiltAt: y.BuiltAt, Brand: y.Brand, Cover: Cover{
		Practice: y.Practice, Title: loc.T("year.title"), Month: period, For: loc.T("report.for."+string(y.Audience), "Name", y.For),
		Lines:   []string{loc.T("report.cover.therapist", "Name", y.Therapist), loc.T("report.cover.made", "Date", loc.Date(y.BuiltAt))},
		Private: loc.T("report.private." + string(y.Audience)),
	}}
	o := outliner{s: Snapshot{Audience: y.Audience, Locale: y.Locale}, loc: loc}
	for _, s := range []Section{y.months(o), y.path(o), y.wins(o), y.agreements(o), y.scores(o), y.words(o)} {
		if len(s.Blocks) > 0 {
			d.Sections = append(d.Sections, s)
		}
	}
	return d
}

func yearSection(o outliner, id string, blocks ...Block) Section {
	return Section{ID: id, Title: o.loc.T("year." + id), Blocks: blocks}
}

func (y Year) months(o outliner) Section {
	loc := o.loc
	bars := chart.Bars{
		Title: loc.T("year.homework"), DoneLabel: loc.T("report.homework.done"), OpenLabel: loc.T("report.homework.open"),
		LabelHead: loc.T("year.month"), DoneHead: loc.T("report.homework.done.head"), OfHead: loc.T("report.homework.of"),
	}
	table := Block{Header: []string{loc.T("year.month"), loc.T("year.sessions"), loc.T("year.homework"), loc.T("year.kept")}}
	var all YearMonth
	for _, m := range y.Months {
		all.Sessions, all.Done, all.Assigned = all.Sessions+m.Sessions, all.Done+m.Done, all.Assigned+m.Assigned
		all.Kept, all.Asked = all.Kept+m.Kept, all.Asked+m.Asked
		bars.Bars = append(bars.Bars, chart.Bar{Label: strings.TrimPrefix(loc.ShortDate(m.From), "1 "), Done: m.Done, Of: m.Assigned})
		table.Rows = append(table.Rows, []string{loc.Month(m.From), countOr(m.Sessions), shareOr(o, m.Done, m.Assigned), shareOr(o, m.Kept, m.Asked)})
	}
	intro := Block{Paragraphs: []string{loc.T("year.intro." + string(y.Audience)), loc.T("year.aid")}}
	figures := Block{Figures: []Fact{{loc.N("report.figure.sessions", all.Sessions), strconv.Itoa(all.Sessions)}}}
	if all.Assigned > 0 {
		figures.Figures = append(figures.Figures, Fact{loc.T("report.figure.homework"), o.share(all.Done, all.Assigned)})
		bars.Desc = loc.T("report.homework.chart.desc", "Done", all.Done, "Of", all.Assigned)
		figures.Chart = bars
	}
	if all.Asked > 0 {
		figures.Figures = append(figures.Figures, Fact{loc.T("report.figure.agreements"), o.share(all.Kept, all.Asked)})
	}
	if all == (YearMonth{}) {
		return yearSection(o, "months", intro, Block{Paragraphs: []string{loc.T("year.quiet")}})
	}
	return yearSection(o, "months", intro, figures, table)
}

func countOr(n int) string {
	if n == 0 {
		return "–"
	}
	return strconv.Itoa(n)
}

func shareOr(o outliner, done, of int) string {
	if of == 0 {
		return "–"
	}
	return o.share(done, of)
}

func (y Year) path(o outliner) Section {
	var items []Item
	for _, s := range y.Path {
		items = append(items, Item{Text: s.Programme + ": " + s.Phase, Meta: o.loc.T("year.since", "Date", o.loc.Date(s.On))})
	}
	if len(items) == 0 {
		return Section{}
	}
	return yearSection(o, "path", Block{Items: items, Note: o.loc.T("year.path.note")})
}

func (y Year) wins(o outliner) Section {
	var items []Item
	for _, w := range y.Wins {
		item := Item{Text: w.Text, Meta: o.loc.Date(w.On)}
		if w.By != "" {
			item.Meta = o.loc.T("report.wins.meta", "By", w.By, "Date", o.loc.Date(w.On))
		}
		items = append(items, item)
	}
	if len(items) == 0 {
		return Section{}
	}
	return Section{ID: "wins", Title: o.loc.T("year.wins"), Blocks: []Block{{Items: items}}}
}

func (y Year) agreements(o outliner) Section {
	block := Block{Header: []string{o.loc.T("year.agreement"), o.loc.T("year.kept")}}
	for _, a := range y.Agreements {
		block.Rows = append(block.Rows, []string{a.Title, shareOr(o, a.Kept, a.Asked)})
	}
	if len(block.Rows) == 0 {
		return Section{}
	}
	return yearSection(o, "agreements", block)
}

func (y Year) scores(o outliner) Section {
	var blocks []Block
	for _, t := range y.Scores {
		line := chart.Line{Title: t.Title, Min: t.Min, Max: t.Max, From: y.began(), To: y.To, Format: chart.Format{Day: o.loc.ShortDate, Number: o.number, DateHead: o.loc.T("report.trend.date")}}
		for _, l := range t.Lines {
			series := chart.Series{Label: l.Label}
			for _, p := range l.Points {
				series.Points = append(series.Points, chart.Point(p))
			}
			line.Series = append(line.Series, series)
		}
		blocks = append(blocks, Block{Heading: t.Title, Chart: line, Note: o.loc.T("report.trend.scale", "Min", o.number(t.Min), "Max", o.number(t.Max)) + "."})
	}
	if len(blocks) == 0 {
		return Section{}
	}
	return yearSection(o, "scores", append([]Block{{Paragraphs: []string{o.loc.T("year.scores.note")}}}, blocks...)...)
}

// began is the first day that the overview shows: the year begins where the work did.
func (y Year) began() time.Time {
	if len(y.Months) > 0 {
		return y.Months[0].From
	}
	return y.From
}

func (y Year) words(o outliner) Section {
	var blocks []Block
	for _, w := range y.Words {
		blocks = append(blocks, Block{Heading: o.loc.Month(w.Month), Paragraphs: w.Paragraphs})
	}
	if len(blocks) == 0 {
		return Section{}
	}
	return Section{ID: "note", Title: o.toReader("report.section.note"), Blocks: blocks}
}
