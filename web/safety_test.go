package web

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
	"tussentijds/library"
)

var (
	newEachTime = regexp.MustCompile(`name="(csrf|draft_token)" value="[^"]*"`)
	pagesOfOne  = []string{"/portal", "/portal/tasks", "/portal/agreements", "/portal/progress", "/portal/progress?view=own", "/portal/sessions", "/portal/reports", "/portal/privacy", "/portal/settings", "/portal/contact"}
)

// everyPage is all that a partner's browser shows, octet for octet but for the tokens of forms.
func everyPage(b *browser) string {
	var all strings.Builder
	for _, path := range pagesOfOne {
		all.WriteString(path + "\n" + newEachTime.ReplaceAllString(b.get(path).is(200).html, "") + "\n")
	}
	return all.String()
}

// stayedTheSame wants pages to be as they were, and shows where they part.
func stayedTheSame(t *testing.T, before, after, why string) {
	t.Helper()
	for i := range min(len(before), len(after)) {
		if before[i] != after[i] {
			t.Fatalf("%s: %q became %q", why, before[max(0, i-80):min(len(before), i+80)], after[max(0, i-80):min(len(after), i+80)])
		}
	}
	require.Len(t, after, len(before), why)
}

// sendsFrom fills in a task and sends it from the page.
func sendsFrom(t *testing.T, k *testkit.Kit, b *browser, who care.Actor, exercise string, said map[string]any) (at string, sent shown) {
	t.Helper()
	task := k.FirstTask(who, exercise)
	answers := testkit.Fill(task.Exercise, "woorden")
	for id, value := range said {
		answers[id] = value
	}
	at = "/portal/tasks/" + task.ID.String()
	b.get(at).is(200)
	form := typed(task.Exercise, answers)
	form["do"] = []string{"send"}
	b.send(at, form).goes(at + "/sent")
	return at, b.get(at + "/sent").is(200)
}

func TestTheSentPageOffersHelpToTheWriterAlone(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.SQL(`update practices set helplines = '[{"key":"suicide","name_nl":"Iemand die luistert","name_en":"Somebody who listens","number":"0800 0001","url":"https://chat.example","hours":""}]' where id = $1`, k.Practice)
	k.Assign("emotion-journal", "both", "daily")
	evening(k)
	sam, robin := as(t, k, k.PartnerA), as(t, k, k.PartnerB)
	robin.get("/portal") // The first page of a browser can tell of it.
	before := everyPage(robin)
	e, _ := k.Library.Exercise("emotion-journal")
	at, sent := sendsFrom(t, k, sam, k.PartnerA, "emotion-journal", map[string]any{"weather": "dark", "strength": 2.0})
	sent.has(e.Flags[0].Text.NL, "Iemand die luistert", `href="tel:08000001"`, `href="https://chat.example"`)
	stayedTheSame(t, before, everyPage(robin), "the other learns nothing")
	robin.get(at + "/sent").is(404)
	as(t, k, k.Therapist).get("/desk").is(200).hasNot(e.Flags[0].Text.NL, "vraagt aandacht")

	// Without an offer the page is the one that everybody gets, and with one it becomes that page after some minutes.
	_, plain := sendsFrom(t, k, robin, k.PartnerB, "emotion-journal", map[string]any{"strength": 2.0})
	plain.hasNot("Iemand die luistert", "Somebody who listens")
	k.Clock.Add(6 * time.Minute)
	sam.get(at+"/sent").is(200).hasNot(e.Flags[0].Text.NL, "Iemand die luistert")
	sam.get("/portal/contact").is(200).has("Iemand die luistert", "niet dag en nacht")
}

