package library

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// Value is one number taken from one set of answers.
type Value struct {
	Measure string  `json:"measure"`
	Value   float64 `json:"value"`
}

// ReadValues reads values as json.Marshal writes them. A month's end reads hundreds of thousands, so the shape that they have is
// read straight; whatever else there is goes the long way.
func ReadValues(raw []byte) ([]Value, error) {
	if values, ok := readValues(raw); ok {
		return values, nil
	}
	var values []Value
	err := json.Unmarshal(raw, &values)
	return values, err
}

func readValues(raw []byte) ([]Value, bool) {
	rest, ok := bytes.CutPrefix(raw, []byte("[{"))
	if !ok {
		return nil, false
	}
	values := make([]Value, 0, bytes.Count(raw, []byte{'{'}))
	for {
		if rest, ok = bytes.CutPrefix(rest, []byte(`"measure":"`)); !ok {
			return nil, false
		}
		name, after, ok := bytes.Cut(rest, []byte(`","value":`))
		number, next, closed := bytes.Cut(after, []byte{'}'})
		if !ok || !closed || bytes.ContainsFunc(name, special) || !json.Valid(number) {
			return nil, false
		}
		value, err := strconv.ParseFloat(string(number), 64)
		if err != nil {
			return nil, false
		}
		values = append(values, Value{string(name), value})
		if string(next) == "]" {
			return values, true
		}
		if rest, ok = bytes.CutPrefix(next, []byte(",{")); !ok {
			return nil, false
		}
	}
}

// special tells which characters do not stand for themselves in the names we give.
func special(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }

// MeasuresOf takes the measures from answers that Check has passed, in the order of the exercise. Questions without an
// answer, or with "I would rather not answer", give no value.
//
//   - scale: the number, seconds or times; choice: the value of the chosen option.
//   - yes_share: 1 or 0; for a checklist the share that is ticked; for a column the share of yes among the rows.
//   - count: the number of options ticked, rows filled or times counted; 1 for any other answer.
//   - sum: the number, seconds or times; for a column the total over the rows.
//   - score: the score, scaled to the instrument's own maximum so that months with a skipped item compare.
func (e *Exercise) MeasuresOf(a Answers) []Value {
	var out []Value
	for _, m := range e.Measures {
		if v, ok := e.take(m, a); ok {
			out = append(out, Value{Measure: m.ID, Value: v})
		}
	}
	return out
}

// MeasureAudience gives the narrowest audience among the questions that the measure is taken from.
func (e *Exercise) MeasureAudience(m Measure) Audience {
	out := AudienceBoth
	if m.Kind == MeasureScore {
		if e.Scoring == nil {
			return AudienceMe
		}
		every := Answers{}
		for _, q := range e.Questions {
			every[q.ID] = nil // Present, so that the items of every role count here.
		}
		for _, q := range e.scored(every) {
			if q.Audience.NarrowerOrEqual(out) {
				out = q.Audience
			}
		}
		return out
	}
	id, _, _ := strings.Cut(m.Question, ".")
	if q, ok := e.Question(id); ok {
		return q.Audience
	}
	return AudienceMe
}

// MayShare tells whether the measure may stand in what both partners see: it is meant to, and no question it is taken from
// was narrowed to an audience that leaves the other partner out. Ask it of the exercise as it was frozen for the task.
func (e *Exercise) MayShare(m Measure) bool {
	return m.Shared && AudienceReveal.NarrowerOrEqual(e.MeasureAudience(m))
}

func (e *Exercise) take(m Measure, a Answers) (float64, bool) {
	if m.Kind == MeasureScore {
		s, ok := e.Score(a)
		if !ok {
			return 0, false
		}
		return e.Scoring.scaled(s), true
	}
	id, column, inRows := strings.Cut(m.Question, ".")
	q, ok := e.Question(id)
	if !ok || a[id] == nil || a.Declined(id) {
		return 0, false
	}
	if inRows {
		return takeColumn(m.Kind, column, a.Rows(id))
	}
	switch m.Kind {
	case MeasureScale:
		return a.Number(id)
	case MeasureSum:
		return a.Number(id)
	case MeasureYesShare:
		if q.Type == FieldChecklist || q.Type == FieldMulti {
			return float64(len(a.Strings(id))) / float64(max(len(q.Options), 1)), true
		}
		yes, ok := a.YesNo(id)
		return oneIf(yes), ok
	case MeasureCount:
		switch q.Type {
		case FieldCounter, FieldNumber:
			return a.Number(id)
		case FieldMulti, FieldChecklist:
			return float64(len(a.Strings(id))), true
		case FieldRows:
			return float64(len(a.Rows(id))), true
		}
		return 1, true
	case MeasureChoice:
		for _, o := range q.Options {
			if o.ID == a.Text(id) && o.Value != nil {
				return *o.Value, true
			}
		}
	}
	return 0, false
}

func takeColumn(kind, column string, rows []map[string]any) (float64, bool) {
	total, n := 0.0, 0
	for _, row := range rows {
		switch v := row[column].(type) {
		case float64:
			total += v
			n++
		case string:
			if kind == MeasureYesShare {
				total += oneIf(v == "yes")
			} else {
				total++
			}
			n++
		}
	}
	if n == 0 {
		return 0, false
	}
	if kind == MeasureYesShare || kind == MeasureScale {
		return total / float64(n), true
	}
	return total, true
}

func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
