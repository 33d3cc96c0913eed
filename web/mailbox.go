package web

import (
	"html"
	"net/url"
	"regexp"
	"strings"

	"tussentijds/internal/fault"
)

var (
	mailboxPage = page("public/mailbox")
	mailPage    = page("public/mail")
)

// mailbox lists the mail that the demo would have sent into the world.
func (s *Site) mailbox(r *Request) error {
	return r.Render(mailboxPage, "web.mailbox.title", s.opts.Mailbox.Mails())
}

// mailShown is one mail to read: its text with links to follow, and the words of its HTML part.
type mailShown struct {
	MailView
	Pieces []piece
	Words  string
}

// piece is a stretch of text; URL is set when it is a link of ours.
type piece struct{ Text, URL string }

func (s *Site) mail(r *Request) error {
	for _, m := range s.opts.Mailbox.Mails() {
		if m.ID == r.Params("id") {
			return r.Render(mailPage, "web.mailbox.title", mailShown{MailView: m, Pieces: linked(m.Text), Words: words(m.HTML)})
		}
	}
	return fault.Missing()
}

var address = regexp.MustCompile(`https?://[^\s<>"']+`)

// linked cuts a text into plain stretches and links.
func linked(text string) []piece {
	var out []piece
	at := 0
	for _, span := range address.FindAllStringIndex(text, -1) {
		link := strings.TrimRight(text[span[0]:span[1]], ".,;:!?)")
		if _, err := url.Parse(link); err != nil {
			continue
		}
		out = append(out, piece{Text: text[at:span[0]]}, piece{Text: link, URL: link})
		at = span[0] + len(link)
	}
	return append(out, piece{Text: text[at:]})
}

var (
	hiddenParts = regexp.MustCompile(`(?is)<(style|head|script|title)[^>]*>.*?</(style|head|script|title)>`)
	breaks      = regexp.MustCompile(`(?i)<(br|/p|/div|/tr|/h[1-6]|/li)[^>]*>`)
	tags        = regexp.MustCompile(`(?s)<[^>]*>`)
	blanks      = regexp.MustCompile(`\n\s*\n\s*`)
)

// words gives the words of an HTML part, to compare with the text part. It is shown as text, never as HTML.
func words(part string) string {
	part = hiddenParts.ReplaceAllString(part, "")
	part = breaks.ReplaceAllString(part, "\n")
	part = tags.ReplaceAllString(part, "")
	lines := strings.Split(html.UnescapeString(part), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.TrimSpace(blanks.ReplaceAllString(strings.Join(lines, "\n"), "\n\n"))
}
