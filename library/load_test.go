package library

import (
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"tussentijds/internal/locale"
)

func lib(t testing.TB) *Library {
	t.Helper()
	l, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func exercise(t testing.TB, id string) *Exercise {
	t.Helper()
	e, ok := lib(t).Exercise(id)
	if !ok {
		t.Fatalf("there is no exercise %s", id)
	}
	return e
}

func TestLoadGivesEveryPromisedExercise(t *testing.T) {
	l := lib(t)
	for _, id := range []string{
		"daily-checkin", "relationship-checklist", "responsibility-letter", "appreciation", "trust-contract",
		"speaker-listener", "date-night", "small-wins", "effort-check", "why-stay", "fair-fight", "ratio-5-1",
		"what-do-you-need", "emotion-journal", "weekly-checkin", "physical-closeness", "own-share", "check-urge-log",
		"trigger-log", "self-care", "honesty-filter", "connection-rituals", "attachment-quiz", "trust-recovery-signs",
		"smart-agreement", "safe-word", "shared-vision", "new-experience",
	} {
		if _, ok := l.Exercise(id); !ok {
			t.Errorf("%s is missing", id)
		}
	}
	if _, ok := l.Exercise("no-such-thing"); ok {
		t.Error("an unknown id was found")
	}
	list := l.List()
	if !slices.IsSortedFunc(list, func(a, b *Exercise) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("the list has no stable order")
	}
	list[0] = nil
	if l.List()[0] == nil {
		t.Error("a caller can change the library through List")
	}
}

// texts walks every Text of a value, with the place where it stands.
func texts(v reflect.Value, at string, visit func(at string, t Text)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			texts(v.Elem(), at, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			texts(v.Index(i), at+"."+string(rune('0'+i%10)), visit)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			texts(v.MapIndex(k), at+"."+k.String(), visit)
		}
	case reflect.Struct:
		if t, ok := v.Interface().(Text); ok {
			visit(at, t)
			return
		}
		for i := range v.NumField() {
			texts(v.Field(i), at+"."+v.Type().Field(i).Name, visit)
		}
	}
}

// Words that lay blame, name a gender or promise too much; the tone guidance leaves them out.
var unwanted = regexp.MustCompile(`(?i)\b(dader|slachtoffer|vreemdganger|bedrieger|victim|perpetrator|cheater|echtgenote|echtgenoot|husband|wife|hij|zijn vrouw|haar man|he|she|his|TODO|crisis, )\b`)

func TestBothLanguagesAreCompleteAndKind(t *testing.T) {
	kind := func(v any, name string) {
		texts(reflect.ValueOf(v), name, func(at string, text Text) { kindText(t, at, text) })
	}
	for _, e := range lib(t).List() {
		kind(*e, e.ID)
		if len(e.Steps) < 3 {
			t.Errorf("%s has too few steps to do it from the page alone", e.ID)
		}
		for _, f := range e.Flags {
			if f.Text.Empty() {
				t.Errorf("%s: flag %s says nothing", e.ID, f.ID)
			}
		}
	}
	for _, list := range Vocabulary() {
		kind(list, "vocabulary "+list.ID)
	}
	for _, one := range Indicators() {
		kind(one, "indicator "+one.ID)
	}
}

// kindText wants both languages, kind words and no loose ends.
func kindText(t *testing.T, at string, text Text) {
	t.Helper()
	if (text.NL == "") != (text.EN == "") {
		t.Errorf("%s stands in one language only", at)
	}
	for _, s := range []string{text.NL, text.EN} {
		if found := unwanted.FindString(s); found != "" {
			t.Errorf("%s says %q", at, found)
		}
		if strings.Contains(s, "  ") || s != strings.TrimSpace(s) {
			t.Errorf("%s has loose spaces", at)
		}
	}
	// A text of some length that is the same in both languages was not translated.
	if text.NL == text.EN && len(text.NL) > 12 {
		t.Errorf("%s is the same in both languages", at)
	}
}

func TestTheLibraryUsesEverythingThereIs(t *testing.T) {
	audiences, types, schedules, kinds, who := map[Audience]bool{}, map[FieldType]bool{}, map[string]bool{}, map[Kind]bool{}, map[Who]bool{}
	measures := map[string]bool{}
	for _, e := range lib(t).List() {
		schedules[e.Schedule.Kind], kinds[e.Kind], who[e.Who] = true, true, true
		for _, q := range e.Questions {
			audiences[q.Audience], types[q.Type] = true, true
		}
		for _, m := range e.Measures {
			measures[m.Kind] = true
		}
	}
	for _, a := range Audiences {
		if !audiences[a] {
			t.Errorf("no question has the audience %s", a)
		}
	}
	for _, f := range FieldTypes {
		if !types[f] {
			t.Errorf("no question has the type %s", f)
		}
	}
	for _, s := range []string{ScheduleOnce, ScheduleDaily, ScheduleTimesPerWeek, ScheduleWeekly, ScheduleMonthly, ScheduleRRule} {
		if !schedules[s] {
			t.Errorf("no exercise has the schedule %s", s)
		}
	}
	for _, m := range []string{MeasureScale, MeasureYesShare, MeasureCount, MeasureSum, MeasureScore, MeasureChoice} {
		if !measures[m] {
			t.Errorf("no measure is of kind %s", m)
		}
	}
	if len(kinds) != 3 || len(who) != 3 {
		t.Errorf("kinds %v, who %v", kinds, who)
	}
}

