package web

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

// deskDay is a kit on a working morning: homework given and done by both, a session today and one next week, a report.
type deskDay struct {
	*testkit.Kit
	session care.SessionView
	couple  string // the couple's own address.
}

func newDeskDay(t *testing.T) deskDay {
	t.Helper()
	k := testkit.New(t)
	d := deskDay{Kit: k, couple: "/desk/couples/" + k.Couple.String()}
	k.Assign("daily-checkin", "both", "daily")
	k.Assign("responsibility-letter", k.PartnerA.ID.String(), "once")
	k.Assign("trust-contract", "both", "once")
	evening(k)
	for _, who := range []care.Actor{k.PartnerA, k.PartnerB} {
		task := k.FirstTask(who, "daily-checkin")
		_, err := k.Service.CompleteTask(k.Ctx, who, task.ID, testkit.Fill(task.Exercise, "Woorden van "+who.ID.String()[30:]))
		require.NoError(t, err)
	}
	letter := k.FirstTask(k.PartnerA, "responsibility-letter")
	_, err := k.Service.CompleteTask(k.Ctx, k.PartnerA, letter.ID, testkit.Fill(letter.Exercise, "Wat ik deed"))
	require.NoError(t, err)
	k.Clock.Set(time.Date(2026, 10, 6, 6, 30, 0, 0, time.UTC))
	start := time.Date(2026, 10, 6, 8, 0, 0, 0, time.UTC)
	d.session, err = k.Service.PlanSession(k.Ctx, k.Therapist, care.PlanSessionInput{CoupleID: k.Couple, Room: "Kamer 2", Kind: "conjoint", StartsAt: start, EndsAt: start.Add(time.Hour)})
	require.NoError(t, err)
	_, err = k.Service.PlanSession(k.Ctx, k.Therapist, care.PlanSessionInput{CoupleID: k.Couple, Room: "Kamer 1", Kind: "individual", PartnerID: &k.PartnerA.ID, StartsAt: start.AddDate(0, 0, 2), EndsAt: start.AddDate(0, 0, 2).Add(45 * time.Minute)})
	require.NoError(t, err)
	_, err = k.Service.RequestReport(k.Ctx, k.Therapist, k.Couple, care.RequestReportInput{Month: "2026-10", Audience: "couple", Locale: "nl"})
	require.NoError(t, err)
	d.work()
	return d
}

// work does the jobs that are due, as the worker would.
func (d deskDay) work() {
	for _, id := range d.IDs(`select id from jobs where practice_id = $1 and state = 'due' and kind = 'build_report'`, d.Practice) {
		_ = d.Worker.RunJob(d.Ctx, d.Practice, id)
	}
}

func (d deskDay) report(t *testing.T) care.ReportView {
	t.Helper()
	list, err := d.Service.ListReports(d.Ctx, d.Therapist, care.ReportFilter{CoupleID: d.Couple}, care.Page{})
	require.NoError(t, err)
	require.Len(t, list.Data, 1)
	return list.Data[0]
}

// keep leaves a page in the folder of TT_STORYBOOK, to be looked at.
func keep(t *testing.T, name string, s shown) {
	t.Helper()
	if dir := os.Getenv("TT_STORYBOOK"); dir != "" {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "d-"+name+".html"), []byte(s.html), 0o600))
	}
}

