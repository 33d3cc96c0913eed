package care

import (
	"strings"

	"tussentijds/internal/locale"
)

// letter is a mail in one language with the same words for everybody: written once for a batch, with gaps where each
// recipient's own addresses go.
type letter struct {
	message    Message
	text, html []string // what stands between the gaps.
	gaps       letterGaps
}

// letterGaps says for each gap whether it is the link or the stop address.
type letterGaps struct{ text, html []bool }

// The addresses that a letter is written with. They are as plain as real ones, so that the layout's escaping does to both the
// same.
const (
	gapLink = "https://gap.invalid/link"
	gapStop = "https://gap.invalid/stop"
)

// letterKey is what makes a letter another one.
type letterKey struct {
	lang    locale.Lang
	words   string
	stopped bool // it can be stopped.
}

// letters are those of a batch.
type letters struct {
	sender string
	own    ownWords
	made   map[letterKey]*letter
}

// write gives a recipient's mail.
func (ls *letters) write(lang locale.Lang, words, link, stop string) Message {
	if !plainURL(link) || !plainURL(stop) {
		return writeMail(locale.For(lang), ls.own.says(lang, words, ls.sender), ls.sender, link, stop)
	}
	key := letterKey{lang, words, stop != ""}
	l, ok := ls.made[key]
	if !ok {
		l = ls.compose(key)
		ls.made[key] = l
	}
	m := l.message
	m.Text, m.HTML, m.StopURL = fill(l.text, l.gaps.text, link, stop), fill(l.html, l.gaps.html, link, stop), stop
	return m
}

func (ls *letters) compose(key letterKey) *letter {
	stop := ""
	if key.stopped {
		stop = gapStop
	}
	l := &letter{message: writeMail(locale.For(key.lang), ls.own.says(key.lang, key.words, ls.sender), ls.sender, gapLink, stop)}
	l.text, l.gaps.text = cutGaps(l.message.Text)
	l.html, l.gaps.html = cutGaps(l.message.HTML)
	return l
}

// cutGaps cuts a text at its gaps; isStop tells of each gap what goes there.
func cutGaps(text string) (pieces []string, isStop []bool) {
	const prefix = "https://gap.invalid/"
	for {
		at := strings.Index(text, prefix)
		if at < 0 {
			return append(pieces, text), isStop
		}
		pieces = append(pieces, text[:at])
		isStop = append(isStop, strings.HasPrefix(text[at:], gapStop))
		text = text[at+len(gapLink):]
	}
}

// fill puts the addresses into the gaps.
func fill(pieces []string, isStop []bool, link, stop string) string {
	var b strings.Builder
	n := 0
	for _, p := range pieces {
		n += len(p)
	}
	b.Grow(n + len(isStop)*max(len(link), len(stop)))
	for i, p := range pieces {
		b.WriteString(p)
		if i >= len(isStop) {
			break
		}
		if isStop[i] {
			b.WriteString(stop)
		} else {
			b.WriteString(link)
		}
	}
	return b.String()
}

// plainURL tells whether an address has nothing in it that a layout would write in another way.
func plainURL(u string) bool {
	for _, r := range u {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune(":/._-~", r):
		default:
			return false
		}
	}
	return true
}
