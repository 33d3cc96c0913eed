package reports

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"tussentijds/internal/chart"
	"tussentijds/internal/locale"
)

// Section is one part of a report, without looks: the PDF and the web page show the same.
type Section struct {
	ID     string // stable, fit for an HTML id: "wins", "homework".
	Title  string
	Blocks []Block
}

// Block is a piece of a section. What is empty is not there; what is there stands in the order of the fields.
type Block struct {
	Heading    string
	Figures    []Fact // at most four short values, shown large.
	Facts      []Fact
	Paragraphs []string
	Chart      chart.Chart // nil, or a chart; a page shows its Table beside it.
	Header     []string    // of the table; the first column is text, the others are figures.
	Rows       [][]string
	Items      []Item
	Note       string // a caveat, in small letters.
}

// Fact is a value with its name.
type Fact struct{ Label, Value string }

// Item is a line of a list; Meta says when and by whom, and may be empty.
type Item struct{ Text, Meta string }

// Cover is the head of a report.
type Cover struct {
	Practice string   // the practice's name.
	Title    string   // "Voortgangsverslag".
	Month    string   // "maart 2026".
	For      string   // the couple or the reader.
	Lines    []string // period, therapist, day it was made.
	Private  string   // the line on confidentiality.
}

// Cover gives the head of the report in the localizer's language.
func (s Snapshot) Cover(loc locale.Localizer) Cover {
	s = s.whole()
	name := s.CoupleName
	if name == "" {
		name = strings.Join(s.PartnerNames, " & ")
	}
	if s.Audience == ForPartner && s.ReaderName != "" {
		name = s.ReaderName
	}
	c := Cover{
		Practice: s.PracticeName,
		Title:    loc.T("report.title"),
		Month:    loc.Month(s.Month),
		For:      loc.T("report.for."+string(s.Audience), "Name", name),
		Private:  loc.T("report.private." + string(s.Audience)),
	}
	if strings.TrimSpace(name) == "" && s.Audience != ForTherapist {
		c.For = ""
	}
	if !s.PeriodFrom.IsZero() {
		c.Lines = append(c.Lines, loc.T("report.cover.period", "From", loc.Date(s.PeriodFrom), "To", loc.Date(s.PeriodTo)))
	}
	if s.TherapistName != "" {
		c.Lines = append(c.Lines, loc.T("report.cover.therapist", "Name", s.TherapistName))
	}
	if s.Corrects.IsZero() {
		c.Lines = append(c.Lines, loc.T("report.cover.made", "Date", loc.Date(s.BuiltAt)))
	} else {
		c.Lines = append(c.Lines, loc.T("report.cover.corrected", "Date", loc.Date(s.BuiltAt), "Of", loc.Date(s.Corrects)))
	}
	return c
}

// Outline gives the sections of the report in the localizer's language, in reading order: the period, then wins first
// (content brief, section 7). A section without content is left out, or says so kindly where its absence would puzzle; so
// is one that the therapist left out. Flags are in it for the therapist alone, whatever the snapshot holds, and early, where
// a hurried reader meets them.
func (s Snapshot) Outline(loc locale.Localizer) []Section {
	return slices.DeleteFunc(s.sections(loc), func(section Section) bool { return s.leavesOut(section.ID) })
}

// Part is a section by name, for whoever decides what stands in a report.
type Part struct {
	ID      string
	Title   string
	Fixed   bool // it cannot be left out.
	LeftOut bool
}

// Parts lists the sections that the snapshot has content for, left out or not, in reading order and the localizer's
// language.
func (s Snapshot) Parts(loc locale.Localizer) []Part {
	sections := s.sections(loc)
	parts := make([]Part, len(sections))
	for i, section := range sections {
		parts[i] = Part{ID: section.ID, Title: section.Title, Fixed: !MayLeaveOut(section.ID), LeftOut: s.leavesOut(section.ID)}
	}
	return parts
}

// leftOutAllowed are the sections a therapist may leave out. The period stays: it says what the report is, and is not.
var leftOutAllowed = []string{"wins", "flags", "homework", "agreements", AreaCommunication, AreaConnection, AreaTrust, "instruments", "note", "next"}

// MayLeaveOut tells whether the id names a section that may be left out of a report.
func MayLeaveOut(id string) bool { return slices.Contains(leftOutAllowed, id) }

func (s Snapshot) leavesOut(id string) bool { return MayLeaveOut(id) && slices.Contains(s.LeftOut, id) }

// sections gives all sections with content.
func (s Snapshot) sections(loc locale.Localizer) []Section {
	o := outliner{s: s.whole(), loc: loc}
	sections := []Section{o.period(), o.wins(), o.flags(), o.homework(), o.agreements()}
	said := map[string]bool{}
	for _, area := range []string{AreaCommunication, AreaConnection, AreaTrust} {
		sections = append(sections, o.trends(area, said))
	}
	sections = append(sections, o.instruments(), o.note(), o.next())
	return slices.DeleteFunc(sections, func(section Section) bool { return len(section.Blocks) == 0 })
}

