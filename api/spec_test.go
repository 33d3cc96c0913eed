package api_test

import (
	"bytes"
	"encoding/json"
	"sort"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"tussentijds/api"
)

// contract is what scripts rely on from outside; more may be there.
var contract = []string{
	"POST /auth/tokens", "DELETE /auth/tokens/current", "GET /me", "GET /members", "POST /members", "PATCH /members/{id}",
	"GET /couples", "POST /couples", "GET /couples/{id}", "PATCH /couples/{id}", "POST /couples/{id}/partners/{pid}/invitation",
	"POST /invitations/{token}/acceptance", "GET /sessions", "POST /sessions", "GET /sessions/{id}", "PATCH /sessions/{id}",
	"POST /sessions/{id}/cancellation", "GET /sessions/{id}/note", "PUT /sessions/{id}/note", "POST /sessions/{id}/note/signature",
	"GET /exercises", "POST /exercises", "GET /exercises/{id}", "GET /programmes", "POST /couples/{id}/programme",
	"GET /couples/{id}/assignments", "POST /couples/{id}/assignments", "PATCH /assignments/{id}", "DELETE /assignments/{id}",
	"GET /tasks", "GET /tasks/{id}", "PUT /tasks/{id}/draft", "POST /tasks/{id}/response", "DELETE /tasks/{id}/response",
	"GET /couples/{id}/responses", "POST /responses/{id}/reveal", "POST /responses/{id}/audience", "GET /couples/{id}/agreements",
	"POST /couples/{id}/agreements", "POST /agreements/{id}/signature", "POST /agreements/{id}/review", "GET /couples/{id}/progress",
	"POST /couples/{id}/reports", "GET /reports/{id}", "POST /reports/{id}/approval", "GET /reports/{id}/pdf", "GET /me/reminders",
	"PATCH /me/reminders", "GET /webhooks", "POST /webhooks", "GET /audit",
}

func document(t *testing.T, s *server) map[string]any {
	t.Helper()
	return s.get("", "/api/openapi.json").is(200)
}

// operations gives "METHOD path" to operation.
func operations(doc map[string]any) map[string]map[string]any {
	out := map[string]map[string]any{}
	for path, item := range doc["paths"].(map[string]any) {
		for method, op := range item.(map[string]any) {
			out[strings.ToUpper(method)+" "+path] = op.(map[string]any)
		}
	}
	return out
}

func TestDocument(t *testing.T) {
	doc := document(t, bare(t))
	require.True(t, strings.HasPrefix(doc["openapi"].(string), "3.1."))
	require.Equal(t, "1.2.3", doc["info"].(map[string]any)["version"])
	ops := operations(doc)
	for _, route := range contract {
		require.Contains(t, ops, route)
	}
	ids := map[string]bool{}
	for name, op := range ops {
		id := op["operationId"].(string)
		require.False(t, ids[id], "%s has the operationId of another", name)
		ids[id] = true
		require.NotEmpty(t, op["summary"], name)
		require.NotEmpty(t, op["tags"], name)
		for status, answer := range op["responses"].(map[string]any) {
			if !strings.HasPrefix(status, "2") {
				require.Contains(t, answer.(map[string]any)["content"], "application/problem+json", "%s %s", name, status)
			}
		}
		for _, part := range strings.Split(name, "/") {
			if p, ok := strings.CutPrefix(part, "{"); ok {
				require.True(t, declares(op, strings.TrimSuffix(p, "}")), "%s does not declare %s", name, part)
			}
		}
	}
	dangling(t, doc, doc)
}

func declares(op map[string]any, name string) bool {
	for _, p := range op["parameters"].([]any) {
		if p := p.(map[string]any); p["name"] == name && p["in"] == "path" && p["required"] == true {
			return true
		}
	}
	return false
}

// dangling wants every $ref of the document to lead somewhere.
func dangling(t *testing.T, doc map[string]any, v any) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok {
			name, ok := strings.CutPrefix(ref, "#/components/schemas/")
			require.True(t, ok, ref)
			require.Contains(t, doc["components"].(map[string]any)["schemas"], name)
		}
		for _, child := range v {
			dangling(t, doc, child)
		}
	case []any:
		for _, child := range v {
			dangling(t, doc, child)
		}
	}
}

