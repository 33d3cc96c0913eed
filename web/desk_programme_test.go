package web

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/locale"
	"tussentijds/internal/testkit"
	"tussentijds/library"
)

func programmeNow(t *testing.T, k *testkit.Kit) care.CoupleProgrammeView {
	t.Helper()
	v, err := k.Service.ProgrammeOfCouple(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	return v
}

// says gives a text of the pages in Dutch, so that its words may be bettered without a test that fails.
func says(key string, args ...any) string { return locale.For(locale.NL).T(key, args...) }

// begin starts a programme without the pages.
func begin(t *testing.T, k *testkit.Kit, programme string, phase int) care.CoupleProgrammeView {
	t.Helper()
	couple, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	_, err = k.Service.StartProgramme(k.Ctx, k.Therapist, k.Couple, programme, phase, couple.Version)
	require.NoError(t, err)
	return programmeNow(t, k)
}

// TestEveryProgrammeHasItsPages: chosen, weighed, followed and adapted, in both languages, light enough, and whole.
func TestEveryProgrammeHasItsPages(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	base := "/desk/couples/" + k.Couple.String() + "/programme"
	for _, lang := range []string{"nl", "en"} {
		require.NoError(t, k.Service.ChangeLanguage(k.Ctx, k.Therapist, lang))
		b := as(t, k, k.Therapist)
		list := b.get(base + "?choose=1").is(200)
		keep(t, "programme-choose-"+lang, list)
		for _, p := range library.Programmes() {
			list.has("programme=" + p.ID)
			begin(t, k, p.ID, len(p.Phases)/2+1)
			for name, path := range map[string]string{"offer": base + "?programme=" + p.ID, "follow": base, "adapt": base + "/adapt?phase=" + p.Phases[0].ID} {
				s := b.get(path).is(200)
				require.Equal(t, 1, strings.Count(s.html, "<h1"), "%s %s", name, p.ID)
				require.NotRegexp(t, `\[[a-z_]+\.[a-z_.]+\]`, s.html, "%s %s: a message without words", name, p.ID)
				require.Less(t, len(s.html), 60_000, "%s %s", name, p.ID)
				keep(t, "programme-"+name+"-"+p.ID+"-"+lang, s)
			}
		}
	}
}

func TestDeskFollowsAProgramme(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	b := as(t, k, k.Therapist)
	couple := "/desk/couples/" + k.Couple.String()
	base := couple + "/programme"
	b.get(couple).is(200).has(`href="` + base + `"`)
	b.get(base).is(200).has(says("desk.programme.choosing"), "programme=infidelity-3-phase")
	b.get(base+"?programme=infidelity-3-phase").is(200).has(says("desk.programme.gate.for"), says("desk.programme.gate.not"), "assign?exercise=affair-conditions")
	b.get(base + "?programme=no-such").is(404)
	version := func() string {
		v, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
		require.NoError(t, err)
		return textOf(v.Version)
	}
	b.send(base, map[string][]string{"programme": {"infidelity-3-phase/9"}, "version": {version()}}).is(422).has(`id="f-programme"`, `href="#f-programme"`)
	b.send(base, map[string][]string{"programme": {"nothing/1"}, "version": {version()}}).is(422).has(says("desk.programme.choosing"))
	b.send(base, map[string][]string{"programme": {"infidelity-3-phase/2"}, "version": {"99"}}).is(412).has(says("desk.programme.start.go"), `value="infidelity-3-phase/2" selected`)
	b.send(base, map[string][]string{"programme": {"infidelity-3-phase/1"}, "version": {version()}}).goes(base)
	now := b.get(base).is(200).has(`aria-current="step"`, "assign?exercise=self-care", says("desk.programme.reviews"), says("desk.programme.taper"))
	keep(t, "programme", now)

	// A milestone is one press, and one press back.
	v := programmeNow(t, k)
	b.send(base+"/milestones", map[string][]string{"reached": {"calm/told"}, "version": {textOf(v.Version)}}).goes(base + "#phase-calm")
	b.get(base).has(`name="undone" value="calm/told" aria-pressed="true"`)
	v = programmeNow(t, k)
	b.send(base+"/milestones", map[string][]string{"undone": {"calm/told"}, "version": {textOf(v.Version)}}).goes(base + "#phase-calm")
	b.get(base).has(`name="reached" value="calm/told" aria-pressed="false"`)

	// On needs a reason; what was typed is kept.
	v = programmeNow(t, k)
	b.send(base+"/phase", map[string][]string{"phase": {"3"}, "reason": {""}, "version": {textOf(v.Version)}}).is(422).has(`href="#f-reason"`, `value="3" selected`)
	b.send(base+"/phase", map[string][]string{"phase": {"3"}, "reason": {"Ze kozen allebei"}, "version": {"99"}}).is(412).has("Ze kozen allebei")
	b.send(base+"/phase", map[string][]string{"phase": {"3"}, "reason": {"Ze kozen allebei"}, "version": {textOf(v.Version)}}).goes(base)
	b.get(base).has("Ze kozen allebei", says("desk.programme.now"))
	b.get(couple).has(says("desk.programme.phase", "Phase", 3))

	v = programmeNow(t, k)
	b.send(base+"/rest", map[string][]string{"rest": {"1"}, "version": {textOf(v.Version)}}).goes(base)
	b.get(base).has(says("desk.programme.paused"), says("desk.programme.resume"))
	v = programmeNow(t, k)
	b.send(base+"/rest", map[string][]string{"rest": {"0"}, "version": {textOf(v.Version)}}).goes(base)

	v = programmeNow(t, k)
	b.send(base+"/end", map[string][]string{"outcome": {"done"}, "why": {" "}, "version": {textOf(v.Version)}}).is(422).has(`href="#f-why"`)
	b.send(base+"/end", map[string][]string{"outcome": {"stopped"}, "why": {"Ze gaan uit elkaar"}, "version": {textOf(v.Version)}}).goes(base)
	b.get(base).has(says("desk.programme.earlier"), "Ze gaan uit elkaar")
	b.send(base+"/phase", map[string][]string{"phase": {"1"}, "reason": {"Toch"}, "version": {"1"}}).is(409).has(says("desk.programme.choosing"))
}

func TestDeskAdaptsAPhase(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := begin(t, k, "communication-repair", 1)
	b := as(t, k, k.Therapist)
	base := "/desk/couples/" + k.Couple.String() + "/programme"
	page := b.get(base+"/adapt?phase=listen").is(200).has(`name="skipped"`, `value="speaker-listener"`)
	keep(t, "programme-adapt", page)
	b.get(base + "/adapt?phase=see").hasNot(`name="skipped"`)
	b.get(base + "/adapt").is(200)
	b.get(base + "/adapt?phase=nothing").is(404)
	form := map[string][]string{
		"phase": {"listen"}, "version": {textOf(v.Version)}, "goal": {"Elke avond even luisteren"}, "both": {"Om de beurt"}, "hurt": {""}, "repairing": {""},
		"exercises.0.id": {"speaker-listener"}, "exercises.0.place": {"2"}, "exercises.0.role": {""},
		"exercises.1.id": {"i-message"}, "exercises.1.place": {"1"}, "exercises.1.role": {"hurt"},
		"exercises.2.id": {"stay-present"}, "exercises.2.gone": {"1"},
		"add":                {"daily-checkin"},
		"milestones.0.title": {"Twee keer gelukt"}, "milestones.0.id": {""}, "milestones.1.title": {""}, "milestones.1.id": {""},
	}
	form["goal"] = []string{""}
	b.send(base+"/adapt", form).is(422).has(`href="#f-goal"`, "Om de beurt", "Twee keer gelukt", `value="daily-checkin" selected`)
	form["goal"] = []string{"Elke avond even luisteren"}
	form["version"] = []string{"99"}
	b.send(base+"/adapt", form).is(412).has("Elke avond even luisteren")
	form["version"] = []string{textOf(v.Version)}
	b.send(base+"/adapt", form).goes(base + "#phase-listen")
	listen := programmeNow(t, k).Phases[1]
	require.Equal(t, "Elke avond even luisteren", listen.Goal)
	var ids []string
	for _, e := range listen.Exercises {
		ids = append(ids, e.ID)
	}
	require.Equal(t, []string{"i-message", "speaker-listener", "daily-checkin"}, ids)
	require.Equal(t, "hurt", listen.Exercises[0].Role)
	require.Equal(t, "Twee keer gelukt", listen.Milestones[len(listen.Milestones)-1].Title)
	b.get(base).has(says("desk.programme.adapted"), "Elke avond even luisteren")

	v = programmeNow(t, k)
	b.get(base + "/adapt?phase=listen").has(says("desk.programme.adapt.reset"))
	b.send(base+"/adapt", map[string][]string{"phase": {"listen"}, "reset": {"1"}, "version": {textOf(v.Version)}}).goes(base + "#phase-listen")
	require.False(t, programmeNow(t, k).Adapted)
}

// The portal shows where they are in kind words: the own part, the joint part, what was reached; the other's part never.
func TestPortalShowsWhereACoupleIs(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.SQL("update partners set role = 'hurt' where id = $1", k.PartnerA.ID)
	k.SQL("update partners set role = 'repairing' where id = $1", k.PartnerB.ID)
	a := as(t, k, k.PartnerA)
	a.get("/portal/programme").is(200).has(says("portal.programme.none"))
	a.get("/portal/progress").is(200).hasNot("/portal/programme\"")
	v := begin(t, k, "infidelity-3-phase", 1)
	p, _ := library.FindProgramme("infidelity-3-phase")
	calm := p.Phases[0]
	_, err := k.Service.TickMilestone(k.Ctx, k.Therapist, k.Couple, care.TickMilestoneInput{Milestone: "calm/told", Reached: true, Version: v.Version})
	require.NoError(t, err)
	_, err = k.Service.TickMilestone(k.Ctx, k.Therapist, k.Couple, care.TickMilestoneInput{Milestone: "calm/safe", Reached: true, Version: v.Version + 1})
	require.NoError(t, err)
	a.get("/portal/progress").is(200).has("/portal/programme", calm.Title.NL)
	own := a.get("/portal/programme").is(200).has(calm.Goal.NL, calm.Roles.Hurt.NL, calm.Roles.Both.NL, says("portal.programme.step", "Number", 1, "Of", 3), calm.Milestones[0].Title.NL, p.Range.Text.NL)
	own.hasNot(calm.Roles.Repairing.NL, calm.Milestones[3].Title.NL, calm.Milestones[1].Title.NL, calm.Exit[0].NL, "60 tot 75")
	keep(t, "portal-programme", own)
	other := as(t, k, k.PartnerB).get("/portal/programme").is(200)
	other.has(calm.Roles.Repairing.EN, locale.For(locale.EN).T("portal.programme.step", "Number", 1, "Of", 3)).hasNot(calm.Roles.Hurt.EN)
	require.NotContains(t, own.html[:strings.Index(own.html, "</title>")], calm.Title.NL, "the title stays in a browser's history")

	k.SQL("update couples set safety_hold_at = now() where id = $1", k.Couple)
	a.get("/portal/programme").is(200).has(says("portal.today.rescheduled")).hasNot(calm.Title.NL, p.Title.NL)
	a.get("/portal/progress").is(200).has(says("portal.today.rescheduled")).hasNot(calm.Title.NL)
	as(t, k, k.Therapist).get("/portal/programme").is(404)
}

func TestProgrammePagesAreTheTherapists(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	begin(t, k, "honesty", 1)
	base := "/desk/couples/" + k.Couple.String() + "/programme"
	for _, path := range []string{base, base + "?choose=1", base + "?programme=honesty", base + "/adapt"} {
		as(t, k, k.Office).get(path).is(403)
		for _, who := range []care.Actor{k.Owner, k.Colleague, k.PartnerA, k.ForeignTherapist} {
			as(t, k, who).get(path).is(404)
		}
		as(t, k, k.Trainee).get(path).is(200)
	}
}
