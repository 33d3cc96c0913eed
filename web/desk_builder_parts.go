package web

import (
	"slices"
	"strconv"
	"strings"

	"tussentijds/library"
)

var (
	builderAboutPage  = page("desk/builder-about")
	builderTextPage   = page("desk/builder-text")
	builderSafetyPage = page("desk/builder-safety")
)

// maxSteps is as many steps as the library's own form takes.
const maxSteps = 20

func (b *Builder) about() BuilderPart {
	r := b.r
	return BuilderPart{b, map[string][]Choice{
		"languages": r.builderLanguages(), "who": r.hinted("desk.exercise.who", "each", "both", "one_for_other"),
		"roles": r.orNone("builder.roles", library.RoleHurt, library.RoleRepairing), "goals": r.choices("desk.exercise.goal", library.Goals...),
		"phases": r.choices("builder.phase", library.TherapyPhases...), "kinds": r.choices("desk.schedule.kind", scheduleKinds...), "times": timesChoices(),
	}}
}

// Role is the one role that the exercise is meant for; empty for either partner.
func (b *Builder) Role() string {
	if len(b.Draft.Roles) == 1 {
		return b.Draft.Roles[0]
	}
	return ""
}

// Chosen tells whether a list of the draft (goals, phase, risks) has a value.
func (b *Builder) Chosen(list, value string) bool {
	switch list {
	case "goals":
		return slices.Contains(b.Draft.Goals, value)
	case "phase":
		return slices.Contains(b.Draft.Phase, value)
	case "risks":
		return slices.Contains(b.Draft.Risks, library.Risk(value))
	}
	return false
}

// deskBuilderAbout asks what the exercise is, for whom, and when.
func (s *Site) deskBuilderAbout(r *Request) error {
	b, err := s.builder(r, "about")
	if err != nil {
		return err
	}
	return b.show(builderAboutPage, b.about())
}

// deskSaveAbout keeps it.
func (s *Site) deskSaveAbout(r *Request) error {
	b, err := s.builder(r, "about")
	if err != nil {
		return err
	}
	e := b.Draft
	b.Languages = known(b.value("languages"), b.Languages, "nl", "en", "both")
	b.line("title", &e.Title)
	b.text("summary", &e.Summary)
	e.Who = library.Who(b.value("who"))
	e.Roles = nil
	if role := known(b.value("role"), "", library.RoleHurt, library.RoleRepairing); role != "" {
		e.Roles = []string{role}
	}
	e.Minutes = b.whole("minutes", e.Minutes)
	e.Schedule = b.schedule()
	e.Goals = among(b.typed["goals"], library.Goals)
	e.Phase = among(b.typed["phase"], library.TherapyPhases)
	return b.part(builderAboutPage, b.about())
}

// schedule reads the suggested cadence; what belongs to another kind of it is left out.
func (b *Builder) schedule() library.Schedule {
	in := b.r.schedule()
	out := library.Schedule{Kind: in.Kind, At: in.At}
	switch in.Kind {
	case library.ScheduleTimesPerWeek:
		out.Times = in.Times
	case library.ScheduleRRule, library.ScheduleWeekly, library.ScheduleMonthly:
		out.RRule = strings.TrimPrefix(in.RRule, "RRULE:")
	}
	return out
}

// among keeps the values that are on a list, in the list's order; nil for none.
func among(values, list []string) []string {
	var out []string
	for _, v := range list {
		if slices.Contains(values, v) {
			out = append(out, v)
		}
	}
	return out
}

// deskBuilderText asks for what the couple reads.
func (s *Site) deskBuilderText(r *Request) error {
	b, err := s.builder(r, "text")
	if err != nil {
		return err
	}
	return b.show(builderTextPage, BuilderPart{Builder: b})
}

// deskSaveText keeps it, and adds, moves or takes out a step.
func (s *Site) deskSaveText(r *Request) error {
	b, err := s.builder(r, "text")
	if err != nil {
		return err
	}
	e := b.Draft
	b.text("why", &e.Why)
	b.text("need", &e.Need)
	b.text("example", &e.Example)
	b.text("stop_when", &e.StopWhen)
	for i := range e.Steps {
		b.text("steps."+strconv.Itoa(i), &e.Steps[i])
	}
	act, about := b.act()
	at, _ := strconv.Atoi(about)
	focus := at
	switch act {
	case "add":
		if len(e.Steps) < maxSteps {
			e.Steps = append(e.Steps, library.Text{})
		}
		focus = len(e.Steps) - 1
	case "up":
		e.Steps, focus = move(e.Steps, at, -1), max(at-1, 0)
	case "down":
		e.Steps, focus = move(e.Steps, at, 1), min(at+1, len(e.Steps)-1)
	case "remove":
		e.Steps, focus = remove(e.Steps, at), max(at-1, 0)
	case "next":
		// Empty steps are what one leaves who needs fewer than there were.
		e.Steps = slices.DeleteFunc(e.Steps, func(t library.Text) bool { return b.blank(t) })
		if len(e.Steps) == 0 {
			e.Steps = []library.Text{{}}
		}
	}
	if act == "add" || act == "up" || act == "down" || act == "remove" {
		b.typed["do"] = []string{act + ":steps-" + strconv.Itoa(focus)}
	}
	return b.part(builderTextPage, BuilderPart{Builder: b})
}

// blank tells whether a text says nothing in the languages the exercise is written in.
func (b *Builder) blank(t library.Text) bool {
	return (t.NL == "" || !b.NL()) && (t.EN == "" || !b.EN())
}

// CanAddStep tells whether one more step fits.
func (b *Builder) CanAddStep() bool { return len(b.Draft.Steps) < maxSteps }

func (b *Builder) safety() BuilderPart {
	var codes []string
	for _, risk := range library.Risks {
		codes = append(codes, string(risk))
	}
	return BuilderPart{b, map[string][]Choice{"risks": b.r.hinted("builder.risk", codes...)}}
}

// deskBuilderSafety asks when the exercise is not given.
func (s *Site) deskBuilderSafety(r *Request) error {
	b, err := s.builder(r, "safety")
	if err != nil {
		return err
	}
	return b.show(builderSafetyPage, b.safety())
}

// deskSaveSafety keeps it. Without a risk it may be given while a safety hold stands.
func (s *Site) deskSaveSafety(r *Request) error {
	b, err := s.builder(r, "safety")
	if err != nil {
		return err
	}
	e := b.Draft
	b.text("safety", &e.Safety)
	e.Unreported = b.ticked("unreported")
	e.Risks, e.RequiresNoHold = nil, false
	for _, risk := range library.Risks {
		if slices.Contains(b.typed["risks"], string(risk)) {
			e.Risks, e.RequiresNoHold = append(e.Risks, risk), true
		}
	}
	return b.part(builderSafetyPage, b.safety())
}
