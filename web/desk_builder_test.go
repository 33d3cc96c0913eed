package web

import (
	"bytes"
	"mime/multipart"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
	"tussentijds/library"
)

// form makes the fields of a form from names and values in turn; a name may come twice.
func fields(pairs ...string) map[string][]string {
	out := map[string][]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i]] = append(out[pairs[i]], pairs[i+1])
	}
	return out
}

var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)

// press fills in a form of a page that was just looked at, with the version it carries, and sends it.
func (b *browser) press(path string, pairs ...string) shown {
	b.t.Helper()
	page := b.get(path).is(200)
	form := fields(pairs...)
	if found := versionField.FindStringSubmatch(page.html); found != nil && form["version"] == nil {
		form["version"] = []string{found[1]}
	}
	return b.send(path, form)
}

// TestMakingAnExerciseFromNothing walks the whole builder in Dutch, without script, and gives what came of it.
func TestMakingAnExerciseFromNothing(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	noor := as(t, k, k.Therapist)
	noor.get("/desk/library/own").is(200).has("Nog geen eigen oefeningen", "/desk/library/new")
	noor.press("/desk/library/new", "title", "", "kind", "exercise", "languages", "nl").is(422).has("error-summary", `href="#f-title"`, "Geef de oefening een titel.")
	start := noor.press("/desk/library/new", "title", "Tien minuten thee", "kind", "exercise", "languages", "nl").is(303)
	at := strings.TrimSuffix(start.to, "/about")
	require.Regexp(t, `^/desk/library/own/[0-9a-f-]{36}$`, at)

	// About: going on wants the part complete, and keeps all that was typed; coming back later does not.
	about := func(minutes, summary, do string) shown {
		return noor.press(at+"/about", "title.nl", "Tien minuten <thee>", "summary.nl", summary, "languages", "nl", "who", "each", "minutes", minutes, "schedule.kind", "weekly", "schedule.at", "20:00", "goals", "connection", "phase", "upkeep", "do", do)
	}
	about("", "", "next").is(422).has("Vul in hoeveel minuten het duurt.", "Vertel in een of twee zinnen", `href="#f-summary.nl"`, "Tien minuten &lt;thee&gt;")
	about("tien", "Samen thee.", "next").is(422).has("Vul een geheel getal in.", `value="tien"`, "Samen thee.")
	about("", "", "later").goes(at)
	noor.get(at).is(200).has("Nog 6 dingen te doen", at+"/about#f-minutes")
	about("10", "Samen thee.", "next").goes(at + "/text")

	// What they read: steps are added, moved and taken out with buttons.
	noor.press(at+"/text", "steps.0.nl", "Zet thee.", "steps.1.nl", "Praat.", "do", "add:steps").goes(at + "/text#steps-3")
	noor.press(at+"/text", "steps.3.nl", "Leg je telefoon weg.", "do", "up:3").goes(at + "/text#steps-2")
	noor.press(at+"/text", "do", "up:2").goes(at + "/text#steps-1")
	noor.press(at+"/text", "do", "up:1").goes(at + "/text#steps-0")
	noor.press(at+"/text", "do", "remove:3").goes(at + "/text#steps-2")
	page := noor.press(at+"/text", "why.nl", "Even contact helpt.", "do", "next").goes(at + "/questions")
	_ = page
	text := noor.get(at + "/text").is(200)
	require.Less(t, strings.Index(text.html, "Leg je telefoon weg."), strings.Index(text.html, "Zet thee."))

	// Questions: of each the readers are chosen in the words a partner reads.
	noor.press(at+"/questions/new", "type", "").is(422).has("Kies een soort vraag.")
	scale := noor.press(at+"/questions/new", "type", "scale").is(303).to
	noor.get(scale).is(200).has("Je partner krijgt dit niet te lezen, ook later niet, tenzij jij dat zelf wilt.", "Eerst niemand, daarna jullie samen", "Zo ziet een partner deze vraag")
	noor.press(scale, "label.nl", "", "audience", "reveal", "do", "next").is(422).has("Schrijf de vraag op.", `href="#f-label.nl"`)
	noor.press(scale, "label.nl", "Hoe dichtbij waren jullie?", "type", "scale", "audience", "reveal", "min", "9", "max", "3", "do", "next").is(422).has("Het laagste getal hoort lager te zijn")
	noor.press(scale, "label.nl", "Hoe dichtbij waren jullie?", "type", "scale", "audience", "reveal", "min", "", "max", "", "min_label.nl", "ver weg", "required", "1", "follow_offered", "1", "follow", "1", "follow_better", "1", "follow_shared", "1", "do", "next").goes(at + "/questions")
	choice := noor.press(at+"/questions/new", "type", "choice").is(303).to
	noor.press(choice, "label.nl", "Wat dronken jullie?", "type", "choice", "audience", "me", "options", "1", "do", "list").is(422).has("Geef minstens één keuze.")
	noor.press(choice, "label.nl", "Wat dronken jullie?", "type", "choice", "audience", "me", "options", "1", "options.0.label.nl", "Thee", "options.2.label.nl", "Koffie", "options_pasted", "Water\nMelk\n", "do", "down:options-0").goes(choice + "#options-1")
	rows := noor.press(at+"/questions/new", "type", "rows").is(303).to
	noor.press(rows, "label.nl", "Wanneer?", "type", "rows", "audience", "both", "columns", "1", "columns.0.label.nl", "Dag", "columns.0.type", "date", "columns.1.label.nl", "Hoe", "columns.1.type", "choice", "do", "save").is(303)
	noor.press(rows, "label.nl", "Wanneer?", "type", "rows", "audience", "both", "columns", "1", "columns.0.label.nl", "Dag", "columns.0.type", "date", "columns.1.label.nl", "Hoe", "columns.1.type", "choice", "columns.1.options.nl", "Goed\nMatig", "do", "next").goes(at + "/questions")
	noor.get(at+"/questions").is(200).has("Wanneer gaan gesloten antwoorden open?", "audience-reveal", "audience-me", "gevolgd")
	noor.press(at+"/questions", "reveal", "clock", "reveal_at", "", "do", "next").is(422).has(`id="f-reveal_at-error"`)
	noor.press(at+"/questions", "reveal", "clock", "reveal_at", "21:30", "do", "up:"+rows[strings.LastIndex(rows, "/")+1:]).is(303)
	noor.press(at+"/questions", "do", "next", "reveal", "clock", "reveal_at", "21:30").goes(at + "/safety")
	noor.press(at+"/safety", "safety.nl", "Niet bij angst.", "risks", "joint", "do", "next").goes(at)

	// The whole: what a partner sees, who reads what, and nothing missing.
	whole := noor.get(at).is(200)
	whole.has("Tien minuten &lt;thee&gt;", "om 21:30 open", "Niemand anders, ook jij niet.", "ver weg", "Koffie").hasNot("Nog te doen", "todo-card", "<script>")
	v, err := k.Service.OwnExercises(k.Ctx, k.Therapist)
	require.NoError(t, err)
	require.Empty(t, v[0].Missing)
	require.Equal(t, "21:30", v[0].Draft.Reveal)
	require.Len(t, v[0].Draft.Measures, 1)
	require.True(t, v[0].Draft.Measures[0].Shared)
	var labels []string
	for _, o := range v[0].Draft.Questions[2].Options {
		labels = append(labels, o.Label.NL)
	}
	require.Equal(t, []string{"Koffie", "Thee", "Water", "Melk"}, labels)
	noor.get(at+"/preview").is(200).has("Dit is het echte formulier", "Hoe dichtbij waren jullie?")
	noor.send(at+"/publication", fields("version", versionField.FindStringSubmatch(whole.html)[1], "share", "practice")).goes(at)
	noor.get(at).is(200).has("Je vindt de oefening nu in de bibliotheek.", "Versie 1 is gepubliceerd", "/desk/library/"+v[0].ID.String())

	// Given, answered, changed: the answer keeps its version.
	k.Assign(v[0].ID.String(), "both", "once")
	evening(k)
	task := k.FirstTask(k.PartnerA, v[0].ID.String())
	sam := as(t, k, k.PartnerA)
	noor = as(t, k, k.Therapist) // The morning's sign-in has ended.
	form := typed(task.Exercise, testkit.Fill(task.Exercise, "Kanarie"))
	form["do"] = []string{"send"}
	sam.get("/portal/tasks/"+task.ID.String()).is(200).has("Tien minuten &lt;thee&gt;", "ver weg")
	sam.send("/portal/tasks/"+task.ID.String(), form).is(303)
	noor.press(at + "/questions/" + task.Exercise.Questions[1].ID + "/removal").goes(at + "/questions")
	noor.get(at).is(200).has("wijzigingen nog niet gepubliceerd", "De laatste was versie 1.")
	noor.send(at+"/publication", fields("version", versionField.FindStringSubmatch(noor.get(at).html)[1])).goes(at)
	noor.get(at).is(200).has("Versie 2 is gepubliceerd")
	noor.get("/desk/couples/"+k.Couple.String()+"/answers").is(200).has("Wanneer?", "Hoe dichtbij waren jullie?")

	// The archive, and back.
	noor.send(at+"/archive", fields("version", versionField.FindStringSubmatch(noor.get(at).html)[1])).goes(at)
	noor.get(at).is(200).has("Deze oefening ligt in het archief", "/restoration")
	noor.press(at+"/about", "title.nl", "Anders").is(409).has("Haal de oefening eerst terug.", "Anders")
	noor.send(at+"/restoration", fields("version", versionField.FindStringSubmatch(noor.get(at).html)[1])).goes(at)
	noor.get("/desk/library/own").is(200).has("Van jou", "Tien minuten &lt;thee&gt;")
}