func TestTheDeskShowsAlertsByUrgencyAndWhatToDo(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("self-care", k.PartnerB.ID.String(), "daily")
	k.Assign("repairability", k.PartnerA.ID.String(), "once")
	evening(k)
	sam, robin := as(t, k, k.PartnerA), as(t, k, k.PartnerB)
	robin.get("/portal")
	sendsFrom(t, k, robin, k.PartnerB, "self-care", map[string]any{"panic": 9.0})
	before := everyPage(robin)
	sendsFrom(t, k, sam, k.PartnerA, "repairability", map[string]any{"N3": "yes", "N7": "no", "N8": "no"})
	stayedTheSame(t, before, everyPage(robin), "the other learns nothing")

	e, _ := k.Library.Exercise("repairability")
	var abuse library.Flag
	for _, f := range e.Flags {
		if f.ID == "abuse" {
			abuse = f
		}
	}
	noor := as(t, k, k.Therapist)
	day := noor.get("/desk").is(200).has(abuse.Text.NL, "binnen een week", "binnen een maand", "Neem vandaag nog contact op", "Lees het antwoord", "Uiterlijk")
	require.Less(t, strings.Index(day.html, "binnen een week"), strings.Index(day.html, "binnen een maand"), "the most urgent first")
	keep(t, "today-urgent", day)
	as(t, k, k.Colleague).get("/desk").is(200).hasNot(abuse.Text.NL, "binnen een week")
	couple := "/desk/couples/" + k.Couple.String()
	answer := regexp.MustCompile(couple + `/answers/[0-9a-f-]{36}`).FindString(day.html)
	require.NotEmpty(t, answer)
	noor.get(answer).is(200).has("Sam")
	as(t, k, k.Colleague).get(answer).is(404)

	// One click from the desk sets the hold; no page of either portal says so.
	require.Contains(t, day.html, `action="`+couple+`/hold"`)
	noor.get("/desk")
	noor.send(couple+"/hold", map[string][]string{"hold": {"1"}}).goes(couple + "/safety")
	for _, b := range []*browser{sam, robin} {
		for _, word := range []string{"eiligheidspauze", "safety hold", "safety_hold", "vraagt aandacht"} {
			require.NotContains(t, everyPage(b), word)
		}
	}
	page := noor.get(couple+"/safety").is(200).has("veiligheidspauze", `name="reason"`)
	keep(t, "couple-safety", page)
	noor.send(couple+"/hold", map[string][]string{"hold": {"0"}, "reason": {""}}).is(422).has(`href="#f-reason"`)
	noor.send(couple+"/hold", map[string][]string{"hold": {"0"}, "reason": {"Apart gesproken"}}).goes(couple + "/safety")
	noor.get(couple+"/safety").is(200).has("Apart gesproken", "Opgeheven door Noor")
	trainee := as(t, k, k.Trainee)
	trainee.get(couple + "/safety").is(200).has("Apart gesproken").hasNot(couple + `/hold"`)
	trainee.send(couple+"/hold", map[string][]string{"hold": {"1"}}).is(403)
}

func TestThePrivateQuestionsFromDeskToPhone(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Clock.Set(time.Date(2026, 10, 5, 7, 0, 0, 0, time.UTC))
	sam, robin, noor := as(t, k, k.PartnerA), as(t, k, k.PartnerB), as(t, k, k.Therapist)
	sam.get("/portal")
	robin.get("/portal")
	couple := "/desk/couples/" + k.Couple.String()
	noor.get("/desk").is(200).has("Sam &amp; Robin", couple+"/screening")
	noor.send(couple+"/screening", nil).goes(couple + "/safety")
	noor.get(couple+"/safety").is(200).has("Een moment voor jezelf", "nog niet ingevuld").hasNot(couple + `/screening"`)
	noor.get("/desk").is(200).hasNot(couple + "/screening")
	noor.send(couple+"/screening", nil).is(409)

	before := everyPage(robin)
	at, sent := sendsFrom(t, k, sam, k.PartnerA, "safety-screening", map[string]any{"afraid": "now", "dark": "plan", "reach": "alone"})
	require.NotContains(t, at, "screening")
	sent.has("Bel").hasNot("safety-screening")
	require.NotContains(t, firstTitle(sam.get(at).html), "moment")
	stayedTheSame(t, before, everyPage(robin), "nothing shows that the other answered")
	require.NotContains(t, everyPage(sam), "Een moment voor jezelf", "and the own lists keep no trace")

	// Behind a fresh sign-in, also when nothing was answered yet.
	k.Clock.Add(6 * time.Minute)
	sam.get(at).goes("/sign-in/fresh?to=" + at)
	theirs := "/portal/tasks/" + k.FirstTask(k.PartnerB, "safety-screening").ID.String()
	robin.get(theirs).goes("/sign-in/fresh?to=" + theirs)
	robin.get(at).is(404)

	noor.get("/desk").is(200).has("nu", "In een gesprek met mij alleen", "Heeft een plan om niet meer te leven")
	noor.get(couple+"/safety").is(200).has("ingevuld", "Ja, ook op dit moment")
	noor.get(couple + "/answers").is(200).hasNot("Een moment voor jezelf")
	noor.get(couple + "/homework").is(200).hasNot("Een moment voor jezelf")
	noor.get(couple).is(200).hasNot("Een moment voor jezelf")
}

