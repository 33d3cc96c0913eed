package web

import (
	"fmt"
	"strconv"

	"tussentijds/library"
)

// FormView is an exercise's form in one language, ready for the component "exercise-form". Consecutive questions with the
// same audience stand together, under one line that says who reads them.
type FormView struct {
	Groups  []AudienceGroup
	Preview bool // shown to the therapist: nothing can be sent.
}

// AudienceGroup is a run of questions with the same readers.
type AudienceGroup struct {
	Audience  library.Audience
	Questions []QuestionView
}

// QuestionView is one question with what was typed and what was wrong.
type QuestionView struct {
	ID, Name   string // Name is the form field's: q.<id>.
	Type       library.FieldType
	Label      string
	Help       string
	Required   bool
	Declinable bool
	Declined   bool
	Error      []string // all that is wrong with it.
	Value      string
	Options    []OptionView
	MinLabel   string
	MaxLabel   string
	Min, Max   string
	MaxLength  int
	Target     string // a timer's time in seconds, or a counter's goal.
	TargetText string // the same for people: 10:00.
	Columns    []ColumnView
	Rows       []RowView
	CanAddRow  bool
	SignName   string
	SignAgreed bool
	Number     int // from 1, over the whole form.
}

// OptionView is one option or point to choose.
type OptionView struct {
	Value, Label string
	Chosen       bool
}

// ColumnView is a column of rows, without a value.
type ColumnView struct {
	ID    string
	Label string
	Type  library.FieldType
}

// RowView is one row with its cells.
type RowView struct {
	Number int
	Cells  []CellView
}

// CellView is one cell of a row: a small field.
type CellView struct {
	Name, ID string
	Label    string
	Type     library.FieldType
	Value    string
	Options  []OptionView
	Min, Max string
}

// FormOptions say what the form is filled with.
type FormOptions struct {
	Answers library.Answers // what was typed before, judged or not; nil for an empty form.
	Page    *Page           // gives language and errors.
	AddRow  string          // question id that gets one more empty row.
	Preview bool
}

// NewForm makes the view of an exercise's form. The exercise's questions carry the task's own audiences.
func NewForm(e *library.Exercise, o FormOptions) FormView {
	view := FormView{Preview: o.Preview}
	lang := string(o.Page.Lang)
	o.Page.labelQuestions(e)
	for i := range e.Questions {
		q := &e.Questions[i]
		qv := questionView(q, lang, o)
		qv.Number = i + 1
		last := len(view.Groups) - 1
		if last < 0 || view.Groups[last].Audience != q.Audience {
			view.Groups = append(view.Groups, AudienceGroup{Audience: q.Audience})
			last++
		}
		view.Groups[last].Questions = append(view.Groups[last].Questions, qv)
	}
	return view
}

func questionView(q *library.Question, lang string, o FormOptions) QuestionView {
	value := o.Answers[q.ID]
	low, high := q.Bounds()
	v := QuestionView{
		ID: q.ID, Name: "q." + q.ID, Type: q.Type, Label: q.Label.In(lang), Help: q.Help.In(lang), Required: q.Required,
		Declinable: q.Type != library.FieldSignature, Declined: o.Answers.Declined(q.ID), Error: o.Page.Err("q." + q.ID),
		MinLabel: q.MinLabel.In(lang), MaxLabel: q.MaxLabel.In(lang), MaxLength: q.Limit(), Min: textOf(low), Max: textOf(high),
	}
	switch q.Type {
	case library.FieldScale:
		v.Options = points(low, high, textOf(value))
	case library.FieldYesNo:
		v.Options = yesNo(o.Page, scalar(value))
	case library.FieldChoice:
		v.Options = options(q.Options, lang, scalar(value))
	case library.FieldMulti, library.FieldChecklist:
		v.Options = options(q.Options, lang, o.Answers.Strings(q.ID)...)
	case library.FieldTimer:
		v.Value = clockOf(value)
		v.Target, v.TargetText = textOf(q.Target), clockOf(q.Target)
	case library.FieldCounter:
		v.Value = scalar(value)
		if q.Target > 0 {
			v.Target = textOf(q.Target)
		}
	case library.FieldRows:
		fillRows(&v, q, lang, o)
	case library.FieldSignature:
		v.SignName, v.SignAgreed = o.Answers.Signature(q.ID)
	case library.FieldNumber:
		v.Value = scalar(value)
		if high >= library.MaxNumber {
			v.Max = ""
		}
	default:
		v.Value = scalar(value)
	}
	return v
}

// scalar gives a value as text, unless it is a list or an object, which no plain field shows.
func scalar(v any) string {
	switch v.(type) {
	case map[string]any, []any, []string:
		return ""
	}
	return textOf(v)
}

func points(low, high float64, chosen string) []OptionView {
	var out []OptionView
	for n := low; n <= high && len(out) < 21; n++ {
		text := textOf(n)
		out = append(out, OptionView{Value: text, Label: text, Chosen: text == chosen})
	}
	return out
}

func yesNo(p *Page, chosen string) []OptionView {
	return []OptionView{
		{Value: "yes", Label: p.L.T("web.form.yes"), Chosen: chosen == "yes"},
		{Value: "no", Label: p.L.T("web.form.no"), Chosen: chosen == "no"},
	}
}

func options(list []library.Option, lang string, chosen ...string) []OptionView {
	out := make([]OptionView, len(list))
	for i, o := range list {
		out[i] = OptionView{Value: o.ID, Label: o.Label.In(lang)}
		for _, c := range chosen {
			out[i].Chosen = out[i].Chosen || c == o.ID
		}
	}
	return out
}

// clockOf gives seconds as m:ss; what is no number stays as it was typed.
func clockOf(v any) string {
	seconds, ok := v.(float64)
	if !ok {
		return scalar(v)
	}
	if seconds <= 0 {
		return ""
	}
	return fmt.Sprintf("%d:%02d", int(seconds)/60, int(seconds)%60)
}

const blankRows = 2

// fillRows shows the rows that were filled in and a few empty ones; without script a button asks for one more.
func fillRows(v *QuestionView, q *library.Question, lang string, o FormOptions) {
	for _, c := range q.Columns {
		v.Columns = append(v.Columns, ColumnView{ID: c.ID, Label: c.Label.In(lang), Type: c.Type})
	}
	filled := o.Answers.Rows(q.ID)
	count := max(len(filled), blankRows)
	if o.AddRow == q.ID {
		count = len(filled) + 1
	}
	count = min(count, q.RowLimit())
	v.CanAddRow = count < q.RowLimit()
	for i := range count {
		row := RowView{Number: i + 1}
		for k := range q.Columns {
			c := &q.Columns[k]
			var value any
			if i < len(filled) {
				value = filled[i][c.ID]
			}
			low, high := c.Bounds()
			cell := CellView{
				Name: v.Name + "." + strconv.Itoa(i) + "." + c.ID, ID: "c-" + q.ID + "-" + strconv.Itoa(i) + "-" + c.ID,
				Label: c.Label.In(lang), Type: c.Type, Value: scalar(value), Min: textOf(low), Max: textOf(high),
			}
			switch c.Type {
			case library.FieldScale:
				cell.Options = points(low, high, cell.Value)
			case library.FieldYesNo:
				cell.Options = yesNo(o.Page, cell.Value)
			case library.FieldChoice:
				cell.Options = options(c.Options, lang, cell.Value)
			case library.FieldNumber:
				if high >= library.MaxNumber {
					cell.Max = ""
				}
			}
			row.Cells = append(row.Cells, cell)
		}
		v.Rows = append(v.Rows, row)
	}
}
