package library

import (
	"slices"
	"strings"
	"unicode"

	"github.com/blevesearch/snowballstem"
	snowballnl "github.com/blevesearch/snowballstem/dutch"
	snowballen "github.com/blevesearch/snowballstem/english"
	"golang.org/x/text/unicode/norm"
)

// fold gives a text in small letters without accents, so that "Financiën" and "financien" are one.
func fold(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'ß':
			b.WriteString("ss")
		case r == 'ø' || r == 'Ø':
			b.WriteByte('o')
		case r == 'æ' || r == 'Æ':
			b.WriteString("ae")
		case r == 'œ' || r == 'Œ':
			b.WriteString("oe")
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

var apostrophes = strings.NewReplacer("'", "", "’", "")

// wordsOf cuts a text into folded words. An apostrophe stays inside its word and falls away ("foto's" is "fotos"); words tied
// by a hyphen count apart and also as one ("check-in" is "check", "in" and "checkin"). Single letters are no words.
func wordsOf(text string) []string {
	var out []string
	for _, tied := range strings.FieldsFunc(fold(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("'’-‑", r)
	}) {
		parts := strings.FieldsFunc(tied, func(r rune) bool { return r == '-' || r == '‑' })
		whole := ""
		for _, p := range parts {
			p = apostrophes.Replace(p)
			whole += p
			if len(p) > 1 || p != "" && unicode.IsDigit(rune(p[0])) {
				out = append(out, p)
			}
		}
		if len(parts) > 1 && len(whole) > 1 {
			out = append(out, whole)
		}
	}
	return out
}

// stem reduces a folded word to what its forms share, by the Snowball rules of the language ("nl" or "en"). Dutch spells the
// end of a stem by how it sounds and how long its vowel is (boos and boze, geloof and geloven, herstel and herstellen): the
// last z and v become s and f, and of two equal consonants one is left.
func stem(word, lang string) string {
	if lang == "en" {
		env := snowballstem.NewEnv(word)
		snowballen.Stem(env)
		return env.Current()
	}
	if n := len(word); n > 5 && word[n-1] == 's' && strings.IndexByte("aeiou", word[n-2]) >= 0 {
		word = word[:n-1] // The rules leave ruzies and beloftes as they are.
	}
	for range 4 { // Until nothing changes: one pass makes "leugen" of "leugens", and "leug" of "leugen".
		env := snowballstem.NewEnv(word)
		snowballnl.Stem(env)
		out := env.Current()
		n := len(out)
		switch {
		case n > 3 && out[n-1] == out[n-2] && !strings.ContainsRune("aeiou", rune(out[n-1])):
			out = out[:n-1]
		case strings.HasSuffix(out, "z"):
			out = out[:n-1] + "s"
		case strings.HasSuffix(out, "v"):
			out = out[:n-1] + "f"
		}
		if out == word {
			break
		}
		word = out
	}
	return word
}

// stemsOf gives a word's stem first, and then those of what the Snowball rules leave alone in Dutch: the small form (gesprekje)
// and the participle (geluisterd).
func stemsOf(word, lang string) []string {
	out := []string{stem(word, lang)}
	if lang == "en" {
		return out
	}
	also := func(bare string) {
		if len(bare) >= 3 {
			if s := stem(bare, lang); !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	if bare, small := strings.CutSuffix(strings.TrimSuffix(word, "s"), "je"); small && len(word) > 5 {
		also(bare)
		if strings.HasSuffix(bare, "t") {
			also(bare[:len(bare)-1])
		}
	}
	if n := len(word); n > 6 && strings.HasPrefix(word, "ge") && (word[n-1] == 'd' || word[n-1] == 't') {
		also(word[2:])
		also(word[2 : n-1])
	}
	return out
}

// small are words that stand in every text. A question made of other words too is asked without them.
var small = func() map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(`de het een en of in op aan van voor met te om is ben bent zijn was er dat die dit deze als dan bij uit over ik je jij jullie
		we wij hij ze zij mijn jouw me mij ons onze hun haar hem elkaar naar ander andere niet geen wel ook nog maar zo al heb hebt heeft hebben kan kun kunt kunnen
		wil wilt willen moet moeten graag beter meer veel hoe wat wie waar waarom wanneer iets
		the an and or in on at of for with to is are was be it its this that these those as by from you your we our they their them he she his my me us
		not no do does did have has had can could will would should better more how what who when why where something`) {
		out[w] = true
	}
	return out
}()

// distance is how many letters are typed wrong between two words: left out, added, taken for another, or two swapped. It gives
// limit+1 as soon as it is more than limit. With begin only the beginning of word is compared, for who is still typing.
func distance(typed, word []rune, limit int, begin bool) int {
	if len(typed)-len(word) > limit || !begin && len(word)-len(typed) > limit {
		return limit + 1
	}
	if begin && len(word) > len(typed)+limit {
		word = word[:len(typed)+limit]
	}
	var rows [3][48]int
	if len(word) >= len(rows[0]) {
		return limit + 1
	}
	for j := range len(word) + 1 {
		rows[0][j] = j
	}
	for i, a := range typed {
		last, now, before := &rows[i%3], &rows[(i+1)%3], &rows[(i+2)%3]
		now[0] = i + 1
		least := now[0]
		for j, b := range word {
			cost := 1
			if a == b {
				cost = 0
			}
			d := min(last[j]+cost, last[j+1]+1, now[j]+1)
			if i > 0 && j > 0 && a == word[j-1] && typed[i-1] == b {
				d = min(d, before[j-1]+1)
			}
			now[j+1] = d
			least = min(least, d)
		}
		if least > limit {
			return limit + 1
		}
	}
	end := rows[len(typed)%3][:len(word)+1]
	if begin {
		return min(slices.Min(end), limit+1)
	}
	return min(end[len(word)], limit+1)
}

// forgiven is how many letters of a word of that length may be wrong.
func forgiven(length int) int {
	switch {
	case length < 4:
		return 0
	case length < 8:
		return 1
	}
	return 2
}

// The shortest part of a compound, and the shortest compound, that is looked at: "uit" and "aan" stand in half of all words.
const (
	shortestPart     = 4
	shortestCompound = 7
)

// halves cuts a Dutch compound in two, with or without the letters that tie it ("vertrouwen-s-breuk"), wherever both parts are
// words. The first part also passes when it is long: it is often a form that stands nowhere by itself.
func halves(word string, known func(string) bool) [][2]string {
	if len(word) < shortestCompound {
		return nil
	}
	var out [][2]string
	for at := 3; at <= len(word)-shortestPart; at++ {
		first, second := word[:at], word[at:]
		if !known(second) {
			continue
		}
		for _, tie := range []string{"", "s", "en", "e", "n"} {
			bare, ok := strings.CutSuffix(first, tie)
			if ok && len(bare) >= 3 && (len(bare) >= shortestPart && known(bare) || len(first) >= 6 && tie == "s") {
				out = append(out, [2]string{bare, second})
				break
			}
		}
	}
	return out
}