// pages of the desk as the couple's therapist meets them.
func (d deskDay) pages(t *testing.T) map[string]string {
	homework, err := d.Service.ListAssignments(d.Ctx, d.Therapist, d.Couple, care.Page{})
	require.NoError(t, err)
	agreements, err := d.Service.ListAgreements(d.Ctx, d.Therapist, d.Couple)
	require.NoError(t, err)
	require.NotEmpty(t, agreements)
	agreement := d.couple + "/agreements/" + agreements[0].ID.String()
	return map[string]string{
		"today": "/desk", "shortcuts": "/desk/shortcuts", "couples": "/desk/couples", "couples-found": "/desk/couples?q=sam", "couples-none": "/desk/couples?q=zzz", "couple-new": "/desk/couples/new",
		"couple": d.couple, "couple-homework": d.couple + "/homework", "assignment": d.couple + "/homework/" + homework.Data[0].ID.String(), "couple-answers": d.couple + "/answers", "couple-agreements": d.couple + "/agreements",
		"agreement": agreement, "agreement-change": agreement + "?change=1", "agreement-new": d.couple + "/agreements/new", "couple-sessions": d.couple + "/sessions", "couple-progress": d.couple + "/progress?month=2026-10",
		"couple-progress-couple": d.couple + "/progress?month=2026-10&view=couple", "couple-reports": d.couple + "/reports", "couple-contact": d.couple + "/contact", "couple-sent": d.couple + "/sent", "couple-settings": d.couple + "/settings",
		"assign-pick": d.couple + "/assign", "assign": d.couple + "/assign?exercise=daily-checkin", "library": "/desk/library", "library-found": "/desk/library?kind=instrument", "exercise": "/desk/library/daily-checkin",
		"preview": "/desk/library/responsibility-letter/preview?lang=en&role=hurt", "calendar": "/desk/calendar?week=2026-10-06", "session-pick": "/desk/calendar/new", "session-new": "/desk/calendar/new?couple=" + d.Couple.String() + "&on=2026-10-07",
		"session": "/desk/calendar/" + d.session.ID.String(), "session-move": "/desk/calendar/" + d.session.ID.String() + "/move", "reports": "/desk/reports", "reports-all": "/desk/reports?show=all", "report": "/desk/reports/" + d.report(t).ID.String(),
		"settings": "/desk/settings", "settings-reminders": "/desk/settings/reminders", "settings-times": "/desk/settings/reminders/times", "settings-factor": "/desk/settings/factor",
	}
}

// TestDeskPages opens every page of the desk on real data; each is whole, and light enough for five minutes between clients.
func TestDeskPages(t *testing.T) {
	t.Parallel()
	d := newDeskDay(t)
	for _, lang := range []string{"nl", "en"} {
		require.NoError(t, d.Service.ChangeLanguage(d.Ctx, d.Therapist, lang))
		b := as(t, d.Kit, d.Therapist)
		for name, path := range d.pages(t) {
			s := b.get(path).is(200)
			require.Contains(t, s.html, "<h1", name)
			require.Less(t, len(s.html), 60_000, name)
			keep(t, name+"-"+lang, s)
		}
	}
	owner := as(t, d.Kit, d.Owner)
	for name, path := range map[string]string{"o-today": "/desk", "o-members": "/desk/settings/members", "o-member": "/desk/settings/members/" + d.Trainee.ID.String(), "o-audit": "/desk/audit", "o-queue": "/desk/settings/queue", "o-leads": "/desk/settings/lead-times", "o-words": "/desk/settings/words?kind=reminder&lang=en"} {
		keep(t, name, owner.get(path).is(200))
	}
	office := as(t, d.Kit, d.Office)
	for name, path := range map[string]string{"b-today": "/desk", "b-couples": "/desk/couples", "b-couple": d.couple, "b-calendar": "/desk/calendar?week=2026-10-06", "b-session": "/desk/calendar/" + d.session.ID.String(), "b-contact": d.couple + "/contact"} {
		keep(t, name, office.get(path).is(200).hasNot("Kamer van", "veiligheidspauze"))
	}
}

// TestDeskIsForStaff: to a partner the desk is not there; another therapist's couple is not either, for anyone.
func TestDeskIsForStaff(t *testing.T) {
	t.Parallel()
	d := newDeskDay(t)
	partner := as(t, d.Kit, d.PartnerA)
	colleague := as(t, d.Kit, d.Colleague)
	foreign := as(t, d.Kit, d.ForeignTherapist)
	trainee := as(t, d.Kit, d.Trainee)
	trainee.get(d.couple + "/answers").is(200).hasNot("/reveal")
	trainee.get(d.couple+"/settings").is(200).hasNot("/hold", `name="status"`)
	trainee.get("/desk/reports/"+d.report(t).ID.String()).is(200).hasNot("/approval", "/withdrawal")
	trainee.send(d.couple+"/hold", map[string][]string{"version": {"1"}, "hold": {"1"}}).is(403)
	office := as(t, d.Kit, d.Office)
	own := map[string]bool{"today": true, "shortcuts": true, "couples": true, "couples-found": true, "couples-none": true, "couple-new": true, "library": true, "library-found": true, "exercise": true, "preview": true, "calendar": true, "session-pick": true, "reports": true, "reports-all": true, "settings": true, "settings-reminders": true, "settings-times": true, "settings-factor": true}
	for name, path := range d.pages(t) {
		partner.get(path).is(404)
		if !own[name] {
			colleague.get(path).is(404)
			foreign.get(path).is(404)
		}
	}
	for _, tab := range []string{"/homework", "/answers", "/agreements", "/progress", "/reports", "/sent"} {
		office.get(d.couple + tab).is(403)
	}
	office.get("/desk/library").is(403)
	office.get("/desk/audit").is(403)
	office.get(d.couple).is(200).hasNot("/answers", "/homework", "Kamer 3")
}

