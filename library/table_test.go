package library

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of the library into docs/library.md")

const (
	tableFile  = "../docs/library.md"
	tableBegin = "<!-- table -->\n"
	tableEnd   = "<!-- /table -->\n"
)

func TestTheTableIsFresh(t *testing.T) {
	raw, err := os.ReadFile(tableFile)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(raw), tableBegin)
	if !ok {
		t.Fatalf("%s has no %q", tableFile, tableBegin)
	}
	_, after, ok := strings.Cut(rest, tableEnd)
	if !ok {
		t.Fatalf("%s has no %q", tableFile, tableEnd)
	}
	fresh := before + tableBegin + table(lib(t), Programmes()) + tableEnd + after
	if fresh == string(raw) {
		return
	}
	if !*update {
		t.Fatal("docs/library.md is stale; run: go test ./library -run TestTheTableIsFresh -update")
	}
	if err := os.WriteFile(tableFile, []byte(fresh), 0o644); err != nil {
		t.Fatal(err)
	}
}

// table lists the whole library: exercises with their parts below them, instruments, agreements, cards, programmes.
func table(l *Library, programmes []Programme) string {
	var out strings.Builder
	parts := map[string][]*Exercise{}
	for _, e := range l.List() {
		if e.BelongsTo != "" {
			parts[e.BelongsTo] = append(parts[e.BelongsTo], e)
		}
	}
	for _, group := range []struct {
		title string
		in    func(e *Exercise) bool
	}{
		{"Exercises", func(e *Exercise) bool { return e.Kind == KindExercise && !e.Card }},
		{"Instruments", func(e *Exercise) bool { return e.Kind == KindInstrument }},
		{"Agreements", func(e *Exercise) bool { return e.Kind == KindAgreement }},
		{"Cards", func(e *Exercise) bool { return e.Card }},
	} {
		chosen := slices.DeleteFunc(l.List(), func(e *Exercise) bool { return e.BelongsTo != "" || !group.in(e) })
		fmt.Fprintf(&out, "\n### %s\n", group.title)
		out.WriteString("| id | Nederlands | English | who | read by | minutes | measures |\n| --- | --- | --- | --- | --- | --- | --- |\n")
		for _, e := range chosen {
			out.WriteString(tableRow(e, ""))
			for _, part := range parts[e.ID] {
				out.WriteString(tableRow(part, "↳ "))
			}
		}
	}
	out.WriteString("\n### Programmes\n| id | Nederlands | English | kind | phases | exercises | how long |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, p := range programmes {
		ids := map[string]bool{}
		for _, phase := range p.Phases {
			for _, id := range phase.ExerciseIDs() {
				ids[id] = true
			}
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s | %d | %d | %s |\n", p.ID, cellText(p.Title.NL), cellText(p.Title.EN),
			strings.ReplaceAll(string(p.Kind), "_", "-"), len(p.Phases), len(ids), months(p.Range))
	}
	out.WriteString("\n")
	return out.String()
}

func tableRow(e *Exercise, mark string) string {
	var audiences, measures []string
	for _, a := range Audiences {
		if slices.ContainsFunc(e.Questions, func(q Question) bool { return q.Audience == a }) {
			audiences = append(audiences, string(a))
		}
	}
	for _, m := range e.Measures {
		measures = append(measures, m.ID)
	}
	who := map[Who]string{WhoEach: "each", WhoBoth: "both", WhoOneForOther: "one for the other"}[e.Who]
	for _, role := range e.Roles {
		who += ", " + role
	}
	if e.Signers != "" {
		who += ", " + e.Signers + " signs"
	}
	if e.Card {
		who = "therapist"
	}
	if e.RequiresNoHold {
		who += " (hold)"
	}
	if e.Unreported {
		who += " (unreported)"
	}
	return fmt.Sprintf("| %s`%s` | %s | %s | %s | %s | %d | %s |\n", mark, e.ID, cellText(e.Title.NL), cellText(e.Title.EN), who,
		strings.Join(audiences, ", "), e.Minutes, strings.Join(measures, ", "))
}

func cellText(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

func months(r ProgrammeRange) string {
	if r.MonthsFrom == 0 {
		return ""
	}
	if r.MonthsFrom == r.MonthsTo {
		return fmt.Sprintf("about %d month(s)", r.MonthsTo)
	}
	return fmt.Sprintf("%d to %d months", r.MonthsFrom, r.MonthsTo)
}
