package api_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
)

// mailbox takes the mail that goes out.
type mailbox struct {
	mu   sync.Mutex
	mail map[string][]care.Message // by address.
}

func (m *mailbox) Send(_ context.Context, messages []care.Message) []error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, one := range messages {
		m.mail[one.To] = append(m.mail[one.To], one)
	}
	return make([]error, len(messages))
}

var invitationLink = regexp.MustCompile(`/invitation/([A-Za-z0-9_-]+)`)

// story is the main job of the product as a client of the API meets it. Every answer is held against the document.
type story struct {
	*server
	k    *testkit.Kit
	mail *mailbox
	sh   *shapes
}

func newStory(t *testing.T) *story {
	t.Helper()
	box := &mailbox{mail: map[string][]care.Message{}}
	k := testkit.New(t, func(d *care.Deps) { d.Mailer, d.Demo = box, true })
	s := serve(t, k.Service)
	return &story{server: s, k: k, mail: box, sh: newShapes(t, s)}
}

var parameter = regexp.MustCompile(`\{[a-z]+\}`)

// call asks a route of the document, with its parameters filled in order.
func (s *story) call(token, route string, body any, params ...string) answer {
	s.t.Helper()
	return s.callWith(nil, token, route, body, params...)
}

func (s *story) callWith(headers map[string]string, token, route string, body any, params ...string) answer {
	s.t.Helper()
	method, path, _ := strings.Cut(route, " ")
	path = parameter.ReplaceAllStringFunc(path, func(string) string { p := params[0]; params = params[1:]; return p })
	query := ""
	if len(params) > 0 {
		query = "?" + params[0]
	}
	a := s.do(request{method: method, path: path + query, token: token, body: body, headers: headers})
	require.NotRegexp(s.t, `\[[a-z_]+\.[a-z_.]+\]`, string(a.raw), "a message without words")
	require.NotRegexp(s.t, `T\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:`, string(a.raw), "a moment that is not in UTC")
	s.sh.fit(route, a)
	return a
}

// work does what the workers would: sends what is due and runs the jobs that wait.
func (s *story) work() {
	s.t.Helper()
	ctx := context.Background()
	jobs, err := s.k.Worker.DueJobs(ctx, 200)
	require.NoError(s.t, err)
	for _, j := range jobs {
		if j.PracticeID == s.k.Practice {
			require.NoError(s.t, s.k.Worker.RunJob(ctx, j.PracticeID, j.ID), j.Kind)
		}
	}
	batches, err := s.k.Worker.ClaimDueReminders(ctx, 500)
	require.NoError(s.t, err)
	for _, b := range batches {
		require.NoError(s.t, s.k.Worker.SendReminders(ctx, b))
	}
}

// invitationOf gives the token in the newest mail to an address.
func (s *story) invitationOf(email string) string {
	s.t.Helper()
	got := s.mail.mail[email]
	require.NotEmpty(s.t, got, "no mail")
	link := invitationLink.FindStringSubmatch(got[len(got)-1].Text)
	require.NotNil(s.t, link, "no invitation in the mail")
	return link[1]
}

func text(m map[string]any, key string) string { v, _ := m[key].(string); return v }

func object(m map[string]any, key string) map[string]any {
	v, _ := m[key].(map[string]any)
	return v
}

func entries(m map[string]any) []map[string]any {
	var out []map[string]any
	data, _ := m["data"].([]any)
	for _, v := range data {
		out = append(out, v.(map[string]any))
	}
	return out
}

const password = "een lange zin om in te loggen"

func email(name string) string { return name + "-" + uuid.NewString()[:12] + "@client.example" }

func (s *story) signIn(address string) string {
	s.t.Helper()
	return text(s.call("", "POST /auth/tokens", map[string]string{"email": address, "password": password}).is(201), "token")
}

// accept takes an invitation in person.
func (s *story) accept(address, lang string) {
	s.t.Helper()
	token := s.invitationOf(address)
	seen := s.call("", "GET /invitations/{token}", nil, token).is(200)
	yes := map[string]any{"password": password, "locale": lang}
	if seen["kind"] == "partner" {
		require.NotEmpty(s.t, seen["secrets_policy"])
		p := s.call("", "POST /invitations/{token}/acceptance", yes, token).problem(422, "invalid")
		require.Contains(s.t, wrong(p), "consent_treatment")
		require.NotContains(s.t, text(p, "instance"), token)
		yes["consent_treatment"], yes["accept_secrets_policy"], yes["consent_report_line"] = true, true, true
	}
	s.call("", "POST /invitations/{token}/acceptance", yes, token).is(201)
	s.call("", "POST /invitations/{token}/acceptance", yes, token).problem(404, "not_found")
}

