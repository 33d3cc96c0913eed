package library

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

// promisedProgrammes are the ids that couples' files and the content brief know.
var promisedProgrammes = []string{
	"rescue-10", "key-question", "infidelity-3-phase", "trust-7-steps", "affair-recovery-6", "rebuild-8-tips", "offender-6", "reconciliation",
	"communication-repair", "attachment-shift", "honesty", "trust-in-a-new-relationship", "maintenance", "one-partner", "start-today",
}

func TestEveryPromisedProgrammeIsThere(t *testing.T) {
	var ids []string
	for _, p := range Programmes() {
		ids = append(ids, p.ID)
	}
	if !reflect.DeepEqual(ids, promisedProgrammes) {
		t.Errorf("the programmes are %v", ids)
	}
	for id, steps := range map[string]int{"rescue-10": 10, "infidelity-3-phase": 3, "trust-7-steps": 7, "affair-recovery-6": 6, "rebuild-8-tips": 8, "offender-6": 6, "communication-repair": 4, "reconciliation": 7} {
		p, ok := FindProgramme(id)
		if !ok || len(p.Phases) != steps {
			t.Errorf("%s has %d phases", id, len(p.Phases))
		}
	}
	if _, ok := FindProgramme("no-such-thing"); ok {
		t.Error("an unknown id was found")
	}
}

func TestProgrammesNameWhatTheLibraryHas(t *testing.T) {
	if problems := lib(t).programmeReferences(Programmes()); len(problems) > 0 {
		t.Error(problems)
	}
}

func TestProgrammesAreCompleteAndKind(t *testing.T) {
	for _, p := range Programmes() {
		texts(reflect.ValueOf(p), p.ID, func(at string, text Text) {
			if (text.NL == "") != (text.EN == "") {
				t.Errorf("%s stands in one language only", at)
			}
			if text.NL == text.EN && len(text.NL) > 12 {
				t.Errorf("%s is the same in both languages", at)
			}
			for _, s := range []string{text.NL, text.EN} {
				if found := unwanted.FindString(s); found != "" {
					t.Errorf("%s says %q", at, found)
				}
				if strings.Contains(s, "  ") || s != strings.TrimSpace(s) {
					t.Errorf("%s has loose spaces", at)
				}
			}
		})
	}
}

// What a couple reads holds no share of couples who make it: no source is given for those.
func TestCouplesReadNoStatistics(t *testing.T) {
	for _, p := range Programmes() {
		shown := []Text{p.Title, p.Summary, p.Range.Text}
		for _, phase := range p.Phases {
			shown = append(shown, phase.Title, phase.Goal, phase.Range, phase.Roles.Hurt, phase.Roles.Repairing, phase.Roles.Both)
			for _, m := range phase.Milestones {
				shown = append(shown, m.Title)
			}
		}
		for _, text := range shown {
			for _, s := range []string{text.NL, text.EN} {
				if strings.Contains(s, "%") || strings.Contains(s, "procent") || strings.Contains(s, "percent") {
					t.Errorf("%s shows a couple: %s", p.ID, s)
				}
			}
		}
	}
}

// No step waits for forgiveness: where it comes up, nothing is measured by it, and the sign to go on is that there is none.
func TestNoStepDependsOnForgiving(t *testing.T) {
	p, _ := FindProgramme("reconciliation")
	for _, phase := range p.Phases {
		for _, m := range phase.Milestones {
			if phase.ID == "forgiveness" && (m.Measure != "" || !m.Private) {
				t.Errorf("%s can be held against somebody", m.ID)
			}
		}
	}
	for _, p := range Programmes() {
		for _, phase := range p.Phases {
			for _, exit := range phase.Exit {
				if strings.Contains(strings.ToLower(exit.NL), "vergeven") || strings.Contains(strings.ToLower(exit.EN), "forgiv") {
					t.Errorf("%s/%s goes on after forgiving", p.ID, phase.ID)
				}
			}
		}
	}
}

