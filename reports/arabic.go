package reports

import (
	"strings"
	"unicode"
)

// Arabic letters change with their neighbours. gofpdf draws characters as they are, so we choose the joined forms
// ourselves: Unicode has them as presentation forms (chapter 9.2, Arabic Presentation Forms-A and -B).

// joining is how a letter joins: its first presentation form, and whether it also joins the letter after it (then it has
// four forms: alone, final, initial, medial; else the first two).
type joining struct {
	form rune
	both bool
}

var joinings = func() map[rune]joining {
	table := map[rune]joining{
		// Persian, Urdu and Kurdish letters, in Forms-A.
		0x67e: {0xfb56, true}, 0x686: {0xfb7a, true}, 0x698: {0xfb8a, false}, 0x6a9: {0xfb8e, true}, 0x6af: {0xfb92, true}, 0x6cc: {0xfbfc, true},
	}
	// In Forms-B the letters stand in alphabetical order, two or four forms each; the hamza has one.
	next := rune(0xfe80)
	for r := rune(0x621); r <= 0x64a; r++ {
		switch {
		case r > 0x63a && r < 0x641:
			continue
		case r == 0x621:
			next++
		case strings.ContainsRune("آأؤإاةدذرزوى", r):
			table[r] = joining{next, false}
			next += 2
		default:
			table[r] = joining{next, true}
			next += 4
		}
	}
	return table
}()

// lamAlef are the ligatures of lam with the alefs: alone; the final form follows it.
var lamAlef = map[rune]rune{0x622: 0xfef5, 0x623: 0xfef7, 0x625: 0xfef9, 0x627: 0xfefb}

const (
	lam     = 0x644
	tatweel = 0x640
)

// joinLetters gives the text with each Arabic letter in the form its neighbours ask for.
func joinLetters(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Arabic, r) }) {
		return text
	}
	runes := []rune(text)
	out := make([]rune, 0, len(runes))
	open := false // whether the letter before joins this one.
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		j, joins := joinings[r]
		if !joins {
			open = r == tatweel
			out = append(out, r)
			continue
		}
		follows := i+1 < len(runes)
		if r == lam && follows && lamAlef[runes[i+1]] != 0 {
			form := lamAlef[runes[i+1]]
			if open {
				form++
			}
			out, open = append(out, form), false
			i++
			continue
		}
		if follows {
			_, joined := joinings[runes[i+1]]
			follows = j.both && (joined || runes[i+1] == tatweel)
		}
		form := j.form
		if open {
			form++
		}
		if follows {
			form += 2
		}
		out, open = append(out, form), follows
	}
	return string(out)
}