func TestStory(t *testing.T) {
	s := newStory(t)
	owner := tokenOf(s.k, s.k.Owner)

	// The owner adds a therapist, who accepts and signs in.
	noor := email("noor")
	s.call(owner, "POST /members", map[string]any{"role": "therapist", "clinician": true, "name": "Noor", "email": noor, "locale": "nl"}).is(201)
	s.work()
	s.accept(noor, "nl")
	therapist := s.signIn(noor)
	me := s.call(therapist, "GET /me", nil).is(200)
	require.Equal(t, []any{"member", "therapist", "Noor", noor, "nl"}, []any{me["kind"], me["role"], me["name"], me["email"], me["locale"]})

	// A couple, once, however often it is sent.
	sam, robin := email("sam"), email("robin")
	body := map[string]any{"invite": true, "partners": []map[string]any{{"name": "Sam", "email": sam, "locale": "nl", "role": "repairing"}, {"name": "Robin 🌷", "email": robin, "locale": "en"}}}
	once := map[string]string{"Idempotency-Key": "couple-1"}
	made := s.callWith(once, therapist, "POST /couples", body)
	couple := made.is(201)
	id := text(couple, "id")
	require.Equal(t, "/api/v1/couples/"+id, made.header.Get("Location"))
	again := s.callWith(once, therapist, "POST /couples", body)
	require.Equal(t, id, again.is(201)["id"])
	require.Equal(t, made.header.Get("Location"), again.header.Get("Location"))
	body["invite"] = false
	s.callWith(once, therapist, "POST /couples", body).problem(409, "conflict")
	require.Len(t, entries(s.call(therapist, "GET /couples", nil).is(200)), 1)
	s.call(owner, "GET /couples/{id}", nil, id).problem(404, "not_found")

	// Both accept in person.
	s.work()
	s.accept(sam, "nl")
	s.accept(robin, "en")
	samID, robinID := "", ""
	for _, p := range s.call(therapist, "GET /couples/{id}", nil, id).is(200)["partners"].([]any) {
		if p := p.(map[string]any); p["email"] == sam {
			samID = text(p, "id")
		} else {
			robinID = text(p, "id")
		}
	}
	s.call(therapist, "POST /couples/{id}/partners/{pid}/invitation", nil, id, samID).problem(409, "conflict")

	s.library(therapist)
	assigned := s.assign(therapist, id, samID)
	s.versions(therapist, id, assigned)
	s.sessions(therapist, id)

	// Eight in the evening, both at home.
	s.k.Clock.Set(time.Date(2026, 10, 5, 18, 0, 0, 0, time.UTC))
	s.work()
	samToken, robinToken := s.signIn(sam), s.signIn(robin)
	s.checkIn(samToken, robinToken, robinID)
	therapist = s.signIn(noor)
	s.programme(therapist, samToken, id)
	s.letter(therapist, samToken, robinToken, id)
	s.agree(therapist, samToken, robinToken, id)
	s.report(therapist, samToken, robinToken, id)
	s.own(owner, samToken)

	s.call(samToken, "DELETE /auth/tokens/current", nil).is(204)
	s.call(samToken, "GET /me", nil).problem(401, "unauthenticated")
	require.NotContains(t, s.log.String(), "request failed", "something failed inside")
}