func TestDeskOpensCouple(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	b := as(t, k, k.Therapist)
	b.get("/desk/couples/new").is(200)
	form := map[string][]string{"partners.0.name": {"Bo"}, "partners.0.email": {"bo"}, "partners.0.locale": {"nl"}, "partners.1.name": {"Luca"}, "partners.1.email": {"luca@client.example"}, "partners.1.locale": {"en"}, "started_on": {"2026-10-05"}, "invite": {"1"}}
	wrong := b.send("/desk/couples", form).is(422).has(`href="#f-partners.0.email"`, `id="f-partners.0.email"`, `value="Luca"`, `value="bo"`)
	keep(t, "couple-new-wrong", wrong)
	form["partners.0.email"] = []string{k.PartnerA.ID.String() + "@client.example"}
	form["partners.1.email"] = []string{k.PartnerB.ID.String() + "@client.example"}
	made := b.send("/desk/couples", form).is(303)
	b.get(made.to).is(200).has("Bo", "Luca")
	b.get("/desk/couples?q=luca").has(made.to)
	require.Equal(t, 2, k.Count("reminders where practice_id = $1 and cause_kind = 'invitation' and recipient_kind = 'partner' and moment = 'now'", k.Practice))
}

func TestDeskAssigns(t *testing.T) {
	t.Parallel()
	d := newDeskDay(t)
	b := as(t, d.Kit, d.Therapist)
	path := d.couple + "/assign"
	b.get(path + "?exercise=weekly-checkin").is(200)
	form := map[string][]string{"exercise_id": {"weekly-checkin"}, "for": {"both"}, "schedule.kind": {"rrule"}, "schedule.rrule": {"FREQ=NEVER"}, "schedule.at": {"20:15"}, "starts_on": {"2026-10-07"}, "step": {"confirm"}}
	asked := b.send(path, form).is(200).has(`name="step" value="give"`, `value="FREQ=NEVER"`)
	keep(t, "assign-confirm", asked)
	form["step"] = []string{"give"}
	keep(t, "assign-wrong", b.send(path, form).is(422).has(`href="#f-schedule.rrule"`, `value="20:15"`, "FREQ=NEVER"))
	form["schedule.kind"] = []string{"weekly"}
	delete(form, "schedule.rrule")
	b.send(path, form).goes(d.couple + "/homework")
	list, err := d.Service.ListAssignments(d.Ctx, d.Therapist, d.Couple, care.Page{})
	require.NoError(t, err)
	require.Equal(t, "weekly-checkin", list.Data[0].ExerciseID)
	one := d.couple + "/homework/" + list.Data[0].ID.String()
	b.get(one)
	b.send(one, map[string][]string{"version": {"99"}, "schedule.kind": {"daily"}, "schedule.at": {"19:00"}}).is(412).has(`value="19:00"`)
	b.send(one+"/cancellation", map[string][]string{"version": {textOf(list.Data[0].Version)}}).goes(d.couple + "/homework")
}

