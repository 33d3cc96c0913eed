package library

import (
	"encoding/json"
	"math"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tussentijds/internal/fault"
)

// wrong is a wrong answer: the message key and its arguments, never what was typed.
type wrong struct {
	key  string
	args map[string]any
}

// Check checks answers against the form. It gives a normalised copy, in the shapes that encoding/json itself decodes to
// (float64, string, []any, map[string]any), and the wrong fields, located "answers.<question>" in the order of the form
// with unknown questions last. What is wrong is left out of the copy; empty answers are left out as well, so that
// checking the copy again gives the same copy. With partial (a draft) nothing is required.
//
// Numbers may come as text ("7", "7,5"), a timer as "mm:ss". Texts are trimmed, and markup is kept as the text it is.
// For a wrong row the arguments Row (from 1) and Column tell where it is.
func (e *Exercise) Check(a Answers, partial bool) (Answers, []fault.Field) {
	out := Answers{}
	var fields []fault.Field
	for i := range e.Questions {
		q := &e.Questions[i]
		value, w := q.check(a[q.ID], partial)
		if w == nil && value == nil && q.Required && !partial {
			w = &wrong{key: "error.field.required"}
		}
		if w != nil {
			fields = append(fields, fault.Field{Location: "answers." + q.ID, Key: w.key, Args: w.args})
			continue
		}
		if value != nil {
			out[q.ID] = value
		}
	}
	var unknown []string
	for id := range a {
		if _, ok := e.Question(id); !ok {
			unknown = append(unknown, id)
		}
	}
	sort.Strings(unknown)
	for _, id := range unknown {
		fields = append(fields, fault.Field{Location: "answers." + printable(id), Key: "error.field.unknown"})
	}
	return out, fields
}

// printable keeps a made-up question id from carrying much or strange text back in an error.
func printable(id string) string {
	out := strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == '.' || r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return -1
	}, id)
	return out[:min(len(out), 40)]
}

// check gives the normalised answer, nil when there is none.
func (q *Question) check(v any, partial bool) (any, *wrong) {
	if v == nil {
		return nil, nil
	}
	if q.Type == FieldSignature {
		return checkSignature(v, partial)
	}
	if m, ok := v.(map[string]any); ok {
		if declined, _ := m["declined"].(bool); declined {
			return Decline(), nil
		}
		if _, ok := m["declined"]; ok || len(m) == 0 {
			return nil, nil
		}
	}
	switch q.Type {
	case FieldMulti, FieldChecklist:
		return checkOptions(v, q.Options)
	case FieldRows:
		return q.checkRows(v)
	}
	low, high := q.Bounds()
	return cell{q.Type, q.Options, low, high, q.Limit()}.check(v)
}

// cell is what a plain question and a column of rows have in common.
type cell struct {
	Type      FieldType
	options   []Option
	low, high float64
	limit     int
}

func (c cell) check(v any) (any, *wrong) {
	if s, ok := v.(string); ok && strings.TrimSpace(s) == "" || v == nil {
		return nil, nil
	}
	switch c.Type {
	case FieldScale, FieldCounter:
		return c.number(v, true)
	case FieldNumber:
		return c.number(v, false)
	case FieldTimer:
		return c.timer(v)
	case FieldYesNo:
		return checkChoice(v, []Option{{ID: "yes"}, {ID: "no"}})
	case FieldChoice:
		return checkChoice(v, c.options)
	case FieldShort, FieldLong:
		return checkText(v, c.limit, c.Type == FieldLong)
	case FieldDate:
		return checkLayout(v, time.DateOnly, "error.field.date")
	case FieldTime:
		return checkLayout(v, "15:04", "error.field.time")
	}
	return nil, &wrong{key: "error.field.unknown"}
}

// A number as people type it: a comma or a point, no exponent, no hexadecimal, no infinity.
var typedNumber = regexp.MustCompile(`^[+-]?[0-9]{1,12}([.,][0-9]{1,6})?$`)

func (c cell) number(v any, whole bool) (any, *wrong) {
	bad := &wrong{key: "error.field.number", args: map[string]any{"Min": plain(c.low), "Max": plain(c.high)}}
	n, ok := asFloat(v)
	if s, isText := typed(v); isText {
		if s = strings.TrimSpace(s); !typedNumber.MatchString(s) {
			return nil, bad
		}
		f, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
		n, ok = f, err == nil
	}
	if !ok || n < c.low || n > c.high || whole && n != math.Trunc(n) {
		return nil, bad
	}
	return n + 0, nil // Adding zero turns -0 into 0, so that it is written and read back the same.
}

func typed(v any) (string, bool) {
	switch s := v.(type) {
	case string:
		return s, true
	case json.Number:
		return s.String(), true
	}
	return "", false
}

// plain shows a limit without a needless fraction.
func plain(f float64) any {
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return int64(f)
	}
	return f
}

var minutesSeconds = regexp.MustCompile(`^([0-9]{1,4}):([0-5][0-9])$`)

func (c cell) timer(v any) (any, *wrong) {
	if s, ok := v.(string); ok {
		if m := minutesSeconds.FindStringSubmatch(strings.TrimSpace(s)); m != nil {
			minutes, _ := strconv.Atoi(m[1])
			seconds, _ := strconv.Atoi(m[2])
			v = float64(60*minutes + seconds)
		} else if !typedNumber.MatchString(strings.TrimSpace(s)) {
			return nil, &wrong{key: "library.field.timer"}
		}
	}
	return c.number(v, true)
}

