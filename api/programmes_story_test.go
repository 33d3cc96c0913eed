package api_test

import (
	"github.com/stretchr/testify/require"

	"tussentijds/library"
)

// programme is a couple's programme from start to end, as a script would go through it.
func (s *story) programme(therapist, samToken, couple string) {
	s.t.Helper()
	match := func(v string) map[string]string { return map[string]string{"If-Match": v} }
	none := s.call(therapist, "GET /couples/{id}/programme", nil, couple).is(200)
	require.Equal(s.t, "none", none["status"])
	s.call(therapist, "POST /couples/{id}/programme/phase", map[string]any{"phase": 1, "reason": "Verder"}, couple).problem(409, "conflict")

	whole := s.call(therapist, "GET /programmes/{id}", nil, "infidelity-3-phase").is(200)
	require.Len(s.t, whole["phases"], 3)
	require.Len(s.t, object(whole, "aside")["taper"], 3)
	require.NotEmpty(s.t, object(whole, "gate")["first"])
	s.call(therapist, "GET /programmes/{id}", nil, "no-such").problem(404, "not_found")
	s.call(samToken, "GET /programmes/{id}", nil, "honesty").problem(404, "not_found")

	talk, _ := library.FindProgramme("communication-repair")
	started := s.call(therapist, "POST /couples/{id}/programme", map[string]any{"programme": "communication-repair", "phase": 2}, couple).is(200)
	require.Equal(s.t, map[string]any{"id": "communication-repair", "title": talk.Title.NL, "phase": 2.0}, started["programme"])
	seen := s.call(therapist, "GET /couples/{id}/programme", nil, couple)
	require.Equal(s.t, 2.0, seen.is(200)["phase"])

	change := map[string]any{"phases": []map[string]any{{"id": "daily", "goal": "Elke avond even", "skipped": false, "milestones": []map[string]any{{"title": "Een week volgehouden"}}}}}
	s.call(therapist, "PATCH /couples/{id}/programme", change, couple).problem(428, "precondition_required")
	s.callWith(match(`"99"`), therapist, "PATCH /couples/{id}/programme", change, couple).problem(412, "stale")
	adapted := s.callWith(match(seen.header.Get("ETag")), therapist, "PATCH /couples/{id}/programme", change, couple)
	require.Equal(s.t, true, adapted.is(200)["adapted"])
	require.NotEqual(s.t, seen.header.Get("ETag"), adapted.header.Get("ETag"))
	p := s.callWith(match("*"), therapist, "PATCH /couples/{id}/programme", map[string]any{"phases": []map[string]any{{"id": "daily", "goal": " "}}}, couple).problem(422, "invalid")
	require.Contains(s.t, wrong(p), "phases.0.goal")

	s.call(therapist, "POST /couples/{id}/programme/milestones", map[string]any{"milestone": "daily/own-1", "reached": true}, couple).is(200)
	s.call(therapist, "POST /couples/{id}/programme/phase", map[string]any{"phase": 3}, couple).problem(422, "invalid")
	s.call(therapist, "POST /couples/{id}/programme/phase", map[string]any{"phase": 3, "reason": "Ze zijn er klaar voor"}, couple).is(200)
	s.call(therapist, "POST /couples/{id}/programme/pause", nil, couple).is(200)
	require.Equal(s.t, "rescheduled", s.call(samToken, "GET /couples/{id}/programme", nil, couple).is(200)["status"])
	s.call(therapist, "POST /couples/{id}/programme/resumption", map[string]any{"reason": "Weer verder"}, couple).is(200)

	own := s.call(samToken, "GET /couples/{id}/programme", nil, couple)
	require.Equal(s.t, "Elke avond even", own.is(200)["goal"])
	require.Contains(s.t, string(own.raw), "Een week volgehouden")
	require.NotContains(s.t, string(own.raw), "klaar voor")
	require.Empty(s.t, own.header.Get("ETag"), "a number that rises would tell of what a partner does not see")
	s.call(samToken, "POST /couples/{id}/programme/pause", nil, couple).problem(403, "forbidden")
	s.call(therapist, "POST /couples/{id}/programme/end", map[string]any{"outcome": "ended", "reason": "Klaar"}, couple).problem(422, "invalid")
	ended := s.call(therapist, "POST /couples/{id}/programme/end", map[string]any{"outcome": "done", "reason": "Het loopt"}, couple).is(200)
	require.Len(s.t, ended["earlier"], 1)
}