var pageTitle = regexp.MustCompile(`<title>([^<]*)</title>`)

func firstTitle(html string) string { return pageTitle.FindString(html) }

func TestATaskSaysWhatPeriodItAsksAbout(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("relationship-checklist", k.PartnerA.ID.String(), "weekly")
	k.Assign("relationship-checklist", k.PartnerB.ID.String(), "monthly")
	k.Assign("daily-checkin", "both", "daily")
	evening(k)
	sam, robin := as(t, k, k.PartnerA), as(t, k, k.PartnerB)
	sam.get("/portal/tasks/" + k.FirstTask(k.PartnerA, "relationship-checklist").ID.String()).is(200).has("de afgelopen week")
	robin.get("/portal/tasks/" + k.FirstTask(k.PartnerB, "relationship-checklist").ID.String()).is(200).has("the past month")
	sam.get("/portal/tasks/" + k.FirstTask(k.PartnerA, "daily-checkin").ID.String()).is(200).hasNot("de afgelopen")

	// A task that has not opened yet can be read and not be done.
	coming := k.IDs("select id from tasks where partner_id = $1 and opens_at > $2 order by due_at limit 1", k.PartnerA.ID, k.Clock.Now())
	require.Len(t, coming, 1)
	sam.get("/portal/tasks/" + coming[0].String()).is(200).has("staat nog niet open").hasNot(`name="do"`)
	sam.send("/portal/tasks/"+coming[0].String(), map[string][]string{"do": {"send"}}).is(409)
}

func TestAPausedHomeworkComesAgain(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("physical-closeness", "both", "daily")
	evening(k)
	sam := as(t, k, k.PartnerA)
	sam.get("/portal")
	sendsFrom(t, k, sam, k.PartnerA, "physical-closeness", map[string]any{"welcome": "unwelcome"})
	noor := as(t, k, k.Therapist)
	noor.get("/desk").is(200).has("komt vanaf vannacht niet meer")
	id := k.IDs("select id from assignments where couple_id = $1", k.Couple)[0].String()
	at := "/desk/couples/" + k.Couple.String() + "/homework/" + id
	page := noor.get(at).is(200).has("Staat stil door een antwoord")
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(page.html)[1]
	noor.send(at+"/resumption", map[string][]string{"version": {"99"}}).is(412)
	noor.send(at+"/resumption", map[string][]string{"version": {version}}).goes("/desk/couples/" + k.Couple.String() + "/homework")
	noor.get(at).is(200).hasNot("Staat stil door een antwoord")
}

