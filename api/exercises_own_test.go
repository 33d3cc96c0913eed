package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A practice's own exercise over the API: copied, changed, published, shared, taken along as YAML, archived and back. Every
// answer has the shape that the document gives.
func TestOwnExercisesOverTheAPI(t *testing.T) {
	s := newStory(t)
	noor, joost := tokenOf(s.k, s.k.Therapist), tokenOf(s.k, s.k.Colleague)
	made := s.call(noor, "POST /exercises/{id}/copy", nil, "small-wins")
	copied := made.is(http.StatusCreated)
	id := text(copied, "id")
	require.Equal(t, "/api/v1/exercises/"+id+"/draft", made.header.Get("Location"))
	require.Equal(t, "draft", copied["status"])
	require.Equal(t, "small-wins", copied["copied_from"])
	require.Empty(t, copied["missing"])
	s.call(joost, "GET /exercises/{id}/draft", nil, id).problem(404, "not_found")

	draft := s.call(noor, "GET /exercises/{id}/draft", nil, id)
	tag := draft.header.Get("ETag")
	definition := object(draft.is(200), "definition")
	definition["title"] = map[string]any{"nl": "Kleine overwinningen"}
	definition["summary"] = map[string]any{"nl": ""}
	s.call(noor, "PUT /exercises/{id}", definition, id).problem(428, "precondition_required")
	changed := s.callWith(map[string]string{"If-Match": tag}, noor, "PUT /exercises/{id}", definition, id, "languages=nl")
	body := changed.is(200)
	require.Equal(t, "summary.nl", body["missing"].([]any)[0].(map[string]any)["location"])
	s.callWith(map[string]string{"If-Match": tag}, noor, "PUT /exercises/{id}", definition, id).problem(412, "stale")
	tag = changed.header.Get("ETag")
	refused := s.callWith(map[string]string{"If-Match": tag}, noor, "POST /exercises/{id}/publication", map[string]any{"shared": true}, id).problem(422, "invalid")
	require.Equal(t, "summary.nl", refused["errors"].([]any)[0].(map[string]any)["location"])
	definition["minutes"] = 9999
	s.callWith(map[string]string{"If-Match": tag}, noor, "PUT /exercises/{id}", definition, id).problem(422, "invalid")
	definition["minutes"], definition["summary"] = 9, map[string]any{"nl": "Elke dag één ding."}
	tag = s.callWith(map[string]string{"If-Match": tag}, noor, "PUT /exercises/{id}", definition, id).header.Get("ETag")
	published := s.callWith(map[string]string{"If-Match": tag}, noor, "POST /exercises/{id}/publication", map[string]any{"shared": true}, id)
	require.InDelta(t, 1, published.is(200)["published_version"], 0)
	tag = published.header.Get("ETag")

	require.Equal(t, "Kleine overwinningen", text(s.call(joost, "GET /exercises/{id}", nil, id).is(200), "title"))
	require.Len(t, entries(s.call(joost, "GET /own-exercises", nil).is(200)), 1)
	s.callWith(map[string]string{"If-Match": tag}, joost, "PATCH /exercises/{id}", map[string]any{"shared": false}, id).problem(403, "forbidden")
	file := s.call(joost, "GET /exercises/{id}/yaml", nil, id)
	require.Equal(t, 200, file.status)
	require.Contains(t, file.header.Get("Content-Type"), "application/yaml")
	require.Contains(t, file.header.Get("Content-Disposition"), `filename="kleine-overwinningen.yaml"`)
	s.call(joost, "POST /exercises/import", map[string]any{"file": "x.yaml", "yaml": string(file.raw)}).is(201)
	broken := s.call(joost, "POST /exercises/import", map[string]any{"file": "x.yaml", "yaml": strings.Replace(string(file.raw), "kind: exercise", "kind: spel", 1)}).problem(422, "invalid")
	require.Contains(t, broken["errors"].([]any)[0].(map[string]any)["message"], "x.yaml, regel ")
	s.callWith(map[string]string{"If-Match": `"1"`}, noor, "PUT /exercises/{id}", definition, "small-wins").problem(403, "forbidden")

	archived := s.callWith(map[string]string{"If-Match": tag}, noor, "POST /exercises/{id}/archive", nil, id)
	require.Equal(t, "archived", archived.is(200)["status"])
	back := s.callWith(map[string]string{"If-Match": archived.header.Get("ETag")}, noor, "DELETE /exercises/{id}/archive", nil, id)
	require.Equal(t, "published", back.is(200)["status"])
	private := s.callWith(map[string]string{"If-Match": back.header.Get("ETag")}, noor, "PATCH /exercises/{id}", map[string]any{"shared": false}, id)
	require.Equal(t, false, private.is(200)["shared"])
	s.call(joost, "GET /exercises/{id}", nil, id).problem(404, "not_found")
}
