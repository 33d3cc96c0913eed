package care

import (
	"encoding/base64"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/locale"
	"tussentijds/internal/push"
	"tussentijds/internal/sms"
	"tussentijds/models"
)

// noteFor is a push with the same neutral words as the mail's subject. It opens the start page and
// nothing deeper. All that waits for one person is one topic, so that of a day without reception one note is left.
func (s *Service) noteFor(lang locale.Lang, says models.MessageWords, sender, kind string, person uuid.UUID, ttl time.Duration, urgent bool) push.Note {
	open := "/portal"
	if kind == "member" {
		open = "/desk"
	}
	return push.Note{
		Title: oneLine(sender), Body: oneLine(says.Subject), Lang: string(lang), Open: open, TTL: ttl, Urgent: urgent,
		Topic: base64.RawURLEncoding.EncodeToString(s.Master.MAC("push-topic", person[:])[:24]),
	}
}

// textFor is a text message with the same neutral words and the address of the portal, in one message of the GSM alphabet.
func (s *Service) textFor(says models.MessageWords, sender string) string {
	rest := sms.Plain(oneLine(says.Text) + " " + s.BaseURL + "/portal")
	// The words and the link are short; the sender's name takes what is left.
	name := sms.Cut(sms.Plain(oneLine(sender)), sms.Longest-sms.Length(rest)-2)
	if name == "" {
		return sms.Cut(rest, sms.Longest)
	}
	return name + ": " + rest
}