func TestExercisesGoThroughJSONUnchanged(t *testing.T) {
	for _, e := range lib(t).List() {
		raw, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		back := &Exercise{}
		if err := json.Unmarshal(raw, back); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(e, back) {
			t.Errorf("%s changed on its way through JSON", e.ID)
		}
		// What is frozen with an assignment is itself a valid exercise; YAML holds all of JSON.
		if again, err := ParseYAML(e.ID+".json", raw); err != nil || !reflect.DeepEqual(e, again) {
			t.Errorf("%s does not parse from its own JSON: %v", e.ID, err)
		}
	}
}

func TestPrivateAnswersGiveNoMeasure(t *testing.T) {
	for _, e := range lib(t).List() {
		for _, m := range e.Measures {
			a := e.MeasureAudience(m)
			if a == AudienceMe || m.Shared && a != AudienceReveal && a != AudienceBoth {
				t.Errorf("%s: measure %s of an answer for %s, shared %v", e.ID, m.ID, a, m.Shared)
			}
		}
	}
}

const good = `id: small
version: 1
kind: exercise
title: { nl: "Klein", en: "Small" }
summary: { nl: "Kort.", en: "Short." }
why: { nl: "Daarom.", en: "Because." }
need: { nl: "Niets.", en: "Nothing." }
steps:
  - { nl: "Begin.", en: "Begin." }
example: { nl: "Zo.", en: "So." }
stop_when: { nl: "Als je wilt.", en: "When you like." }
who: each
minutes: 1
schedule: { kind: daily, at: "20:00" }
goals: [self]
phase: [start]
questions:
  - id: mood
    type: scale
    label: { nl: "Hoe gaat het?", en: "How are you?" }
    audience: therapist
measures:
  - { id: mood, kind: scale, question: mood, title: { nl: "Stemming", en: "Mood" } }
`