func TestDeskRefusesDoubleBooking(t *testing.T) {
	t.Parallel()
	d := newDeskDay(t)
	b := as(t, d.Kit, d.Therapist)
	b.get("/desk/calendar/new?couple=" + d.Couple.String())
	form := map[string][]string{"couple": {d.Couple.String()}, "who": {"both"}, "on": {"2026-10-06"}, "at": {"10:30"}, "minutes": {"45"}, "room": {"Zolder"}, "therapists": {d.Therapist.ID.String()}}
	clash := b.send("/desk/calendar", form).is(409).has(`href="#f-at"`, `value="10:30"`, `value="Zolder"`, `value="2026-10-06"`)
	keep(t, "session-clash", clash)
	form["at"] = []string{"11:30"}
	b.send("/desk/calendar", form).goes("/desk/calendar?week=2026-10-06")
	form["on"] = []string{"6 oktober"}
	b.send("/desk/calendar", form).is(422).has(`href="#f-on"`)
	b.get("/desk/calendar?week=2026-10-06").is(200).has("11:30")
	here := "/desk/calendar/" + d.session.ID.String()
	b.send(here+"/move", map[string][]string{"version": {"99"}, "on": {"2026-10-09"}, "at": {"09:00"}, "minutes": {"60"}, "room": {"Kas"}, "therapists": {d.Therapist.ID.String()}}).is(412).has(`value="Kas"`)
	b.send(here+"/move", map[string][]string{"version": {textOf(d.session.Version)}, "on": {"2026-10-09"}, "at": {"09:00"}, "minutes": {"60"}, "room": {"Kas"}, "therapists": {d.Therapist.ID.String()}}).goes(here)
	moved, err := d.Service.Session(d.Ctx, d.Therapist, d.session.ID)
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 10, 9, 7, 0, 0, 0, time.UTC), moved.StartsAt.UTC())
	b.send(here+"/cancellation", map[string][]string{"version": {textOf(moved.Version)}}).goes(here)
}

// TestDeskKeepsBothNotes: who saves a note after a colleague sees the colleague's text and keeps the own.
func TestDeskKeepsBothNotes(t *testing.T) {
	t.Parallel()
	d := newDeskDay(t)
	b := as(t, d.Kit, d.Therapist)
	here := "/desk/calendar/" + d.session.ID.String()
	b.get(here).is(200)
	b.send(here+"/note", map[string][]string{"version": {"0"}, "body": {"Eerste versie"}}).is(303)
	b.get(here).has("Eerste versie")
	both := b.send(here+"/note", map[string][]string{"version": {"0"}, "body": {"Mijn eigen woorden"}}).is(412).has("Mijn eigen woorden", "Eerste versie")
	keep(t, "note-stale", both)
	b.send(here+"/note", map[string][]string{"version": {"1"}, "body": {"Samen"}, "sign": {"1"}}).goes(here)
	keep(t, "note-signed", b.get(here).has("Samen", "Aanvulling schrijven"))
}

func TestDeskReveals(t *testing.T) {
	t.Parallel()
	d := newDeskDay(t)
	b := as(t, d.Kit, d.Therapist)
	answers := b.get(d.couple + "/answers").is(200)
	at := strings.Index(answers.html, "/reveal")
	require.Positive(t, at)
	link := answers.html[strings.LastIndex(answers.html[:at], `"`)+1 : at+len("/reveal")]
	keep(t, "reveal", b.get(link).is(200).has("kan niet worden teruggedraaid"))
	b.send(link, nil).goes(d.couple + "/answers")
	b.send(link, nil).is(409)
	require.Equal(t, 1, d.Count("responses where practice_id = $1 and session_revealed_at is not null", d.Practice))
}