// library reads the exercises, in the language that is asked for, part by part.
func (s *story) library(therapist string) {
	s.t.Helper()
	first := s.call(therapist, "GET /exercises", nil, "limit=7").is(200)
	require.Len(s.t, first["data"], 7)
	second := s.call(therapist, "GET /exercises", nil, "limit=7&cursor="+text(first, "next")).is(200)
	require.NotEqual(s.t, entries(first)[0]["id"], entries(second)[0]["id"])
	s.call(therapist, "GET /exercises", nil, "cursor=nonsense").problem(422, "invalid")
	for _, limit := range []string{"0", "101", "-1", "many"} {
		require.Contains(s.t, wrong(s.call(therapist, "GET /exercises", nil, "limit="+limit).problem(422, "invalid")), "limit")
	}
	dutch := s.call(therapist, "GET /exercises/{id}", nil, "daily-checkin").is(200)
	english := s.callWith(map[string]string{"Accept-Language": "en"}, therapist, "GET /exercises/{id}", nil, "daily-checkin").is(200)
	require.Equal(s.t, "Dagelijkse check-in", dutch["title"])
	require.Equal(s.t, "Daily check-in", english["title"])
	require.NotEmpty(s.t, object(dutch, "form")["questions"])
	s.call(therapist, "GET /exercises/{id}", nil, "no-such-thing").problem(404, "not_found")
	s.call(therapist, "GET /programmes", nil).is(200)
	s.call(therapist, "POST /exercises", map[string]any{"id": "x"}).problem(422, "invalid")
}

// assign gives homework and returns an assignment of the couple.
func (s *story) assign(therapist, couple, samID string) map[string]any {
	s.t.Helper()
	give := func(exercise, forWhom, kind string) map[string]any {
		return s.call(therapist, "POST /couples/{id}/assignments", map[string]any{
			"exercise_id": exercise, "for": forWhom, "schedule": map[string]any{"kind": kind, "at": "20:00"}, "starts_on": "2026-10-05",
		}, couple).is(201)
	}
	p := s.call(therapist, "POST /couples/{id}/assignments", map[string]any{"exercise_id": "daily-checkin", "for": "both", "schedule": map[string]any{"kind": "hourly"}, "starts_on": "2026-10-05"}, couple).problem(422, "invalid")
	require.Contains(s.t, wrong(p), "schedule.kind")
	daily := give("daily-checkin", "both", "daily")
	give("responsibility-letter", samID, "once")
	require.Len(s.t, entries(s.call(therapist, "GET /couples/{id}/assignments", nil, couple).is(200)), 2)
	return daily
}

// versions holds changes to what was seen.
func (s *story) versions(therapist, couple string, assignment map[string]any) {
	s.t.Helper()
	match := func(v string) map[string]string { return map[string]string{"If-Match": v} }
	s.call(therapist, "PATCH /couples/{id}", map[string]any{"status": "active"}, couple).problem(428, "precondition_required")
	seen := s.call(therapist, "GET /couples/{id}", nil, couple).header.Get("ETag")
	for _, stale := range []string{`"999"`, "nonsense", `"1`} {
		s.callWith(match(stale), therapist, "PATCH /couples/{id}", map[string]any{"status": "active"}, couple).problem(412, "stale")
	}
	changed := s.callWith(match(seen), therapist, "PATCH /couples/{id}", map[string]any{"status": "active"}, couple)
	changed.is(200)
	require.NotEqual(s.t, seen, changed.header.Get("ETag"))
	s.callWith(match(seen), therapist, "PATCH /couples/{id}", map[string]any{"status": "active"}, couple).problem(412, "stale")
	s.callWith(match("*"), therapist, "PATCH /couples/{id}", map[string]any{"status": "active"}, couple).is(200)
	s.callWith(match(seen), therapist, "PATCH /couples/{id}", map[string]any{"status": "happy"}, couple)

	id := text(assignment, "id")
	s.call(therapist, "DELETE /assignments/{id}", nil, id).problem(428, "precondition_required")
	s.callWith(match(`"7"`), therapist, "DELETE /assignments/{id}", nil, id).problem(412, "stale")
	s.callWith(match(`"1"`), therapist, "PATCH /assignments/{id}", map[string]any{"ends_on": "2026-12-31"}, id).is(200)
}

