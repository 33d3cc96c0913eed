package reports

import (
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
	Paragraphs []string
	Facts      []Fact
	Items      []Item
	Chart      chart.Chart // nil, or a chart; its Table stands beside it on a page.
	Header     []string    // of the table; the first column is text, the others are figures.
	Rows       [][]string
	Note       string // a caveat, in small letters.
}

// Fact is a figure with its name.
type Fact struct{ Label, Value string }

// Item is a line of a list; Meta says when and by whom, and may be empty.
type Item struct{ Text, Meta string }

// Cover is the head of a report.
type Cover struct {
	Practice string   // name of the practice.
	Title    string   // "Voortgangsverslag".
	Month    string   // "maart 2026".
	For      string   // the couple or the reader.
	Lines    []string // period, programme, therapist.
	Private  string   // the line on confidentiality.
}

// Cover gives the head of the report in the localizer's language.
func (s Snapshot) Cover(loc locale.Localizer) Cover { return Cover{} }

// Outline gives the sections of the report in the localizer's language, in reading order; the Flags are in it for the
// therapist alone.
func (s Snapshot) Outline(loc locale.Localizer) []Section { return nil }