func TestDeskApprovesReport(t *testing.T) {
	t.Parallel()
	d := newDeskDay(t)
	report := d.report(t)
	require.Equal(t, models.ReportDraft, report.Status)
	b := as(t, d.Kit, d.Therapist)
	here := "/desk/reports/" + report.ID.String()
	b.get("/desk").is(200).has(here)
	keep(t, "report-page", b.get(here).is(200).has(`<svg class="leaf"`, `lang="nl"`, `aria-label="pagina 1 van`, `href="`+here+`?page=2" data-hot="ArrowRight"`, "Verslag").hasNot("style="))
	keep(t, "report-large", b.get(here+"?page=99&size=large").is(200).has(`class="leaf-frame leaf-large"`, `rel="prev"`).hasNot(`rel="next"`))
	b.send(here+"/note", map[string][]string{"version": {textOf(report.Version)}, "note": {"Goed gedaan samen."}}).goes(here)
	keep(t, "report-making", b.get(here))
	d.work()
	b.send(here+"/approval", map[string][]string{"version": {textOf(report.Version)}, "when": {"now"}}).is(412)
	b.get("/desk/reports").is(200).has("nog te bekijken").hasNot(`name="report"`) // Who sent an old form has not seen the new version.
	b.get(here + "?page=all").is(200).has("Goed gedaan samen.")
	b.send(here+"/approval", map[string][]string{"version": {"99"}, "when": {"now"}}).is(412)
	b.send(here+"/approval", map[string][]string{"version": {textOf(d.report(t).Version)}, "when": {"later"}, "on": {"morgen"}, "at": {"09:00"}}).is(422).has(`href="#f-on"`, `value="morgen"`)
	b.send(here+"/approval", map[string][]string{"version": {textOf(d.report(t).Version)}, "when": {"now"}}).goes(here)
	require.Equal(t, models.ReportPublished, d.report(t).Status)
	b.get(here).is(200).hasNot(`<svg class="leaf"`).has(here + `?page=1"`)
	b.get(here + "?page=1").is(200).has(`<svg class="leaf"`)
	pdf := b.get(here + "/pdf").is(200)
	require.Equal(t, "application/pdf", pdf.header.Get("Content-Type"))
	require.True(t, strings.HasPrefix(pdf.html, "%PDF-"))
	require.NotContains(t, pdf.header.Get("Content-Disposition"), "Sam")
	require.Contains(t, b.get(here+"/pdf?view=1").is(200).header.Get("Content-Disposition"), "inline")
	revision := b.get(here + "/revisions/1/pdf").is(200)
	require.Equal(t, pdf.html, revision.html, "what was approved is what is downloaded")
	version := func() map[string][]string { return map[string][]string{"version": {textOf(d.report(t).Version)}} }
	as(t, d.Kit, d.PartnerA).get("/portal/reports/" + report.ID.String()).is(200)
	keep(t, "report-published", b.get(here).is(200).has("/correction", "nog niet", "Sam"))
	b.send(here+"/correction", version()).goes(here)
	d.work()
	keep(t, "report-correcting", b.get(here).is(200).has("De lezers zien nog versie 1", "/correction/end"))
	b.send(here+"/correction/end", version()).goes(here)
	require.Equal(t, models.ReportPublished, d.report(t).Status)
	b.send(here+"/withdrawal", version()).goes(here)
}

