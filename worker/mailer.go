package worker

import (
	"context"
	"errors"

	"tussentijds/care"
	"tussentijds/internal/mailer"
)

// Mailer is care's Mailer over SMTP.
type Mailer struct{ SMTP *mailer.Mailer }

// Send hands the messages to the server; the outcomes stand in their order.
func (m Mailer) Send(ctx context.Context, messages []care.Message) []error {
	out := make([]mailer.Message, len(messages))
	for i, v := range messages {
		out[i] = mailer.Message{
			ID: v.ID, FromName: v.FromName, To: v.To, Subject: v.Subject, Text: v.Text, HTML: v.HTML, StopURL: v.StopURL, Bounce: v.Bounce, Before: v.Before,
		}
	}
	outcomes := m.SMTP.Send(ctx, out)
	for i, err := range outcomes {
		var refusal *mailer.Error
		if errors.As(err, &refusal) {
			outcomes[i] = &care.SendError{Permanent: refusal.Permanent, Code: refusal.Code, Status: refusal.Status, Paced: refusal.Paced, Cause: refusal}
		}
	}
	return outcomes
}
