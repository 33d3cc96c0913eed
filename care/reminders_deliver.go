package care

import (
	"context"
	"errors"
	"sync"

	"tussentijds/internal/sms"
)

// deliver hands the messages to their carriers, side by side. The outcomes stand in the order of the messages.
func (s *Service) deliver(ctx context.Context, look *lookout, out []*outgoing) []error {
	by := map[string][]int{} // channel to indexes.
	for i, o := range out {
		by[o.channel] = append(by[o.channel], i)
	}
	outcomes := make([]error, len(out))
	var wg sync.WaitGroup
	for channel, list := range by {
		send := s.deliverMails
		switch channel {
		case channelPush:
			send = s.deliverPushes
		case channelText:
			send = s.deliverTexts
		}
		some := make([]*outgoing, len(list))
		for i, at := range list {
			some[i] = out[at]
		}
		wg.Go(func() {
			for i, err := range send(ctx, look, some) {
				outcomes[list[i]] = err
			}
		})
	}
	wg.Wait()
	return outcomes
}

func (s *Service) deliverMails(ctx context.Context, look *lookout, out []*outgoing) []error {
	messages := make([]Message, len(out))
	for i, o := range out {
		messages[i] = o.message
		messages[i].Before = func(ctx context.Context) error { return look.ask(ctx, o) }
	}
	return s.Mailer.Send(ctx, messages)
}

// deliverPushes sends a note to each browser of each person. One that took it is enough; when none did, one that may take it
// later is worth a next try.
func (s *Service) deliverPushes(ctx context.Context, look *lookout, out []*outgoing) []error {
	var list []pushing
	for _, o := range out {
		for i := range o.pushes {
			o.pushes[i].note.Before = func(ctx context.Context) error { return look.ask(ctx, o) }
		}
		list = append(list, o.pushes...)
	}
	told := s.sendPushes(ctx, list)
	look.pushes, look.told = list, told
	outcomes := make([]error, len(out))
	for i, o := range out {
		outcomes[i] = together(told[:len(o.pushes)])
		told = told[len(o.pushes):]
	}
	return outcomes
}

// together tells how a person's note fared by how it fared on each browser.
func together(told []error) error {
	var outcome error = &SendError{Permanent: true, Gone: true}
	for _, err := range told {
		var refusal *SendError
		switch {
		case err == nil:
			return nil
		case errors.Is(outcome, errDropped), errors.Is(outcome, errRegroup):
			// What was dropped for one browser is dropped for all.
		case !errors.As(err, &refusal) || !refusal.Permanent && !refusal.Gone:
			outcome = err
		}
	}
	return outcome
}

func (s *Service) deliverTexts(ctx context.Context, look *lookout, out []*outgoing) []error {
	list := make([]sms.Text, len(out))
	for i, o := range out {
		list[i] = o.text
		list[i].Before = func(ctx context.Context) error { return look.ask(ctx, o) }
	}
	return s.sendTexts(ctx, list)
}