// Many at once: what one has had open can be ticked, what one has not is refused, and the rest is done.
func TestDeskApprovesManyReports(t *testing.T) {
	t.Parallel()
	d := newDeskDay(t)
	ask := func(in care.RequestReportInput) uuid.UUID {
		in.Month = "2026-10"
		v, err := d.Service.RequestReport(d.Ctx, d.Therapist, d.Couple, in)
		require.NoError(t, err)
		return v.ID
	}
	third := d.report(t).ID
	own, staff := ask(care.RequestReportInput{Audience: "partner", PartnerID: d.PartnerA.ID.String()}), ask(care.RequestReportInput{Audience: "therapist"})
	b := as(t, d.Kit, d.Therapist)
	keep(t, "reports-making", b.get("/desk/reports?month=2026-10").is(200).has("1 van 3 gemaakt", "data-poll"))
	b.get("/desk/reports/progress?month=2026-10").is(200).has("1 van 3 gemaakt", `http-equiv="refresh"`)
	d.work()
	b.get("/desk/reports/progress?month=2026-10").is(200).has("3 van 3 gemaakt").hasNot(`http-equiv="refresh"`)
	value := func(id uuid.UUID) string {
		v, err := d.Service.Report(d.Ctx, d.Therapist, id)
		require.NoError(t, err)
		return id.String() + ":" + textOf(v.Version)
	}
	first := own
	b.get("/desk/reports/" + first.String()).is(200)
	b.get("/desk/reports/"+first.String()+"?page=2").is(200).has(`aria-current="page"`, `rel="prev"`)
	b.get("/desk/reports/" + first.String() + "?page=all").is(200).hasNot(`class="leaves`)
	keep(t, "reports-ticked", b.get("/desk/reports?month=2026-10&tick=seen").is(200).has(value(own)+`" checked`, "nog te bekijken").hasNot(value(staff)))
	b.send("/desk/reports?month=2026-10", map[string][]string{}).is(422)
	keep(t, "reports-refused", b.send("/desk/reports?month=2026-10", map[string][]string{"report": {value(own), value(staff)}}).is(409).has("Je hebt deze versie nog niet bekeken"))
	require.Equal(t, 1, d.Count("reports where practice_id = $1 and status = 'published'", d.Practice))
	b.send("/desk/reports/"+staff.String()+"/later", map[string][]string{"version": {"2"}, "later": {"1"}}).is(409) // Nobody has looked at it yet.
	b.get("/desk/reports/"+staff.String()).is(200).has("Later beslissen", "nog één te bekijken")
	b.get("/desk/reports").is(200).has(`href="/desk/reports/`+third.String()+`" data-hot="n"`, "Bekijk het verslag dat je nog niet zag")
	b.send("/desk/reports/"+staff.String()+"/later", map[string][]string{"version": {"1"}, "later": {"1"}}).is(412)
	b.send("/desk/reports/"+staff.String()+"/later", map[string][]string{"version": {"2"}, "later": {"1"}}).goes("/desk/reports/" + third.String())
	b.get("/desk/reports/" + third.String()).is(200)
	keep(t, "reports-later", b.get("/desk/reports?month=2026-10&tick=seen").is(200).has(value(third)+`" checked`, value(staff), "voor later").hasNot(value(staff)+`" checked`))
	b.send("/desk/reports/"+third.String()+"/later", map[string][]string{"version": {"2"}, "later": {"1"}}).goes("/desk/reports?month=2026-10&tick=seen")
	b.get("/desk/reports/" + third.String()).is(200).has("Toch meenemen")
	b.send("/desk/reports/"+third.String()+"/later", map[string][]string{"version": {"2"}, "later": {"0"}}).goes("/desk/reports/" + third.String())
	b.send("/desk/reports?month=2026-10", map[string][]string{"report": {value(staff)}}).goes("/desk/reports?month=2026-10")
	require.Equal(t, 2, d.Count("reports where practice_id = $1 and status = 'published'", d.Practice))
	as(t, d.Kit, d.Trainee).get("/desk/reports").is(200).hasNot(`name="report"`)
}

// What does not fit is shown again with all that was typed.
func TestDeskEditsReport(t *testing.T) {
	t.Parallel()
	d := newDeskDay(t)
	report := d.report(t)
	b := as(t, d.Kit, d.Therapist)
	here := "/desk/reports/" + report.ID.String()
	b.get(here).is(200).has(`name="part" value="wins" checked`).hasNot(`value="period"`)
	typed := map[string][]string{"version": {textOf(report.Version)}, "note": {"Goed gedaan samen."}, "goals": {"een\ntwee\ndrie\nvier\nvijf\nzes\nzeven"}, "parts": {"1"}, "part": {"homework"}}
	keep(t, "report-goals", b.send(here+"/note", typed).is(422).has(`href="#f-goals"`, "zeven", "Goed gedaan samen.", `value="homework" checked`).hasNot(`value="wins" checked`))
	typed["goals"] = []string{"Samen eten\r\n\r\nOp tijd naar bed"}
	b.send(here+"/note", typed).goes(here)
	d.work()
	b.get(here+"?page=all").is(200).has("Samen eten", "Op tijd naar bed").hasNot(`id="s-wins"`)
}