// The numbers that the sources give, in both languages, where a therapist looks for them.
func TestProgrammesSayTheirNumbers(t *testing.T) {
	for id, numbers := range map[string][]string{
		"rescue-10":            {"10 min", "2|3", "5|1", "20 min", "4 w"},
		"key-question":         {"2|3", "1 w"},
		"infidelity-3-phase":   {"60|75"},
		"trust-7-steps":        {"24", "5", "22", "30 min", "15|kwartier"},
		"affair-recovery-6":    {"30|45", "3 sess", "18", "6 m"},
		"communication-repair": {"3", "10 min", "30|45", "6 sec", "20 min", "80", "15"},
		"attachment-shift":     {"1|3"},
		"maintenance":          {"60 min"},
		"start-today":          {"10 min"},
	} {
		p, _ := FindProgramme(id)
		var nl, en strings.Builder
		texts(reflect.ValueOf(p), p.ID, func(_ string, text Text) { nl.WriteString(text.NL + "\n"); en.WriteString(text.EN + "\n") })
		for _, number := range numbers {
			parts := strings.Split(number, "|")
			if number == "15|kwartier" {
				if !strings.Contains(nl.String(), "kwartier") || !strings.Contains(en.String(), "15 minutes") {
					t.Errorf("%s does not say %s", id, number)
				}
				continue
			}
			for _, part := range parts {
				for lang, text := range map[string]string{"nl": nl.String(), "en": en.String()} {
					if !strings.Contains(text, part) {
						t.Errorf("%s does not say %q in %s", id, part, lang)
					}
				}
			}
		}
	}
	months := map[string][2]int{"rescue-10": {6, 12}, "infidelity-3-phase": {24, 60}, "trust-7-steps": {3, 24}, "affair-recovery-6": {12, 24}, "attachment-shift": {12, 36}, "one-partner": {2, 3}}
	for id, want := range months {
		if p, _ := FindProgramme(id); p.Range.MonthsFrom != want[0] || p.Range.MonthsTo != want[1] {
			t.Errorf("%s takes %d to %d months", id, p.Range.MonthsFrom, p.Range.MonthsTo)
		}
	}
	stops := map[string][2]int{"rescue-10": {6, 12}, "infidelity-3-phase": {12, 18}, "affair-recovery-6": {12, 18}}
	for id, want := range stops {
		p, _ := FindProgramme(id)
		found := false
		for _, v := range p.Reviews {
			found = found || v.Unit == "month" && v.From == want[0] && v.To == want[1] && len(v.Exercises) == 1 && v.Exercises[0] == "stop-review"
		}
		if !found {
			t.Errorf("%s does not look back after %d to %d months", id, want[0], want[1])
		}
	}
	if p, _ := FindProgramme("infidelity-3-phase"); len(p.Taper) != 3 || len(p.Obstacles) < 5 {
		t.Error("the openness does not grow less, or the obstacles have no answers")
	}
	if p, _ := FindProgramme("trust-7-steps"); len(p.Tracks) != 4 {
		t.Error("there is no track for each cause")
	}
}

// A number from before a programme changed still finds a phase.
func TestAPhaseBeyondTheLastIsTheLast(t *testing.T) {
	p, _ := FindProgramme("communication-repair")
	for number, want := range map[int]string{-1: "see", 0: "see", 1: "see", 4: "keep", 99: "keep"} {
		if phase, ok := p.Phase(number); !ok || phase.ID != want {
			t.Errorf("phase %d is %s", number, phase.ID)
		}
	}
	if _, ok := (Programme{}).Phase(1); ok {
		t.Error("a programme without phases has one")
	}
}

func TestACloneCanBeChanged(t *testing.T) {
	p, _ := FindProgramme("rescue-10")
	c := p.Clone()
	c.Phases[0].Exercises[0].ID = "other"
	c.Phases[0].Milestones[0].Title.NL = "anders"
	c.Phases[1].Goal.NL = "anders"
	again, _ := FindProgramme("rescue-10")
	if again.Phases[0].Exercises[0].ID == "other" || again.Phases[0].Milestones[0].Title.NL == "anders" || again.Phases[1].Goal.NL == "anders" {
		t.Error("the library changed with it")
	}
}

const goodProgramme = `id: small
order: 1
kind: programme
title: { nl: "Klein", en: "Small" }
summary: { nl: "Een klein traject", en: "A small programme" }
gate:
  for: { nl: "Voor wie wil", en: "For whoever wants" }
  first:
    - { id: own-share }
range:
  text: { nl: "Een maand", en: "A month" }
  months_from: 1
  months_to: 2
phases:
  - id: one
    title: { nl: "Eén", en: "One" }
    goal: { nl: "Een doel", en: "A goal" }
    range: { nl: "een maand", en: "a month" }
    weeks_from: 1
    weeks_to: 4
    roles:
      both: { nl: "Samen", en: "Together" }
    exercises:
      - { id: daily-checkin }
    milestones:
      - { id: first, title: { nl: "Begonnen", en: "Begun" }, measure: daily-checkin.connected }
reviews:
  - id: later
    from: 1
    to: 2
    unit: month
    title: { nl: "Later", en: "Later" }
    about: { nl: "Terugkijken", en: "Looking back" }
source: test
`

