package care

import (
	"fmt"

	"tussentijds/internal/locale"
	"tussentijds/library"
	"tussentijds/reports"
)

const (
	paperRows  = 5 // of a table on paper; who needs more takes another sheet.
	longLines  = 6 // to write a long answer on.
	shortLong  = 600
	shortLines = 3
)

// paperForm is an exercise as a form on paper: what it is, what to do, and its questions with who reads each answer. The
// questions carry the task's own audiences.
func paperForm(e *library.Exercise, lang locale.Lang) reports.Section {
	l, in := locale.For(lang), string(lang)
	section := reports.Section{ID: "form-" + e.ID, Title: e.Title.In(in), Apart: true}
	intro := reports.Block{Paragraphs: some(e.Summary.In(in))}
	if e.Minutes > 0 {
		intro.Note = l.N("sheet.minutes", e.Minutes)
	}
	section.Blocks = append(section.Blocks, intro)
	if need := e.Need.In(in); need != "" {
		section.Blocks = append(section.Blocks, reports.Block{Heading: l.T("sheet.need"), Paragraphs: []string{need}})
	}
	if len(e.Steps) > 0 {
		steps := reports.Block{Heading: l.T("sheet.steps")}
		for i, step := range e.Steps {
			steps.Paragraphs = append(steps.Paragraphs, fmt.Sprintf("%d. %s", i+1, step.In(in)))
		}
		section.Blocks = append(section.Blocks, steps)
	}
	if example := e.Example.In(in); example != "" {
		section.Blocks = append(section.Blocks, reports.Block{Heading: l.T("sheet.example"), Paragraphs: []string{example}})
	}
	if stop := e.StopWhen.In(in); stop != "" {
		section.Blocks = append(section.Blocks, reports.Block{Heading: l.T("sheet.stop"), Paragraphs: []string{stop}})
	}
	if len(e.Questions) == 0 {
		return section
	}
	asks := reports.Block{}
	for i := range e.Questions {
		ask := paperAsk(&e.Questions[i], l, in)
		ask.Number = i + 1
		asks.Asks = append(asks.Asks, ask)
	}
	section.Blocks = append(section.Blocks, asks)
	return section
}

func some(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// paperAsk turns a question into one that a pen can answer.
func paperAsk(q *library.Question, l locale.Localizer, in string) reports.Ask {
	a := reports.Ask{
		Label: q.Label.In(in), Help: q.Help.In(in),
		Reader: l.T("sheet.reader", "Who", l.T("web.audience."+string(q.Audience))), ReaderMore: l.T("web.audience." + string(q.Audience) + ".text"),
	}
	if !q.Required {
		a.Label = l.T("sheet.optional", "Label", a.Label)
	}
	low, high := q.Bounds()
	switch q.Type {
	case library.FieldScale:
		for n := int(low); n <= int(high) && len(a.Points) < 21; n++ {
			a.Points = append(a.Points, n)
		}
		a.LowLabel, a.HighLabel = q.MinLabel.In(in), q.MaxLabel.In(in)
	case library.FieldYesNo:
		a.Boxes, a.One = []string{l.T("web.form.yes"), l.T("web.form.no")}, true
	case library.FieldChoice:
		a.Boxes, a.One = optionLabels(q.Options, in), true
	case library.FieldMulti, library.FieldChecklist:
		a.Boxes = optionLabels(q.Options, in)
	case library.FieldShort:
		a.Lines = 1
	case library.FieldLong:
		a.Lines = longLines
		if q.Limit() <= shortLong {
			a.Lines = shortLines
		}
	case library.FieldRows:
		a.Rows = min(q.RowLimit(), paperRows)
		for i := range q.Columns {
			a.Columns = append(a.Columns, paperColumn(&q.Columns[i], l, in))
		}
	case library.FieldSignature:
		a.Agreed, a.Blank = l.T("web.form.sign.agreed"), l.T("sheet.blank.signature")
	case library.FieldNumber:
		a.Blank = l.T("sheet.blank.number")
		if high < library.MaxNumber {
			a.Blank = l.T("sheet.blank.between", "Min", int(low), "Max", int(high))
		}
	case library.FieldCounter:
		a.Blank = l.T("sheet.blank.counter")
	case library.FieldTimer:
		a.Blank = l.T("sheet.blank.timer")
	case library.FieldDate:
		a.Blank = l.T("sheet.blank.date")
	case library.FieldTime:
		a.Blank = l.T("sheet.blank.time")
	}
	return a
}

func paperColumn(c *library.Column, l locale.Localizer, in string) reports.AskColumn {
	column := reports.AskColumn{Label: c.Label.In(in)}
	switch c.Type {
	case library.FieldYesNo:
		column.Boxes = []string{l.T("web.form.yes"), l.T("web.form.no")}
	case library.FieldChoice:
		column.Boxes = optionLabels(c.Options, in)
	case library.FieldScale:
		low, high := c.Bounds()
		column.Label += fmt.Sprintf(" (%d–%d)", int(low), int(high))
	}
	return column
}

func optionLabels(options []library.Option, in string) []string {
	out := make([]string, len(options))
	for i, o := range options {
		out[i] = o.Label.In(in)
	}
	return out
}