func TestDeskSettings(t *testing.T) {
	t.Parallel()
	d := newDeskDay(t)
	b := as(t, d.Kit, d.Therapist)
	b.get(d.couple + "/settings")
	couple, err := d.Service.Couple(d.Ctx, d.Therapist, d.Couple)
	require.NoError(t, err)
	both := []string{d.Therapist.ID.String(), d.Trainee.ID.String()}
	stale := b.send(d.couple+"/settings", map[string][]string{"version": {"99"}, "status": {"paused"}, "therapists": both}).is(412).has(`value="paused" checked`)
	keep(t, "couple-settings-stale", stale)
	b.send(d.couple+"/settings", map[string][]string{"version": {textOf(couple.Version)}, "status": {"active"}}).is(422).has(`id="f-therapists"`)
	b.send(d.couple+"/hold", map[string][]string{"hold": {"1"}}).goes(d.couple + "/safety")
	keep(t, "couple-held", b.get(d.couple).is(200).has("badge-danger"))
	as(t, d.Kit, d.Office).get(d.couple).is(200).hasNot("badge-danger", "eiligheidspauze")

	owner := as(t, d.Kit, d.Owner)
	owner.get("/desk/settings/members")
	owner.send("/desk/settings/members", map[string][]string{"role": {"trainee"}, "name": {"Mees"}, "email": {"geen adres"}, "locale": {"nl"}}).is(422).has(`href="#f-email"`, `value="Mees"`, `href="#f-supervisor_id"`)
	owner.send("/desk/settings/members", map[string][]string{"role": {"office"}, "name": {"Mees"}, "email": {"mees." + d.Practice.String() + "@debrug.example"}, "locale": {"nl"}}).goes("/desk/settings/members")
	b.get("/desk")
	b.send("/desk/settings/members", map[string][]string{"role": {"office"}, "name": {"X"}, "email": {"x@debrug.example"}}).is(403)

	b.get("/desk/settings/reminders")
	b.send("/desk/settings/reminders", map[string][]string{"version": {"99"}, "mail": {"1"}, "cap_per_day": {"3"}, "quiet_from": {"21:00"}, "quiet_until": {"08:00"}}).is(412).has(`value="21:00"`)
	b.send("/desk/settings/password", map[string][]string{"present": {"x"}, "password": {"a"}, "password_again": {"b"}}).is(422).has(`href="#f-password_again"`)
	b.send("/desk/settings/language", map[string][]string{"lang": {"en"}}).goes("/desk/settings")
	b.get("/desk").has("Who is coming")
}

func TestDeskAcknowledgesAlert(t *testing.T) {
	t.Parallel()
	d := newDeskDay(t)
	require.NoError(t, d.Service.PausePartner(d.Ctx, d.PartnerB))
	b := as(t, d.Kit, d.Therapist)
	day := b.get("/desk").is(200).has("Gezamenlijk werk is gestopt", "/acknowledgement")
	keep(t, "today-alert", day)
	require.Less(t, strings.Index(day.html, "wait-alert"), strings.Index(day.html, "wait-reveal"), "an alert stands above what is older")
	alerts := d.IDs("select id from alerts where practice_id = $1", d.Practice)
	require.Len(t, alerts, 1)
	as(t, d.Kit, d.Colleague).get("/desk").hasNot("Gezamenlijk werk is gestopt")
	b.send("/desk/alerts/"+alerts[0].String()+"/acknowledgement", nil).goes("/desk")
	b.get("/desk").hasNot("Gezamenlijk werk is gestopt")
}

func TestDeskWritesAgreement(t *testing.T) {
	t.Parallel()
	d := newDeskDay(t)
	b := as(t, d.Kit, d.Therapist)
	list := d.couple + "/agreements"
	b.get(list + "/new").is(200)
	form := map[string][]string{"exercise_id": {"smart-agreement"}, "points.0.agreement": {"Elke zondag praten"}, "points.3.agreement": {"Samen koken"}, "points.3.measure": {"Twee keer per week"}}
	// The empty lines between are gone from the form that comes back, so the numbers of what was wrong still fit.
	b.send(list, form).is(422).has(`href="#f-points.0.measure"`, "Elke zondag praten", `name="points.1.measure"`, "Twee keer per week")
	more := map[string][]string{"add_point": {"1"}, "exercise_id": form["exercise_id"], "points.0.agreement": form["points.0.agreement"]}
	b.send(list, more).is(200).has("Elke zondag praten", `name="points.1.agreement"`)
	form["points.0.measure"] = []string{"Een vinkje per week"}
	made := b.send(list, form).is(303)
	b.get(made.to).is(200).has("Samen koken", "wacht op tekenen")
	b.get(made.to + "?change=1").is(200)
	form["version"] = []string{"99"}
	b.send(made.to, form).is(412).has("Elke zondag praten")
	b.send(made.to+"/review", map[string][]string{"kept.p1": {"yes"}}).is(409)
}