// TestTwoTabsOfOneExercise: what somebody else saved is not overwritten unseen, and what was typed is kept.
func TestTwoTabsOfOneExercise(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	noor := as(t, k, k.Therapist)
	v, err := k.Service.CopyExercise(k.Ctx, k.Therapist, "small-wins")
	require.NoError(t, err)
	at := ownBase + "/" + v.ID.String()
	old := versionField.FindStringSubmatch(noor.get(at + "/text").html)[1]
	noor.press(at+"/about", "title.nl", "Kleine overwinningen", "title.en", "Small victories", "minutes", "5", "who", "both", "schedule.kind", "once", "schedule.at", "20:00", "do", "save").is(303)
	stale := noor.send(at+"/text", fields("version", old, "why.nl", "Getypt in het andere tabblad", "do", "next")).is(412)
	stale.has("Intussen is deze oefening ergens anders gewijzigd.", "Getypt in het andere tabblad", "Kleine overwinningen")
	noor.send(at+"/text", fields("version", versionField.FindStringSubmatch(stale.html)[1], "why.nl", "Getypt in het andere tabblad", "do", "later")).is(303)
	now, err := k.Service.OwnExercise(k.Ctx, k.Therapist, v.ID)
	require.NoError(t, err)
	require.Equal(t, "Getypt in het andere tabblad", now.Draft.Why.NL)
	require.Equal(t, "Kleine overwinningen", now.Draft.Title.NL)
	require.NotEmpty(t, now.Draft.Why.EN, "the language that was not in this form stays")
}

