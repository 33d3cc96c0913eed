package care

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"tussentijds/internal/locale"
	"tussentijds/library"
	"tussentijds/models"
)

// wordsGiven gives an answer in words, as paragraphs; none for a question without an answer.
func wordsGiven(q *library.Question, answers library.Answers, l locale.Localizer) []string {
	value, given := answers[q.ID]
	if !given || value == nil {
		return nil
	}
	if answers.Declined(q.ID) {
		return []string{l.T("web.form.decline")}
	}
	in := string(l.Lang)
	switch q.Type {
	case library.FieldScale:
		_, high := q.Bounds()
		return []string{l.T("export.scale", "Value", plainNumber(value, l), "Of", plainNumber(high, l))}
	case library.FieldTimer:
		seconds, _ := answers.Number(q.ID)
		return []string{l.T("export.timer", "Clock", fmt.Sprintf("%d:%02d", int(seconds)/60, int(seconds)%60))}
	case library.FieldMulti, library.FieldChecklist:
		var out []string
		for _, id := range answers.Strings(q.ID) {
			out = append(out, "• "+optionLabel(q.Options, id, in))
		}
		return out
	case library.FieldSignature:
		name, _ := answers.Signature(q.ID)
		return []string{name}
	case library.FieldRows:
		var out []string
		for _, row := range answers.Rows(q.ID) {
			var cells []string
			for i := range q.Columns {
				c := &q.Columns[i]
				if text := cellWords(c.Type, c.Options, row[c.ID], l); text != "" {
					cells = append(cells, c.Label.In(in)+": "+text)
				}
			}
			out = append(out, "• "+strings.Join(cells, "; "))
		}
		return out
	case library.FieldLong:
		return paragraphsOf(answers.Text(q.ID))
	}
	return some(cellWords(q.Type, q.Options, value, l))
}

// cellWords gives an answer of one value in words.
func cellWords(kind library.FieldType, options []library.Option, value any, l locale.Localizer) string {
	switch kind {
	case library.FieldScale, library.FieldNumber, library.FieldCounter:
		return plainNumber(value, l)
	}
	text, _ := value.(string)
	switch kind {
	case library.FieldYesNo:
		if text == "yes" || text == "no" {
			return l.T("web.form." + text)
		}
	case library.FieldChoice:
		return optionLabel(options, text, string(l.Lang))
	case library.FieldDate:
		if day := models.Day(text); day.Valid() {
			return l.Date(day.In(time.UTC))
		}
	}
	return text
}

func plainNumber(value any, l locale.Localizer) string {
	v, ok := value.(float64)
	if !ok {
		text, _ := value.(string)
		return text
	}
	if v == math.Trunc(v) {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return l.Decimal(v, 1)
}

// paragraphsOf parts a typed text at its line breaks.
func paragraphsOf(text string) []string {
	var out []string
	for _, p := range strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}
