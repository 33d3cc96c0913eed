package library

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"tussentijds/internal/locale"
)

// copied gives a copy of an exercise that may be changed.
func copied(t testing.TB, e *Exercise) *Exercise {
	t.Helper()
	raw, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	out := &Exercise{}
	if err := json.Unmarshal(raw, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// changeTexts sets every text of a value.
func changeTexts(v reflect.Value, change func(t Text) Text) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			changeTexts(v.Elem(), change)
		}
	case reflect.Slice:
		for i := range v.Len() {
			changeTexts(v.Index(i), change)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			v.SetMapIndex(k, reflect.ValueOf(change(v.MapIndex(k).Interface().(Text))))
		}
	case reflect.Struct:
		if t, ok := v.Interface().(Text); ok {
			v.Set(reflect.ValueOf(change(t)))
			return
		}
		for i := range v.NumField() {
			changeTexts(v.Field(i), change)
		}
	}
}

func TestEveryExerciseComesBackFromItsYAML(t *testing.T) {
	for _, e := range lib(t).List() {
		raw, err := ToYAML(e)
		if err != nil {
			t.Fatal(err)
		}
		for name, read := range map[string]func(string, []byte) (*Exercise, error){"ParseYAML": ParseYAML, "ParseOwn": ParseOwn} {
			back, err := read(e.ID+".yaml", raw)
			if err != nil {
				t.Errorf("%s with %s: %v\n%s", e.ID, name, err, raw)
			} else if !reflect.DeepEqual(e, back) {
				t.Errorf("%s with %s changed on its way through YAML", e.ID, name)
			}
		}
		for _, drop := range []locale.Lang{locale.NL, locale.EN} {
			one := copied(t, e)
			changeTexts(reflect.ValueOf(one), func(t Text) Text {
				if drop == locale.NL {
					return Text{EN: t.EN}
				}
				return Text{NL: t.NL}
			})
			raw, err := ToYAML(one)
			if err != nil {
				t.Fatal(err)
			}
			if back, err := ParseOwn(e.ID, raw); err != nil || !reflect.DeepEqual(one, back) {
				t.Errorf("%s without %s does not come back: %v", e.ID, drop, err)
			}
			if _, err := ParseYAML(e.ID, raw); err == nil {
				t.Errorf("the library took %s without %s", e.ID, drop)
			}
			// What a form sends has both fields of each text, one of them empty.
			asJSON, _ := json.Marshal(one)
			if back, err := ParseOwn(e.ID, asJSON); err != nil || !reflect.DeepEqual(one, back) {
				t.Errorf("%s without %s does not come back from JSON: %v", e.ID, drop, err)
			}
		}
	}
}

