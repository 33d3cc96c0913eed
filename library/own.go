package library

import (
	"reflect"
	"strconv"
	"strings"
)

// oneLanguageEnough turns the schema of the library into that of a practice: a text needs one language, not both.
func oneLanguageEnough(doc any) {
	schema, _ := doc.(map[string]any)
	defs, _ := schema["$defs"].(map[string]any)
	for _, name := range []string{"line", "sentence", "text"} {
		if text, ok := defs[name].(map[string]any); ok {
			delete(text, "required")
			text["minProperties"] = 1
		}
	}
}

// dropEmpty takes out languages that were left empty, and texts without any language, so that a form may send both
// fields of every text. What is needed and empty is then missing, which the schema says.
func dropEmpty(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			if s, ok := inner.(string); ok && (key == "nl" || key == "en") && strings.TrimSpace(s) == "" {
				delete(v, key)
				continue
			}
			inner = dropEmpty(inner)
			if m, ok := inner.(map[string]any); ok && len(m) == 0 {
				delete(v, key)
				continue
			}
			v[key] = inner
		}
	case []any:
		for i := range v {
			v[i] = dropEmpty(v[i])
		}
	}
	return value
}

// oneLanguage finds the texts that lack the language of the title. With a title in both, texts that all stand in one of
// the two are fine, whichever it is.
func (e *Exercise) oneLanguage() []problem {
	found := map[string][]problem{}
	eachText(reflect.ValueOf(*e), nil, func(path []string, t Text) {
		if t.Empty() {
			return
		}
		if t.NL == "" {
			found["nl"] = append(found["nl"], wrongf(path, "language", "Lang", "nl"))
		}
		if t.EN == "" {
			found["en"] = append(found["en"], wrongf(path, "language", "Lang", "en"))
		}
	})
	if len(found["nl"]) == 0 || len(found["en"]) == 0 {
		return nil
	}
	if e.Title.NL == "" {
		return found["en"]
	}
	return found["nl"]
}

// eachText visits every Text of a value with its path in the document.
func eachText(v reflect.Value, path []string, visit func(path []string, t Text)) {
	step := func(name string) []string { return append(path[:len(path):len(path)], name) }
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			eachText(v.Elem(), path, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachText(v.Index(i), step(strconv.Itoa(i)), visit)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			eachText(v.MapIndex(k), step(k.String()), visit)
		}
	case reflect.Struct:
		if t, ok := v.Interface().(Text); ok {
			visit(path, t)
			return
		}
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			eachText(v.Field(i), step(name), visit)
		}
	}
}
