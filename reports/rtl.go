package reports

import (
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// visualOrder puts a line of text in the order it is drawn in, from left to right. It follows the idea of Unicode Standard
// Annex 9 in one level of nesting: right-to-left words are turned within our left-to-right line; a line that is
// nearly all right-to-left is turned as a whole, and keeps numbers and foreign words inside it readable. What stands between
// a name and our own words (a comma, a date) stays with our words.
func visualOrder(line string) string {
	runes := []rune(line)
	right, left, first := 0, 0, bidi.ON
	for _, r := range runes {
		side := sideOf(r)
		if first == bidi.ON && (side == bidi.R || side == bidi.L) {
			first = side
		}
		switch side {
		case bidi.R:
			right++
		case bidi.L:
			left++
		}
	}
	if right == 0 {
		return line
	}
	if first == bidi.R && right > 4*left {
		return turned(runes)
	}
	var out strings.Builder
	for i := 0; i < len(runes); {
		if sideOf(runes[i]) != bidi.R {
			out.WriteRune(runes[i])
			i++
			continue
		}
		end := spanEnd(runes, i, bidi.R, bidi.L)
		end = closeBrackets(runes, i, end)
		out.WriteString(turned(runes[i:end]))
		i = end
	}
	return out.String()
}

// sideOf simplifies a character's class: L, R, EN for digits of any kind, ON for all that takes sides with its
// neighbours.
func sideOf(r rune) bidi.Class {
	p, _ := bidi.LookupRune(r)
	switch c := p.Class(); c {
	case bidi.L, bidi.R, bidi.EN:
		return c
	case bidi.AL:
		return bidi.R
	case bidi.AN:
		return bidi.EN
	}
	return bidi.ON
}

// spanEnd gives the end of the stretch that begins at start: the last character of its own side before one of the other.
func spanEnd(runes []rune, start int, own, other bidi.Class) int {
	end := start + 1
	for i := start; i < len(runes); i++ {
		side := sideOf(runes[i])
		if side == other {
			break
		}
		if side == own || own == bidi.L && side == bidi.EN {
			end = i + 1
		}
	}
	return end
}

// closeBrackets takes brackets that opened within a span into it.
func closeBrackets(runes []rune, start, end int) int {
	open := 0
	for _, r := range runes[start:end] {
		switch r {
		case '(', '[', '{':
			open++
		case ')', ']', '}':
			open--
		}
	}
	for ; open > 0 && end < len(runes) && strings.ContainsRune(")]}", runes[end]); open-- {
		end++
	}
	return end
}

var mirrored = map[rune]rune{'(': ')', ')': '(', '[': ']', ']': '[', '{': '}', '}': '{', '<': '>', '>': '<', '«': '»', '»': '«'}

// turned gives the characters from last to first, with brackets mirrored and left-to-right stretches kept.
func turned(runes []rune) string {
	var parts []string
	for i := 0; i < len(runes); {
		end := i + 1
		if side := sideOf(runes[i]); side == bidi.L || side == bidi.EN {
			end = spanEnd(runes, i, bidi.L, bidi.R)
			parts = append(parts, string(runes[i:end]))
		} else if m, ok := mirrored[runes[i]]; ok {
			parts = append(parts, string(m))
		} else {
			parts = append(parts, string(runes[i]))
		}
		i = end
	}
	var out strings.Builder
	for i := len(parts) - 1; i >= 0; i-- {
		out.WriteString(parts[i])
	}
	return out.String()
}
