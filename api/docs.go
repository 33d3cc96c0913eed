package api

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"sort"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"tussentijds/internal/locale"
)

const (
	specPath      = "/api/openapi.json"
	docsPath      = "/api/docs"
	docsStylePath = "/api/docs.css"
)

//go:embed docs
var docsFiles embed.FS

// mountDocs serves the OpenAPI document and a page made from it. The page is our own: it is drawn once, needs no script,
// loads nothing from elsewhere and keeps to the strictest content policy, which the common viewers do not.
func (e *edge) mountDocs(app *fiber.App, doc *huma.OpenAPI) {
	style, err := docsFiles.ReadFile("docs/docs.css")
	if err != nil {
		panic(fmt.Errorf("api: docs: %w", err))
	}
	pages := map[locale.Lang][]byte{}
	for _, lang := range locale.Langs {
		if pages[lang], err = drawDocs(doc, lang); err != nil {
			panic(fmt.Errorf("api: docs: %w", err))
		}
	}
	serve := func(path, contentType string, body func(*call) []byte) {
		app.Get(path, func(c *fiber.Ctx) error {
			c.Set(fiber.HeaderContentType, contentType)
			c.Set(fiber.HeaderCacheControl, "public, max-age=300")
			return c.Send(body(callOf(c.UserContext())))
		})
	}
	serve(specPath, "application/json", func(*call) []byte { return e.spec })
	serve(docsStylePath, "text/css; charset=utf-8", func(*call) []byte { return style })
	app.Get(docsPath, func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		c.Set(fiber.HeaderCacheControl, "public, max-age=300")
		c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		return c.Send(pages[callOf(c.UserContext()).lang])
	})
}

type docsPage struct {
	L        locale.Localizer
	Version  string
	Style    string
	Spec     string
	Groups   []docsGroup
	Schemas  []docsSchema
	Problems []docsProblem
}

type docsGroup struct {
	Name, About string
	Operations  []docsOperation
}

type docsOperation struct {
	ID, Method, Path, Summary string
	Public                    bool
	Params                    []docsField
	Body                      docsType
	Answers                   []docsAnswer
}

type docsAnswer struct {
	Status, About string
	Body          docsType
}

type docsSchema struct {
	Name   string
	Fields []docsField
}

type docsField struct {
	Name, In, About string
	Type            docsType
	Required        bool
}

// docsType is a type in words: before and after surround a link to a schema, when there is one.
type docsType struct{ Before, Link, After string }

type docsProblem struct {
	Code, Title, Detail string
	Status              int
}

func drawDocs(doc *huma.OpenAPI, lang locale.Lang) ([]byte, error) {
	page, err := template.ParseFS(docsFiles, "docs/docs.html")
	if err != nil {
		return nil, err
	}
	data := docsPage{L: locale.For(lang), Version: doc.Info.Version, Style: docsStylePath, Spec: specPath, Problems: docsProblems(lang)}
	groups := map[string]*docsGroup{}
	for _, tag := range doc.Tags {
		groups[tag.Name] = &docsGroup{Name: tag.Name, About: tag.Description}
	}
	for _, r := range table {
		op := operationOf(doc, r)
		groups[r.tag].Operations = append(groups[r.tag].Operations, describe(op, r))
	}
	for _, tag := range doc.Tags {
		data.Groups = append(data.Groups, *groups[tag.Name])
	}
	schemas := doc.Components.Schemas.Map()
	for name, s := range schemas {
		data.Schemas = append(data.Schemas, docsSchema{Name: name, Fields: fieldsOf(s)})
	}
	sort.Slice(data.Schemas, func(i, j int) bool { return data.Schemas[i].Name < data.Schemas[j].Name })
	var out bytes.Buffer
	err = page.Execute(&out, data)
	return out.Bytes(), err
}

func operationOf(doc *huma.OpenAPI, r row) *huma.Operation {
	item := doc.Paths[r.path]
	switch r.method {
	case "GET":
		return item.Get
	case "POST":
		return item.Post
	case "PUT":
		return item.Put
	case "PATCH":
		return item.Patch
	}
	return item.Delete
}

func describe(op *huma.Operation, r row) docsOperation {
	out := docsOperation{ID: r.id, Method: r.method, Path: Prefix + r.path, Summary: r.summary, Public: r.access == Public}
	for _, p := range op.Parameters {
		if p.Name == "Accept-Language" { // Every route takes it; the page says so once.
			continue
		}
		out.Params = append(out.Params, docsField{Name: p.Name, In: p.In, About: p.Description, Type: typeOf(p.Schema), Required: p.Required})
	}
	if op.RequestBody != nil {
		for _, m := range op.RequestBody.Content {
			out.Body = typeOf(m.Schema)
		}
	}
	for status, answer := range op.Responses {
		if strings.HasPrefix(status, "2") {
			a := docsAnswer{Status: status, About: answer.Description}
			for kind, m := range answer.Content {
				if a.Body = typeOf(m.Schema); kind != "application/json" {
					a.Body = docsType{Before: kind}
				}
			}
			out.Answers = append(out.Answers, a)
		}
	}
	return out
}

func fieldsOf(s *huma.Schema) []docsField {
	required := map[string]bool{}
	for _, name := range s.Required {
		required[name] = true
	}
	var out []docsField
	for name, p := range s.Properties {
		out = append(out, docsField{Name: name, About: p.Description, Type: typeOf(p), Required: required[name]})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// typeOf says a schema in a few words.
func typeOf(s *huma.Schema) docsType {
	switch {
	case s == nil:
		return docsType{}
	case s.Ref != "":
		return docsType{Link: s.Ref[strings.LastIndex(s.Ref, "/")+1:]}
	case s.Type == huma.TypeArray:
		inner := typeOf(s.Items)
		return docsType{Before: "[" + inner.Before, Link: inner.Link, After: inner.After + "]"}
	case len(s.Enum) > 0:
		values := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			values[i] = fmt.Sprint(v)
		}
		return docsType{Before: strings.Join(values, " | ")}
	case s.Type == huma.TypeObject:
		if inner, ok := s.AdditionalProperties.(*huma.Schema); ok {
			t := typeOf(inner)
			return docsType{Before: "{string: " + t.Before, Link: t.Link, After: t.After + "}"}
		}
		return docsType{Before: "object"}
	case s.Format != "" && s.Type == huma.TypeString:
		return docsType{Before: s.Format}
	case s.Type == "":
		return docsType{Before: "any"}
	}
	return docsType{Before: s.Type}
}

// problemCodes are the codes a problem can carry, with their status.
var problemCodes = []struct {
	code   string
	status int
}{
	{"malformed", 400},
	{"unauthenticated", 401},
	{"forbidden", 403},
	{"not_found", 404},
	{"method_not_allowed", 405},
	{"not_acceptable", 406},
	{"timeout", 408},
	{"conflict", 409},
	{"stale", 412},
	{"too_large", 413},
	{"unsupported_media_type", 415},
	{"invalid", 422},
	{"precondition_required", 428},
	{"rate_limited", 429},
	{"headers_too_large", 431},
	{"internal", 500},
	{"unavailable", 503},
}

func docsProblems(lang locale.Lang) []docsProblem {
	l := locale.For(lang)
	var out []docsProblem
	for _, p := range problemCodes {
		out = append(out, docsProblem{Code: p.code, Status: p.status, Title: l.T("api.problem." + p.code), Detail: l.T("error." + p.code)})
	}
	return out
}
