package library

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ToYAML writes an exercise as the library's own files are written: keys in their order, short texts on one line, long ones
// below each other. ParseOwn reads it back to the same exercise, and so does ParseYAML when both languages are complete. What
// holds by default is left out.
func ToYAML(e *Exercise) ([]byte, error) {
	w := &yamlWriter{}
	w.fields(reflect.ValueOf(withoutDefaults(e)), 0, false)
	return []byte(w.out.String()), nil
}

// withoutDefaults gives a copy without the limits that fill writes, so that a scale stays as short as it was typed.
func withoutDefaults(e *Exercise) Exercise {
	out := *e
	clear := func(t FieldType, low, high **float64) {
		l, h := bounds(t, nil, nil)
		if *low != nil && **low == l {
			*low = nil
		}
		if *high != nil && **high == h {
			*high = nil
		}
	}
	out.Questions = slices.Clone(e.Questions)
	for i := range out.Questions {
		q := &out.Questions[i]
		clear(q.Type, &q.Min, &q.Max)
		q.Columns = slices.Clone(q.Columns)
		for j := range q.Columns {
			c := &q.Columns[j]
			clear(c.Type, &c.Min, &c.Max)
		}
	}
	return out
}

// oneLine is how wide a value may be to stand on one line, in runes.
const oneLine = 110

type yamlWriter struct{ out strings.Builder }

// member is one key of a mapping with its value.
type member struct {
	key   string
	value reflect.Value
}

// members gives what is written of a struct or map: in the order of the fields, maps in the order of their keys, without
// what is empty.
func members(v reflect.Value) []member {
	var out []member
	if v.Kind() == reflect.Map {
		for _, k := range v.MapKeys() {
			out = append(out, member{k.String(), v.MapIndex(k)})
		}
		slices.SortFunc(out, func(a, b member) int { return strings.Compare(a.key, b.key) })
		return out
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		value := v.Field(i)
		// A text has no language it does not stand in; the empty list of a card's questions is no list.
		empty := value.IsZero() && (strings.HasPrefix(options, "omit") || v.Type() == reflect.TypeFor[Text]())
		if empty || value.Kind() == reflect.Slice && value.Len() == 0 {
			continue
		}
		if flag, ok := v.Interface().(Flag); ok && key == "level" && flag.Do == DoOffer {
			continue
		}
		if scoring, ok := v.Interface().(Scoring); ok && key == "max_missing" && scoring.Method == ScoreList && scoring.MaxMissing == 0 {
			continue
		}
		out = append(out, member{key, value})
	}
	return out
}

// fields writes the members of a mapping below each other. With inline the first one stands where the writer is.
func (w *yamlWriter) fields(v reflect.Value, indent int, inline bool) {
	for i, m := range members(v) {
		if i > 0 || !inline {
			w.out.WriteString(strings.Repeat("  ", indent))
		}
		w.out.WriteString(m.key + ":")
		if text, ok := m.value.Interface().(string); ok && v.Type() == reflect.TypeFor[Text]() && !blockFits(text) {
			w.out.WriteString(" " + quoted(text) + "\n")
			continue
		}
		w.value(reflect.Indirect(m.value), indent+1)
	}
}

// value writes what stands after a colon or a dash, with the line's end.
func (w *yamlWriter) value(v reflect.Value, indent int) {
	if text, ok := v.Interface().(string); ok && blockFits(text) {
		w.block(text, indent)
		return
	}
	if flat, ok := flow(v); ok && (utf8.RuneCountInString(flat) <= oneLine || scalarKind(v)) {
		w.out.WriteString(" " + flat + "\n")
		return
	}
	w.out.WriteString("\n")
	switch v.Kind() {
	case reflect.Slice:
		for i := range v.Len() {
			w.out.WriteString(strings.Repeat("  ", indent) + "-")
			w.item(reflect.Indirect(v.Index(i)), indent)
		}
	default:
		w.fields(v, indent, false)
	}
}

// item writes one item of a list after its dash.
func (w *yamlWriter) item(v reflect.Value, indent int) {
	if flat, ok := flow(v); ok && (utf8.RuneCountInString(flat) <= oneLine || scalarKind(v)) {
		w.out.WriteString(" " + flat + "\n")
		return
	}
	w.out.WriteString(" ")
	w.fields(v, indent+1, true)
}

