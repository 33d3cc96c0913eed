package seed

import (
	"bytes"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/goccy/go-yaml"
)

//go:embed words.yaml
var wordsYAML []byte

//go:embed couple1.yaml
var coupleYAML []byte

//go:embed messages.yaml
var messagesYAML []byte

// tones are texts for one question: for good days, for hard ones, for either, and for one named week of the history.
type tones struct {
	Good []string       `yaml:"good"`
	Hard []string       `yaml:"hard"`
	Any  []string       `yaml:"any"`
	Week map[int]string `yaml:"week"`
}

// words are what people of the demo write.
type words struct {
	Answers map[string]map[string]tones    `yaml:"answers"` // exercise.question to language.
	Notes   map[string][]string            `yaml:"notes"`   // of therapists after a session, by couple, else by language.
	Reports map[string][]string            `yaml:"reports"` // to couples in their report, by couple, else by language.
	Own     map[string]map[string]tones    `yaml:"own"`     // a person's own words, by exercise.question.
	Points  map[string][]map[string]string `yaml:"points"`  // of agreements.
	Looks   map[string][]string            `yaml:"looks"`   // words at looking back on an agreement.
	Intro   map[string]string              `yaml:"intro"`   // above an agreement.

	Messages map[string][]letter `yaml:"-"` // to each other, by couple; in messages.yaml.
}

func readWords() (*words, error) {
	w, own := &words{}, &words{}
	for _, f := range []struct {
		name string
		raw  []byte
		to   any
	}{{"words.yaml", wordsYAML, w}, {"couple1.yaml", coupleYAML, own}, {"messages.yaml", messagesYAML, &w.Messages}} {
		if err := yaml.NewDecoder(bytes.NewReader(f.raw), yaml.Strict()).Decode(f.to); err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
	}
	w.Own = own.Own
	for key, list := range own.Notes {
		w.Notes[key] = list
	}
	for key, list := range own.Reports {
		w.Reports[key] = list
	}
	return w, nil
}

// deck deals texts so that none comes back before all were used, nor soon after.
type deck struct{ left, dealt []string }

func (d *deck) deal(from []string, r *rand.Rand) string {
	if len(d.left) == 0 {
		d.left, d.dealt = append(d.left, from...), d.dealt[max(0, len(d.dealt)-len(from)/2):]
	}
	var fresh []int
	for i, text := range d.left {
		if !slices.Contains(d.dealt, text) {
			fresh = append(fresh, i)
		}
	}
	i := r.IntN(len(d.left))
	if len(fresh) > 0 {
		i = fresh[r.IntN(len(fresh))]
	}
	text := d.left[i]
	d.left = slices.Delete(d.left, i, i+1)
	d.dealt = append(d.dealt, text)
	return text
}

// text gives someone's words for a question on a day; empty where there are none.
func (l *life) text(key, name, lang string, mood float64, n int, r *rand.Rand) string {
	pool := l.w.words.Answers[key][lang]
	if own, ok := l.w.words.Own[name][key]; ok {
		if text, ok := own.Week[weekOf(n)]; ok && own.Week != nil {
			delete(own.Week, weekOf(n)) // Said once.
			return text
		}
		if len(own.Good)+len(own.Hard)+len(own.Any) > 0 {
			pool = own
		}
	}
	list, tone := pool.Good, "good"
	if mood < 0.48 {
		list, tone = pool.Hard, "hard"
	}
	list = append(append([]string{}, list...), pool.Any...)
	if len(list) == 0 {
		return ""
	}
	at := name + key + tone
	if l.texts[at] == nil {
		l.texts[at] = &deck{}
	}
	return l.texts[at].deal(list, r)
}
