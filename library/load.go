package library

import (
	"bytes"
	"embed"
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed exercises
var files embed.FS

//go:embed schema.json
var schemaJSON []byte

// Library is the whole of the embedded exercises. It does not change after Load and is safe to share.
type Library struct {
	list []*Exercise
	byID map[string]*Exercise
	raw  map[string]source // by id, for the lines of what is wrong between files.

	vocabulary []TermList
	terms      map[string][2]int // by full name: the places of the list and of the term in it.
	indicators []Indicator
}

type source struct {
	name string
	raw  []byte
}

// Load gives all embedded exercises, read and checked the first time. An error names the file, the line and what is
// wrong; it can only come from a broken build.
func Load() (*Library, error) { return load() }

var load = sync.OnceValues(func() (*Library, error) {
	l, err := loadFrom(files, "exercises")
	if err != nil {
		return nil, err
	}
	problems := l.readLists()
	if len(problems) == 0 {
		problems = l.references() // Needs the lists: what one file says of another is checked once all can be read.
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return l, nil
})

// readLists reads what stands beside the exercises.
func (l *Library) readLists() Problems {
	found := l.readVocabulary("vocabulary.yaml", vocabularyYAML)
	return append(found, l.readIndicators("indicators.yaml", indicatorsYAML)...)
}

func loadFrom(fsys fs.FS, dir string) (*Library, error) {
	l := &Library{byID: map[string]*Exercise{}, raw: map[string]source{}}
	names, err := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	if err != nil {
		return nil, err
	}
	var found Problems
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		e, problems := parse(name, raw, false)
		if len(problems) == 0 {
			problems = e.unfit(name, raw)
		}
		if len(problems) > 0 {
			found = append(found, problems...)
			continue
		}
		l.list = append(l.list, e)
		l.byID[e.ID] = e
		l.raw[e.ID] = source{name, raw}
	}
	if len(found) > 0 {
		return nil, found.inOrder()
	}
	slices.SortFunc(l.list, func(a, b *Exercise) int { return strings.Compare(a.ID, b.ID) })
	return l, nil
}

// unfit tells what a practice's own exercise may do, or do without, and one of ours may not.
func (e *Exercise) unfit(name string, raw []byte) Problems {
	var wrong []problem
	if want := strings.TrimSuffix(path.Base(name), ".yaml"); e.ID != want {
		wrong = append(wrong, wrongf([]string{"id"}, "file_name", "Is", e.ID, "Want", want))
	}
	if missing := e.incomplete(); missing != "" {
		wrong = append(wrong, wrongf(nil, "incomplete", "Name", missing))
	}
	if len(wrong) == 0 {
		return nil
	}
	return located(name, raw, wrong)
}

// incomplete names the part that a practice's own exercise may do without, and one of ours may not. A therapist reads a
// card at the desk: it has no good answer and no moment to stop.
func (e *Exercise) incomplete() string {
	texts := []struct {
		name string
		text Text
	}{{"why", e.Why}, {"need", e.Need}, {"example", e.Example}, {"stop_when", e.StopWhen}}
	if e.Card {
		texts = texts[:1]
	}
	for _, t := range texts {
		if t.text.Empty() {
			return t.name
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

// ParseYAML reads one exercise and checks it against the schema and against the rules of the library. The error is
// Problems, with everything that is wrong: file, line in the file, place in the document, what is wrong.
func ParseYAML(name string, raw []byte) (*Exercise, error) { return parsed(parse(name, raw, false)) }

// ParseOwn reads a practice's own exercise: as ParseYAML, but one language is enough. Every text has the title's first
// language (Dutch before English), or all of them have the other one of its two; what else is there is kept.
func ParseOwn(name string, raw []byte) (*Exercise, error) { return parsed(parse(name, raw, true)) }

// parsed keeps an empty list of problems from becoming an error that is not nil.
func parsed(e *Exercise, problems Problems) (*Exercise, error) {
	if len(problems) > 0 {
		return nil, problems
	}
	return e, nil
}

func parse(name string, raw []byte, own bool) (*Exercise, Problems) {
	if problems := tooMuch(name, raw); problems != nil {
		return nil, problems
	}
	if problems := aliased(name, raw); problems != nil {
		return nil, problems
	}
	var value any
	if err := yaml.Unmarshal(raw, &value); err != nil {
		return nil, yamlError(name, err)
	}
	if own {
		value = dropEmpty(value)
	}
	asJSON, err := json.Marshal(value)
	if err != nil {
		return nil, yamlError(name, err)
	}
	wrong, err := checkSchema(asJSON, own)
	if err != nil {
		return nil, yamlError(name, err)
	}
	if len(wrong) > 0 {
		return nil, located(name, raw, wrong)
	}
	e := &Exercise{}
	d := json.NewDecoder(bytes.NewReader(asJSON))
	d.DisallowUnknownFields()
	if err := d.Decode(e); err != nil {
		return nil, yamlError(name, err)
	}
	if own {
		wrong = e.oneLanguage()
	}
	if wrong = append(wrong, e.problems()...); len(wrong) > 0 {
		return nil, located(name, raw, wrong)
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

func tooMuch(name string, raw []byte) Problems {
	if len(raw) > maxDefinition {
		return Problems{wrongf(nil, "too_large", "Max", maxDefinition>>10).at(name, 1)}
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
			return Problems{wrongf(nil, "too_deep", "Max", maxDepth).at(name, line)}
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

var schemas = sync.OnceValues(func() (map[bool]*jsonschema.Schema, error) {
	out := map[bool]*jsonschema.Schema{}
	for _, own := range []bool{false, true} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaJSON))
		if err != nil {
			return nil, err
		}
		if own {
			oneLanguageEnough(doc)
		}
		c := jsonschema.NewCompiler()
		if err := c.AddResource("schema.json", doc); err != nil {
			return nil, err
		}
		if out[own], err = c.Compile("schema.json"); err != nil {
			return nil, err
		}
	}
	return out, nil
})

func checkSchema(asJSON []byte, own bool) ([]problem, error) {
	s, err := schemas()
	if err != nil {
		return nil, err
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		return nil, err
	}
	return schemaProblems(s[own].Validate(instance))
}
