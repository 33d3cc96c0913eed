package web

import (
	"bytes"
	"html/template"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/library"
)

func renderForm(t *testing.T, p *Page, f FormView) string {
	t.Helper()
	set := template.Must(loadBase(embeddedAssets()).Clone())
	template.Must(set.New("x").Parse(`{{template "exercise-form" args . "form" .Data}}`))
	p.Data = f
	var out bytes.Buffer
	require.NoError(t, set.ExecuteTemplate(&out, "x", p))
	return out.String()
}

var (
	inputs  = regexp.MustCompile(`<(input|textarea|select)[^>]*>`)
	name    = regexp.MustCompile(` name="([^"]*)"`)
	value   = regexp.MustCompile(` value="([^"]*)"`)
	area    = regexp.MustCompile(`(?s)<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>`)
	selects = regexp.MustCompile(`(?s)<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>`)
	chosen  = regexp.MustCompile(`<option value="([^"]*)" selected>`)
)

// filled reads the fields of a rendered form the way a browser without script would send them.
func filled(html string) map[string][]string {
	out := map[string][]string{}
	for _, tag := range inputs.FindAllString(html, -1) {
		n, v := name.FindStringSubmatch(tag), value.FindStringSubmatch(tag)
		if !strings.HasPrefix(tag, "<input") || n == nil || v == nil {
			continue
		}
		box := strings.Contains(tag, `type="radio"`) || strings.Contains(tag, `type="checkbox"`)
		if !box || strings.Contains(tag, " checked") {
			out[n[1]] = append(out[n[1]], unescape(v[1]))
		}
	}
	for _, m := range area.FindAllStringSubmatch(html, -1) {
		out[m[1]] = append(out[m[1]], unescape(m[2]))
	}
	for _, m := range selects.FindAllStringSubmatch(html, -1) {
		if c := chosen.FindStringSubmatch(m[2]); c != nil {
			out[m[1]] = append(out[m[1]], unescape(c[1]))
		}
	}
	return out
}

func unescape(s string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&#39;", "'", "&#43;", "+", "&amp;", "&").Replace(s)
}

// What was typed comes back from the form as it was: rendered, sent again and read, the answers are the same.
func TestFormKeepsEveryAnswer(t *testing.T) {
	e := everyField()
	typed := map[string][]string{
		"q.mood": {"cloudy"}, "q.near": {"7"}, "q.needs": {"sunny", "storm"}, "q.thanks": {`<img src=x onerror=alert(1)> "ja" & 'nee' 😀 שלום`},
		"q.why": {"regel één\nregel twee </textarea><script>alert(1)</script>"}, "q.talked": {"no"}, "q.minutes": {"niet veel"},
		"q.log.0.need": {"Rust"}, "q.log.0.often": {"storm"}, "q.log.0.on": {"2026-03-01"}, "q.log.1.need": {"Tijd"},
		"q.turn": {"4:30"}, "q.tries": {"3"}, "q.day": {"2026-11-22"}, "q.hour": {"20:00"}, "q.rules": {"cloudy"}, "q.sign.name": {"Sam"}, "q.sign.agreed": {"1"},
	}
	answers := library.FromForm(e, typed)
	html := renderForm(t, storyPage(locale.NL, "", "/", nil), NewForm(e, FormOptions{Answers: answers, Page: storyPage(locale.NL, "", "/", nil)}))
	require.NotContains(t, html, "<script>alert")
	require.NotContains(t, html, "<img")
	again := library.FromForm(e, filled(html))
	for id, want := range answers {
		if id == "log" {
			require.Equal(t, want.([]any)[0], again[id].([]any)[0])
			continue
		}
		require.Equal(t, want, again[id], id)
	}
}

func TestFormDeclines(t *testing.T) {
	e := everyField()
	answers := library.FromForm(e, map[string][]string{"q.why.declined": {"1"}, "q.why": {"x"}})
	p := storyPage(locale.EN, "", "/", nil)
	html := renderForm(t, p, NewForm(e, FormOptions{Answers: answers, Page: p}))
	require.True(t, library.FromForm(e, filled(html)).Declined("why"))
	require.NotContains(t, html, `name="q.sign.declined"`, "a signature is not declined: one just does not sign")
}

// Who reads an answer stands above the question, once for a run of questions with the same readers.
func TestAudienceStandsAboveTheQuestion(t *testing.T) {
	p := storyPage(locale.NL, "", "/", nil)
	f := NewForm(everyField(), FormOptions{Page: p})
	var order []library.Audience
	for _, g := range f.Groups {
		order = append(order, g.Audience)
	}
	require.Equal(t, []library.Audience{"reveal", "both", "therapist", "in_session", "me", "both"}, order)
	html := renderForm(t, p, f)
	for _, group := range strings.Split(html, `<section class="audience-group">`)[1:] {
		require.Less(t, strings.Index(group, `class="audience audience-`), strings.Index(group, `class="question"`))
	}
}

func TestErrorsStandAtTheirQuestion(t *testing.T) {
	p := storyPage(locale.NL, "", "/", nil)
	p.fault(&fault.Error{Code: fault.Invalid, Fields: []fault.Field{{Location: "answers.near", Key: "error.field.required"}, {Location: "answers.log.1.need", Key: "error.field.required"}}})
	html := renderForm(t, p, NewForm(everyField(), FormOptions{Page: p}))
	require.Contains(t, html, `id="q-near-error"`)
	require.Contains(t, html, `id="q-log-error"`)
	require.Contains(t, html, `aria-describedby="q-near-help q-near-error"`)
	require.Equal(t, "q-near", p.Errors[0].At)
	require.Equal(t, "Hoe verbonden voelde je je vandaag?", p.Errors[0].Label)
	require.Contains(t, html, `id="q-near"`)
}

func TestRowsGrowWithoutScript(t *testing.T) {
	e, p := everyField(), storyPage(locale.NL, "", "/", nil)
	rows := func(answers library.Answers, add string) int {
		return strings.Count(renderForm(t, p, NewForm(e, FormOptions{Answers: answers, Page: p, AddRow: add})), `class="rows-row"`)
	}
	require.Equal(t, blankRows, rows(nil, ""))
	typed := url.Values{"q.log.0.need": {"a"}, "q.log.1.need": {"b"}}
	require.Equal(t, 3, rows(library.FromForm(e, typed), "log"))
}

// A draft that comes in after the sign-in has expired is read by the shape the form carries, and reads the same.
func TestShapeReadsLikeTheExercise(t *testing.T) {
	e := everyField()
	typed := map[string][]string{"q.near": {"7"}, "q.needs": {"sunny", "storm"}, "q.log.0.need": {"Rust"}, "q.turn": {"4:30"}, "q.sign.name": {"Sam"}, "q.why": {"lang"}}
	require.Equal(t, library.FromForm(e, typed), library.FromForm(readShape(shapeOf(e)), typed))
	require.LessOrEqual(t, len(readShape(strings.Repeat("a=short ", 5000)).Questions), 200)
}

// The dark theme chosen by hand is the one the system would choose.
func TestDarkThemesAreEqual(t *testing.T) {
	css, err := staticFiles.ReadFile("static/css/1-tokens.css")
	require.NoError(t, err)
	tokens := func(after string) []string {
		_, rest, ok := strings.Cut(string(css), after)
		require.True(t, ok)
		body, _, _ := strings.Cut(rest, "}")
		return strings.Fields(body)
	}
	require.Equal(t, tokens(`:root:not([data-theme="light"]) {`), tokens(`:root[data-theme="dark"] {`))
}