// sessions plans, clashes, notes and cancels.
func (s *story) sessions(therapist, couple string) {
	s.t.Helper()
	plan := map[string]any{"couple_id": couple, "kind": "conjoint", "room": "Tuinkamer", "starts_at": "2026-10-08T09:00:00Z", "ends_at": "2026-10-08T10:00:00Z"}
	made := s.call(therapist, "POST /sessions", plan)
	id := text(made.is(201), "id")
	plan["starts_at"], plan["ends_at"] = "2026-10-08T11:30:00+02:00", "2026-10-08T12:30:00+02:00"
	s.call(therapist, "POST /sessions", plan).problem(409, "conflict")
	require.Len(s.t, entries(s.call(therapist, "GET /sessions", nil, "from=2026-10-08&until=2026-10-08").is(200)), 1)
	require.Empty(s.t, entries(s.call(therapist, "GET /sessions", nil, "from=2026-10-09").is(200)))
	require.Contains(s.t, wrong(s.call(therapist, "GET /sessions", nil, "from=someday").problem(422, "invalid")), "from")

	s.call(therapist, "GET /sessions/{id}/note", nil, id).problem(404, "not_found")
	first := s.call(therapist, "PUT /sessions/{id}/note", map[string]any{"body": "Begin"}, id)
	first.is(200)
	s.call(therapist, "PUT /sessions/{id}/note", map[string]any{"body": "Overschreven"}, id).problem(428, "precondition_required")
	s.callWith(map[string]string{"If-Match": first.header.Get("ETag")}, therapist, "PUT /sessions/{id}/note", map[string]any{"body": "Begin en vervolg"}, id).is(200)
	require.Equal(s.t, "Begin en vervolg", s.call(therapist, "GET /sessions/{id}/note", nil, id).is(200)["body"])
	require.NotEmpty(s.t, s.call(therapist, "POST /sessions/{id}/note/signature", nil, id).is(200)["signed_at"])

	s.callWith(map[string]string{"If-Match": made.header.Get("ETag")}, therapist, "POST /sessions/{id}/cancellation", nil, id)
	require.Equal(s.t, "cancelled", s.call(therapist, "GET /sessions/{id}", nil, id).is(200)["status"])
}

// taskOf finds a partner's open task of an exercise.
func (s *story) taskOf(token, exercise string) string {
	s.t.Helper()
	for _, task := range entries(s.call(token, "GET /tasks", nil, "status=open").is(200)) {
		if object(task, "exercise")["id"] == exercise {
			return text(task, "id")
		}
	}
	s.t.Fatalf("no open task of %s", exercise)
	return ""
}

// checkIn is the daily check-in of both: a draft, the first half, and the moment it opens for both.
func (s *story) checkIn(sam, robin, robinID string) {
	s.t.Helper()
	const words = "een kop thee samen 🍵 <b>"
	answers := map[string]any{"weather": "sunny", "connected": 8, "grateful": words}
	task, other := s.taskOf(sam, "daily-checkin"), s.taskOf(robin, "daily-checkin")
	draft := s.call(sam, "PUT /tasks/{id}/draft", map[string]any{"answers": map[string]any{"grateful": words}}, task)
	require.Equal(s.t, words, object(draft.is(200), "draft")["grateful"])
	s.callWith(map[string]string{"If-Match": `"1"`}, sam, "PUT /tasks/{id}/draft", map[string]any{"answers": map[string]any{}}, task).problem(412, "stale")
	p := s.call(sam, "POST /tasks/{id}/response", map[string]any{"answers": map[string]any{"connected": 99, "shoe_size": 43}}, task).problem(422, "invalid")
	require.Contains(s.t, wrong(p), "answers.connected")
	require.Contains(s.t, wrong(p), "answers.weather")
	require.Contains(s.t, wrong(p), "answers.shoe_size")
	s.call(robin, "GET /tasks/{id}", nil, task).problem(404, "not_found")

	mine := s.call(sam, "POST /tasks/{id}/response", map[string]any{"answers": answers}, task).is(201)
	require.Equal(s.t, words, object(mine, "answers")["grateful"])
	s.call(sam, "DELETE /tasks/{id}/response", nil, task).is(204)
	s.call(sam, "POST /tasks/{id}/response", map[string]any{"answers": answers}, task).is(201)
	unseen := s.call(robin, "GET /tasks/{id}", nil, other)
	require.NotContains(s.t, string(unseen.raw), "thee")
	require.NotContains(s.t, unseen.is(200), "partner")

	s.call(robin, "POST /tasks/{id}/response", map[string]any{"answers": map[string]any{"weather": "storm", "connected": 4, "grateful": "dat je er was"}}, other).is(201)
	seen := s.call(robin, "GET /tasks/{id}", nil, other).is(200)
	require.Equal(s.t, words, object(object(seen, "partner"), "answers")["grateful"])
	require.NotContains(s.t, object(seen, "partner"), "submitted_at")
	back := s.call(sam, "GET /tasks/{id}", nil, task).is(200)
	require.Equal(s.t, "dat je er was", object(object(back, "partner"), "answers")["grateful"])
	if at := text(object(back, "response"), "revealed_at"); at != "" {
		require.True(s.t, strings.HasSuffix(at, "22:00:00Z"), "a partner learns the day and not the moment: %s", at)
	}
	s.call(sam, "DELETE /tasks/{id}/response", nil, task).problem(409, "conflict")
	require.Equal(s.t, robinID, s.call(robin, "GET /me", nil).is(200)["id"])
}

