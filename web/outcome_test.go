package web

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/locale"
	"tussentijds/internal/testkit"
	"tussentijds/library"
)

// sends completes a partner's open task of an instrument: scales with v, yes to everything else.
func sends(t *testing.T, k *testkit.Kit, who care.Actor, exercise string, v float64, change ...func(library.Answers)) string {
	t.Helper()
	task := k.FirstTask(who, exercise)
	a := testkit.Fill(task.Exercise, "woorden")
	for _, q := range task.Exercise.Questions {
		if q.Type == library.FieldScale {
			a[q.ID] = v
		}
	}
	for _, c := range change {
		c(a)
	}
	_, err := k.Service.CompleteTask(k.Ctx, who, task.ID, a)
	require.NoError(t, err)
	return "/portal/tasks/" + task.ID.String()
}

var card = regexp.MustCompile(`(?s)<section class="card outcome.*?</section>`)

// halfway answers the checklist so that it falls in the band in which two points are chosen.
func halfway(a library.Answers) {
	for _, id := range []string{"A1", "A3", "A4", "B1", "D1", "D3", "E1", "E2"} {
		a[id] = "no"
	}
}

// The outcome stands on the task's own page, in the reader's language, and nowhere on the page after sending.
func TestOutcomeOnOnesOwnPage(t *testing.T) {
	t.Parallel()
	for lang, words := range map[string]map[string][]string{
		"nl": {
			"relationship-checklist": {"Wat eruit komt", "Per onderdeel", "Emotioneel contact", "van 20", "nooit wetenschappelijk onderzocht", "afgelopen week"},
			"six-principles":         {"Voorwaarden voor verzoening", "3 van 10", "Hier kun je beginnen", "Een gesprekshulp, geen test"},
			"repairability":          {"Bekijk waar je ja op zei", "Wat er knelt", "Een hulp bij een gesprek, geen test"},
		},
		"en": {
			"relationship-checklist": {"What comes out of it", "Part by part", "Emotional contact", "out of 20", "never been studied scientifically", "past week"},
			"six-principles":         {"Conditions for reconciliation", "3 out of 10", "You could begin here", "to help you talk, not a test"},
			"repairability":          {"See what you said yes to", "What hurts", "to help you talk, not a test"},
		},
	} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			k := testkit.New(t)
			k.SQL(`update partners set locale = $1 where practice_id = $2`, lang, k.Practice)
			k.PartnerA.Locale = locale.Lang(lang)
			for exercise := range words {
				k.Assign(exercise, k.PartnerA.ID.String(), "once")
			}
			evening(k)
			sam := as(t, k, k.PartnerA)
			for exercise, expected := range words {
				at := sends(t, k, k.PartnerA, exercise, 3)
				page := sam.get(at).is(200).has(expected...)
				require.Len(t, card.FindAllString(page.html, -1), 1)
				sam.get(at+"/sent").is(200).hasNot("outcome", expected[0], expected[len(expected)-1])
				drawn := card.FindString(page.html)
				require.NotContains(t, drawn, "danger")
				require.NotContains(t, drawn, "%")
				if exercise == "repairability" {
					require.NotContains(t, drawn, "van 15")
					require.NotRegexp(t, `\d+ (van|out of) \d+|<progress`, drawn, "a list adds nothing up")
				}
			}
		})
	}
}

// What one wrote and the other may not read leaves no trace in the other's page; once both have answered there are two cards.
func TestTwoOutcomesStandSideBySideOnceOpen(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.SQL(`update partners set locale = 'nl' where practice_id = $1`, k.Practice)
	k.Assign("relationship-checklist", "both", "once")
	k.Assign("six-principles", "both", "once")
	evening(k)
	theirs := "/portal/tasks/" + k.FirstTask(k.PartnerB, "relationship-checklist").ID.String()
	robin := as(t, k, k.PartnerB)
	before := middle(robin.get(theirs).is(200))
	mine := sends(t, k, k.PartnerA, "relationship-checklist", 0, halfway)
	require.Equal(t, before, middle(robin.get(theirs).is(200)), "as if nothing was sent")
	sam := as(t, k, k.PartnerA)
	own := sam.get(mine).is(200).has("Wat eruit komt", "Kies hier samen 2 punten uit")
	score := regexp.MustCompile(`\d+(,\d)? van 20`).FindString(own.html)
	require.NotEmpty(t, score)

	sends(t, k, k.PartnerB, "relationship-checklist", 0)
	for b, at := range map[*browser]string{sam: mine, robin: theirs} {
		page := b.get(at).is(200).has("outcomes-two", "Bij jou", "Bij je partner", "twee verhalen", score)
		require.Len(t, card.FindAllString(page.html, -1), 2)
		require.Less(t, strings.Index(page.html, "Bij jou"), strings.Index(page.html, "Bij je partner"))
	}

	// Six principles open in a session alone: until then the number is the writer's and the therapist's.
	number := "3,7 van 10"
	own7 := sends(t, k, k.PartnerA, "six-principles", 4, func(a library.Answers) { a["honesty"], a["patience"] = 3.0, 3.0 })
	other7 := sends(t, k, k.PartnerB, "six-principles", 9)
	sam.get(own7).is(200).has(number)
	for _, at := range []string{other7, theirs, "/portal", "/portal/tasks", "/portal/progress", "/portal/progress?view=own"} {
		robin.get(at).is(200).hasNot(number, "3,7", "outcome-partner-title\">Bij je partner</h2>\n<p class=\"outcome-band\">Voorwaarden")
	}
}

