package library

import (
	"sort"
	"strings"
)

// lookUp finds the documents that have a word, each with its best score. read is the word it was taken for, when it stands
// nowhere as it was typed.
func lookUp(word string, unfinished bool, in []*Index) (hits map[string]Hit, read string) {
	hits = map[string]Hit{}
	for _, x := range in {
		x.forms(hits, word, asTyped)
		for _, s := range stemsOf(word, "nl") {
			x.take(hits, x.parts["nl "+s], asPart)
		}
		if unfinished && len(word) >= 2 {
			x.begins(hits, word)
		}
		for _, other := range synonyms()[stem(word, "nl")] {
			x.forms(hits, other, asTopic)
		}
	}
	if len(hits) == 0 {
		compound(hits, word, true, in)
	}
	if len(hits) == 0 {
		read = slips(hits, word, unfinished, in)
	}
	if len(hits) == 0 {
		compound(hits, word, false, in)
	}
	return hits, read
}

// forms takes the documents that have the word, just so or in another form, in either language.
func (x *Index) forms(hits map[string]Hit, word string, quality float64) {
	x.take(hits, x.words[word], quality)
	for _, lang := range []string{"nl", "en"} {
		for _, s := range stemsOf(word, lang) {
			x.take(hits, x.stems[lang+" "+s], quality*asStem)
		}
	}
}

// take keeps each document's best score.
func (x *Index) take(hits map[string]Hit, list []posting, quality float64) {
	for _, p := range list {
		h := Hit{ID: x.ids[p.doc], Place: places}
		score := 0.0
		for place := range places {
			switch {
			case p.at&(1<<place) == 0:
			case h.Place == places:
				h.Place, score = place, weight[place]
			default:
				score += alsoHere * weight[place]
			}
		}
		h.Score = score * quality
		if old, ok := hits[h.ID]; !ok || old.Score < h.Score {
			hits[h.ID] = h
		}
	}
}

// begins takes the documents with a word that begins so; the more of the word was typed the better.
func (x *Index) begins(hits map[string]Hit, begin string) {
	for i := sort.SearchStrings(x.sorted, begin); i < len(x.sorted) && strings.HasPrefix(x.sorted[i], begin); i++ {
		w := x.sorted[i]
		x.take(hits, x.words[w], asBegin*(0.6+0.4*float64(len(begin))/float64(len(w))))
	}
}

// compound reads an unknown word as two known ones ("relatieproblemen") and takes the documents that have both, or at last
// those that have either.
func compound(hits map[string]Hit, word string, whole bool, in []*Index) {
	known := func(part string) bool {
		for _, x := range in {
			if x.words[part] != nil || x.stems["nl "+stem(part, "nl")] != nil {
				return !small[part]
			}
		}
		return false
	}
	for _, both := range halves(word, known) {
		first, second := map[string]Hit{}, map[string]Hit{}
		for _, x := range in {
			x.forms(first, both[0], asPart)
			x.forms(second, both[1], asPart)
		}
		keep := func(h Hit) {
			if old, ok := hits[h.ID]; !ok || old.Score < h.Score {
				hits[h.ID] = h
			}
		}
		for id, a := range first {
			b, both := second[id]
			if both || !whole {
				keep(Hit{ID: id, Score: (a.Score + b.Score) / 2, Place: max(a.Place, b.Place)})
			}
		}
		if !whole {
			for id, b := range second {
				keep(Hit{ID: id, Score: b.Score / 2, Place: b.Place})
			}
		}
	}
}

// slips takes the documents with a word that was typed with a letter wrong, or two in a long word: the fewest that give
// anything. It gives the word that most documents have, as it is written.
func slips(hits map[string]Hit, word string, unfinished bool, in []*Index) string {
	typed := []rune(word)
	for wrong := 1; wrong <= forgiven(len(typed)); wrong++ {
		quality := asTypo
		if wrong > 1 {
			quality = asTypos
		}
		if read := near(hits, typed, wrong, false, quality, in); read != "" {
			return read
		}
	}
	if unfinished && len(typed) > 4 {
		return near(hits, typed, 1, true, asTypos, in)
	}
	return ""
}

// near takes the documents with words at that distance from what was typed.
func near(hits map[string]Hit, typed []rune, wrong int, begin bool, quality float64, in []*Index) string {
	read, most := "", 0
	for _, x := range in {
		for i, w := range x.runes {
			// Of a short word the first letter is right: "muur" is no "uur".
			if len(typed) < 6 && w[0] != typed[0] || distance(typed, w, wrong, begin) != wrong {
				continue
			}
			text := x.sorted[i]
			x.forms(hits, text, quality)
			if n := len(x.words[text]); n > most || n == most && text < read {
				read, most = text, n
				if as, ok := x.typed[text]; ok {
					read = as
				}
			}
		}
	}
	return read
}