// letter is read in session: the therapist opens it to the other.
func (s *story) letter(therapist, sam, robin, couple string) {
	s.t.Helper()
	task := s.taskOf(sam, "responsibility-letter")
	exercise, ok := s.k.Library.Exercise("responsibility-letter")
	require.True(s.t, ok)
	s.call(sam, "POST /tasks/{id}/response", map[string]any{"answers": testkit.Fill(exercise, "kanarie in de brief")}, task).is(201)
	require.Empty(s.t, entries(s.call(robin, "GET /tasks", nil, "status=all").is(200))[0]["draft"])
	s.call(robin, "GET /couples/{id}/responses", nil, couple).problem(403, "forbidden")
	for _, r := range entries(s.call(therapist, "GET /couples/{id}/responses", nil, couple).is(200)) {
		if object(r, "exercise")["id"] == "responsibility-letter" {
			require.Equal(s.t, true, r["can_reveal"])
			opened := s.call(therapist, "POST /responses/{id}/reveal", nil, text(r, "id")).is(200)
			require.Equal(s.t, false, opened["can_reveal"])
			s.call(robin, "POST /responses/{id}/audience", map[string]any{"question": "what", "audience": "both"}, text(r, "id")).problem(404, "not_found")
			s.call(sam, "POST /responses/{id}/audience", map[string]any{"question": "what", "audience": "me"}, text(r, "id")).problem(422, "invalid")
			return
		}
	}
	s.t.Fatal("the letter is not among the answers")
}

// agree writes an agreement that both sign and look back on.
func (s *story) agree(therapist, sam, robin, couple string) {
	s.t.Helper()
	text1 := map[string]any{"exercise_id": "trust-contract", "points": []map[string]any{{"area": "communication", "agreement": "Telefoons weg bij het eten", "measure": "Vijf avonden per week"}}}
	made := s.call(sam, "POST /couples/{id}/agreements", text1, couple)
	agreement := made.is(201)
	id := text(agreement, "id")
	sign := map[string]any{"revision": agreement["revision"], "name": "Sam"}
	s.call(therapist, "POST /agreements/{id}/signature", sign, id).problem(403, "forbidden")
	s.call(sam, "POST /agreements/{id}/signature", map[string]any{"revision": 99, "name": "Sam"}, id).problem(409, "conflict")
	s.call(sam, "POST /agreements/{id}/signature", sign, id).is(200)
	require.Equal(s.t, "active", s.call(robin, "POST /agreements/{id}/signature", map[string]any{"revision": agreement["revision"], "name": "Robin"}, id).is(200)["status"])
	s.callWith(map[string]string{"If-Match": made.header.Get("ETag")}, sam, "PUT /agreements/{id}", text1, id).problem(412, "stale")
	point := agreement["points"].([]any)[0].(map[string]any)
	s.call(robin, "POST /agreements/{id}/review", map[string]any{"kept": map[string]any{text(point, "id"): true}}, id).is(200)
	require.NotEmpty(s.t, entries(s.call(therapist, "GET /couples/{id}/agreements", nil, couple).is(200)))
}

