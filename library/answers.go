package library

import "math"

// Answers holds one partner's answers by question id, in the shapes of JSON:
//
//	scale, number, counter   a number
//	timer                    whole seconds
//	yes_no                   "yes" or "no"
//	choice                   an option id
//	multi, checklist         a list of option ids
//	short, long              a text
//	rows                     a list of objects, column id to value
//	date, time               "YYYY-MM-DD", "HH:MM"
//	signature                {"name": text, "agreed": true}
//
// Every question but a signature also takes {"declined": true}: I would rather not answer.
type Answers map[string]any

// Decline is the answer "I would rather not answer".
func Decline() map[string]any { return map[string]any{"declined": true} }

// Declined tells whether the question was answered with "I would rather not answer".
func (a Answers) Declined(id string) bool {
	m, _ := a[id].(map[string]any)
	declined, _ := m["declined"].(bool)
	return declined
}

// Text gives the answer to a short, long, choice, yes_no, date or time; empty when there is none.
func (a Answers) Text(id string) string {
	s, _ := a[id].(string)
	return s
}

// Number gives the answer to a scale, number, counter or timer.
func (a Answers) Number(id string) (float64, bool) { return asFloat(a[id]) }

// YesNo gives the answer to a yes_no.
func (a Answers) YesNo(id string) (yes, ok bool) {
	switch a.Text(id) {
	case "yes":
		return true, true
	case "no":
		return false, true
	}
	return false, false
}

// Strings gives the option ids of a multi or checklist.
func (a Answers) Strings(id string) []string { return asStrings(a[id]) }

// Rows gives the rows of a rows question.
func (a Answers) Rows(id string) []map[string]any {
	list, _ := a[id].([]any)
	var out []map[string]any
	for _, item := range list {
		if row, ok := item.(map[string]any); ok {
			out = append(out, row)
		}
	}
	return out
}

// Signature gives the name under a signature and whether it was agreed to.
func (a Answers) Signature(id string) (name string, agreed bool) {
	m, _ := a[id].(map[string]any)
	name, _ = m["name"].(string)
	agreed, _ = m["agreed"].(bool)
	return name, agreed
}

func asStrings(v any) []string {
	switch list := v.(type) {
	case []string:
		return list
	case []any:
		var out []string
		for _, item := range list {
			if s, ok := item.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

func asFloat(v any) (float64, bool) {
	f := math.NaN()
	switch n := v.(type) {
	case float64:
		f = n
	case float32:
		f = float64(n)
	case int:
		f = float64(n)
	case int64:
		f = float64(n)
	case uint64:
		f = float64(n)
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}