// TestEveryTypeOfQuestionHasItsForm changes one question through all types and back, in both languages.
func TestEveryTypeOfQuestionHasItsForm(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	noor := as(t, k, k.Therapist)
	v, err := k.Service.StartExercise(k.Ctx, k.Therapist, care.StartExerciseInput{Kind: library.KindAgreement, Title: "Afspraak", Languages: "both"})
	require.NoError(t, err)
	at := ownBase + "/" + v.ID.String()
	q := noor.press(at+"/questions/new", "type", "scale").is(303).to
	for _, kind := range library.FieldTypes {
		noor.press(q, "label.nl", "Vraag", "label.en", "Question", "type", string(kind), "audience", "therapist", "follow_offered", "1", "follow", "1", "do", "type:f-type").goes(q + "#f-type")
		page := noor.get(q).is(200).has(`value="` + string(kind) + `" selected`)
		if care.FollowKind(kind) == "" {
			page.has("om te lezen, niet om te volgen")
		} else {
			page.has(`name="follow"`)
		}
		require.Less(t, len(page.html), 60_000, kind)
		now, err := k.Service.OwnExercise(k.Ctx, k.Therapist, v.ID)
		require.NoError(t, err)
		require.Len(t, now.Draft.Measures, map[bool]int{true: 1, false: 0}[care.FollowKind(kind) != ""], kind)
	}
	noor.press(q, "label.nl", "Hoe lang?", "label.en", "How long?", "type", "timer", "audience", "therapist", "do", "type:f-type").is(303)
	noor.press(q, "label.nl", "Hoe lang?", "type", "timer", "audience", "me", "target", "veel", "do", "next").is(422).has("minuten en seconden", `value="veel"`)
	noor.press(q, "label.nl", "Hoe lang?", "type", "timer", "audience", "me", "target", "12:30", "follow_offered", "1", "follow", "1", "do", "next").is(303)
	now, err := k.Service.OwnExercise(k.Ctx, k.Therapist, v.ID)
	require.NoError(t, err)
	timer := now.Draft.Questions[len(now.Draft.Questions)-2] // A new question stands before the signature.
	require.InDelta(t, 750, timer.Target, 0)
	require.Empty(t, now.Draft.Measures, "nobody follows an answer that its writer alone reads")
}