// report asks for a month, follows it, approves it; both download it.
func (s *story) report(therapist, sam, robin, couple string) {
	s.t.Helper()
	progress := s.call(therapist, "GET /couples/{id}/progress", nil, couple, "month=2026-10").is(200)
	require.Equal(s.t, "2026-10", progress["month"])
	s.call(sam, "GET /couples/{id}/progress", nil, couple).is(200)
	s.call(sam, "GET /couples/{id}/progress", nil, couple, "audience=therapist")
	require.Contains(s.t, wrong(s.call(therapist, "GET /couples/{id}/progress", nil, couple, "month=oktobr").problem(422, "invalid")), "month")

	asked := s.call(therapist, "POST /couples/{id}/reports", map[string]any{"month": "2026-10", "audience": "couple", "locale": "nl"}, couple)
	report := asked.is(202)
	id := text(report, "id")
	require.Equal(s.t, "/api/v1/reports/"+id, asked.header.Get("Location"))
	s.call(therapist, "GET /reports/{id}/pdf", nil, id).problem(409, "conflict")
	s.call(sam, "GET /reports/{id}", nil, id).problem(404, "not_found")
	s.work()
	built := s.call(therapist, "GET /reports/{id}", nil, id)
	require.Equal(s.t, "draft", built.is(200)["status"])
	s.callWith(map[string]string{"If-Match": built.header.Get("ETag")}, therapist, "PUT /reports/{id}/note", map[string]any{"note": "Jullie zijn begonnen."}, id).is(200)
	s.work()
	s.call(therapist, "PUT /reports/{id}/later", nil, id).problem(409, "conflict") // Nobody looked at it as it is now.
	s.call(therapist, "GET /reports/{id}/pdf", nil, id).is(200)
	later := func() any {
		return entries(s.call(therapist, "GET /report-drafts", nil).is(200))[0]["glance"].(map[string]any)["later"]
	}
	require.Equal(s.t, false, later())
	require.Equal(s.t, "draft", s.call(therapist, "PUT /reports/{id}/later", nil, id).is(200)["status"])
	require.Equal(s.t, true, later())
	s.call(therapist, "DELETE /reports/{id}/later", nil, id).is(200)
	require.Equal(s.t, false, later())
	require.Equal(s.t, "published", s.call(therapist, "POST /reports/{id}/approval", nil, id).is(200)["status"])
	for token, lang := range map[string]string{sam: "verslag-2026-10.pdf", robin: "report-2026-10.pdf"} {
		require.Len(s.t, entries(s.call(token, "GET /reports", nil).is(200)), 1)
		pdf := s.call(token, "GET /reports/{id}/pdf", nil, id)
		pdf.is(http.StatusOK)
		require.True(s.t, strings.HasPrefix(string(pdf.raw), "%PDF-"))
		require.Equal(s.t, `attachment; filename="`+lang+`"`, pdf.header.Get("Content-Disposition"))
		require.Equal(s.t, "no-store", pdf.header.Get("Cache-Control"))
	}
}

// own is what everyone has of their own: preferences, and who looked.
func (s *story) own(owner, sam string) {
	s.t.Helper()
	seen := s.call(sam, "GET /me/reminders", nil)
	require.Equal(s.t, true, seen.is(200)["mail"])
	s.call(sam, "PATCH /me/reminders", map[string]any{"cap_per_day": 2}).problem(428, "precondition_required")
	changed := s.callWith(map[string]string{"If-Match": seen.header.Get("ETag")}, sam, "PATCH /me/reminders", map[string]any{"cap_per_day": 2, "quiet_from": "21:00"})
	require.EqualValues(s.t, 2, changed.is(200)["cap_per_day"])
	require.NotEmpty(s.t, entries(s.call(sam, "GET /audit", nil).is(200)))
	require.NotEmpty(s.t, entries(s.call(owner, "GET /audit", nil).is(200)))
	s.call(sam, "GET /members", nil)
	members := entries(s.call(owner, "GET /members", nil).is(200))
	id := text(members[len(members)-1], "id")
	s.call(owner, "PATCH /members/{id}", map[string]any{"name": "Noor van Dijk"}, id).problem(428, "precondition_required")
	s.callWith(map[string]string{"If-Match": `"99"`}, owner, "PATCH /members/{id}", map[string]any{"name": "Noor van Dijk"}, id).problem(412, "stale")
	require.Equal(s.t, "Noor van Dijk", s.callWith(map[string]string{"If-Match": "*"}, owner, "PATCH /members/{id}", map[string]any{"name": "Noor van Dijk"}, id).is(200)["name"])

	hook := s.call(owner, "POST /webhooks", map[string]any{"url": "https://hooks.debrug.example/in", "events": []string{"session.planned"}}).is(201)
	require.True(s.t, strings.HasPrefix(text(hook, "secret"), "whsec_"))
	hooks := entries(s.call(owner, "GET /webhooks", nil).is(200))
	require.Len(s.t, hooks, 1)
	require.NotContains(s.t, hooks[0], "secret", "it is shown once")
	require.Contains(s.t, wrong(s.call(owner, "POST /webhooks", map[string]any{"url": "http://169.254.169.254/", "events": []string{"session.planned"}}).problem(422, "invalid")), "url")
	s.call(sam, "GET /webhooks", nil).problem(404, "not_found")
}
