package care

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/internal/push"
	"tussentijds/internal/sms"
	"tussentijds/models"
)

// Pusher sends notes to browsers; the errors stand in the order of the notes, nil for a taken one, else a *push.Error.
type Pusher interface {
	Send(ctx context.Context, keys push.Keys, notes []push.Note) []error
}

// Texter hands text messages over; the errors stand in the order of the messages, nil for a taken one, else an *sms.Error.
type Texter interface {
	Send(ctx context.Context, texts []sms.Text) []error
}

// The channels a message can go over.
const (
	channelMail = "mail"
	channelPush = "push"
	channelText = "sms"
)

// reach is how one person can be reached at this moment.
type reach struct {
	devices  []pushTarget
	number   string // of a partner, in the form of E.164; empty for none that takes texts.
	deadMail bool   // messages come back: nothing is sent there until the address is confirmed or another one.
	deadText bool
}

// can tells whether a channel leads anywhere.
func (r reach) can(channel string) bool {
	switch channel {
	case channelMail:
		return !r.deadMail
	case channelPush:
		return len(r.devices) > 0
	case channelText:
		return r.number != "" && !r.deadText
	}
	return false
}

// pushTarget is a browser of a person.
type pushTarget struct {
	ID     uuid.UUID // of the subscription.
	Person uuid.UUID
	To     push.Target
}

// reachOf tells how people can be reached, with one statement for their browsers, one for what came back and one for the keys.
// Numbers are looked for among the partners given. An erased person's browsers and number open to nothing. A channel for
// which this process has no sender leads nowhere.
func (t *txn) reachOf(people []uuid.UUID, partners map[uuid.UUID]models.Partner) (map[uuid.UUID]reach, error) {
	out := make(map[uuid.UUID]reach, len(people))
	targets, err := t.pushTargets(people)
	if err != nil {
		return nil, err
	}
	dead, err := t.deadChannels(people)
	if err != nil {
		return nil, err
	}
	numbers, err := t.textNumbers(partners)
	if err != nil {
		return nil, err
	}
	for _, id := range people {
		out[id] = reach{devices: targets[id], number: numbers[id], deadMail: dead[id][channelMail], deadText: dead[id][channelText]}
	}
	return out, nil
}

// pushTargets gives the browsers of people, with one statement and one for all their keys; none in a process without a Pusher.
func (t *txn) pushTargets(people []uuid.UUID) (map[uuid.UUID][]pushTarget, error) {
	if t.s.Pusher == nil {
		return nil, nil
	}
	rows, err := models.SubscriptionsOf(t.DB, people)
	if err != nil {
		return nil, err
	}
	opened, err := t.openTargets(rows)
	if err != nil {
		return nil, err
	}
	out := map[uuid.UUID][]pushTarget{}
	for _, row := range rows {
		if to, ok := opened[row.ID]; ok {
			out[row.PersonID] = append(out[row.PersonID], pushTarget{ID: row.ID, Person: row.PersonID, To: to})
		}
	}
	return out, nil
}

// deadChannels tells which of people's addresses and numbers are given up, with one statement.
func (t *txn) deadChannels(people []uuid.UUID) (map[uuid.UUID]map[string]bool, error) {
	rows, err := models.DeliveryStatesOf(t.DB, people)
	if err != nil {
		return nil, err
	}
	out := map[uuid.UUID]map[string]bool{}
	for _, row := range rows {
		if row.DeadAt == nil {
			continue
		}
		if out[row.PersonID] == nil {
			out[row.PersonID] = map[string]bool{}
		}
		out[row.PersonID][row.Channel] = true
	}
	return out, nil
}

