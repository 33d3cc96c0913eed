package care

import (
	"bytes"
	"encoding/hex"
	htmltemplate "html/template"
	"net/url"
	"strings"
	"unicode"

	"tussentijds/internal/locale"
	"tussentijds/models"
)

// wordsOf says which neutral words a reminder has. They never tell what waits, from whom, or when: a mailbox may be read by
// others, the other partner among them. Whatever a partner can have to do reads the same.
func wordsOf(r models.Reminder) string {
	switch {
	case r.CauseKind == "invitation" || r.CauseKind == "reset" || r.CauseKind == "test":
		return r.CauseKind
	case r.RecipientKind == "member":
		return "desk"
	case r.CauseKind == "session":
		return "reminder"
	}
	return "ready"
}

// messageID is made from the row, so that a repeat after a crash can be recognised as the same message. It tells a stranger
// neither practice nor row.
func (s *Service) messageID(r models.Reminder, host string) string {
	row := append(append(make([]byte, 0, 32), r.PracticeID[:]...), r.ID[:]...)
	return hex.EncodeToString(s.Master.MAC("message-id", row)) + "@" + host
}

// messageHost is whose Message-IDs they are.
func (s *Service) messageHost() string {
	if u, err := url.Parse(s.BaseURL); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "localhost"
}

// mailWords is what the layout is filled with.
type mailWords struct {
	Lang, Subject, Hello         string
	Body                         []string // paragraphs.
	Button, Link, Note           string
	Why, StopText, StopURL, Name string
}

// writeMail writes a mail in the reader's language: a text part and the same as HTML. says is what it says.
func writeMail(l locale.Localizer, says models.MessageWords, sender, link, stop string) Message {
	sender = oneLine(sender)
	w := mailWords{
		Lang: string(l.Lang), Subject: oneLine(says.Subject), Hello: l.T("mail.hello"), Body: paragraphs(says.Body),
		Button: oneLine(says.Button), Link: link, Note: says.Note,
		Why: l.T("mail.why", "Sender", sender), StopText: l.T("mail.stop"), StopURL: stop, Name: sender,
	}
	return Message{FromName: sender, Subject: w.Subject, Text: w.text(), HTML: w.html(), StopURL: stop}
}

func (w mailWords) text() string {
	parts := []string{w.Hello, strings.Join(w.Body, "\n\n"), w.Button + ":\n" + w.Link, w.Note, "-- \n" + w.Why}
	if w.StopURL != "" {
		parts = append(parts, w.StopText+":\n"+w.StopURL)
	}
	return strings.Join(parts, "\n\n") + "\n"
}

func (w mailWords) html() string {
	var b bytes.Buffer
	if err := mailLayout.Execute(&b, w); err != nil {
		panic(err) // The layout is ours and its values are plain strings.
	}
	return b.String()
}

// oneLine takes away what could break out of a mail header.
func oneLine(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, text))
}

// mailLayout is the one layout of all mails. Styles stand inline, as mail programs want them; the few rules in the head
// turn it dark where that is wanted. It loads nothing: no picture tells anyone that the mail was opened.
var mailLayout = htmltemplate.Must(htmltemplate.New("mail").Parse(`<!doctype html>
<html lang="{{.Lang}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{{.Subject}}</title>
<style>
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  .paper { background: #141d1b !important; }
  .card { background: #1d2826 !important; border-color: #33413d !important; }
  .ink { color: #eef2ec !important; }
  .soft { color: #b6c3bc !important; }
  .button { background: #9fd6c6 !important; color: #10211d !important; }
}
</style>
</head>
<body class="paper" style="margin:0;padding:0;background:#faf6ef;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" class="paper" style="background:#faf6ef;">
<tr><td align="center" style="padding:32px 16px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" class="card" style="max-width:480px;background:#fffdf9;border:1px solid #e5dccb;border-radius:16px;">
<tr><td style="padding:28px 24px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;font-size:17px;line-height:1.6;">
<p class="ink" style="margin:0 0 16px;color:#1d302c;">{{.Hello}}</p>
{{range .Body}}<p class="ink" style="margin:0 0 24px;color:#1d302c;">{{.}}</p>
{{end}}<p style="margin:0 0 24px;"><a href="{{.Link}}" class="button" style="display:inline-block;padding:14px 24px;border-radius:28px;text-align:center;background:#1f5f56;color:#ffffff;font-weight:600;text-decoration:none;">{{.Button}}</a></p>
<p class="soft" style="margin:0;color:#4f5f59;font-size:15px;">{{.Note}}</p>
</td></tr>
</table>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:480px;">
<tr><td class="soft" style="padding:20px 24px;font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;font-size:14px;line-height:1.5;color:#4f5f59;">
<p style="margin:0 0 8px;">{{.Why}}</p>
{{- if .StopURL}}
<p style="margin:0;"><a href="{{.StopURL}}" class="soft" style="color:#4f5f59;">{{.StopText}}</a></p>
{{- end}}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`))
