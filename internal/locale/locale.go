// Package locale gives Tussentijds its languages: Dutch first, English complete.
//
// Messages are YAML files per area below messages/nl and messages/en, flat keys to texts; a text may hold {{.Name}}
// arguments, and a counted message has the forms one and other. A test fails the build when a key is missing in a
// language or used without existing.
package locale

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed messages
var files embed.FS

// Lang is a language we speak: NL or EN.
type Lang string

// The languages. NL is the default.
const (
	NL Lang = "nl"
	EN Lang = "en"
)

// Langs lists the languages, default first.
var Langs = []Lang{NL, EN}

var matcher = language.NewMatcher([]language.Tag{language.Dutch, language.English})

// Parse gives the language of a stored or typed tag ("nl", "nl-BE", "en-GB"); anything else is NL with ok false.
func Parse(tag string) (lang Lang, ok bool) {
	base := strings.ToLower(strings.SplitN(strings.TrimSpace(tag), "-", 2)[0])
	switch base {
	case "nl":
		return NL, true
	case "en":
		return EN, true
	}
	return NL, false
}

// Negotiate gives the best language for an Accept-Language header, or fallback when it names none of ours.
func Negotiate(header string, fallback Lang) Lang {
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(tags) == 0 {
		return fallback
	}
	_, i, conf := matcher.Match(tags...)
	if conf == language.No {
		return fallback
	}
	return Langs[i]
}

type catalogue struct {
	bundle *i18n.Bundle
	keys   map[Lang]map[string]string
}

var load = sync.OnceValue(func() *catalogue {
	c, err := read(files)
	if err != nil {
		panic(err) // The catalogue is embedded: a broken one is a broken build.
	}
	return c
})

func read(fsys fs.FS) (*catalogue, error) {
	c := &catalogue{bundle: i18n.NewBundle(language.Dutch), keys: map[Lang]map[string]string{}}
	for _, lang := range Langs {
		c.keys[lang] = map[string]string{}
		entries, err := fs.ReadDir(fsys, path.Join("messages", string(lang)))
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			name := path.Join("messages", string(lang), e.Name())
			raw, err := fs.ReadFile(fsys, name)
			if err != nil {
				return nil, err
			}
			texts := map[string]any{}
			if err := yaml.Unmarshal(raw, &texts); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			for key, text := range texts {
				if _, twice := c.keys[lang][key]; twice {
					return nil, fmt.Errorf("%s: key %s stands twice", name, key)
				}
				msg := &i18n.Message{ID: key}
				switch t := text.(type) {
				case string:
					msg.Other, c.keys[lang][key] = t, t
				case map[string]any:
					msg.One, _ = t["one"].(string)
					msg.Other, _ = t["other"].(string)
					c.keys[lang][key] = msg.Other
				default:
					return nil, fmt.Errorf("%s: key %s is no text", name, key)
				}
				if msg.Other == "" {
					return nil, fmt.Errorf("%s: key %s is empty", name, key)
				}
				if err := c.bundle.AddMessages(language.Make(string(lang)), msg); err != nil {
					return nil, fmt.Errorf("%s: %w", name, err)
				}
			}
		}
	}
	return c, nil
}

// Keys lists every message key of a language, sorted; for the completeness test.
func Keys(lang Lang) []string {
	var out []string
	for k := range load().keys[lang] {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// Has tells whether the key exists in the language.
func Has(lang Lang, key string) bool { _, ok := load().keys[lang][key]; return ok }

// Localizer speaks one language. It is safe to share and to pass by value.
type Localizer struct {
	Lang Lang
	l    *i18n.Localizer
}

var localizers = sync.OnceValue(func() map[Lang]Localizer {
	out := map[Lang]Localizer{}
	for _, lang := range Langs {
		out[lang] = Localizer{Lang: lang, l: i18n.NewLocalizer(load().bundle, string(lang))}
	}
	return out
})

// For gives the localizer of a language; an unknown language gives Dutch.
func For(lang Lang) Localizer {
	if l, ok := localizers()[lang]; ok {
		return l
	}
	return localizers()[NL]
}

// T gives the text of key. Arguments come as one map or as name, value pairs: T("k", "Name", "Sam"). A missing key gives
// the key itself between brackets, which the completeness test keeps out of a release.
func (l Localizer) T(key string, args ...any) string { return l.text(key, nil, pairs(args)) }

// N gives the form of key for count; {{.Count}} is available to the text.
func (l Localizer) N(key string, count int, args ...any) string {
	data := pairs(args)
	if data == nil {
		data = map[string]any{}
	}
	data["Count"] = count
	return l.text(key, count, data)
}

func (l Localizer) text(key string, count any, data map[string]any) string {
	plain, ok := load().keys[l.Lang][key]
	if !ok {
		return "[" + key + "]"
	}
	if count == nil && !strings.Contains(plain, "{{") {
		return plain // Most texts take no arguments: no template is run for them.
	}
	text, err := l.l.Localize(&i18n.LocalizeConfig{MessageID: key, PluralCount: count, TemplateData: data})
	if err != nil {
		return "[" + key + "]"
	}
	return text
}

func pairs(args []any) map[string]any {
	if len(args) == 0 {
		return nil
	}
	if m, ok := args[0].(map[string]any); ok && len(args) == 1 {
		return m
	}
	data := make(map[string]any, len(args)/2+1)
	for i := 0; i+1 < len(args); i += 2 {
		data[fmt.Sprint(args[i])] = args[i+1]
	}
	return data
}
