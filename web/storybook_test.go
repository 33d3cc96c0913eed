package web

import (
	"bytes"
	"html/template"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/chart"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/library"
)

// The storybook renders every component and the exercise form without a database, in both languages and themes. With
// TT_STORYBOOK set to a folder the pages and static files stay there, to be looked at.

func num(v float64) *float64 { return &v }

func same(nl, en string) library.Text { return library.Text{NL: nl, EN: en} }

// everyField is an exercise with every field type and every audience.
func everyField() *library.Exercise {
	opts := []library.Option{{ID: "sunny", Label: same("Zonnig", "Sunny")}, {ID: "cloudy", Label: same("Bewolkt", "Cloudy")}, {ID: "storm", Label: same("Storm", "Storm")}}
	return &library.Exercise{ID: "story", Version: 1, Title: same("Alles op een rij", "One of each"), Questions: []library.Question{
		{ID: "mood", Type: library.FieldChoice, Label: same("Welk weer past bij hoe je je nu voelt?", "Which weather fits how you feel?"), Audience: library.AudienceReveal, Required: true, Options: opts},
		{ID: "near", Type: library.FieldScale, Label: same("Hoe verbonden voelde je je vandaag?", "How connected did you feel today?"), Help: same("Kies wat als eerste in je opkomt.", "Pick what comes first."), Audience: library.AudienceReveal, Required: true, MinLabel: same("helemaal niet", "not at all"), MaxLabel: same("heel erg", "very much")},
		{ID: "needs", Type: library.FieldMulti, Label: same("Wat kun je gebruiken?", "What could you use?"), Audience: library.AudienceBoth, Options: opts},
		{ID: "thanks", Type: library.FieldShort, Label: same("Waar ben je blij mee?", "What are you glad about?"), Audience: library.AudienceBoth},
		{ID: "why", Type: library.FieldLong, Label: same("Wat wil je hierover kwijt?", "What would you like to say about it?"), Help: same("Schrijf zoals je het zou zeggen.", "Write it as you would say it."), Audience: library.AudienceTherapist},
		{ID: "talked", Type: library.FieldYesNo, Label: same("Hebben jullie gepraat?", "Did you talk?"), Audience: library.AudienceTherapist, Required: true},
		{ID: "minutes", Type: library.FieldNumber, Label: same("Hoeveel minuten?", "How many minutes?"), Audience: library.AudienceTherapist},
		{ID: "log", Type: library.FieldRows, Label: same("Wat heb je nodig?", "What do you need?"), Audience: library.AudienceInSession, Columns: []library.Column{
			{ID: "need", Type: library.FieldShort, Label: same("Behoefte", "Need")}, {ID: "often", Type: library.FieldChoice, Label: same("Hoe vaak", "How often"), Options: opts}, {ID: "on", Type: library.FieldDate, Label: same("Vanaf", "From")},
		}},
		{ID: "turn", Type: library.FieldTimer, Label: same("Tijd per beurt", "Time per turn"), Audience: library.AudienceMe, Target: 300},
		{ID: "tries", Type: library.FieldCounter, Label: same("Hoe vaak heb je samengevat?", "How often did you sum up?"), Audience: library.AudienceMe, Target: 3, Min: num(0), Max: num(50)},
		{ID: "day", Type: library.FieldDate, Label: same("Wanneer?", "When?"), Audience: library.AudienceMe},
		{ID: "hour", Type: library.FieldTime, Label: same("Hoe laat?", "At what time?"), Audience: library.AudienceMe},
		{ID: "rules", Type: library.FieldChecklist, Label: same("Waar heb je op gelet?", "What did you mind?"), Audience: library.AudienceMe, Options: opts},
		{ID: "sign", Type: library.FieldSignature, Label: same("Onderteken", "Sign"), Audience: library.AudienceBoth},
	}}
}

func storyPage(lang locale.Lang, theme, path string, data any) *Page {
	zone, _ := time.LoadLocation("Europe/Amsterdam")
	return &Page{
		L: locale.For(lang), Lang: lang, Title: "Storybook", Practice: "De Brug", CSRF: "token", Path: path, Theme: theme, Data: data,
		Actor: care.Actor{Kind: "member", Role: "owner", Stage: "full"}, zone: zone, now: time.Date(2026, 11, 22, 9, 0, 0, 0, zone),
	}
}