// awkward draws texts that a careless writer of YAML would break.
func awkward(oneLine bool) *rapid.Generator[string] {
	pieces := []string{
		"a", "b c", "“Zo”", "yes", "null", "~", ":", ": ", " #", "- ", "{", "}", "[", ",", "&a", "*a", "!x", "|", ">", "%", "@", "`", "'", `"`, `\`, "1e3",
		"0x1", "12:30", "é", "👩‍👩‍👧", "שלום", "\u00a0", "\u2028", "\u2029", "\u0085", "\ufeff", "---", "...", "?", "=", "<<", "\U000E0001",
	}
	if !oneLine {
		pieces = append(pieces, "\n", "\n\n", "\n  ", "\t", " \n", "\n#", "\n---\n", "\n- ", "\n: ")
	}
	return rapid.Custom(func(t *rapid.T) string {
		text := strings.Join(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(pieces), rapid.StringN(0, 5, -1)), 1, 12).Draw(t, "pieces"), "")
		text = strings.Map(func(r rune) rune {
			if r < ' ' && r != '\n' && r != '\t' || r == 0x7f || oneLine && (r == '\n' || r == '\t') {
				return -1
			}
			return r
		}, text)
		if text = strings.TrimSpace(text); text == "" || strings.TrimFunc(text, func(r rune) bool { return r > '~' || r <= ' ' }) == "" {
			return "x" + text + "x"
		}
		return "x" + text + "x"
	})
}

func TestAnyTextComesBackFromYAML(t *testing.T) {
	base, err := ParseYAML("small.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		e := *base
		e.Questions = append([]Question{}, base.Questions...)
		short, long := awkward(true), awkward(false)
		e.Title = Text{NL: short.Draw(r, "title")}
		e.Summary = Text{NL: long.Draw(r, "summary"), EN: long.Draw(r, "summary in English")}
		e.Why = Text{NL: long.Draw(r, "why")}
		e.Steps = []Text{{NL: long.Draw(r, "step")}, {NL: long.Draw(r, "step")}}
		e.Questions[0].Label = Text{NL: short.Draw(r, "label")}
		e.Source = short.Draw(r, "source")
		raw, err := ToYAML(&e)
		if err != nil {
			r.Fatal(err)
		}
		if at := strings.IndexFunc(string(raw), func(c rune) bool { return c != '\n' && !unicode.IsPrint(c) }); at >= 0 {
			r.Fatalf("holds what an editor does not show, at %d:\n%q", at, raw)
		}
		back, err := ParseOwn("own.yaml", raw)
		if err != nil {
			r.Fatalf("%v\n%s", err, raw)
		}
		if !reflect.DeepEqual(&e, back) {
			r.Fatalf("changed on its way:\n%s", raw)
		}
	})
}

func TestYAMLIsReadable(t *testing.T) {
	e, err := ParseYAML("small.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	e.Why = Text{NL: "Eerste regel.\nTweede regel.", EN: strings.Repeat("A long text that does not fit beside the other. ", 4) + "End."}
	raw, err := ToYAML(e)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"id: small\nversion: 1\nkind: exercise\ntitle: { nl: \"Klein\", en: \"Small\" }\n",
		"why:\n  nl: |-\n    Eerste regel.\n    Tweede regel.\n  en: \"A long text",
		"schedule: { kind: daily, at: \"20:00\" }\n",
		"questions:\n  - { id: mood, type: scale, label: { nl: \"Hoe gaat het?\", en: \"How are you?\" }, audience: therapist }\n",
		"goals: [self]\n",
	} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("does not hold\n%s\nbut is\n%s", want, raw)
		}
	}
}

const own = `id: klein
version: 1
kind: exercise
title: { nl: "Klein" }
summary: { nl: "Kort.", en: "" }
steps:
  - { nl: "Begin." }
who: each
minutes: 1
schedule: { kind: once }
questions:
  - id: mood
    type: choice
    label: { nl: "Hoe gaat het?" }
    audience: me
    options:
      - { id: good, label: { nl: "Goed" } }
`

func TestOneLanguageIsEnoughForAPractice(t *testing.T) {
	e, err := ParseOwn("own.yaml", []byte(own))
	if err != nil {
		t.Fatal(err)
	}
	if e.Summary != (Text{NL: "Kort."}) {
		t.Errorf("the summary is %v", e.Summary)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"a title in both":           {`{ nl: "Klein" }`, `{ nl: "Klein", en: "Small" }`, ""},
		"more in one place":         {`{ nl: "Begin." }`, `{ nl: "Begin.", en: "Begin." }`, ""},
		"one text in the other":     {`{ nl: "Begin." }`, `{ en: "Begin." }`, "own.yaml:7: steps.0: is missing in the language 'nl', which the title has"},
		"an option in the other":    {`{ nl: "Goed" }`, `{ en: "Good" }`, "own.yaml:17: questions.0.options.0.label: is missing in the language 'nl'"},
		"a title in the other":      {`{ nl: "Klein" }`, `{ en: "Small" }`, "own.yaml:5: summary: is missing in the language 'en'"},
		"no title at all":           {`{ nl: "Klein" }`, `{ nl: "", en: " " }`, "'title' is missing"},
		"an empty text is left out": {"who: each", "who: each\nwhy: { nl: \"\", en: \"\" }", ""},
		"a language we do not have": {`{ nl: "Klein" }`, `{ nl: "Klein", fr: "Petit" }`, "'fr' is not something that belongs here"},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := ParseOwn("own.yaml", []byte(strings.Replace(own, c.old, c.new, 1)))
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "" && (err == nil || e != nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("says %v, want %q", err, c.want)
			}
		})
	}
}

func TestAPracticeAddsItsLicensedInstrument(t *testing.T) {
	const licensed = `id: licensed
version: 1
kind: instrument
title: { en: "Our scale" }
summary: { en: "Three items." }
steps: [{ en: "Fill it in." }]
who: each
minutes: 2
schedule: { kind: weekly }
questions:
  - { id: a, type: choice, audience: therapist, label: { en: "One" }, options: [{ id: lo, label: { en: "Never" }, value: 1 }, { id: hi, label: { en: "Always" }, value: 5 }] }
  - { id: b, type: choice, audience: therapist, reverse: true, label: { en: "Two" }, options: [{ id: lo, label: { en: "Never" }, value: 1 }, { id: hi, label: { en: "Always" }, value: 5 }] }
measures: [{ id: score, kind: score, title: { en: "Our scale" }, higher_is_better: true }]
scoring:
  max: 10
  max_missing: 0
  caveat: { en: "Read it together." }
  look_back: 14
  raw_as_source: true
  cutoff: { value: 6, label: { en: "At ease" } }
  reliable_change: 2.5
  licence: "With permission of the publisher, until 2028."
`
	e, err := ParseOwn("licensed.yaml", []byte(licensed))
	if err != nil {
		t.Fatal(err)
	}
	s, ok := e.Score(Answers{"a": "hi", "b": "hi"})
	if !ok || s.Total != 6 || s.Max != 10 || s.Raw == nil || *s.Raw != 10 {
		t.Errorf("scores %+v", s)
	}
	if !e.Scoring.Cutoff.Reached(s.Total) || e.Scoring.Cutoff.Reached(5.9) {
		t.Error("the cut-off is somewhere else")
	}
	for _, c := range []struct {
		before, after    float64
		reliable, better bool
	}{{4, 6.5, true, true}, {6.5, 4, true, false}, {4, 6, false, true}, {4, 4, false, false}} {
		if reliable, better := e.Changed(c.before, c.after); reliable != c.reliable || better != c.better {
			t.Errorf("from %v to %v: reliable %v, better %v", c.before, c.after, reliable, better)
		}
	}
	if days := e.LookBackDays(ScheduleMonthly); days != 14 {
		t.Errorf("looks back %d days", days)
	}
	e.Measures[0].HigherIsBetter = false
	if _, better := e.Changed(4, 6.5); better {
		t.Error("more is better though less should be")
	}
}

func TestProblemsAreAListInBothLanguages(t *testing.T) {
	broken := strings.NewReplacer("minutes: 1", "minutes: 0\nhow_long: 5", "who: each", "who: everybody", `"Klein"`, `"`+strings.Repeat("x", 300)+`"`).Replace(own)
	_, err := ParseOwn("own.yaml", []byte(broken))
	var problems Problems
	if !errors.As(err, &problems) {
		t.Fatalf("is %T", err)
	}
	want := []struct {
		line     int
		place    string
		key      string
		nl, text string
	}{
		{4, "title.nl", "library.problem.too_long", "is te lang: 300 tekens, hooguit 240", "is too long: 300 characters, at most 240"},
		{8, "who", "library.problem.choose", "kies uit: each, both, one_for_other", "choose one of: each, both, one_for_other"},
		{9, "minutes", "library.problem.at_least", "hoort minstens 1 te zijn", "should be at least 1"},
		{10, "how_long", "library.problem.unknown", "“how_long” hoort hier niet", "'how_long' is not something that belongs here"},
	}
	if len(problems) != len(want) {
		t.Fatalf("problems are\n%v", problems)
	}
	for i, w := range want {
		p := problems[i]
		if p.File != "own.yaml" || p.Line != w.line || p.Place != w.place || p.Key != w.key || p.Text != w.text || p.In(locale.NL) != w.nl || p.In(locale.EN) != w.text {
			t.Errorf("is %+v (%s), want %+v", p, p.In(locale.NL), w)
		}
	}
	if lines := strings.Split(err.Error(), "\n"); len(lines) != 4 || lines[2] != "own.yaml:9: minutes: should be at least 1" {
		t.Errorf("the error is %q", err)
	}
}

func TestParseOwnRefusesWhatWouldKeepItBusy(t *testing.T) {
	for _, raw := range []string{"id: x\n" + strings.Repeat("[", 100_000), strings.Repeat("x", 1<<20), "", "[]", "null", "\x00", "title: { nl: [] }"} {
		began := time.Now()
		_, err := ParseOwn("own.yaml", []byte(raw))
		var problems Problems
		if !errors.As(err, &problems) || len(problems) == 0 || problems[0].File != "own.yaml" || problems[0].Line < 1 {
			t.Errorf("%.20s: %v", raw, err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("%.20s took %s", raw, took)
		}
	}
}
