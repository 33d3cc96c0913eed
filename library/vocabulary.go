package library

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"strconv"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed vocabulary.yaml
var vocabularyYAML []byte

//go:embed vocabulary.schema.json
var vocabularySchemaJSON []byte

//go:embed indicators.yaml
var indicatorsYAML []byte

//go:embed indicators.schema.json
var indicatorsSchemaJSON []byte

// TermList is one list of the vocabulary, such as the patterns that wear a relationship down.
type TermList struct {
	ID    string           `json:"id"`
	Title Text             `json:"title"`
	About Text             `json:"about"` // what the list is for, and how to use it kindly.
	Terms []VocabularyTerm `json:"terms"`
}

// VocabularyTerm is one word to tag with. Its id is unique in its list only; Term and tags name it as list.term.
type VocabularyTerm struct {
	ID       string `json:"id"`
	Title    Text   `json:"title"`
	Meaning  Text   `json:"meaning"`
	Behind   Text   `json:"behind,omitzero"`    // what often lies behind it, so that the word can stay mild.
	Antidote string `json:"antidote,omitempty"` // the exercise that helps against it.
}

// Indicator is a sign of recovery that a report follows over months.
type Indicator struct {
	ID       string   `json:"id"`
	Title    Text     `json:"title"`
	Better   Text     `json:"better"`   // what recovering looks like.
	Worse    Text     `json:"worse"`    // what standing still looks like.
	Measures []string `json:"measures"` // what it is taken from, as exercise.measure.
	Consent  Consent  `json:"consent"`
}

// Consent says who decides whether an indicator may stand in what the couple reads.
type Consent string

// Both partners share it as it is, the writer opts in, or it stays with the therapist.
const (
	ConsentCouple    Consent = "couple"
	ConsentWriter    Consent = "writer"
	ConsentTherapist Consent = "therapist"
)

// Vocabulary lists the lists of terms in their own order. They are shared: do not change them.
func Vocabulary() []TermList { return must().vocabulary }

// Term gives one term of the vocabulary by its full name, such as pattern.contempt.
func Term(name string) (VocabularyTerm, bool) {
	i, ok := must().terms[name]
	if !ok {
		return VocabularyTerm{}, false
	}
	return must().vocabulary[i[0]].Terms[i[1]], true
}

// Indicators lists the signs that a report follows, in their own order. They are shared: do not change them.
func Indicators() []Indicator { return must().indicators }

func must() *Library {
	l, err := Load()
	if err != nil {
		panic(err) // Embedded: a broken file is a broken build, and a test reads it.
	}
	return l
}

// readList reads a file that holds a list, and checks it against its schema.
func readList(name string, raw []byte, schema func() (*jsonschema.Schema, error), out any) Problems {
	if problems := tooMuch(name, raw); problems != nil {
		return problems
	}
	var value any
	if err := yaml.Unmarshal(raw, &value); err != nil {
		return yamlError(name, err)
	}
	asJSON, err := json.Marshal(value)
	if err != nil {
		return yamlError(name, err)
	}
	s, err := schema()
	if err != nil {
		return yamlError(name, err)
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		return yamlError(name, err)
	}
	wrong, err := schemaProblems(s.Validate(instance))
	if err != nil {
		return yamlError(name, err)
	}
	if len(wrong) > 0 {
		return located(name, raw, wrong)
	}
	if err := json.Unmarshal(asJSON, out); err != nil {
		return yamlError(name, err)
	}
	return nil
}

// listSchema compiles a schema that borrows from schema.json.
func listSchema(raw []byte) func() (*jsonschema.Schema, error) {
	return sync.OnceValues(func() (*jsonschema.Schema, error) {
		c := jsonschema.NewCompiler()
		for name, part := range map[string][]byte{"schema.json": schemaJSON, "list.json": raw} {
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(part))
			if err != nil {
				return nil, err
			}
			if err := c.AddResource(name, doc); err != nil {
				return nil, err
			}
		}
		return c.Compile("list.json")
	})
}

var vocabularySchema, indicatorsSchema = listSchema(vocabularySchemaJSON), listSchema(indicatorsSchemaJSON)

// readVocabulary reads the lists of terms and notes where each term stands.
func (l *Library) readVocabulary(name string, raw []byte) Problems {
	if problems := readList(name, raw, vocabularySchema, &l.vocabulary); problems != nil {
		return problems
	}
	var wrong []problem
	l.terms = map[string][2]int{}
	seen := map[string]bool{}
	for i, list := range l.vocabulary {
		if seen[list.ID] {
			wrong = append(wrong, wrongf([]string{strconv.Itoa(i), "id"}, "twice", "Name", list.ID))
		}
		seen[list.ID] = true
		for j, term := range list.Terms {
			at := []string{strconv.Itoa(i), "terms", strconv.Itoa(j)}
			full := list.ID + "." + term.ID
			if _, twice := l.terms[full]; twice {
				wrong = append(wrong, wrongf(append(at, "id"), "twice", "Name", full))
			}
			l.terms[full] = [2]int{i, j}
		}
	}
	return located(name, raw, wrong)
}

// readIndicators reads the indicators.
func (l *Library) readIndicators(name string, raw []byte) Problems {
	if problems := readList(name, raw, indicatorsSchema, &l.indicators); problems != nil {
		return problems
	}
	var wrong []problem
	seen := map[string]bool{}
	for i, one := range l.indicators {
		if seen[one.ID] {
			wrong = append(wrong, wrongf([]string{strconv.Itoa(i), "id"}, "twice", "Name", one.ID))
		}
		seen[one.ID] = true
	}
	return located(name, raw, wrong)
}