func storyLine(l locale.Localizer) chart.Line {
	day := func(n int) time.Time { return time.Date(2026, 10, n, 0, 0, 0, 0, time.UTC) }
	var one, two []chart.Point
	for i := 1; i <= 28; i += 2 {
		one = append(one, chart.Point{On: day(i), Value: float64(4 + i%5), Gap: i == 9})
		two = append(two, chart.Point{On: day(i), Value: float64(3 + (i*2)%6)})
	}
	return chart.Line{Title: "Verbondenheid", Desc: "Twee lijnen", Min: 0, Max: 10, Series: []chart.Series{{Label: "Sam", Points: one}, {Label: "Robin", Points: two}}, Format: chart.Format{Day: l.ShortDate}}
}

const components = `{{define "main"}}
{{template "error-summary" .}}
<div class="page-head"><h1>Hoofdkop van een pagina</h1><p class="lead">Een inleidende zin die zegt wat je hier kunt doen.</p></div>
{{template "tabs" args . "label" "x" "links" (list (list "#" "Verloop" true) (list "#" "Verslagen" false))}}
{{template "notice" args . "title" "Een bericht" "text" "Met een rustige uitleg."}}
{{template "notice" args . "kind" "warn" "icon" "triangle-alert" "text" "Dit vraagt aandacht."}}
{{template "notice" args . "kind" "danger" "icon" "circle-alert" "text" "Dit ging mis."}}
{{template "notice" args . "kind" "good" "icon" "circle-check" "text" "Dit is gelukt."}}
<ul class="list-cards"><li class="card card-link"><a class="cover" href="#">Dagelijkse check-in</a><span class="soft small">vandaag om 20:00, ongeveer 3 minuten</span><span class="go">{{icon "chevron-right"}}</span></li><li class="card card-link"><a class="cover" href="#">Waarderingslijst</a><span class="soft small">morgen om 20:00</span><span class="go">{{icon "chevron-right"}}</span></li></ul>
<p class="row">{{template "badge" args . "text" "concept"}}{{template "badge" args . "kind" "good" "text" "klaar"}}{{template "badge" args . "kind" "warn" "text" "wacht" "hollow" true}}{{template "badge" args . "kind" "danger" "text" "mislukt"}}{{template "badge" args . "kind" "primary" "text" "actief"}}{{template "badge" args . "kind" "accent" "text" "nieuw"}}</p>
<p class="row">{{range list "me" "therapist" "reveal" "in_session" "both"}}{{template "audience-tag" args $ "audience" .}}{{end}}</p>
<div class="card">{{template "meter" args . "label" "Huiswerk deze week" "done" 3 "of" 5}}</div>
<div class="card">{{template "chart" args . "chart" (.Chart .Data.Line "c1")}}</div>
<div class="card card-flush"><div class="card-head"><h2>Sessies</h2></div><div class="table-wrap"><table class="table-cards"><thead><tr><th>Koppel</th><th>Wanneer</th><th class="number">Gedaan</th></tr></thead><tbody><tr><th scope="row"><a href="#">Sam en Robin</a></th><td data-label="Wanneer">{{.Moment .Now}}</td><td class="number" data-label="Gedaan">4 van 5</td></tr><tr><th scope="row"><a href="#">Kim en Alex</a></th><td data-label="Wanneer">{{.Soon .Now}}</td><td class="number" data-label="Gedaan">2 van 5</td></tr></tbody></table></div></div>
<form class="form card">
{{template "field" args . "name" "email" "type" "email" "label" "E-mailadres" "value" "sam@" "hint" "We sturen alleen neutrale berichten."}}
<div class="fields-2">{{template "date" args . "name" "on" "label" "Datum" "value" "2026-03-01"}}{{template "time" args . "name" "at" "label" "Tijd" "value" "20:00"}}</div>
{{template "select" args . "name" "lang" "label" "Taal" "value" "en" "choices" .Data.Choices}}
{{template "radios" args . "name" "kind" "label" "Soort" "value" "nl" "choices" .Data.Choices "row" true}}
{{template "checkbox" args . "name" "ok" "label" "Ik ga akkoord" "hint" "Je kunt dit later terugnemen."}}
{{template "textarea" args . "name" "note" "label" "Opmerking" "optional" true "max" 500}}
<p class="actions"><button class="button button-primary">Opslaan</button><button class="button">Concept</button><button class="button button-danger" data-confirm="Zeker weten?">Intrekken</button><a class="button button-quiet" href="#">Terug</a></p>
</form>
{{template "empty" args . "icon" "sprout" "title" "Nog niets" "text" "Hier komt iets zodra je begint." "url" "#" "link" "Begin"}}
{{template "pagination" args . "next" "#" "first" "#"}}
{{end}}`

