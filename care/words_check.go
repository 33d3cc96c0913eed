package care

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/internal/sms"
	"tussentijds/models"
)

// The longest that own words may be, in letters. A phone shows some seventy of a notification.
const (
	maxWordsSubject = 70
	maxWordsBody    = 600
	maxWordsButton  = 30
	maxWordsNote    = 300
)

// mostAlike is how many words of a field are named for the same reason; every reason is named.
const mostAlike = 5

// wordsField is one field of own words with what it may be.
type wordsField struct {
	name  string
	text  string
	most  int
	lines bool // may have more than one.
}

// checkOwnWords refuses words that could tell a stranger or the other partner anything (design, section 4), and those that do
// not fit their channel. Each finding says which word it is and why.
func (s *Service) checkOwnWords(p models.Practice, kind string, w models.MessageWords, known knownWords) error {
	var c fault.Collector
	fields := []wordsField{
		{"subject", w.Subject, maxWordsSubject, false}, {"body", w.Body, maxWordsBody, true}, {"button", w.Button, maxWordsButton, false}, {"note", w.Note, maxWordsNote, true},
	}
	if slices.Contains(textKinds, kind) {
		fields = append(fields, wordsField{"text", w.Text, s.roomForText(p.SenderName), false})
	}
	for _, f := range fields {
		if f.shape(&c) {
			alike := map[string]int{}
			for _, finding := range known.findings(f.text) {
				if alike[finding.why]++; alike[finding.why] > mostAlike {
					continue
				}
				c.Add(f.name, "choices.words."+finding.why, map[string]any{"Word": finding.word})
			}
		}
	}
	if slices.Contains(textKinds, kind) {
		checkAlphabet(&c, w.Text)
	}
	return c.Err()
}

// shape checks what needs no knowledge; ok means that it is worth looking at the words.
func (f wordsField) shape(c *fault.Collector) (ok bool) {
	length := utf8.RuneCountInString(f.text)
	if f.name == "text" {
		if n := sms.Length(sms.Plain(f.text)); n > length { // Some letters take two places.
			length = n
		}
	}
	switch {
	case f.text == "":
		c.Add(f.name, "error.field.required", nil)
		return false
	case !utf8.ValidString(f.text) || strings.ContainsFunc(f.text, func(r rune) bool { return hiddenLetter(r) && (r != '\n' || !f.lines) }):
		c.Add(f.name, "error.field.control", nil)
		return false
	case f.name == "text" && length > f.most:
		c.Add(f.name, "choices.words.too_long_text", map[string]any{"Max": max(0, f.most)})
	case length > f.most:
		c.Add(f.name, "error.field.too_long", map[string]any{"Max": f.most})
	}
	return true
}

// hiddenLetter tells of what nobody sees, and what could break out of a header or hide a word from this checker.
func hiddenLetter(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029'
}

// roomForText is how many letters a text message leaves beside the sender's name and the address.
func (s *Service) roomForText(sender string) int {
	return sms.Longest - sms.Length(sms.Plain(oneLine(sender))) - 2 - 1 - sms.Length(sms.Plain(s.BaseURL+"/portal"))
}

// checkAlphabet wants letters that a text message has.
func checkAlphabet(c *fault.Collector, text string) {
	for _, r := range text {
		if r != '?' && !unicode.IsControl(r) && sms.Plain(string(r)) == "?" {
			c.Add("text", "choices.words.alphabet", map[string]any{"Word": string(r)})
			return
		}
	}
}

// finding is a word that cannot stay, and why: name, title, about, other, blame, link, mail, phone or gap.
type finding struct{ word, why string }

var (
	gapMark   = regexp.MustCompile(`\{[^{}\n]{0,40}\}?|\}|\[[^\[\]\n]{1,40}\]|<[^<>\n]{1,40}>|%[a-zA-Z%]|\$\w+`)
	mailMark  = regexp.MustCompile(`\S*@\S*`)
	linkMark  = regexp.MustCompile(`(?i)\b(?:[a-z][a-z0-9+.-]*://\S*|www\.\S*|(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}(?:/\S*)?)`)
	phoneMark = regexp.MustCompile(`\+?\d(?:[\s().\-/]{0,3}\d){5,}`)
	wordMark  = regexp.MustCompile(`[\p{L}\p{N}\p{M}]+`)
)

// findings are what cannot stay in a text, in the order in which they are looked for, each once.
func (k knownWords) findings(text string) []finding {
	var out []finding
	add := func(word, why string) {
		f := finding{strings.TrimSpace(word), why}
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	for _, mark := range gapMark.FindAllString(text, -1) {
		if mark != SenderGap[locale.NL] && mark != SenderGap[locale.EN] {
			add(mark, "gap")
		}
	}
	text = strings.NewReplacer(SenderGap[locale.NL], " ", SenderGap[locale.EN], " ").Replace(text)
	for _, found := range phoneMark.FindAllString(text, -1) {
		add(found, "phone")
	}
	for _, found := range mailMark.FindAllString(text, -1) {
		add(found, "mail")
		text = strings.ReplaceAll(text, found, " ")
	}
	for _, found := range linkMark.FindAllString(text, -1) {
		add(found, "link")
		text = strings.ReplaceAll(text, found, " ")
	}
	bare := " " + bareWords(text) + " "
	for _, title := range k.titles {
		if strings.Contains(bare, " "+title+" ") {
			add(title, "title")
		}
	}
	eachWord(text, add)
	for _, phrase := range blamePhrases {
		if strings.Contains(bare, " "+phrase+" ") {
			add(phrase, "blame")
		}
	}
	return out
}

// eachWord looks at one word after the other.
func eachWord(text string, add func(word, why string)) {
	for _, at := range wordMark.FindAllStringIndex(text, -1) {
		word := text[at[0]:at[1]]
		bare := bareWords(word)
		switch {
		case othersWords[bare]:
			add(word, "other")
		case tellsAbout(bare):
			add(word, "about")
		case couldBeName(word, bare, beginsSentence(text[:at[0]])):
			add(word, "name")
		}
	}
}

// beginsSentence tells whether a new sentence begins after what was read.
func beginsSentence(before string) bool {
	before = strings.TrimRightFunc(before, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"'“”‘’„(`, r) })
	return before == "" || strings.ContainsAny(before[len(before)-1:], ".!?:\n")
}

// tellsAbout tells whether a word says what it is about.
func tellsAbout(bare string) bool {
	if aboutWords[bare] {
		return true
	}
	return slices.ContainsFunc(aboutStems, func(stem string) bool { return strings.HasPrefix(bare, stem) })
}