// TestAQuestionnaireIsScoredAsItsMakerSays: bands, cut-off, reliable change and licence through the pages.
func TestAQuestionnaireIsScoredAsItsMakerSays(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	noor := as(t, k, k.Therapist)
	at := strings.TrimSuffix(noor.press("/desk/library/new", "title", "Lijst", "kind", "instrument", "languages", "nl").is(303).to, "/about")
	noor.press(at+"/about", "title.nl", "Lijst", "summary.nl", "Tien vragen.", "languages", "nl", "who", "each", "minutes", "5", "schedule.kind", "monthly", "schedule.at", "20:00", "do", "next").is(303)
	noor.press(at+"/text", "steps.0.nl", "Vul in.", "do", "next").is(303)
	for range 3 {
		q := noor.press(at+"/questions/new", "type", "scale").is(303).to
		noor.press(q, "label.nl", "Item", "type", "scale", "audience", "therapist", "min", "0", "max", "4", "do", "next").is(303)
	}
	noor.get(at+"/scoring").is(200).has("De hoogste score is nu 12.", "Een hulp bij het gesprek, geen test.")
	score := func(from, do string) shown {
		return noor.press(at+"/scoring", "method", "sum", "max_missing", "1", "caveat.nl", "Geen test.", "look_back", "schedule", "cutoff.value", "7,5", "cutoff.label.nl", "boven de grens", "reliable_change", "3,5",
			"licence", "Gekocht in 2026.", "bands.0.from", "0", "bands.0.label.nl", "Rustig", "bands.1.from", from, "bands.1.label.nl", "Zwaar", "bands.1.notify", "1", "sections.0.nl", "Deel een", "follow", "1", "follow_offered", "1", "do", do)
	}
	score("veel", "next").is(422).has("Vul een getal in.", `value="veel"`, "Gekocht in 2026.")
	score("8", "next").is(303)
	score("8", "next").goes(at + "/safety")
	list, err := k.Service.OwnExercises(k.Ctx, k.Therapist)
	require.NoError(t, err)
	s := list[0].Draft.Scoring
	require.InDelta(t, 7.5, s.Cutoff.Value, 0)
	require.InDelta(t, 3.5, s.ReliableChange, 0)
	require.Equal(t, "Gekocht in 2026.", s.Licence)
	require.Len(t, s.Bands, 2)
	require.InDelta(t, 7, s.Bands[0].To, 0)
	require.InDelta(t, 12, s.Bands[1].To, 0)
	require.True(t, s.Bands[1].NotifyTherapist)
	require.Len(t, s.SectionTitles, 1)
	require.Equal(t, library.MeasureScore, list[0].Draft.Measures[0].Kind)
	own, err := k.Service.OwnExercise(k.Ctx, k.Therapist, list[0].ID)
	require.NoError(t, err)
	require.Empty(t, own.Missing)
}