// block writes a text of several lines as it reads.
func (w *yamlWriter) block(text string, indent int) {
	mark := " |-\n"
	body := text
	if strings.HasSuffix(text, "\n") {
		mark, body = " |\n", strings.TrimSuffix(text, "\n")
	}
	w.out.WriteString(mark)
	for line := range strings.SplitSeq(body, "\n") {
		if line != "" {
			w.out.WriteString(strings.Repeat("  ", indent) + line)
		}
		w.out.WriteString("\n")
	}
}

// blockFits tells whether a text of several lines can stand in a block and come back the same: no spaces at the edges of
// lines, which an editor may drop, and nothing that a block cannot hold.
func blockFits(text string) bool {
	body := strings.TrimSuffix(text, "\n")
	if !strings.Contains(body, "\n") || strings.HasPrefix(text, "\n") || strings.HasSuffix(body, "\n") {
		return false
	}
	for line := range strings.SplitSeq(body, "\n") {
		if line != strings.TrimSpace(line) || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "---") || strings.HasPrefix(line, "...") {
			return false
		}
	}
	return !strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && mustEscape(r) })
}

func mustEscape(r rune) bool {
	return !unicode.IsPrint(r) || r == '\ufeff' || r == '\u0085' || r == '\u2028' || r == '\u2029'
}

func scalarKind(v reflect.Value) bool {
	k := v.Kind()
	return k != reflect.Struct && k != reflect.Map && k != reflect.Slice
}

// flow gives a value on one line; false for what is never put on one line.
func flow(v reflect.Value) (string, bool) {
	switch v.Kind() {
	case reflect.String:
		if look, ok := v.Interface().(LookBack); ok {
			return string(look), true // schedule, or a number of days.
		}
		text, _ := v.Interface().(string)
		if v.Type() != reflect.TypeFor[string]() || plainWord(text) {
			return v.String(), true
		}
		return quoted(text), true
	case reflect.Int:
		return strconv.FormatInt(v.Int(), 10), true
	case reflect.Float64:
		return number(v.Float()), true
	case reflect.Bool:
		return strconv.FormatBool(v.Bool()), true
	case reflect.Slice:
		return flowList(v)
	}
	parts := []string{}
	for _, m := range members(v) {
		inner := reflect.Indirect(m.value)
		text, isText := inner.Interface().(string)
		one, ok := flow(inner)
		if !ok || isText && strings.Contains(text, "\n") {
			return "", false
		}
		if v.Type() == reflect.TypeFor[Text]() {
			one = quoted(text)
		}
		parts = append(parts, m.key+": "+one)
	}
	return "{ " + strings.Join(parts, ", ") + " }", true
}

// flowList puts a list of plain values on one line; a list of mappings is always written below each other.
func flowList(v reflect.Value) (string, bool) {
	parts := make([]string, v.Len())
	for i := range parts {
		one := reflect.Indirect(v.Index(i))
		if !scalarKind(one) {
			return "", false
		}
		parts[i], _ = flow(one)
	}
	return "[" + strings.Join(parts, ", ") + "]", true
}

// number writes a number without an exponent, which YAML 1.1 readers take for a text.
func number(f float64) string {
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return strconv.FormatInt(int64(f), 10)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// plainWord tells whether a text is an id that no reader takes for anything else.
func plainWord(s string) bool {
	switch strings.ToLower(s) {
	case "", "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf":
		return false
	}
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || !(r >= '0' && r <= '9' || r == '_' || r == '-' || r == '.')) {
			return false
		}
	}
	return len(s) <= 80
}

// quoted writes a text between double quotes, escaped as in JSON, which is also how YAML reads it.
func quoted(s string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\t':
			out.WriteString(`\t`)
		case mustEscape(r) && r <= 0xFFFF:
			raw, _ := json.Marshal(string(r))
			if len(raw) > 2 && raw[1] == '\\' {
				out.Write(raw[1 : len(raw)-1])
				continue
			}
			out.WriteString(`\u` + strings.Repeat("0", 4-len(strconv.FormatInt(int64(r), 16))) + strconv.FormatInt(int64(r), 16))
		case mustEscape(r):
			hex := strconv.FormatInt(int64(r), 16)
			out.WriteString(`\U` + strings.Repeat("0", 8-len(hex)) + hex)
		default:
			out.WriteRune(r)
		}
	}
	out.WriteByte('"')
	return out.String()
}
