package library

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"
)

// Place is where in a document a word stands.
type Place int

// The places, most telling first.
const (
	InTitle Place = iota
	InTopics
	InText
	InQuestions
	places
)

// weight says what a word at a place counts for. A word in the title always comes before the same word in a question, however
// often it stands there.
var weight = [places]float64{InTitle: 8, InTopics: 4, InText: 2, InQuestions: 1}

// How well a word of a document answers the word that was typed.
const (
	asTyped  = 1.0
	asStem   = 0.9
	asBegin  = 0.75 // the word goes on where the typing stopped.
	asPart   = 0.7  // a part of a Dutch compound.
	asTopic  = 0.55 // another word for the same.
	asTypo   = 0.6  // one letter wrong.
	asTypos  = 0.4  // two wrong, or one in a word that is still being typed.
	alsoHere = 0.15 // what the same word adds in another place.
)

// Document is one thing that can be found: words by place. The order of the texts at a place makes no difference.
type Document struct {
	ID    string
	Texts [places][]Text
}

// posting is a document with the places a word stands at in it, as bits.
type posting struct {
	doc int32
	at  uint8
}

// Index is a full-text index in memory. It does not change once made and is safe to share.
type Index struct {
	ids    []string
	titles map[string][]string // each document's folded titles, by id.
	words  map[string][]posting
	stems  map[string][]posting // by language and stem: "nl gesprek".
	parts  map[string][]posting // by the stem of a part of a Dutch compound.
	sorted []string             // the words, for beginnings.
	runes  [][]rune             // the same words, for slips of the hand.
	typed  map[string]string    // words as they are written, where that is not how they are folded.
}

// NewIndex makes an index of documents. 130 exercises in two languages take about a tenth of a second.
func NewIndex(docs []Document) *Index {
	x := &Index{titles: map[string][]string{}, words: map[string][]posting{}, stems: map[string][]posting{}, parts: map[string][]posting{}, typed: map[string]string{}}
	stems := map[string][]string{} // stemming is most of the work, and most words occur often.
	stemsOf := func(word, lang string) []string {
		key := lang + " " + word
		s, ok := stems[key]
		if !ok {
			for _, form := range stemsOf(word, lang) {
				s = append(s, lang+" "+form)
			}
			stems[key] = s
		}
		return s
	}
	dutchAt := map[string][]posting{}
	for i, d := range docs {
		x.ids = append(x.ids, d.ID)
		var titles []string
		for place, texts := range d.Texts {
			for _, text := range texts {
				for _, side := range []struct{ lang, text string }{{"nl", text.NL}, {"en", text.EN}} {
					found := wordsOf(side.text)
					if Place(place) == InTitle && len(found) > 0 {
						titles = append(titles, strings.Join(found, " "))
					}
					for _, w := range found {
						here := posting{int32(i), 1 << place}
						add(x.words, w, here)
						for _, s := range stemsOf(w, side.lang) {
							add(x.stems, s, here)
						}
						if side.lang == "nl" {
							add(dutchAt, w, here)
						}
					}
				}
				x.spell(text.NL)
				x.spell(text.EN)
			}
		}
		x.titles[d.ID] = titles
	}
	for w := range x.words {
		x.sorted = append(x.sorted, w)
	}
	sort.Strings(x.sorted)
	x.runes = make([][]rune, len(x.sorted))
	for i, w := range x.sorted {
		x.runes[i] = []rune(w)
	}
	known := func(part string) bool {
		return len(part) >= shortestPart && !small[part] && (dutchAt[part] != nil || x.stems[stemsOf(part, "nl")[0]] != nil)
	}
	for w, at := range dutchAt {
		for _, both := range halves(w, known) {
			for _, part := range both {
				for _, p := range at {
					add(x.parts, stemsOf(part, "nl")[0], p)
				}
			}
		}
	}
	return x
}

// add puts a posting under a word; one document stands there once, with all its places.
func add(in map[string][]posting, word string, p posting) {
	list := in[word]
	if n := len(list); n > 0 && list[n-1].doc == p.doc {
		list[n-1].at |= p.at
		return
	}
	for i := range list {
		if list[i].doc == p.doc {
			list[i].at |= p.at
			return
		}
	}
	in[word] = append(list, p)
}