func TestParseYAMLTellsFileLineAndWhatIsWrong(t *testing.T) {
	if _, err := ParseYAML("small.yaml", []byte(good)); err != nil {
		t.Fatalf("the good one: %v", err)
	}
	for name, c := range map[string]struct{ old, new, want string }{
		"not YAML":            {"version: 1", "version: [1", "small.yaml:"},
		"key twice":           {"minutes: 1", "minutes: 1\nminutes: 2", "small.yaml:14"},
		"unknown key":         {"minutes: 1", "minutes: 1\nminuten: 1", "small.yaml:14: minuten: 'minuten' is not something that belongs here"},
		"English missing":     {`{ nl: "Hoe gaat het?", en: "How are you?" }`, `{ nl: "Hoe gaat het?" }`, "small.yaml:20: questions.0.label: 'en' is missing"},
		"English empty":       {`en: "Because."`, `en: ""`, "small.yaml:6: why.en:"},
		"wrong type":          {"type: scale", "type: slider", "small.yaml:19: questions.0.type:"},
		"wrong audience":      {"audience: therapist", "audience: everybody", "small.yaml:21: questions.0.audience:"},
		"reveal not said":     {"audience: therapist", "audience: reveal", "reveal: stands if and only if"},
		"wrong clock":         {`at: "20:00"`, `at: "25:00"`, "small.yaml:14: schedule.at:"},
		"times missing":       {"kind: daily", "kind: times_per_week", "small.yaml:14: schedule: 'times' is missing"},
		"rule not a rule":     {`kind: daily, at: "20:00"`, `kind: rrule, rrule: "FREQ=SOMETIMES"`, "small.yaml:14: schedule.rrule:"},
		"measure of nothing":  {"question: mood", "question: moods", "small.yaml:23: measures.0: there is no question 'moods'"},
		"measure of private":  {"audience: therapist", "audience: me", "small.yaml:23: measures.0: a measure of a private answer"},
		"shared but not read": {"question: mood,", "question: mood, shared: true,", "cannot be shared"},
		"options missing":     {"type: scale", "type: choice", "have options"},
		"min above max":       {"type: scale", "type: scale\n    min: 9\n    max: 3", "min is not below max"},
		"role and required":   {"audience: therapist", "audience: therapist\n    role: hurt\n    required: true", "cannot be required"},
		"agreement unsigned":  {"kind: exercise", "kind: agreement", "an agreement is signed"},
		"unscored instrument": {"kind: exercise", "kind: instrument", "an instrument has a scoring"},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(good, c.old) {
				t.Fatalf("the good one does not hold %q", c.old)
			}
			e, err := ParseYAML("small.yaml", []byte(strings.Replace(good, c.old, c.new, 1)))
			if err == nil || e != nil {
				t.Fatal("was accepted")
			}
			if !strings.Contains(err.Error(), c.want) || !regexp.MustCompile(`^small\.yaml:\d+: `).MatchString(err.Error()) {
				t.Errorf("says %q, want %q", err, c.want)
			}
		})
	}
	for _, raw := range []string{"", "---", "null", "[]", "just text", "\x00", "a: &a [*a]", "? {}"} {
		if _, err := ParseYAML("small.yaml", []byte(raw)); err == nil || !strings.HasPrefix(err.Error(), "small.yaml") {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

func TestParseYAMLRefusesWhatWouldKeepItBusy(t *testing.T) {
	for _, raw := range []string{
		"id: x\n" + strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 10_000), strings.Repeat("x", 1<<20),
	} {
		began := time.Now()
		if _, err := ParseYAML("small.yaml", []byte(raw)); err == nil || !strings.HasPrefix(err.Error(), "small.yaml:") {
			t.Errorf("%.20s: %v", raw, err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("%.20s took %s", raw, took)
		}
	}
}

func TestParseYAMLKeepsAwkwardTextInJSON(t *testing.T) {
	e, err := ParseYAML("small.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{
		"<b>&</b> \"q\" \\ / 'x' # no: {a} [b] %", "👩‍👩‍👧 שלום", "a\u2028b", "line\nbreak\n", "yes", "null", "12:30", "1e3", "~", "- a", "a: b",
	} {
		e.Summary = Text{NL: s, EN: s}
		raw, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseYAML("small.json", raw)
		if err != nil || back.Summary != e.Summary {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestLoadRefusesAFileUnderAnotherName(t *testing.T) {
	fsys := fstest.MapFS{"x/other.yaml": {Data: []byte(good)}}
	if _, err := loadFrom(fsys, "x"); err == nil || !strings.Contains(err.Error(), "x/other.yaml") {
		t.Errorf("error is %v", err)
	}
}

func TestLoadRefusesAHalfDescribedExercise(t *testing.T) {
	whole := good + "source: small\n"
	if _, err := loadFrom(fstest.MapFS{"x/small.yaml": {Data: []byte(whole)}}, "x"); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"why", "need", "example", "stop_when", "goals", "phase", "source"} {
		half := regexp.MustCompile(`(?m)^`+line+`:.*\n`).ReplaceAllString(whole, "")
		if _, err := ParseYAML("small.yaml", []byte(half)); err != nil {
			t.Errorf("a practice may leave out %s: %v", line, err)
		}
		if _, err := loadFrom(fstest.MapFS{"x/small.yaml": {Data: []byte(half)}}, "x"); err == nil || !strings.Contains(err.Error(), line) {
			t.Errorf("without %s: %v", line, err)
		}
	}
}

func TestText(t *testing.T) {
	both, nl, en := Text{NL: "ja", EN: "yes"}, Text{NL: "ja"}, Text{EN: "yes"}
	for _, c := range []struct {
		text Text
		lang string
		want string
	}{{both, "nl", "ja"}, {both, "en", "yes"}, {both, "en-GB", "yes"}, {both, "", "ja"}, {both, "fr", "ja"}, {nl, "en", "ja"}, {en, "nl", "yes"}} {
		if got := c.text.In(c.lang); got != c.want {
			t.Errorf("%v in %q is %q", c.text, c.lang, got)
		}
	}
}

func TestAudienceOrder(t *testing.T) {
	for i, a := range Audiences {
		for j, b := range Audiences {
			if got := a.NarrowerOrEqual(b); got != (i <= j) {
				t.Errorf("%s narrower or equal to %s: %v", a, b, got)
			}
		}
	}
	for _, bad := range []Audience{"", "everyone", "ME"} {
		if bad.Valid() || bad.NarrowerOrEqual(AudienceBoth) || AudienceMe.NarrowerOrEqual(bad) {
			t.Errorf("%q counts as an audience", bad)
		}
	}
}

func TestForRole(t *testing.T) {
	e := exercise(t, "trust-recovery-signs")
	if n := len(e.ForRole(RoleRepairing).Questions); n != 3 {
		t.Errorf("the repairing partner sees %d questions", n)
	}
	if n := len(e.ForRole(RoleHurt).Questions); n != 9 {
		t.Errorf("the hurt partner sees %d questions", n)
	}
	if len(e.ForRole("").Questions) != 9 || len(e.Questions) != 9 {
		t.Error("the exercise itself changed")
	}
}

func TestEveryMessageKeyExists(t *testing.T) {
	for _, key := range []string{
		"error.field.required", "error.field.too_long", "error.field.number", "error.field.choice", "error.field.date",
		"error.field.time", "error.field.control", "error.field.unknown", "library.field.timer", "library.field.rows",
		"library.field.too_many_rows", "library.field.signature",
	} {
		for _, lang := range locale.Langs {
			if !locale.Has(lang, key) {
				t.Errorf("%s has no %s", lang, key)
			}
		}
	}
}