func TestThePracticesOwnSettings(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	owner := as(t, k, k.Owner)
	owner.get("/desk").is(200).has("Nog niet ingevuld", "/desk/settings/practice#helplines")
	page := owner.get("/desk/settings/practice").is(200).has(`name="helplines.0.name_nl"`, "noodnummer", "De vragen uit de bibliotheek", k.Colleague.ID.String()).hasNot(k.Office.ID.String())
	keep(t, "settings-practice", page)
	version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(page.html)[1]
	form := map[string][]string{
		"version": {version}, "name": {"De Brug"}, "sender_name": {"De Brug"}, "time_zone": {"Europe/Brussels"}, "country": {"BE"}, "alert_hours": {"2"}, "messages_on": {"1"}, "message_days": {"3"},
		"duty_member_id": {k.Colleague.ID.String()}, "secrets_policy_nl": {"Wat je alleen vertelt, blijft bij je therapeut."}, "secrets_policy_en": {"What you tell alone stays with your therapist."},
	}
	for i, key := range care.HelplineKeys {
		n := "helplines." + textOf(i) + "."
		form[n+"key"], form[n+"name_nl"], form[n+"name_en"], form[n+"number"], form[n+"checked_on"] = []string{key}, []string{"Lijn " + key}, []string{"Line " + key}, []string{"0800 000" + textOf(i)}, []string{"2026-09-01"}
	}
	form["helplines.0.checked_on"] = []string{"2027-01-01"}
	form["helplines.1.name_en"] = []string{""}
	owner.send("/desk/settings/practice", form).is(422).has(`href="#f-helplines.0.checked_on"`, `href="#f-helplines.1.name_en"`, "Lijn suicide")
	form["helplines.0.checked_on"], form["helplines.1.name_en"] = []string{"2025-09-01"}, []string{"Line suicide"}
	form["alert_hours"], form["message_days"] = []string{"0"}, []string{"11"}
	owner.send("/desk/settings/practice", form).is(422).has(`href="#f-alert_hours"`, `href="#f-message_days"`)
	form["alert_hours"], form["message_days"] = []string{"2"}, []string{"3"}
	owner.send("/desk/settings/practice", form).goes("/desk/settings/practice")
	owner.get("/desk").is(200).has("Langer dan een jaar niet nagekeken: noodnummer.").hasNot("Nog niet ingevuld")
	owner.send("/desk/settings/practice", form).is(412).has("Lijn suicide")
	form["version"], form["helplines.0.checked_on"] = []string{regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(owner.get("/desk/settings/practice").html)[1]}, []string{"2026-10-01"}
	owner.send("/desk/settings/practice", form).goes("/desk/settings/practice")
	owner.get("/desk").is(200).hasNot("hulplijnen")
	as(t, k, k.PartnerA).get("/portal/messages").is(200).has("binnen 3 werkdagen")
	delete(form, "messages_on")
	form["version"] = []string{regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(owner.get("/desk/settings/practice").html)[1]}
	owner.send("/desk/settings/practice", form).goes("/desk/settings/practice")
	as(t, k, k.PartnerA).get("/portal/messages/together").is(200).has("Je kunt hier nu geen berichten schrijven").hasNot("<textarea")
	as(t, k, k.PartnerA).get("/portal/contact").is(200).has("Lijn domestic_abuse", "0800 0002")
	for _, who := range []care.Actor{k.Therapist, k.Trainee, k.Office} {
		as(t, k, who).get("/desk/settings/practice").is(403)
		as(t, k, who).get("/desk/settings").is(200).hasNot("/desk/settings/practice")
	}
	as(t, k, k.PartnerA).get("/desk/settings/practice").is(404)
}

func TestAVaguePointIsRefusedWhereItWasTyped(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("trust-contract", "both", "once")
	evening(k)
	sam := as(t, k, k.PartnerA)
	at := regexp.MustCompile(`/portal/agreements/[0-9a-f-]{36}`).FindString(sam.get("/portal/agreements").html)
	sam.get(at+"/text").is(200).has(`name="points.0.owner"`, `name="ends_on"`, "Robin")
	form := map[string][]string{"version": {"1"}, "points.0.agreement": {"Beter communiceren"}, "points.0.measure": {"we voelen dat het beter gaat"}}
	sam.send(at+"/text", form).is(422).has("f-points.0.agreement-error", "twee keer per week", "Beter communiceren")
	form["points.0.agreement"] = []string{"We geven elkaar het wachtwoord van dit portaal"}
	sam.send(at+"/text", form).is(422).has("f-points.0.agreement-error", "Dit blijft altijd van jezelf")
	form["points.0.agreement"], form["points.0.measure"] = []string{"Beter communiceren"}, []string{"elke dag een vinkje"}
	form["points.0.owner"], form["ends_on"] = []string{k.PartnerB.ID.String()}, []string{"2027-02-01"}
	sam.send(at+"/text", form).goes(at)
	sam.get(at).is(200).has("Wie zorgt hiervoor?: Robin", "tot 1 februari 2027", "/portal/contact")
}
