package library

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

//go:embed exercises
var files embed.FS

//go:embed schema.json
var schemaJSON []byte

// Library is the whole of the embedded exercises. It does not change after Load and is safe to share.
type Library struct {
	list []*Exercise
	byID map[string]*Exercise
}

// Load gives all embedded exercises, read and checked the first time. An error names the file, the line and what is
// wrong; it can only come from a broken build.
func Load() (*Library, error) { return load() }

var load = sync.OnceValues(func() (*Library, error) { return loadFrom(files, "exercises") })

func loadFrom(fsys fs.FS, dir string) (*Library, error) {
	l := &Library{byID: map[string]*Exercise{}}
	names, err := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		e, err := ParseYAML(name, raw)
		if err != nil {
			return nil, err
		}
		if want := strings.TrimSuffix(path.Base(name), ".yaml"); e.ID != want {
			return nil, fmt.Errorf("%s: id is %q, but the file name says %q", name, e.ID, want)
		}
		if missing := e.incomplete(); missing != "" {
			return nil, fmt.Errorf("%s: %s is missing: a couple does this from the page alone", name, missing)
		}
		l.list = append(l.list, e)
		l.byID[e.ID] = e
	}
	slices.SortFunc(l.list, func(a, b *Exercise) int { return strings.Compare(a.ID, b.ID) })
	return l, nil
}

// incomplete names the part that a practice's own exercise may do without, and one of ours may not.
func (e *Exercise) incomplete() string {
	for name, text := range map[string]Text{"why": e.Why, "need": e.Need, "example": e.Example, "stop_when": e.StopWhen} {
		if text.Empty() {
			return name
		}
	}
	switch {
	case len(e.Goals) == 0:
		return "goals"
	case len(e.Phase) == 0:
		return "phase"
	case e.Source == "":
		return "source"
	}
	return ""
}

// Exercise gives the exercise with the id. It is shared: do not change it.
func (l *Library) Exercise(id string) (*Exercise, bool) {
	e, ok := l.byID[id]
	return e, ok
}

// List gives all exercises in the order of their ids.
func (l *Library) List() []*Exercise { return slices.Clone(l.list) }

// ParseYAML reads one exercise and checks it against the schema and against the rules of the library. The error holds
// a line for each thing that is wrong: file, line in the file, place in the document, what is wrong.
func ParseYAML(name string, raw []byte) (*Exercise, error) {
	if err := tooMuch(name, raw); err != nil {
		return nil, err
	}
	var value any
	if err := yaml.Unmarshal(raw, &value); err != nil {
		return nil, yamlError(name, err)
	}
	asJSON, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	problems, err := checkSchema(asJSON)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(problems) > 0 {
		return nil, located(name, raw, problems)
	}
	e := &Exercise{}
	d := json.NewDecoder(bytes.NewReader(asJSON))
	d.DisallowUnknownFields()
	if err := d.Decode(e); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if problems := e.problems(); len(problems) > 0 {
		return nil, located(name, raw, problems)
	}
	e.fill()
	return e, nil
}

// The largest definition and the deepest nesting that are read. An exercise nests eight deep; the YAML reader takes a
// time that grows with the square of the depth, so a definition of brackets alone could keep it busy for minutes.
const (
	maxDefinition = 512 << 10
	maxDepth      = 64
)

func tooMuch(name string, raw []byte) error {
	if len(raw) > maxDefinition {
		return fmt.Errorf("%s:1: is larger than %d bytes", name, maxDefinition)
	}
	depth, line := 0, 1
	for _, b := range raw {
		switch b {
		case '\n':
			line++
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		if depth > maxDepth {
			return fmt.Errorf("%s:%d: is nested deeper than %d", name, line, maxDepth)
		}
	}
	return nil
}

// fill writes what holds by default, so that who draws the form need not know it.
func (e *Exercise) fill() {
	if e.Questions == nil {
		e.Questions = []Question{} // A card may be without; lists in JSON are never null.
	}
	if e.Schedule.Kind == "" {
		e.Schedule.Kind = ScheduleOnce
	}
	fill := func(t FieldType, low, high **float64) {
		switch t {
		case FieldScale, FieldNumber, FieldCounter, FieldTimer:
			l, h := bounds(t, *low, *high)
			*low, *high = &l, &h
		}
	}
	for i := range e.Questions {
		q := &e.Questions[i]
		fill(q.Type, &q.Min, &q.Max)
		for j := range q.Columns {
			c := &q.Columns[j]
			fill(c.Type, &c.Min, &c.Max)
		}
	}
}

// problem is one thing that is wrong, with where it stands: "questions", "2", "label".
type problem struct {
	path []string
	text string
}

func yamlError(name string, err error) error {
	line := "1"
	text := err.Error()
	// The library begins its messages with [line:column].
	if rest, ok := strings.CutPrefix(text, "["); ok {
		if at, after, ok := strings.Cut(rest, "]"); ok {
			line, _, _ = strings.Cut(at, ":")
			text, _, _ = strings.Cut(strings.TrimSpace(after), "\n")
		}
	}
	return fmt.Errorf("%s:%s: %s", name, line, text)
}

// located reads the document once more for its lines; only what is wrong pays for that.
func located(name string, raw []byte, problems []problem) error {
	doc, err := parser.ParseBytes(raw, 0)
	if err != nil {
		return yamlError(name, err)
	}
	lines := make([]string, len(problems))
	for i, p := range problems {
		place := strings.Join(p.path, ".")
		if place != "" {
			place += ": "
		}
		lines[i] = fmt.Sprintf("%s:%d: %s%s", name, lineOf(doc, p.path), place, p.text)
	}
	return fmt.Errorf("%s", strings.Join(lines, "\n"))
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

var schema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaJSON))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("schema.json")
})

var english = message.NewPrinter(language.English)

func checkSchema(asJSON []byte) ([]problem, error) {
	s, err := schema()
	if err != nil {
		return nil, err
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		return nil, err
	}
	err = s.Validate(instance)
	if err == nil {
		return nil, nil
	}
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return nil, err
	}
	return leaves(invalid), nil
}

// leaves gives the innermost causes: those say what is wrong, the outer ones only that something is.
func leaves(e *jsonschema.ValidationError) []problem {
	if len(e.Causes) == 0 {
		return []problem{{path: e.InstanceLocation, text: e.ErrorKind.LocalizedString(english)}}
	}
	var out []problem
	for _, cause := range e.Causes {
		out = append(out, leaves(cause)...)
	}
	return out
}
