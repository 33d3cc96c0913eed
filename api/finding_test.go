package api_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/internal/testkit"
)

func TestExercisesAreSearchedChosenAndKept(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	s := serve(t, k.Service)
	therapist, colleague := tokenOf(k, k.Therapist), tokenOf(k, k.Colleague)
	list := func(token, query string) []map[string]any {
		var out struct{ Data []map[string]any }
		a := s.get(token, "/exercises?limit=100&"+query)
		a.is(200)
		require.NoError(t, json.Unmarshal(a.raw, &out))
		return out.Data
	}
	require.Equal(t, "appreciation", list(therapist, "q=waardring")[0]["id"])
	require.Empty(t, list(therapist, "q=xyzzyplugh"))
	for _, e := range list(therapist, "goal=trust&phase=rebuilding&who=each&max_minutes=5&kind=exercise&audience=therapist") {
		require.Equal(t, "each", e["who"])
		require.LessOrEqual(t, e["minutes"], 5.0)
		require.Contains(t, e["goals"], "trust")
		require.Contains(t, e["phases"], "rebuilding")
	}
	for query, want := range map[string]func(map[string]any) bool{
		"risk=none": func(e map[string]any) bool { return e["risks"] == nil }, "kind=card": func(e map[string]any) bool { return e["card"] == true },
	} {
		found := list(therapist, query)
		require.NotEmpty(t, found, query)
		for _, e := range found {
			require.True(t, want(e), "%s: %v", query, e["id"])
		}
	}
	// Pages of a search go on where the last one ended.
	var first struct {
		Data []map[string]any
		Next *string
	}
	a := s.get(therapist, "/exercises?q=vertrouwen&limit=2")
	a.is(200)
	require.NoError(t, json.Unmarshal(a.raw, &first))
	require.NotNil(t, first.Next)
	require.NotEqual(t, first.Data[0]["id"], list(therapist, "q=vertrouwen&cursor="+*first.Next)[0]["id"])

	for range 2 { // Twice is once.
		s.do(request{method: "PUT", path: "/exercises/small-wins/favourite", token: therapist}).is(204)
	}
	kept := list(therapist, "favourite=true")
	require.Len(t, kept, 1)
	require.Equal(t, true, kept[0]["favourite"])
	require.Empty(t, list(colleague, "favourite=true"))
	s.do(request{method: "DELETE", path: "/exercises/small-wins/favourite", token: colleague}).is(204)
	require.Len(t, list(therapist, "favourite=true"), 1)
	s.do(request{method: "DELETE", path: "/exercises/small-wins/favourite", token: therapist}).is(204)
	require.Empty(t, list(therapist, "favourite=true"))
	s.do(request{method: "PUT", path: "/exercises/nothing-there/favourite", token: therapist}).problem(404, "not_found")
	s.get(therapist, "/exercises?who=everybody").is(422)
	s.get(therapist, "/exercises?max_minutes=0").is(422)
}
