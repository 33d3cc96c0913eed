package library

import (
	"bytes"
	_ "embed"
	"fmt"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed programmes.yaml
var programmesYAML []byte

// Programme is exercises in phases, with a goal for each phase and ranges rather than deadlines.
type Programme struct {
	ID      string  `yaml:"id" json:"id"`
	Title   Text    `yaml:"title" json:"title"`
	Summary Text    `yaml:"summary" json:"summary"`
	Phases  []Phase `yaml:"phases" json:"phases"`
}

// Phase is one stretch of a programme.
type Phase struct {
	Title     Text     `yaml:"title" json:"title"`
	Goal      Text     `yaml:"goal" json:"goal"`
	Range     Text     `yaml:"range" json:"range"`
	Exercises []string `yaml:"exercises" json:"exercises"` // ids; the therapist chooses from them.
}

var programmes = sync.OnceValues(func() ([]Programme, error) {
	var out []Programme
	decoder := yaml.NewDecoder(bytes.NewReader(programmesYAML), yaml.Strict())
	if err := decoder.Decode(&out); err != nil {
		return nil, fmt.Errorf("programmes.yaml: %w", err)
	}
	return out, nil
})

// Programmes lists the programmes of the library in their own order.
func Programmes() []Programme {
	out, err := programmes()
	if err != nil {
		panic(err) // Embedded: a broken file is a broken build, and a test reads it.
	}
	return out
}

// FindProgramme gives one programme.
func FindProgramme(id string) (Programme, bool) {
	for _, p := range Programmes() {
		if p.ID == id {
			return p, true
		}
	}
	return Programme{}, false
}
