package reports

import (
	"math"
	"slices"
	"strings"

	"tussentijds/internal/chart"
	"tussentijds/internal/locale"
)

// Section is one part of a report, without looks: the PDF and the web page show the same.
type Section struct {
	ID     string // stable, fit for an HTML id: "wins", "homework".
	Title  string
	Blocks []Block
	Apart  bool // begins on a page of its own.
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
	Links      []Link
	Pairs      []Pair // what was asked with what was answered.
	Asks       []Ask  // questions to answer on paper.
	Lines      int    // to write on by hand.
	Rest       bool   // of the lines, as many as the page at hand still has room for: they begin no page.
	Note       string // a caveat, in small letters.
	Joined     bool   // stays on the page on which the block before it ends.
	Origin     string // names the figure for Snapshot.Origins; empty for words alone.
}

// Link leads somewhere else.
type Link struct{ Text, URL string }

// Fact is a value with its name.
type Fact struct{ Label, Value string }

// Item is a line of a list; Meta says when, by whom or why, and may be empty. Origin is as a block's.
type Item struct{ Text, Meta, Origin string }

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
// is one that the therapist left out. Flags, topics and gaps are in it for the therapist alone, whatever the snapshot holds,
// the first two early, where a hurried reader meets them.
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

// leftOutAllowed are the sections a therapist may leave out. The period and what the report is, and is not, stay.
var leftOutAllowed = []string{"wins", "flags", "discuss", "homework", "agreements", AreaCommunication, AreaConnection, AreaTrust, "instruments", "gaps", "note", "next"}

// MayLeaveOut tells whether the id names a section that may be left out of a report.
func MayLeaveOut(id string) bool { return slices.Contains(leftOutAllowed, id) }

func (s Snapshot) leavesOut(id string) bool { return MayLeaveOut(id) && slices.Contains(s.LeftOut, id) }

// sections gives all sections with content.
func (s Snapshot) sections(loc locale.Localizer) []Section {
	o := outliner{s: s.whole(), loc: loc}
	sections := []Section{o.period(), o.wins(), o.flags(), o.discuss(), o.homework(), o.agreements()}
	said := map[string]bool{}
	for _, area := range []string{AreaCommunication, AreaConnection, AreaTrust} {
		sections = append(sections, o.trends(area, said))
	}
	sections = append(sections, o.instruments(), o.gaps(), o.note(), o.next(), o.about())
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