// outliner holds a snapshot and a language while the sections are made.
type outliner struct {
	s   Snapshot
	loc locale.Localizer
}

// section starts the section of the id with its title from the catalogue.
func (o outliner) section(id string, blocks ...Block) Section {
	return Section{ID: id, Title: o.loc.T("report.section." + id), Blocks: blocks}
}

// toReader gives the form of the key for the audience: "je", "jullie", or about them.
func (o outliner) toReader(key string) string { return o.loc.T(key + "." + string(o.s.Audience)) }

// number writes whole numbers whole and others with one decimal.
func (o outliner) number(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	v = math.Round(v*10) / 10
	if v == math.Trunc(v) {
		return o.loc.Decimal(v, 0)
	}
	return o.loc.Decimal(v, 1)
}

func (o outliner) share(done, of int) string {
	return o.loc.T("report.figure.of", "Done", done, "Of", of)
}

// homeworkTotals adds up the weeks.
func (s Snapshot) homeworkTotals() (done, assigned int) {
	for _, w := range s.Homework.Weeks {
		done, assigned = done+w.Done, assigned+w.Assigned
	}
	return done, assigned
}

// totals gives how often the agreement was asked about and how often it was kept.
func (a AgreementResult) totals() (kept, asked int) {
	for _, p := range a.Points {
		k, n := p.totals()
		kept, asked = kept+k, asked+n
	}
	return kept, asked
}

func (p AgreementPoint) totals() (kept, asked int) {
	for _, w := range p.Weeks {
		kept, asked = kept+w.Kept, asked+w.Asked
	}
	return kept, asked
}

func (o outliner) period() Section {
	s, loc := o.s, o.loc
	intro, lead := Block{Paragraphs: []string{o.toReader("report.period.intro")}}, Block{}
	done, assigned := s.homeworkTotals()
	if s.Sessions.Held > 0 {
		lead.Figures = append(lead.Figures, Fact{loc.T("report.figure.sessions"), strconv.Itoa(s.Sessions.Held)})
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
		lead.Facts = append(lead.Facts, Fact{loc.T("report.period.phase"), s.Programme.Phase})
	}
	if p := s.Programme; p.MonthsIn > 0 && p.MonthsFrom > 0 && p.MonthsTo >= p.MonthsFrom {
		lead.Paragraphs = append(lead.Paragraphs, loc.N("report.period.pace", p.MonthsIn, "From", p.MonthsFrom, "To", p.MonthsTo))
	} else if p.MonthsIn > 0 {
		lead.Paragraphs = append(lead.Paragraphs, loc.N("report.period.months", p.MonthsIn))
	}
	if n := s.Sessions.Cancelled; n > 0 {
		lead.Paragraphs = append(lead.Paragraphs, loc.N("report.period.cancelled", n))
	}
	if len(lead.Figures)+len(lead.Facts)+len(lead.Paragraphs) == 0 {
		return o.section("period", intro)
	}
	return o.section("period", intro, lead)
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
	return o.section("wins", Block{Items: items})
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
	})
}

func (o outliner) note() Section {
	var paragraphs []string
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(o.s.TherapistNote)
	for _, p := range strings.Split(text, "\n") {
		if p = strings.TrimSpace(p); p != "" {
			paragraphs = append(paragraphs, p)
		}
	}
	if len(paragraphs) == 0 {
		return Section{}
	}
	return Section{ID: "note", Title: o.toReader("report.section.note"), Blocks: []Block{{Paragraphs: paragraphs}}}
}

func (o outliner) next() Section {
	var blocks []Block
	if items := lines(o.s.Goals); len(items) > 0 {
		blocks = append(blocks, Block{Heading: o.loc.T("report.next.goals"), Items: items})
	}
	if items := lines(o.s.NextSteps); len(items) > 0 {
		blocks = append(blocks, Block{Heading: o.loc.T("report.next.steps"), Items: items})
	}
	var sessions []Item
	for _, at := range o.s.Sessions.Next {
		sessions = append(sessions, Item{Text: o.loc.Moment(at)})
	}
	if len(sessions) > 0 {
		blocks = append(blocks, Block{Heading: o.loc.T("report.next.sessions"), Items: sessions})
	}
	if len(blocks) == 0 {
		blocks = []Block{{Paragraphs: []string{o.loc.T("report.next.none")}}}
	}
	return o.section("next", blocks...)
}

func (o outliner) flags() Section {
	items := lines(o.s.Flags)
	if o.s.Audience != ForTherapist || len(items) == 0 {
		return Section{}
	}
	return o.section("flags", Block{Paragraphs: []string{o.loc.T("report.flags.intro")}, Items: items})
}

func lines(texts []string) []Item {
	var items []Item
	for _, t := range texts {
		if strings.TrimSpace(t) != "" {
			items = append(items, Item{Text: t})
		}
	}
	return items
}
