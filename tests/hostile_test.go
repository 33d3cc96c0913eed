package tests

import (
	"encoding/json"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tussentijds/internal/testkit"
)

// hostile are texts that have broken something somewhere.
var hostile = map[string]string{
	"emoji": "Zoë 🌷👩‍❤️‍👩", "right to left": "שלום \u202eabc", "line breaks": "een\r\nBcc: x@example.org", "html": `<script>alert(1)</script><b onmouseover="x">`, "svg": `<svg/onload=alert(1)>`,
	"nul": "a\x00b", "broken": "a\xff\xfeb", "long": strings.Repeat("x", 100_000), "sql": `'; drop table couples; --`, "template": "{{.}} ${x} %s%n", "formula": `=cmd|'/c calc'!A1`, "combining": "e" + strings.Repeat("\u0301", 60),
}

// Whatever is typed, into the API or into a form, is refused at its field or kept and given back as the same text.
func TestHostileInputIsTextOrRefused(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	w := &world{house: open(t, k)}
	f := newCouple(t, k, k.Therapist, &k.Trainee).fill()
	therapist, partner, owner := w.signIn(&f.therapist), w.signIn(&f.a), w.signIn(&k.Owner)
	tries, kept, refused := 0, 0, 0
	check := func(what string, r reply) bool {
		tries++
		assert.Less(t, r.status, 500, what)
		assert.NotContains(t, r.body, "<script>alert(1)", what)
		assert.NotContains(t, r.body, "<svg/onload", what)
		if r.status < 400 {
			return true
		}
		refused++
		assert.Contains(t, []int{400, 409, 412, 413, 422}, r.status, "%s: %.300s", what, r.body)
		return false
	}
	same := func(what, typed, body string) {
		kept++
		typed = strings.TrimSpace(strings.ReplaceAll(typed, "\r\n", "\n"))
		body = strings.ReplaceAll(html.UnescapeString(body), "\r\n", "\n")
		assert.True(t, strings.Contains(body, typed), "%s came back otherwise", what)
	}
	// raw writes a JSON string with the octets as they are: what is no UTF-8 arrives so.
	raw := func(text string) string {
		quoted, err := json.Marshal(text)
		require.NoError(t, err)
		if text == hostile["broken"] {
			return `"` + text + `"`
		}
		return string(quoted)
	}
	inside := func(body string) string { // every string of an answer of the API, as it is meant.
		var v any
		if json.Unmarshal([]byte(body), &v) != nil {
			return body
		}
		var all strings.Builder
		var walk func(any)
		walk = func(v any) {
			switch v := v.(type) {
			case string:
				all.WriteString(v + "\n")
			case []any:
				for _, x := range v {
					walk(x)
				}
			case map[string]any:
				for _, x := range v {
					walk(x)
				}
			}
		}
		walk(v)
		return all.String()
	}
	for name, text := range hostile {
		api := func(who *visitor, method, path, before, after string) {
			what := name + " to " + method + " " + path + " " + before
			r := who.do(method, "/api/v1"+path, before+raw(text)+after)
			assert.NotContains(t, r.header.Get("Content-Type"), "html", what)
			tries++
			assert.Less(t, r.status, 500, "%s: %.300s", what, r.body)
			if r.status < 400 {
				switch {
				case name == "broken": // The decoder of JSON puts U+FFFD where the octets are no text.
					same(what, "a\ufffd\ufffdb", inside(r.body))
				case !strings.HasSuffix(path, "/signature"): // A signature is shown as the partner's own name.
					same(what, text, inside(r.body))
				}
				return
			}
			refused++
			assert.Contains(t, []int{400, 409, 412, 413, 422}, r.status, "%s: %.300s", what, r.body)
		}
		mail := func() string { return `"` + random(20) + `@client.example"` }
		api(therapist, "POST", "/couples", `{"partners":[{"email":`+mail()+`,"name":`, `},{"name":"Al","email":`+mail()+`}]}`)
		api(therapist, "POST", "/couples", `{"partners":[{"name":"Al","email":`+mail()+`,"phone":`, `},{"name":"Al","email":`+mail()+`}]}`)
		api(therapist, "POST", "/couples", `{"partners":[{"name":"Al","email":`, `},{"name":"Al","email":`+mail()+`}]}`)
		api(owner, "POST", "/members", `{"role":"office","email":`+mail()+`,"name":`, `}`)
		api(therapist, "PUT", "/sessions/"+f.ids["session"]+"/note", `{"body":`, `}`)
		api(therapist, "PATCH", "/sessions/"+f.ids["session"], `{"room":`, `}`)
		api(therapist, "POST", "/couples/"+f.ids["couple"]+"/programme", `{"phase":1,"programme":`, `}`)
		api(therapist, "POST", "/couples/"+f.ids["couple"]+"/assignments", `{"for":"both","starts_on":"2026-10-05","schedule":{"kind":"daily"},"exercise_id":`, `}`)
		api(therapist, "POST", "/couples/"+f.ids["couple"]+"/reports", `{"audience":"couple","month":`, `}`)
		api(partner, "PUT", "/tasks/"+f.ids["taskA"]+"/draft", `{"answers":{"loving":`, `}}`)
		api(partner, "PUT", "/tasks/"+f.ids["taskA"]+"/draft", `{"answers":{"action":`, `}}`)
		api(partner, "PUT", "/tasks/"+f.ids["taskA"]+"/draft", `{"answers":{"us":`, `}}`)
		api(partner, "POST", "/couples/"+f.ids["couple"]+"/agreements", `{"exercise_id":"trust-contract","points":[{"area":"x","measure":"x","agreement":`, `}]}`)
		api(partner, "POST", "/couples/"+f.ids["couple"]+"/agreements", `{"exercise_id":"trust-contract","points":[{"area":"x","measure":"x","agreement":"x"}],"intro":`, `}`)
		api(partner, "POST", "/agreements/"+f.ids["agreement"]+"/review", `{"kept":{},"words":`, `}`)
		api(partner, "POST", "/agreements/"+f.ids["agreement"]+"/signature", `{"revision":1,"name":`, `}`)
		api(partner, "POST", "/messages", `{"body":`, `}`)
		api(therapist, "POST", "/couples/"+f.ids["couple"]+"/messages?thread="+f.ids["partner"], `{"body":`, `}`)
		api(partner, "PATCH", "/me/reminders", `{"quiet_from":`, `}`)
		api(owner, "POST", "/webhooks", `{"events":["session.planned"],"url":`, `}`)

		form := func(who *visitor, path string, values url.Values, field string) {
			values.Set(field, text)
			what := name + " to the form " + path + " " + field
			r := who.do("POST", path, who.form(values))
			if check(what, r) && r.status == 303 && name != "long" {
				if page := who.get(r.header.Get("Location")); page.status == 200 && field == "body" {
					same(what, text, page.body)
				}
			}
		}
		form(therapist, "/desk/couples", url.Values{"partners.0.email": {random(20) + "@client.example"}, "partners.1.name": {"Al"}, "partners.1.email": {random(20) + "@client.example"}, "partners.0.locale": {"nl"}, "partners.1.locale": {"nl"}}, "partners.0.name")
		form(therapist, "/desk/calendar/"+f.ids["session"]+"/note", url.Values{"version": {"1"}}, "body")
		form(therapist, "/desk/couples/"+f.ids["couple"]+"/messages/together", url.Values{}, "body")
		form(partner, "/portal/messages/alone", url.Values{}, "body")
		form(partner, "/portal/messages/alone", url.Values{"body": {"x"}}, "id")
		form(therapist, "/desk/reports/"+f.ids["draft"]+"/note", url.Values{"version": {"3"}}, "note")
		form(therapist, "/desk/couples/"+f.ids["couple"]+"/agreements", url.Values{"exercise_id": {"trust-contract"}, "points.0.area": {"x"}, "points.0.measure": {"x"}}, "points.0.agreement")
		form(therapist, "/desk/couples/"+f.ids["couple"]+"/settings", url.Values{"version": {"1"}}, "status")
		form(partner, "/portal/tasks/"+f.ids["taskA"], url.Values{"do": {"draft"}}, "q.loving")
		form(partner, "/portal/tasks/"+f.ids["taskA"], url.Values{"do": {"draft"}}, "shape")
		form(partner, "/portal/agreements/"+f.ids["agreement"]+"/signature", url.Values{"revision": {"1"}, "agreed": {"1"}}, "name")
		form(partner, "/portal/settings/reminders", url.Values{"version": {"1"}, "quiet_until": {"08:00"}, "cap_per_day": {"4"}}, "quiet_from")
		form(owner, "/desk/settings/members", url.Values{"role": {"office"}, "email": {random(20) + "@practice.example"}, "locale": {"nl"}}, "name")
		form(partner, "/language", url.Values{"lang": {"nl"}}, "back")
		form(partner, "/sign-in/fresh", url.Values{"to": {"/portal"}}, "password")
		if name != "long" {
			q := url.QueryEscape(text)
			for _, path := range []string{"/api/v1/couples?search=", "/api/v1/couples?cursor=", "/api/v1/audit?cursor=", "/api/v1/reports?couple_id=", "/api/v1/sessions?from=", "/api/v1/exercises/", "/desk/couples?q=", "/desk/library?q=", "/desk/library?goal=", "/desk/calendar?week=", "/desk/couples?cursor=", "/desk/couples/" + f.ids["couple"] + "/messages/", "/desk/couples/" + f.ids["couple"] + "/messages/together?cursor=", "/api/v1/couples/" + f.ids["couple"] + "/messages?thread=", "/desk/audit?cursor=", "/desk/couples/" + f.ids["couple"] + "/progress?month="} {
				r := therapist.get(path + q)
				tries++
				assert.Less(t, r.status, 500, "%s in %s", name, path)
				if strings.Contains(r.header.Get("Content-Type"), "html") {
					assert.NotContains(t, r.body, "<script>alert(1)", path)
					assert.NotContains(t, r.body, "<svg/onload", path)
				}
			}
		}
	}
	faults := strings.Count(w.log.String(), `"level":"ERROR"`)
	assert.Zero(t, faults, w.log.String())
	require.Positive(t, kept)
	t.Logf("%d inputs of %d kinds: %d refused at their field, %d given back as they were, %d faults of ours", tries, len(hostile), refused, kept, faults)
}
