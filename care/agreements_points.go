package care

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/library"
)

// pointsOf turns the joint answers of an agreement's form into its measurable points. What is joint and required is what is
// agreed: each row of a table and each rule that was ticked is a point, the other answers are one point together. What may
// be left empty is for looking back. from names, for each point, the question it was taken from. lang is the agreement's own
// language: two partners who read different ones sign the same words.
func pointsOf(form *library.Exercise, answers library.Answers, lang string) (points []AgreementPoint, from []string) {
	measure := strings.TrimSpace(answers.Text("measure"))
	if measure == "" {
		measure = locale.For(locale.Lang(lang)).T("agreement.measure_default")
	}
	var words []string
	wordsFrom := ""
	for i := range form.Questions {
		q := &form.Questions[i]
		if !q.Required || q.Audience != library.AudienceBoth || q.ID == "measure" {
			continue
		}
		switch q.Type {
		case library.FieldRows:
			for _, row := range answers.Rows(q.ID) {
				points, from = append(points, pointOfRow(form, q, row, measure, lang)), append(from, q.ID)
			}
		case library.FieldChecklist, library.FieldMulti:
			for _, id := range answers.Strings(q.ID) {
				point := AgreementPoint{Area: form.Title.In(lang), Agreement: optionLabel(q.Options, id, lang), Measure: measure}
				points, from = append(points, point), append(from, q.ID)
			}
		case library.FieldShort, library.FieldLong, library.FieldChoice, library.FieldTime, library.FieldTimer, library.FieldNumber:
			if text := answerWords(q.Type, q.Options, answers[q.ID], lang); text != "" {
				if q.Type != library.FieldShort && q.Type != library.FieldLong {
					text = q.Label.In(lang) + " " + text
				}
				words = append(words, text)
				if wordsFrom == "" {
					wordsFrom = q.ID
				}
			}
		}
	}
	if len(words) > 0 {
		point := AgreementPoint{Area: form.Title.In(lang), Agreement: strings.Join(words, " – "), Measure: measure}
		points, from = append([]AgreementPoint{point}, points...), append([]string{wordsFrom}, from...)
	}
	return points, from
}

// pointOfRow makes a point of one row. A table with a column "agreement" says itself what is agreed and how it is measured;
// of another table the whole row, with its headings, is what is agreed.
func pointOfRow(form *library.Exercise, q *library.Question, row map[string]any, measure, lang string) AgreementPoint {
	p := AgreementPoint{Area: form.Title.In(lang), Measure: measure}
	var words []string
	for i := range q.Columns {
		c := &q.Columns[i]
		text := answerWords(c.Type, c.Options, row[c.ID], lang)
		switch c.ID {
		case "area":
			p.Area = text
		case "measure":
			p.Measure = text
		case "agreement":
			p.Agreement = text
		default:
			if text != "" {
				words = append(words, c.Label.In(lang)+" "+text)
			}
		}
	}
	if _, says := q.Column("agreement"); !says {
		p.Agreement = strings.Join(words, " – ")
	}
	return p
}

// answerWords gives one answer as a person would write it down; empty when there is none, or when a word alone would mean
// nothing.
func answerWords(kind library.FieldType, options []library.Option, value any, lang string) string {
	switch v := value.(type) {
	case string:
		if kind == library.FieldChoice {
			return optionLabel(options, v, lang)
		}
		if kind != library.FieldYesNo {
			return strings.TrimSpace(v)
		}
	case float64:
		if kind == library.FieldTimer {
			return fmt.Sprintf("%d:%02d", int(v)/60, int(v)%60)
		}
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

func optionLabel(options []library.Option, id, lang string) string {
	for _, o := range options {
		if o.ID == id {
			return o.Label.In(lang)
		}
	}
	return ""
}

// atQuestions says what is wrong with points at the questions they were taken from, where the writer can mend it.
func atQuestions(err error, from []string) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != fault.Invalid {
		return err
	}
	moved := *f
	moved.Fields = make([]fault.Field, len(f.Fields))
	for i, field := range f.Fields {
		moved.Fields[i] = field
		rest, ok := strings.CutPrefix(field.Location, "points.")
		if !ok {
			continue
		}
		number, _, _ := strings.Cut(rest, ".")
		if n, err := strconv.Atoi(number); err == nil && n < len(from) {
			moved.Fields[i].Location = "answers." + from[n]
		}
	}
	return &moved
}