// The therapist reads sections, the source's own count, by when to look and what fits, with a way to give it unless a safety
// hold stands.
func TestOutcomeOnTheDesk(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("six-principles", k.PartnerA.ID.String(), "once")
	k.Assign("relationship-checklist", "both", "once")
	k.Assign("impact-inventory", k.PartnerB.ID.String(), "once")
	k.Assign("flirt-sorter", k.PartnerB.ID.String(), "once")
	evening(k)
	sends(t, k, k.PartnerA, "six-principles", 4, func(a library.Answers) { a["patience"] = 9.0 })
	sends(t, k, k.PartnerA, "relationship-checklist", 0, halfway)
	sends(t, k, k.PartnerB, "flirt-sorter", 0)
	desk := as(t, k, k.Therapist)
	couple := "/desk/couples/" + k.Couple.String()
	give := couple + "/assign?exercise=own-share"
	page := desk.get(couple+"/answers").is(200).has("4,8 van 10", "Laagste antwoorden", `href="`+give+`"`, "Mijn aandeel")
	page.hasNot("van 20", "Geteld zoals in de bron", "ja gezegd")
	desk.get(give).is(200)

	sends(t, k, k.PartnerB, "relationship-checklist", 0)
	sends(t, k, k.PartnerB, "impact-inventory", 8)
	k.Clock.Add(2 * time.Hour)
	desk = as(t, k, k.Therapist)
	page = desk.get(couple+"/answers").is(200).has("van 20", "Geteld zoals in de bron", "outcome-bars", "Emotioneel contact", "Het koppel kiest hier 2 punten uit")
	page.has("Bekijk dit binnen 7 dagen", "Hoogste antwoorden", "Zware last")
	progress := desk.get(couple + "/progress?month=2026-10").is(200)
	progress.has("Bekijk dit binnen 7 dagen", "Geteld zoals in de bron", "outcome-bars", `href="`+give+`"`)
	desk.get(couple+"/progress?month=2026-10&view=couple").is(200).hasNot("Bekijk dit binnen", "Geteld zoals", give)

	_, err := k.Service.SetSafetyHold(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	desk.get(couple+"/answers").is(200).has("Er staat een veiligheidspauze", "Mijn aandeel").hasNot(give)
}

// What changed is said in words; the partner's page shows no number of then.
func TestOutcomeInWords(t *testing.T) {
	p := storyPage(locale.NL, "", "/portal", nil)
	at := time.Date(2026, 10, 5, 18, 0, 0, 0, time.UTC)
	for words, said := range map[string]string{
		care.ChangedBetter: "duidelijk beter", care.ChangedWorse: "merkbaar moeilijker", care.ChangedUnsure: "kan toeval zijn",
		care.ChangedHigher: "hoger", care.ChangedLower: "lager", care.ChangedEqual: "even hoog",
	} {
		o := &care.Outcome{Method: library.ScoreSum, Score: 12, Max: 20, Change: &care.OutcomeChange{Words: words, Before: 17, Since: at}}
		own := p.Outcome(o, false, false)
		require.Contains(t, own.Change, said)
		require.Contains(t, own.Change, "5 oktober 2026")
		require.NotContains(t, own.Change, "17")
		require.Contains(t, p.DeskOutcome(o).Change, "Toen was het 17")
		o.Change.Since = time.Time{}
		require.NotContains(t, p.Outcome(o, true, true).Change, "2026")
	}
	cut := &care.Outcome{Method: library.ScoreMean, Score: 6.04, Max: 10, Cutoff: &care.OutcomeCutoff{Value: 5.5, Label: same("hoog", "high"), Reached: true}}
	require.Equal(t, "6 van 10", p.DeskOutcome(cut).Score)
	require.Equal(t, "Op of boven de grens van 5,5: hoog", p.DeskOutcome(cut).Cutoff)
	require.Empty(t, p.Outcome(cut, false, false).Cutoff)
	few := p.Outcome(&care.Outcome{Method: library.ScoreSum, TooFew: true, Missing: 9, Caveat: same("geen test", "no test")}, false, false)
	require.Contains(t, few.TooFew, "Dat mag")
	require.Equal(t, "geen test", few.Caveat)
	require.Empty(t, few.Score)
	due := &care.Outcome{Method: library.ScoreSum, Days: 7, LookBy: p.now.AddDate(0, 0, 2)}
	require.True(t, p.DeskOutcome(due).Due)
	due.LookBy = p.now.AddDate(0, 0, -3)
	require.False(t, p.DeskOutcome(due).Due)
	require.Contains(t, p.DeskOutcome(due).Look, "was een blik gevraagd")
}
