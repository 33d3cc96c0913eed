package web

import (
	"strings"

	"tussentijds/library"
)

// AnswerView is one answered question to read.
type AnswerView struct {
	ID       string
	Label    string
	Audience library.Audience
	Declined bool
	Text     string   // what was written, with its line breaks.
	Items    []string // several options.
	Scale    string   // "7"; with Of.
	Of       string
	Header   []string
	Rows     [][]string
}

// Widens tells whether the writer could still open the answer to more readers.
func (v AnswerView) Widens() bool {
	return v.Audience != library.AudienceBoth && v.Audience != library.AudienceReveal
}

// AnswerList gives the answers a reader may read, in the order of the form; questions without an answer are left out.
// audiences are the response's own, by question; a question not in it keeps the exercise's.
func AnswerList(e *library.Exercise, answers library.Answers, audiences map[string]string, p *Page) []AnswerView {
	var out []AnswerView
	lang := string(p.Lang)
	if e == nil {
		return nil
	}
	for i := range e.Questions {
		q := &e.Questions[i]
		value, answered := answers[q.ID]
		if !answered || value == nil {
			continue
		}
		v := AnswerView{ID: q.ID, Label: q.Label.In(lang), Audience: q.Audience, Declined: answers.Declined(q.ID)}
		if a := library.Audience(audiences[q.ID]); a.Valid() {
			v.Audience = a
		}
		if !v.Declined {
			fillAnswer(&v, q, value, answers, p)
		}
		out = append(out, v)
	}
	return out
}

func fillAnswer(v *AnswerView, q *library.Question, value any, answers library.Answers, p *Page) {
	lang := string(p.Lang)
	switch q.Type {
	case library.FieldScale:
		_, high := q.Bounds()
		v.Scale, v.Of = p.number(value), textOf(high)
	case library.FieldTimer:
		v.Text = clockOf(value)
	case library.FieldMulti, library.FieldChecklist:
		for _, id := range answers.Strings(q.ID) {
			v.Items = append(v.Items, optionLabel(q.Options, id, lang))
		}
	case library.FieldSignature:
		v.Text, _ = answers.Signature(q.ID)
	case library.FieldRows:
		for i := range q.Columns {
			v.Header = append(v.Header, q.Columns[i].Label.In(lang))
		}
		for _, row := range answers.Rows(q.ID) {
			cells := make([]string, len(q.Columns))
			for i := range q.Columns {
				cells[i] = plainAnswer(q.Columns[i].Type, q.Columns[i].Options, row[q.Columns[i].ID], p)
			}
			v.Rows = append(v.Rows, cells)
		}
	default:
		v.Text = plainAnswer(q.Type, q.Options, value, p)
	}
}

// plainAnswer gives an answer of one value in words.
func plainAnswer(t library.FieldType, options []library.Option, value any, p *Page) string {
	text := scalar(value)
	switch t {
	case library.FieldYesNo:
		switch text {
		case "yes":
			return p.L.T("web.form.yes")
		case "no":
			return p.L.T("web.form.no")
		}
	case library.FieldChoice:
		return optionLabel(options, text, string(p.Lang))
	case library.FieldDate:
		return p.ISODate(text)
	case library.FieldScale, library.FieldNumber, library.FieldCounter:
		return p.number(value)
	}
	return text
}

func optionLabel(options []library.Option, id, lang string) string {
	for i := range options {
		if options[i].ID == id {
			return options[i].Label.In(lang)
		}
	}
	return id
}

// number gives a number with the language's decimal mark.
func (p *Page) number(v any) string {
	text := scalar(v)
	if p.Lang == "nl" {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}
