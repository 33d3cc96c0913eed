package care

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/library"
)

// maxDefinition is the most octets of a definition: many times the longest of the library.
const maxDefinition = 200_000

// readDefinition decodes a definition in the library's own form, in which parts may be missing. Faults: invalid.
func readDefinition(raw json.RawMessage) (*library.Exercise, error) {
	if len(raw) > maxDefinition {
		return nil, fault.Fieldf("definition", "error.field.too_long", map[string]any{"Max": maxDefinition})
	}
	e := &library.Exercise{}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err := d.Decode(e)
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mistyped) && mistyped.Field != "":
		return nil, fault.Fieldf(printableID(mistyped.Field), "error.field.definition", nil)
	case err != nil || d.More():
		return nil, fault.Fieldf("definition", "error.field.definition", nil)
	}
	return e, nil
}

// judged is what the library says of a draft: wrong cannot be kept, missing only keeps it from being published.
type judged struct{ wrong, missing []fault.Field }

// judge holds a draft against the schema and the rules of the library, in the languages it is written in.
func judge(e *library.Exercise, languages string) judged {
	_, found := finished(e, languages)
	return found
}

// finished gives a draft as it would be published, with what holds by default filled in, or what is wrong with it.
func finished(e *library.Exercise, languages string) (*library.Exercise, judged) {
	if wrong := controls(e); len(wrong) > 0 {
		return nil, judged{wrong: wrong}
	}
	raw, err := json.Marshal(inLanguages(e, languages))
	if err != nil {
		return nil, judged{wrong: []fault.Field{{Location: "definition", Key: "error.field.definition"}}}
	}
	out, err := library.ParseOwn("", raw) // JSON is YAML: one reader, one set of rules.
	return out, judgedOf(err, mainLanguage(languages))
}

func judgedOf(err error, main string) judged {
	var found library.Problems
	if !errors.As(err, &found) {
		if err == nil {
			return judged{}
		}
		return judged{wrong: []fault.Field{{Location: "definition", Key: "error.field.definition"}}}
	}
	var out judged
	seen := map[string]bool{}
	for _, p := range found {
		f := fieldOf(p, main)
		if at := f.Location + " " + f.Key; seen[at] {
			continue
		} else {
			seen[at] = true
		}
		if unkeepable(p.Key) {
			out.wrong = append(out.wrong, f)
		} else {
			out.missing = append(out.missing, f)
		}
	}
	return out
}

// unkeepable tells the problems of form, which no page and no answer could do anything with, from what is not done yet.
func unkeepable(key string) bool {
	short := strings.TrimPrefix(key, "library.problem.")
	return strings.HasPrefix(short, "form_") || slices.Contains([]string{
		"unknown", "choose", "type", "too_long", "too_many", "same", "at_most", "not_here", "other", "yaml", "too_large", "too_deep", "twice",
	}, short)
}

// texts are the parts of a definition that are texts in a language: a field of a form stands at "title.nl", not at "title".
var texts = []string{"title", "summary", "why", "need", "example", "stop_when", "safety", "label", "help", "min_label", "max_label", "unit", "caveat", "advice", "part", "text"}

// fieldOf places a problem of the library where a form would ask for what it is about.
func fieldOf(p library.Problem, main string) fault.Field {
	at := p.Place
	name := at[strings.LastIndex(at, ".")+1:]
	short := strings.TrimPrefix(p.Key, "library.problem.")
	if short == "missing" {
		name, _ = p.Args["Name"].(string)
		at = strings.TrimPrefix(at+"."+name, ".")
	}
	if _, number := strconv.Atoi(name); number == nil && strings.HasPrefix(at, "steps.") {
		name = "step"
	}
	f := fault.Field{Location: at, Key: p.Key, Args: p.Args}
	if slices.Contains(texts, name) || name == "step" {
		f.Location += "." + main
		if lang, ok := p.Args["Lang"].(string); ok && short == "language" {
			f.Location = at + "." + lang
		}
	}
	keys := []string{"builder.problem." + short}
	if short == "missing" || short == "too_few" || short == "empty" || short == "at_least" && at == "minutes" {
		keys = []string{"builder.missing." + partOf(at) + name, "builder.missing." + name}
	}
	if to, ok := mendAt[short]; ok {
		f.Location += to
	}
	for _, key := range keys {
		if locale.Has(locale.NL, key) {
			f.Key = key
			break
		}
	}
	return f
}