const form = `{{define "main"}}<a class="back" href="/portal">{{icon "chevron-left"}}Terug</a>{{template "error-summary" .}}<div class="page-head"><h1>Alles op een rij</h1></div><form method="post" data-autosave="/x" data-saved="Bewaard" data-unsaved="Niet bewaard">{{template "exercise-form" args . "form" .Data}}<p class="actions"><button class="button button-primary">Versturen</button><span data-draft-state class="draft-state" aria-live="polite"></span></p></form>{{end}}`

func TestStorybook(t *testing.T) {
	dir := os.Getenv("TT_STORYBOOK")
	if dir == "" {
		dir = t.TempDir()
	}
	a := loadAssets()
	base := loadBase(a)
	for name, f := range a.files {
		to := filepath.Join(dir, "static", a.version, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o750))
		require.NoError(t, os.WriteFile(to, f.body, 0o600))
	}
	render := func(layout, body string, p *Page, file string) {
		set := template.Must(base.Clone())
		template.Must(set.Parse(body))
		var out bytes.Buffer
		require.NoError(t, set.ExecuteTemplate(&out, "layout-"+layout, p))
		checkMarkup(t, file, out.String())
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), out.Bytes(), 0o600))
	}
	for _, lang := range locale.Langs {
		for _, theme := range []string{"light", "dark"} {
			end := "-" + string(lang) + "-" + theme + ".html"
			data := map[string]any{"Line": storyLine(locale.For(lang)), "Choices": []Choice{{"nl", "Nederlands", "Voor België en Nederland"}, {"en", "English", ""}}}
			render("portal", components, storyPage(lang, theme, "/portal", data), "portal"+end)
			p := storyPage(lang, theme, "/desk", data)
			p.Crumbs = []Crumb{{"Koppels", "/desk/couples"}, {"Sam en Robin", ""}}
			p.Flash = "Opgeslagen."
			render("desk", components, p, "desk"+end)
			p = storyPage(lang, theme, "/portal", nil)
			p.fault(&fault.Error{Code: fault.Invalid, Fields: []fault.Field{{Location: "answers.mood", Key: "error.field.choice"}, {Location: "answers.near", Key: "error.field.required"}, {Location: "answers.why", Key: "error.field.too_long", Args: map[string]any{"Max": 200}}}})
			p.Data = NewForm(everyField(), FormOptions{Page: p, Answers: library.Answers{"near": "7", "turn": 90.0, "tries": 2.0, "why": "<b>x</b> & \"y\"", "log": []any{map[string]any{"need": "Rust"}}, "thanks": library.Decline()}})
			render("portal", form, p, "form"+end)
			p = storyPage(lang, theme, "/portal", nil)
			p.Data = NewForm(everyField(), FormOptions{Page: p})
			render("portal", form, p, "form-empty"+end)
			p = storyPage(lang, theme, "/portal", nil)
			body, err := pageFiles.ReadFile("pages/public/sign-in.html")
			require.NoError(t, err)
			p.Data = care.SignInInput{}
			render("public", string(body), p, "sign-in"+end)
		}
	}
}

// checkMarkup looks for what must never be in a page: a missing text, a value the escaper refused, inline style or script.
func checkMarkup(t *testing.T, name, html string) {
	t.Helper()
	for _, never := range []string{"ZgotmplZ", "<no value>", "[web.", "[portal.", "[desk.", " style=", "<style", " onclick=", "javascript:", "<script>", "%!"} {
		require.NotContains(t, html, never, name)
	}
	ids := map[string]bool{}
	for _, part := range strings.Split(html, ` id="`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		require.False(t, ids[id], "%s: id %s stands twice", name, id)
		ids[id] = true
	}
}