// The table, the document and the router are one and the same set, with the same access.
func TestTableDocumentAndRouterAgree(t *testing.T) {
	s := bare(t)
	ops := operations(document(t, s))
	var fromTable, fromDocument, fromRouter []string
	for _, r := range api.Routes() {
		name := r.Method + " " + strings.TrimPrefix(r.Path, api.Prefix)
		fromTable = append(fromTable, name)
		require.Contains(t, []api.Access{api.Public, api.SignedIn}, r.Access, name)
		require.Contains(t, ops, name)
		require.Equal(t, r.OperationID, ops[name]["operationId"])
		asked := ops[name]["security"].([]any)[0].(map[string]any)
		require.Equal(t, r.Access == api.SignedIn, asked["bearer"] != nil, name)
		if r.Access == api.SignedIn {
			path := strings.NewReplacer("{id}", "x", "{pid}", "x").Replace(r.Path)
			s.do(request{method: r.Method, path: path}).problem(401, "unauthenticated")
		}
	}
	for name := range ops {
		fromDocument = append(fromDocument, name)
	}
	plain := map[string]bool{}
	for _, r := range api.Signposts() {
		plain[r.Path] = true
	}
	for _, r := range s.app.GetRoutes(true) {
		if !plain[r.Path] && r.Method != "HEAD" {
			path := strings.TrimPrefix(r.Path, api.Prefix)
			for _, p := range r.Params {
				path = strings.Replace(path, ":"+p, "{"+p+"}", 1)
			}
			fromRouter = append(fromRouter, r.Method+" "+path)
		}
	}
	for _, l := range [][]string{fromTable, fromDocument, fromRouter} {
		sort.Strings(l)
	}
	require.Equal(t, fromTable, fromDocument)
	require.Equal(t, fromTable, fromRouter)
}

func TestDocs(t *testing.T) {
	s := bare(t)
	for lang, title := range map[string]string{"nl": "De API van Tussentijds", "en": "The Tussentijds API"} {
		a := s.do(request{method: "GET", path: "/api/docs", headers: map[string]string{"Accept-Language": lang, "Accept": "text/html"}})
		a.is(200)
		page := string(a.raw)
		require.Contains(t, a.header.Get("Content-Type"), "text/html")
		require.Contains(t, page, "<h1>"+title+"</h1>")
		require.NotContains(t, a.header.Get("Content-Security-Policy"), "unsafe")
		for _, forbidden := range []string{"<script", "<style", "style=", "onclick", "http://", "https://", "api.docs."} {
			require.NotContains(t, page, forbidden)
		}
		for _, r := range api.Routes() {
			require.Contains(t, page, `id="`+r.OperationID+`"`)
		}
		require.Contains(t, page, `id="not_found"`, "the type of a problem leads here")
	}
	style := s.get("", "/api/docs.css")
	style.is(200)
	require.Contains(t, style.header.Get("Content-Type"), "text/css")
}

// shapes checks answers against the document's own schemas.
type shapes struct {
	t        *testing.T
	compiler *jsonschema.Compiler
	ops      map[string]map[string]any
}

func newShapes(t *testing.T, s *server) *shapes {
	t.Helper()
	raw := s.get("", "/api/openapi.json").raw
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	require.NoError(t, err)
	// Clients are told that answers may gain fields. Here each must be described.
	for _, s := range doc.(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any) {
		if s := s.(map[string]any); s["properties"] != nil {
			s["additionalProperties"] = false
		}
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource("openapi.json", doc))
	var plain map[string]any
	require.NoError(t, json.Unmarshal(raw, &plain))
	return &shapes{t: t, compiler: c, ops: operations(plain)}
}

// fit wants an answer to have the shape that the document gives for its route and status.
func (sh *shapes) fit(route string, a answer) {
	sh.t.Helper()
	op, ok := sh.ops[route]
	require.True(sh.t, ok, route)
	status := jsonNumber(a.status)
	answers := op["responses"].(map[string]any)
	require.Contains(sh.t, answers, status, "%s answers %s, which its document does not know: %s", route, status, a.raw)
	content, _ := answers[status].(map[string]any)["content"].(map[string]any)
	if len(content) == 0 {
		require.Empty(sh.t, a.raw, route)
		return
	}
	kind, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	require.Contains(sh.t, content, kind, route)
	if !strings.Contains(kind, "json") {
		return
	}
	method, path, _ := strings.Cut(route, " ")
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	schema, err := sh.compiler.Compile("openapi.json#/paths/" + escape.Replace(path) + "/" + strings.ToLower(method) + "/responses/" + status + "/content/" + escape.Replace(kind) + "/schema")
	require.NoError(sh.t, err, route)
	body, err := jsonschema.UnmarshalJSON(bytes.NewReader(a.raw))
	require.NoError(sh.t, err)
	require.NoError(sh.t, schema.Validate(body), "%s %s: %s", route, status, a.raw)
}

func jsonNumber(n int) string { raw, _ := json.Marshal(n); return string(raw) }