// textNumbers gives the numbers of partners that can take a text; none in a process without a Texter.
func (t *txn) textNumbers(partners map[uuid.UUID]models.Partner) (map[uuid.UUID]string, error) {
	if t.s.Texter == nil {
		return nil, nil
	}
	sealed := make([]models.Sealed, 0, len(partners))
	for _, p := range partners {
		sealed = append(sealed, p.Phone)
	}
	if err := t.warm(sealed...); err != nil {
		return nil, err
	}
	out := map[uuid.UUID]string{}
	for _, p := range partners {
		number, err := t.openText(partnerPhone(p), p.Phone)
		if err != nil {
			return nil, err
		}
		if takesTexts(number) {
			out[p.ID] = number
		}
	}
	return out, nil
}

// pushing is one note to one browser, with what is needed to record how it fared.
type pushing struct {
	target pushTarget
	note   push.Note
}

// sendPushes sends notes, outside any transaction. The outcomes stand in their order: nil or a *SendError.
func (s *Service) sendPushes(ctx context.Context, list []pushing) []error {
	outcomes := make([]error, len(list))
	if len(list) == 0 {
		return outcomes
	}
	keys, err := s.pushKeys(ctx)
	if err != nil || s.Pusher == nil {
		for i := range outcomes {
			outcomes[i] = &SendError{Cause: err}
		}
		return outcomes
	}
	notes := make([]push.Note, len(list))
	for i, p := range list {
		notes[i] = p.note
		notes[i].Target = p.target.To
	}
	for i, err := range s.Pusher.Send(ctx, keys, notes) {
		var refusal *push.Error
		switch {
		case err == nil:
		case errors.As(err, &refusal):
			outcomes[i] = &SendError{Permanent: refusal.Permanent, Gone: refusal.Gone, Code: refusal.Code, Cause: refusal}
		default:
			outcomes[i] = &SendError{Cause: err}
		}
	}
	return outcomes
}

// recordPushes notes which browsers took their note and which are gone.
func (t *txn) recordPushes(list []pushing, outcomes []error) error {
	var ok, gone []uuid.UUID
	for i, p := range list {
		var refusal *SendError
		switch {
		case outcomes[i] == nil:
			ok = append(ok, p.target.ID)
		case errors.As(outcomes[i], &refusal) && refusal.Gone:
			gone = append(gone, p.target.ID)
		}
	}
	if err := models.MarkPushed(t.DB, ok, t.now); err != nil {
		return err
	}
	return models.EndSubscriptions(t.DB, gone, t.now)
}

// sendTexts hands texts over, outside any transaction. The outcomes stand in their order: nil or a *SendError.
func (s *Service) sendTexts(ctx context.Context, texts []sms.Text) []error {
	outcomes := make([]error, len(texts))
	if s.Texter == nil {
		for i := range outcomes {
			outcomes[i] = &SendError{}
		}
		return outcomes
	}
	for i, err := range s.Texter.Send(ctx, texts) {
		var refusal *sms.Error
		switch {
		case err == nil:
		case errors.As(err, &refusal):
			outcomes[i] = &SendError{Permanent: refusal.Permanent, Code: refusal.Code, Cause: refusal}
		default:
			outcomes[i] = &SendError{Cause: err}
		}
	}
	return outcomes
}

// The rule of when an address is given up that does not say so itself: as many failures within a month.
const (
	mostBounces  = 5
	bounceMemory = 30 * 24 * time.Hour
)

// noteBounce counts a message that did not arrive at a person's address or number. One that is wrong for good is given up at
// once, one that fails again and again after mostBounces; the practice is told when that happens, and not before.
func (t *txn) noteBounce(kind string, person uuid.UUID, channel, reason string, permanent bool) error {
	died, err := models.CountBounce(t.DB, models.DeliveryState{
		Row: models.NewRow(t.PracticeID), PersonKind: kind, PersonID: person, Channel: channel, Reason: reason,
	}, permanent, mostBounces, t.now.Add(-bounceMemory), t.now)
	if err != nil {
		return err
	}
	a := act{verb: "bounce", object: channel, objectID: person}
	if kind == "partner" {
		a.partnerID = person
	}
	t.note(a)
	if !died {
		return nil
	}
	return t.alertFailed(models.Reminder{RecipientKind: kind, RecipientID: person, CauseID: person})
}

