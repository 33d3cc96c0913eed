package library

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"tussentijds/internal/locale"
)

// Problem is one thing that is wrong with a definition.
type Problem struct {
	File  string         `json:"file"`
	Line  int            `json:"line"`            // from 1.
	Place string         `json:"place,omitempty"` // where in the document: "questions.2.label"; empty for the whole.
	Text  string         `json:"text"`            // what is wrong, in English.
	Key   string         `json:"key,omitempty"`   // message key of the text; see In.
	Args  map[string]any `json:"args,omitempty"`  // arguments of the message.
}

// In gives what is wrong in the language; what has no message stays English.
func (p Problem) In(lang locale.Lang) string {
	if p.Key == "" {
		return p.Text
	}
	return locale.For(lang).T(p.Key, p.Args)
}

func (p Problem) String() string {
	place := p.Place
	if place != "" {
		place += ": "
	}
	return fmt.Sprintf("%s:%d: %s%s", p.File, p.Line, place, p.Text)
}

// Problems is everything that is wrong with a definition, as an error. ParseYAML, ParseOwn and Load give it.
type Problems []Problem

// Error gives a line for each problem: file, line, place, what is wrong.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

// problem is one thing that is wrong and not yet looked up in its file: "questions", "2", "label". It has a message key, or
// a text in English alone.
type problem struct {
	path []string
	text string
	key  string
	args map[string]any
}

// wrongf makes a problem from a short key and pairs of argument names and values.
func wrongf(path []string, key string, pairs ...any) problem {
	w := problem{path: path, key: "library.problem." + key}
	for i := 0; i+1 < len(pairs); i += 2 {
		if w.args == nil {
			w.args = map[string]any{}
		}
		w.args[pairs[i].(string)] = pairs[i+1]
	}
	return w
}

func (w problem) words() string {
	if w.key == "" {
		return w.text
	}
	return locale.For(locale.EN).T(w.key, w.args)
}

func (w problem) at(name string, line int) Problem {
	return Problem{File: name, Line: line, Place: strings.Join(w.path, "."), Text: w.words(), Key: w.key, Args: w.args}
}

// yamlError tells what the YAML reader could not read.
func yamlError(name string, err error) Problems {
	line, text := 1, err.Error()
	// The reader begins its messages with [line:column] and draws the place below.
	if rest, ok := strings.CutPrefix(text, "["); ok {
		if at, after, ok := strings.Cut(rest, "]"); ok {
			first, _, _ := strings.Cut(at, ":")
			if n, err := strconv.Atoi(first); err == nil {
				line = n
			}
			text, _, _ = strings.Cut(strings.TrimSpace(after), "\n")
		}
	}
	return Problems{wrongf(nil, "yaml", "Said", text).at(name, line)}
}

// located reads the document once more for its lines; only what is wrong pays for that.
func located(name string, raw []byte, wrong []problem) Problems {
	if len(wrong) == 0 {
		return nil
	}
	doc, err := parser.ParseBytes(raw, 0)
	if err != nil {
		return yamlError(name, err)
	}
	out := make(Problems, len(wrong))
	for i, w := range wrong {
		out[i] = w.at(name, lineOf(doc, w.path))
	}
	return out.inOrder()
}

// lineOf gives the line at which the value stands, or that of the nearest thing around it that is there.
func lineOf(doc *ast.File, at []string) int {
	for ; len(at) > 0; at = at[:len(at)-1] {
		expr := "$"
		for _, step := range at {
			if _, err := strconv.Atoi(step); err == nil {
				expr += "[" + step + "]"
			} else {
				expr += "." + step
			}
		}
		p, err := yaml.PathString(expr)
		if err != nil {
			continue
		}
		node, err := p.FilterFile(doc)
		if err != nil || node == nil || node.GetToken() == nil {
			continue
		}
		// The token of a mapping is the colon of its first pair, which stands on the right line.
		return node.GetToken().Position.Line
	}
	return 1
}

// schemaProblems gives the innermost causes: those say what is wrong, the outer ones only that something is.
func schemaProblems(err error) ([]problem, error) {
	if err == nil {
		return nil, nil
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return nil, err
	}
	return leaves(invalid), nil
}

func leaves(e *jsonschema.ValidationError) []problem {
	if len(e.Causes) == 0 {
		return inWords(e)
	}
	var out []problem
	for _, cause := range e.Causes {
		out = append(out, leaves(cause)...)
	}
	return out
}

var english = message.NewPrinter(language.English)

// inWords says what the schema found in words that somebody understands who never saw a schema.
func inWords(e *jsonschema.ValidationError) []problem {
	path := e.InstanceLocation
	one := func(key string, pairs ...any) []problem { return []problem{wrongf(path, key, pairs...)} }
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		var out []problem
		for _, name := range k.Missing {
			out = append(out, wrongf(path, "missing", "Name", name))
		}
		return out
	case *kind.AdditionalProperties:
		var out []problem
		for _, name := range k.Properties {
			out = append(out, wrongf(append(slices.Clone(path), name), "unknown", "Name", name))
		}
		return out
	case *kind.Enum:
		return one("choose", "Choices", list(k.Want))
	case *kind.Const:
		return one("choose", "Choices", list([]any{k.Want}))
	case *kind.Type:
		return one("type", "Want", kindOf(k.Want))
	case *kind.MinLength:
		return one("empty")
	case *kind.MaxLength:
		return one("too_long", "Max", k.Want, "Is", k.Got)
	case *kind.MinItems:
		return one("too_few", "Min", k.Want)
	case *kind.MaxItems:
		return one("too_many", "Max", k.Want, "Is", k.Got)
	case *kind.MinProperties:
		return one("too_few", "Min", k.Want)
	case *kind.MaxProperties:
		return one("too_many", "Max", k.Want, "Is", k.Got)
	case *kind.UniqueItems:
		return one("same")
	case *kind.Minimum:
		return one("at_least", "Min", k.Want.RatString())
	case *kind.Maximum:
		return one("at_most", "Max", k.Want.RatString())
	case *kind.ExclusiveMinimum:
		return one("above", "Min", k.Want.RatString())
	case *kind.FalseSchema:
		return one("not_here")
	case *kind.Pattern:
		for _, p := range patterns {
			if strings.Contains(k.Want, p.part) {
				return one(p.key)
			}
		}
	}
	return one("other", "Said", e.ErrorKind.LocalizedString(english))
}

// patterns tells the forms that the schema wants of a text apart by a part that only they have.
var patterns = []struct{ part, key string }{
	{`)*\.[A-Za-z]`, "form_measure"},
	{`^[A-Za-z][A-Za-z0-9_]*$`, "form_id"},
	{`(\.[A-Za-z]`, "form_question"},
	{`^[a-z0-9]+(-`, "form_slug"},
	{`^[a-z]+\.`, "form_tag"},
	{`at_once`, "form_reveal"},
	{`[0-5][0-9]`, "form_clock"},
	{`FREQ`, "form_rule"},
	{`schedule`, "form_look_back"},
	{`\S`, "form_line"},
}

func list(values []any) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = fmt.Sprint(v)
	}
	return strings.Join(out, ", ")
}

// kindOf names the types of JSON as they are called in YAML.
func kindOf(types []string) string {
	out := slices.Clone(types)
	for i, t := range out {
		if t == "object" {
			out[i] = "mapping"
		}
	}
	return strings.Join(out, ", ")
}

// inOrder sorts problems as they stand in the file.
func (p Problems) inOrder() Problems {
	slices.SortStableFunc(p, func(a, b Problem) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		return a.Line - b.Line
	})
	return p
}