// Every refusal names file, line and what is wrong.
func TestAWrongProgrammeIsRefused(t *testing.T) {
	if _, problems := readProgramme("x/small.yaml", []byte(goodProgramme)); len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, c := range []struct{ old, now, want string }{
		{"id: small", "id: other", `x/small.yaml:1: id: `},
		{"kind: programme", "kind: add_on", `x/small.yaml:3: kind: `},
		{"kind: programme", "kind: plan", `x/small.yaml:3: kind: `},
		{"order: 1\n", "", `order`},
		{"order: 1", "order: 1\nextra: 1", `x/small.yaml:3: extra: `},
		{`en: "Small"`, `fr: "Petit"`, `x/small.yaml:4: title`},
		{`title: { nl: "Klein", en: "Small" }`, `title: { nl: "Klein" }`, `x/small.yaml:4: title: `},
		{"months_to: 2", "months_to: 0", `x/small.yaml:13: range.months_to: `},
		{"months_from: 1", "months_from: 3", `x/small.yaml:13: range.months_to: is before months_from`},
		{"  months_to: 2\n", "", `x/small.yaml:11: range`},
		{"weeks_to: 4", "weeks_to: 4\n    weeks_last: 5", `x/small.yaml:21: phases.0.weeks_last: `},
		{"weeks_from: 1", "weeks_from: 9", `x/small.yaml:20: phases.0.weeks_to: is before weeks_from`},
		{"both: {", "all: {", `x/small.yaml:22: phases.0.roles.all: `},
		{"      - { id: daily-checkin }", "      - { id: daily-checkin }\n      - { id: daily-checkin }", `x/small.yaml:25: phases.0.exercises.1.id: `},
		{"unit: month", "every: month", `x/small.yaml:28: reviews.0: `},
		{"from: 1\n    to: 2", "from: 3\n    to: 2", `x/small.yaml:28: reviews.0: from, to and unit go together`},
		{"order: 1", "order: *one", `x/small.yaml:2: `},
		{"order: 1", "order: [", `x/small.yaml:`},
	} {
		if !strings.Contains(goodProgramme, c.old) {
			t.Fatalf("the test is out of date: %q", c.old)
		}
		_, problems := readProgramme("x/small.yaml", []byte(strings.Replace(goodProgramme, c.old, c.now, 1)))
		if len(problems) == 0 || !strings.Contains(problems.Error(), c.want) {
			t.Errorf("%q for %q: %v", c.now, c.old, problems)
		}
	}
}

func TestProgrammesAreCheckedBesideEachOther(t *testing.T) {
	second := strings.NewReplacer("id: small", "id: add", "kind: programme", "kind: add_on\nof: [large]").Replace(goodProgramme)
	all, problems, err := loadProgrammes(fstest.MapFS{"x/small.yaml": {Data: []byte(goodProgramme)}, "x/add.yaml": {Data: []byte(second)}}, "x")
	if err != nil || len(all) != 2 || len(problems) != 2 {
		t.Fatal(len(all), problems, err)
	}
	for i, want := range []string{"x/add.yaml:4: of.0: ", "x/small.yaml:2: order: is that of add too"} {
		if !strings.HasPrefix(problems[i].String(), want) {
			t.Errorf("%s, not %s", problems[i], want)
		}
	}
}

// What is named and is not there is found with its line.
func TestAProgrammeNamesWhatIsThere(t *testing.T) {
	for _, c := range []struct{ old, now, want string }{
		{"", "", ""},
		{"id: own-share", "id: no-share", "x/small.yaml:9: gate.first.0.id: "},
		{"{ id: daily-checkin }", "{ id: nightly-checkin }", "x/small.yaml:24: phases.0.exercises.0.id: "},
		{"{ id: daily-checkin }", "{ id: check-urge-log, role: repairing }", "x/small.yaml:24: phases.0.exercises.0.role: "},
		{"daily-checkin.connected", "daily-checkin.nothing", "x/small.yaml:26: phases.0.milestones.0.measure: "},
		{"daily-checkin.connected", "nightly-checkin.connected", "x/small.yaml:26: phases.0.milestones.0.measure: "},
		{"unit: month", "unit: month\n    exercises: [no-review]", "x/small.yaml:32: reviews.0.exercises.0: "},
		{"source: test", "tracks:\n  - id: a\n    title: { nl: \"Aa\", en: \"Ab\" }\n    about: { nl: \"Aa\", en: \"Ab\" }\n    exercises: [no-track]\nsource: test", "x/small.yaml:38: tracks.0.exercises.0: "},
	} {
		all, problems, err := loadProgrammes(fstest.MapFS{"x/small.yaml": {Data: []byte(strings.Replace(goodProgramme, c.old, c.now, 1))}}, "x")
		if err != nil || len(problems) > 0 {
			t.Fatal(problems, err)
		}
		if got := fmt.Sprint(lib(t).programmeReferences(all)); c.want != "" && !strings.Contains(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%q: %s", c.now, got)
		}
	}
}