// DeadChannel is an address or number that is given up, as its owner and the therapists see it.
type DeadChannel struct {
	PersonID uuid.UUID `json:"-"`
	Channel  string    `json:"channel"` // mail, sms.
	Reason   string    `json:"reason"`  // unknown, full, refused, failed.
	Since    time.Time `json:"since"`
}

// DeadChannels lists which of the actor's own addresses are given up.
func (s *Service) DeadChannels(ctx context.Context, actor Actor) ([]DeadChannel, error) {
	out := []DeadChannel{}
	if !actor.Full() || !actor.Partner() && !actor.Member() {
		return out, fault.Missing()
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		var err error
		out, err = t.deadOf([]uuid.UUID{actor.ID})
		return err
	})
	return out, err
}

// CoupleDeadChannels lists which of a couple's addresses and numbers are given up. Faults: not_found, forbidden.
func (s *Service) CoupleDeadChannels(ctx context.Context, actor Actor, coupleID uuid.UUID) ([]DeadChannel, error) {
	out := []DeadChannel{}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, seeCouple)
		if err != nil {
			return err
		}
		partners, err := models.PartnersOf(t.DB, couple.ID)
		if err != nil {
			return err
		}
		var ids []uuid.UUID
		for _, p := range partners {
			ids = append(ids, p.ID)
		}
		out, err = t.deadOf(ids)
		return err
	})
	return out, err
}

func (t *txn) deadOf(people []uuid.UUID) ([]DeadChannel, error) {
	rows, err := models.DeliveryStatesOf(t.DB, people)
	out := []DeadChannel{}
	for _, row := range rows {
		if row.DeadAt != nil {
			out = append(out, DeadChannel{PersonID: row.PersonID, Channel: row.Channel, Reason: row.Reason, Since: *row.DeadAt})
		}
	}
	return out, err
}

// ConfirmChannel has the actor's own address or number tried again: it is right, or it works again. Faults: invalid.
func (s *Service) ConfirmChannel(ctx context.Context, actor Actor, channel string) error {
	if !actor.Full() || !actor.Partner() && !actor.Member() {
		return fault.Missing()
	}
	if channel != channelMail && channel != channelText {
		return fault.Fieldf("channel", "error.field.choice", nil)
	}
	return s.inPractice(ctx, actor, func(t *txn) error { return t.revive(actor.Kind, actor.ID, channel) })
}

// ConfirmPartnerChannel is ConfirmChannel by those who know the couple's contact. Faults: not_found, forbidden, invalid.
func (s *Service) ConfirmPartnerChannel(ctx context.Context, actor Actor, coupleID, partnerID uuid.UUID, channel string) error {
	return s.inPractice(ctx, actor, func(t *txn) error {
		partner, err := t.partnerIn(coupleID, partnerID)
		if err != nil {
			return err
		}
		if channel != channelMail && channel != channelText {
			return fault.Fieldf("channel", "error.field.choice", nil)
		}
		return t.revive("partner", partner.ID, channel)
	})
}

// partnerIn loads a partner of a couple whose contact the actor may know. Faults: not_found, forbidden.
func (t *txn) partnerIn(coupleID, partnerID uuid.UUID) (models.Partner, error) {
	couple, err := t.coupleFor(coupleID, seeCouple)
	if err != nil {
		return models.Partner{}, err
	}
	partner, err := models.FindPartner(t.DB, partnerID)
	if err == nil && partner.CoupleID != couple.ID {
		err = fault.Missing()
	}
	return partner, err
}

// revive forgets what came back from an address or number: it is another one, or was confirmed.
func (t *txn) revive(kind string, person uuid.UUID, channel string) error {
	revived, err := models.ReviveChannel(t.DB, kind, person, channel, nil)
	if err != nil || !revived {
		return err
	}
	a := act{verb: "confirm", object: channel, objectID: person}
	if kind == "partner" {
		a.partnerID = person
	}
	t.note(a)
	return nil
}