func checkChoice(v any, options []Option) (any, *wrong) {
	s, ok := v.(string)
	if ok {
		for _, o := range options {
			if o.ID == strings.TrimSpace(s) {
				return o.ID, nil
			}
		}
	}
	return nil, &wrong{key: "error.field.choice"}
}

// checkOptions gives the chosen ids once each, in the order of the form.
func checkOptions(v any, options []Option) (any, *wrong) {
	bad := &wrong{key: "error.field.choice"}
	var given []any
	switch list := v.(type) {
	case []any:
		given = list
	case []string:
		for _, s := range list {
			given = append(given, s)
		}
	case string: // One ticked box may arrive as one text.
		given = []any{list}
	default:
		return nil, bad
	}
	chosen := map[string]bool{}
	for _, item := range given {
		if s, ok := item.(string); ok && strings.TrimSpace(s) == "" {
			continue
		}
		id, w := checkChoice(item, options)
		if w != nil {
			return nil, bad
		}
		chosen[id.(string)] = true
	}
	var out []any
	for _, o := range options {
		if chosen[o.ID] {
			out = append(out, o.ID)
		}
	}
	if out == nil {
		return nil, nil
	}
	return out, nil
}

var lineBreaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func checkText(v any, limit int, long bool) (any, *wrong) {
	s, ok := v.(string)
	if !ok || !utf8.ValidString(s) {
		return nil, &wrong{key: "error.field.control"}
	}
	if long {
		s = lineBreaks.Replace(s) // A form posts CRLF; one kind of line break is kept.
	}
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) > limit {
		return nil, &wrong{key: "error.field.too_long", args: map[string]any{"Max": limit}}
	}
	for _, r := range s {
		switch {
		case long && (r == '\n' || r == '\t'):
		case !long && (r == '\u2028' || r == '\u2029'), unicode.IsControl(r):
			return nil, &wrong{key: "error.field.control"}
		}
	}
	if s == "" {
		return nil, nil
	}
	return s, nil
}

func checkLayout(v any, layout, key string) (any, *wrong) {
	s, ok := v.(string)
	if !ok {
		return nil, &wrong{key: key}
	}
	s = strings.TrimSpace(s)
	t, err := time.Parse(layout, s)
	if err != nil || t.Format(layout) != s || layout == time.DateOnly && (t.Year() < 1900 || t.Year() > 2200) {
		return nil, &wrong{key: key}
	}
	return s, nil
}

func (q *Question) checkRows(v any) (any, *wrong) {
	list, ok := v.([]any)
	if !ok {
		if maps, isMaps := v.([]map[string]any); isMaps {
			for _, m := range maps {
				list = append(list, m)
			}
		} else {
			return nil, &wrong{key: "library.field.rows"}
		}
	}
	var out []any
	for i, item := range list {
		if item == nil {
			continue
		}
		row, ok := item.(map[string]any)
		if !ok {
			return nil, &wrong{key: "library.field.rows", args: map[string]any{"Row": i + 1}}
		}
		clean, w := q.checkRow(row, i+1)
		if w != nil {
			return nil, w
		}
		if len(clean) > 0 {
			out = append(out, clean)
		}
	}
	if len(out) > q.RowLimit() {
		return nil, &wrong{key: "library.field.too_many_rows", args: map[string]any{"Max": q.RowLimit()}}
	}
	if out == nil {
		return nil, nil
	}
	return out, nil
}

func (q *Question) checkRow(row map[string]any, number int) (map[string]any, *wrong) {
	clean := map[string]any{}
	for i := range q.Columns {
		c := &q.Columns[i]
		low, high := c.Bounds()
		limit := DefaultMaxShort
		if c.Type == FieldLong {
			limit = DefaultMaxColumn
		}
		value, w := cell{c.Type, c.Options, low, high, limit}.check(row[c.ID])
		if w != nil {
			return nil, w.at(number, c.ID)
		}
		if value != nil {
			clean[c.ID] = value
		}
	}
	for id := range row {
		if _, ok := q.Column(id); !ok {
			return nil, (&wrong{key: "error.field.unknown"}).at(number, "")
		}
	}
	return clean, nil
}

func (w *wrong) at(row int, column string) *wrong {
	args := map[string]any{"Row": row, "Column": column}
	for k, v := range w.args {
		args[k] = v
	}
	return &wrong{key: w.key, args: args}
}

// checkSignature takes a name with a tick. A draft may still miss either; nobody can decline a signature, one just does
// not sign.
func checkSignature(v any, partial bool) (any, *wrong) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil, &wrong{key: "library.field.signature"}
	}
	for k := range m {
		if k != "name" && k != "agreed" {
			return nil, &wrong{key: "library.field.signature"}
		}
	}
	agreed, isBool := m["agreed"].(bool)
	if !isBool && m["agreed"] != nil {
		return nil, &wrong{key: "library.field.signature"}
	}
	name, w := any(nil), (*wrong)(nil)
	if m["name"] != nil {
		if name, w = checkText(m["name"], DefaultMaxShort, false); w != nil {
			return nil, w
		}
	}
	switch {
	case name == nil && !agreed:
		return nil, nil
	case name != nil && agreed:
		return map[string]any{"name": name, "agreed": true}, nil
	case !partial:
		return nil, &wrong{key: "library.field.signature"}
	}
	draft := map[string]any{"agreed": agreed}
	if name != nil {
		draft["name"] = name
	}
	return draft, nil
}