// spell keeps how words with accents are written.
func (x *Index) spell(text string) {
	for _, w := range strings.Fields(text) {
		if strings.IndexFunc(w, func(r rune) bool { return r > 127 }) < 0 {
			continue
		}
		w = strings.ToLower(strings.Trim(w, ".,;:!?()“”‘’\"'…"))
		if folded := wordsOf(w); len(folded) == 1 && folded[0] != w {
			x.typed[folded[0]] = w
		}
	}
}

// Hit is a document that answers a question.
type Hit struct {
	ID    string
	Score float64
	Place Place // the most telling place in which one of the words stands.
}

// Reading is how a word was read that nobody writes that way.
type Reading struct{ Typed, Read string }

// Found is what a question finds, best first.
type Found struct {
	Hits    []Hit
	Nearest bool      // nothing answers the question; these come nearest.
	Read    []Reading // words taken for slips of the hand.
}

// nearestAtMost is how many documents are named when none has all the words.
const nearestAtMost = 8

// Find looks for the words of a question in one or more indexes, as if they were one. It finds a word in either language, in
// its other forms, as a part of a compound, as another word for the same, and, when it stands nowhere, with a letter wrong or
// two. The last word may be unfinished. What has all the words is found, and what has most of them and one in its title; rare
// words count for more. A question without words finds nothing.
func Find(question string, in ...*Index) Found {
	words := asked(question)
	if len(words) == 0 {
		return Found{}
	}
	documents := 0
	for _, x := range in {
		documents += len(x.ids)
	}
	var out Found
	all, total := map[string]*tally{}, 0.0
	for i, w := range words {
		hits, read := lookUp(w, i == len(words)-1, in)
		if read != "" {
			out.Read = append(out.Read, Reading{Typed: w, Read: read})
		}
		rare := math.Log(1 + float64(documents)/math.Max(1, float64(len(hits))))
		total += rare
		for id, h := range hits {
			t := all[id]
			if t == nil {
				t = &tally{place: places}
				all[id] = t
			}
			t.words++
			t.share += rare
			t.score += rare * h.Score
			t.place = min(t.place, h.Place)
		}
	}
	out.Nearest = true
	for _, t := range all {
		out.Nearest = out.Nearest && !t.answers(len(words), total)
	}
	whole := strings.Join(words, " ")
	for id, t := range all {
		if t.answers(len(words), total) || out.Nearest {
			out.Hits = append(out.Hits, Hit{ID: id, Score: t.score/total + titleBonus(whole, id, in), Place: t.place})
		}
	}
	slices.SortFunc(out.Hits, func(a, b Hit) int {
		return cmp.Or(-cmp.Compare(a.Score, b.Score), strings.Compare(a.ID, b.ID))
	})
	if out.Nearest && len(out.Hits) > nearestAtMost {
		out.Hits = out.Hits[:nearestAtMost]
	}
	return out
}

// tally is what a document has of the question.
type tally struct {
	words        int
	share, score float64 // of the words it has, each by how rare it is.
	place        Place
}

// answers tells whether a document is found, and not only near.
func (t *tally) answers(words int, total float64) bool {
	return t.words == words || t.place == InTitle && t.share >= total/2
}

// asked gives the words of a question, each once, without the small ones unless there are no others.
func asked(question string) []string {
	var out, some []string
	for _, w := range strings.FieldsFunc(fold(question), func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '/' || r == ',' }) {
		tied := wordsOf(w)
		if len(tied) > 1 { // "check-in" asks for the whole; its parts alone would find too much.
			tied = tied[len(tied)-1:]
		}
		some = append(some, tied...)
	}
	const longest, atMost = 40, 12 // Nobody asks more, and a question from outside is bounded.
	for _, w := range some {
		if len(w) <= longest && !small[w] && !slices.Contains(out, w) && len(out) < atMost {
			out = append(out, w)
		}
	}
	if len(out) == 0 && len(some) > 0 && len(some[0]) <= longest {
		return some[:1]
	}
	return out
}

// titleBonus puts what is called just so before what only has the words.
func titleBonus(whole, id string, in []*Index) float64 {
	best := 0.0
	for _, x := range in {
		for _, title := range x.titles[id] {
			switch {
			case title == whole:
				best = math.Max(best, 2*weight[InTitle])
			case strings.HasPrefix(title, whole):
				best = math.Max(best, weight[InTitle])
			case strings.Contains(" "+title, " "+whole):
				best = math.Max(best, weight[InTitle]/2)
			}
		}
	}
	return best
}
