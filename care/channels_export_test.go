package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/locale"
	"tussentijds/internal/push"
	"tussentijds/internal/sms"
	"tussentijds/models"
)

// Reach tells, for tests, how people can be reached: the endpoints of their browsers, their number, and what is given up.
func (s *Service) Reach(ctx context.Context, practice uuid.UUID, people ...uuid.UUID) (endpoints map[uuid.UUID][]string, numbers map[uuid.UUID]string, can map[uuid.UUID]map[string]bool, err error) {
	endpoints, numbers, can = map[uuid.UUID][]string{}, map[uuid.UUID]string{}, map[uuid.UUID]map[string]bool{}
	err = s.inPractice(ctx, System(practice), func(t *txn) error {
		partners, err := models.RowsByID[models.Partner](t.DB, people)
		if err != nil {
			return err
		}
		all, err := t.reachOf(people, partners)
		for id, r := range all {
			for _, d := range r.devices {
				endpoints[id] = append(endpoints[id], d.To.Endpoint)
			}
			if r.number != "" {
				numbers[id] = r.number
			}
			can[id] = map[string]bool{"mail": r.can("mail"), "push": r.can("push"), "sms": r.can("sms"), "": r.can("")}
		}
		return err
	})
	return endpoints, numbers, can, err
}

// PushTo sends a note to all of a person's browsers and records how it fared.
func (s *Service) PushTo(ctx context.Context, practice, person uuid.UUID, lang locale.Lang, sender string, ttl time.Duration) ([]error, error) {
	var list []pushing
	if err := s.inPractice(ctx, System(practice), func(t *txn) error {
		targets, err := t.pushTargets([]uuid.UUID{person})
		for _, to := range targets[person] {
			list = append(list, pushing{target: to, note: s.noteFor(lang, ownWords(nil).says(lang, "ready", sender), sender, "partner", person, ttl, false)})
		}
		return err
	}); err != nil {
		return nil, err
	}
	outcomes := s.sendPushes(ctx, list)
	return outcomes, s.inPractice(ctx, System(practice), func(t *txn) error { return t.recordPushes(list, outcomes) })
}

// TextTo hands a text for a reminder over.
func (s *Service) TextTo(ctx context.Context, practice, reminder uuid.UUID, number string, lang locale.Lang, words, sender string) error {
	return s.sendTexts(ctx, []sms.Text{{ID: s.textID(practice, reminder), To: number, Text: s.textFor(ownWords(nil).says(lang, words, sender), sender)}})[0]
}

// PushKeys gives the installation's keys.
func (s *Service) PushKeys(ctx context.Context) (push.Keys, error) { return s.pushKeys(ctx) }

// BounceToken makes a token.
func (s *Service) BounceToken(practice uuid.UUID, kind string, person uuid.UUID, address string) string {
	return s.bounceToken(practice, kind, person, address)
}

// TakesTexts and PhoneOf show the rules of numbers.
var TakesTexts = takesTexts

// InvitationToken makes the token of a partner's invitation as a mail would carry it.
func InvitationToken(ctx context.Context, s *Service, practice, partner uuid.UUID) (token string, err error) {
	err = s.inPractice(ctx, System(practice), func(t *txn) error {
		token, err = s.newMailToken(t.Tx, "invitation", "partner", practice, partner, invitationTTL)
		return err
	})
	return token, err
}

// StopToken makes the token of a one-click stop as it stands in a mail.
var StopToken = (*Service).stopToken