// mendAt leads from a question to the field that a form would mend the problem at.
var mendAt = map[string]string{"options": ".options", "columns": ".columns", "min_below_max": ".min", "role": ".role", "role_required": ".role"}

// partOf tells the labels of a definition apart: "options." for questions.2.options.0.label, "" for a part of the whole.
func partOf(at string) string {
	for _, part := range []string{"options", "columns", "bands", "measures", "questions", "cutoff"} {
		if strings.Contains("."+at, "."+part+".") {
			return part + "."
		}
	}
	return ""
}

// under tells whether a location is one of the places, or within one.
func under(location string, places []string) bool {
	return slices.ContainsFunc(places, func(place string) bool {
		return location == place || strings.HasPrefix(location, place+".")
	})
}

// controls finds texts with characters that a database or a page cannot take.
func controls(e *library.Exercise) []fault.Field {
	var out []fault.Field
	eachString(reflect.ValueOf(e), "", func(at string, s string) string {
		if strings.ContainsFunc(s, func(r rune) bool {
			return unicode.IsControl(r) && r != '\n' && r != '\t' || r == unicode.ReplacementChar
		}) {
			out = append(out, fault.Field{Location: at, Key: "error.field.control"})
		}
		return s
	})
	return out
}

// eachString visits every text of a definition with its location, and puts what visit gives in its place.
func eachString(v reflect.Value, at string, visit func(at, s string) string) {
	below := func(name string) string { return strings.TrimPrefix(at+"."+name, ".") }
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			eachString(v.Elem(), at, visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			eachString(v.Field(i), below(name), visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachString(v.Index(i), below(strconv.Itoa(i)), visit)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			value := reflect.New(v.Type().Elem()).Elem() // What is in a map cannot be changed in its place.
			value.Set(v.MapIndex(key))
			eachString(value, below(printableID(key.String())), visit)
			v.SetMapIndex(key, value)
		}
	case reflect.String:
		if is := visit(at, v.String()); v.CanSet() {
			v.SetString(is)
		}
	}
}

// Languages an own exercise can be written in.
const (
	languageNL   = "nl"
	languageEN   = "en"
	languageBoth = "both"
)

func validLanguages(languages string) bool {
	return languages == languageNL || languages == languageEN || languages == languageBoth
}

// mainLanguage is the language whose words are asked for: Dutch, unless the exercise is in English alone.
func mainLanguage(languages string) string {
	if languages == languageEN {
		return languageEN
	}
	return languageNL
}

// languagesOf tells which languages a definition is written in. One that has both keeps both when its title has both;
// otherwise the reader's own language counts.
func languagesOf(e *library.Exercise, readers string) string {
	switch {
	case e.Title.NL != "" && e.Title.EN != "":
		return languageBoth
	case e.Title.EN != "":
		return languageEN
	case e.Title.NL != "" || readers != languageEN:
		return languageNL
	}
	return languageEN
}

// inLanguages gives a copy of a definition without the words of other languages.
func inLanguages(e *library.Exercise, languages string) *library.Exercise {
	out := clone(e)
	if languages == languageBoth {
		return out
	}
	eachString(reflect.ValueOf(out), "", func(at, s string) string {
		name := at[strings.LastIndex(at, ".")+1:]
		if (name == languageNL || name == languageEN) && name != languages {
			return ""
		}
		return s
	})
	return out
}

// clone copies a definition; whatever goes through JSON unchanged does.
func clone(e *library.Exercise) *library.Exercise {
	out := &library.Exercise{}
	raw, err := json.Marshal(e)
	if err == nil {
		err = json.Unmarshal(raw, out)
	}
	if err != nil {
		panic("care: an exercise does not go through JSON: " + err.Error())
	}
	return out
}

// same tells whether two definitions are equal.
func same(a, b *library.Exercise) bool {
	x, err := json.Marshal(a)
	if err != nil {
		return false
	}
	y, err := json.Marshal(b)
	return err == nil && bytes.Equal(x, y)
}