// upload sends a file the way a browser does.
func (b *browser) upload(path, name, content string, pairs ...string) shown {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		require.NoError(b.t, w.WriteField(pairs[i], pairs[i+1]))
	}
	require.NoError(b.t, w.WriteField("csrf", b.csrf))
	if name != "" {
		part, err := w.CreateFormFile("file", name)
		require.NoError(b.t, err)
		_, err = part.Write([]byte(content))
		require.NoError(b.t, err)
	}
	require.NoError(b.t, w.Close())
	req := httptest.NewRequest("POST", path, &body)
	req.Header.Set("Content-Type", w.FormDataContentType())
	return b.do(req)
}

// TestAnExerciseGoesOutAndInAsAFile: what the library exports is imported unchanged; what is wrong is told line by line,
// nothing is made, and what was pasted stands there still.
func TestAnExerciseGoesOutAndInAsAFile(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	noor := as(t, k, k.Therapist)
	file := noor.get("/desk/library/small-wins/yaml").is(200)
	require.Equal(t, `attachment; filename="small-wins.yaml"`, file.header.Get("Content-Disposition"))
	require.Contains(t, file.header.Get("Content-Type"), "yaml")
	noor.get("/desk/library/import").is(200).has(`enctype="multipart/form-data"`)
	at := noor.upload("/desk/library/import", "small-wins.yaml", file.html).is(303).to
	noor.get(at).is(200).has("Ingelezen.", "concept")

	broken := strings.Replace(file.html, "type: ", "type: kleur #", 1)
	broken = strings.Replace(broken, "minutes: ", "minutes: veel #", 1)
	line := func(what string) int { return strings.Count(broken[:strings.Index(broken, what)], "\n") + 1 }
	before := k.Count("own_exercises where practice_id = $1", k.Practice)
	for name, s := range map[string]shown{
		"file":   noor.upload("/desk/library/import", "mijn oefening.yaml", broken),
		"pasted": noor.upload("/desk/library/import", "", "", "yaml", broken),
	} {
		s.is(422).has("Er klopt iets niet in dit bestand. Er is niets gewijzigd.", "2 dingen kloppen niet", "type: kleur", "questions.0.type", "minutes: veel", "code-area")
		s.has(`class="number" data-label="Regel">`+textOf(line("type: kleur"))+"<", `class="number" data-label="Regel">`+textOf(line("minutes: veel"))+"<")
		require.Equal(t, before, k.Count("own_exercises where practice_id = $1", k.Practice), name)
	}
	noor.upload("/desk/library/import", "", "", "yaml", "").is(422).has("Kies een bestand, of plak de tekst.")
	noor.upload("/desk/library/import", "x.yaml", "title: [\n").is(422).has("x.yaml", `data-label="Regel">1<`)
	noor.upload("/desk/library/import", "plaatje.yaml", "\x89PNG\r\n\x1a\n\x00\xff").is(422)
	colleague := as(t, k, k.Colleague)
	id := at[strings.LastIndex(at, "/")+1:]
	colleague.get("/desk/library/" + id + "/yaml").is(404)
	colleague.get(at).is(404)
	noor.get("/desk/library/"+id+"/yaml").is(200).has("title:", "questions:")
}

// TestACopyIsAdapted: from the exercise's own page to an own draft that keeps what the original asks.
func TestACopyIsAdapted(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	noor := as(t, k, k.Therapist)
	noor.get("/desk/library/own")
	noor.get("/desk/settings")
	at := strings.TrimSuffix(noor.send("/desk/library/relationship-checklist/copy", nil).is(303).to, "/about")
	for _, part := range []string{"/about", "/text", "/questions", "/scoring", "/safety", "", "/preview", "/preview?lang=en"} {
		page := noor.get(at + part).is(200)
		require.NotContains(t, page.html, "[builder.", part)
		require.NotContains(t, page.html, "[desk.", part)
	}
	noor.get(at).has("Gekopieerd van", "/desk/library/relationship-checklist").hasNot("todo-card")
	office := as(t, k, k.Office)
	office.get("/desk/library/own").is(403)
	office.get("/desk/settings")
	office.send("/desk/library/relationship-checklist/copy", nil).is(403)
}
