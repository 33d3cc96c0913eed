package library

import (
	"sort"
	"strconv"
	"strings"
)

// FromForm turns the fields of a plain HTML form into answers for Check. The names are
//
//	q.<question>                 the answer; repeated for multi and checklist; for a timer mm:ss or whole minutes
//	q.<question>.<row>.<column>  a cell of rows, row counted from 0, gaps allowed
//	q.<question>.name            the name under a signature
//	q.<question>.agreed          any value but "" and "0": the signature's tick
//	q.<question>.declined        1: I would rather not answer; goes before whatever else was filled in
//
// Names that do not begin with "q." are not looked at. A question the exercise does not have is passed on, so that
// Check reports it. Nothing is judged here: what cannot be turned stays as typed and Check says what is wrong.
func FromForm(e *Exercise, values map[string][]string) Answers {
	out := Answers{}
	rows := map[string]map[int]map[string]any{}
	for name, list := range values {
		rest, ok := strings.CutPrefix(name, "q.")
		if !ok || len(list) == 0 {
			continue
		}
		id, sub, _ := strings.Cut(rest, ".")
		q, known := e.Question(id)
		switch {
		case !known:
			out[id] = list[0]
		case sub == "declined" && q.Type != FieldSignature:
			// Read below, after the loop, because the order of a map is not ours.
		case q.Type == FieldRows:
			index, column, ok := strings.Cut(sub, ".")
			n, err := strconv.Atoi(index)
			if !ok || err != nil || n < 0 {
				continue
			}
			if rows[id] == nil {
				rows[id] = map[int]map[string]any{}
			}
			if rows[id][n] == nil {
				rows[id][n] = map[string]any{}
			}
			rows[id][n][column] = list[0]
		case q.Type == FieldSignature:
			sign, _ := out[id].(map[string]any)
			if sign == nil {
				sign = map[string]any{}
			}
			switch sub {
			case "name":
				sign["name"] = list[0]
			case "agreed":
				sign["agreed"] = list[0] != "" && list[0] != "0"
			}
			out[id] = sign
		case sub != "":
		case q.Type == FieldMulti || q.Type == FieldChecklist:
			options := make([]any, len(list))
			for i, s := range list {
				options[i] = s
			}
			out[id] = options
		case q.Type == FieldTimer:
			out[id] = secondsOf(list[0])
		default:
			out[id] = list[0]
		}
	}
	for id, byIndex := range rows {
		out[id] = inOrder(byIndex)
	}
	for _, q := range e.Questions {
		if list := values["q."+q.ID+".declined"]; len(list) > 0 && list[0] == "1" && q.Type != FieldSignature {
			out[q.ID] = Decline()
		}
	}
	return out
}

func inOrder(byIndex map[int]map[string]any) []any {
	indexes := make([]int, 0, len(byIndex))
	for i := range byIndex {
		indexes = append(indexes, i)
	}
	sort.Ints(indexes)
	out := make([]any, len(indexes))
	for i, index := range indexes {
		out[i] = byIndex[index]
	}
	return out
}

// secondsOf turns mm:ss into seconds. A bare number counts as minutes, because that is what people mean who type "10"
// under the question how long it took.
func secondsOf(s string) any {
	minutes := strings.TrimSpace(s)
	if n, err := strconv.Atoi(minutes); err == nil && n >= 0 && len(minutes) <= 4 {
		return float64(60 * n)
	}
	if m := minutesSeconds.FindStringSubmatch(minutes); m != nil {
		n, _ := strconv.Atoi(m[1])
		rest, _ := strconv.Atoi(m[2])
		return float64(60*n + rest)
	}
	return s
}
