package sms

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Longest is how many letters of the GSM alphabet one message holds.
const Longest = 160

// basic is the default alphabet of 3GPP TS 23.038, 6.2.1; what is in extended takes two places.
const (
	basic    = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	extended = "^{}\\[~]|€"
)

// alike are letters that a phone of 1990 has another way of writing.
var alike = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "‘", "'", "’", "'", "–", "-", "—", "-", "…", "...", "\u00a0", " ", "·", "-", "ij", "ij", "IJ", "IJ", "ł", "l", "Ł", "L", "ı", "i", "đ", "d", "Đ", "D", "œ", "oe", "Œ", "OE")

// Plain writes a text in the GSM alphabet: what is not in it loses its accent, or becomes a question mark. One letter outside
// the alphabet would make the whole message twice as long and dear.
func Plain(text string) string {
	var b strings.Builder
	for _, r := range alike.Replace(norm.NFC.String(text)) {
		switch {
		case strings.ContainsRune(basic+extended, r):
			b.WriteRune(r)
		case unicode.IsControl(r):
			b.WriteByte(' ')
		default:
			b.WriteString(bare(r))
		}
	}
	return b.String()
}

// bare is a letter without its accents, or a question mark.
func bare(r rune) string {
	for _, part := range norm.NFD.String(string(r)) {
		if !unicode.Is(unicode.Mn, part) {
			if strings.ContainsRune(basic, part) {
				return string(part)
			}
			break
		}
	}
	return "?"
}

// Length counts the places that a text takes in one message; -1 when it has letters outside the alphabet.
func Length(text string) int {
	n := 0
	for _, r := range text {
		switch {
		case strings.ContainsRune(basic, r):
			n++
		case strings.ContainsRune(extended, r):
			n += 2
		default:
			return -1
		}
	}
	return n
}

// Cut shortens a text to so many places, at a space where there is one.
func Cut(text string, places int) string {
	if Length(text) <= places {
		return text
	}
	n, end, space := 0, 0, 0
	for i, r := range text {
		n++
		if strings.ContainsRune(extended, r) {
			n++
		}
		if n > places {
			break
		}
		if r == ' ' {
			space = i
		}
		end = i + len(string(r))
	}
	if space > end/2 {
		end = space
	}
	return strings.TrimSpace(text[:end])
}
