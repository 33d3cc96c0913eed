package care

import (
	"slices"

	"github.com/google/uuid"

	"tussentijds/models"
)

// chosen is over what a reminder is to go. An invitation or a way back in is a link for the mailbox alone, and one that was
// made for one more channel knows its own.
func (b *sending) chosen(r models.Reminder) []string {
	switch {
	case asked(r):
		return []string{channelMail}
	case r.CauseKind == "test": // Of one channel, whatever the person chose.
		return []string{r.Channel}
	}
	channels := b.preference(r).ChannelsFor(groupOf(r))
	if r.Fanned {
		if !slices.Contains(channels, r.Channel) {
			return nil
		}
		return []string{r.Channel}
	}
	return channels
}

// route decides at the last moment over what a reminder goes: what it was planned for when that is among the channels that
// the person chose and that work, else the first of them. others are those for which rows of their own are made. A reset is
// tried although mail came back: whoever asks for it sits at the screen. Nothing is given for a person whom none of the
// chosen channels reaches.
func (b *sending) route(r models.Reminder) (channel string, others []string) {
	alive := slices.DeleteFunc(slices.Clone(b.chosen(r)), func(c string) bool { return r.CauseKind != "reset" && !b.reaches(r, c) })
	if len(alive) == 0 {
		return "", nil
	}
	channel = alive[0]
	if slices.Contains(alive, r.Channel) {
		channel = r.Channel
	}
	if r.Fanned {
		return channel, nil
	}
	return channel, slices.DeleteFunc(alive, func(c string) bool { return c == channel })
}

// reaches tells whether a channel leads to a reminder's recipient now.
func (b *sending) reaches(r models.Reminder, channel string) bool {
	return reach{
		devices: b.targets[r.RecipientID], number: b.numbers[r.RecipientID],
		deadMail: b.dead[r.RecipientID][channelMail], deadText: b.dead[r.RecipientID][channelText],
	}.can(channel)
}

// openChannels opens the browsers and numbers of those who chose to be reached so, with the keys that came along.
func (t *txn) openChannels(b *sending) error {
	var devices []models.PushSubscription
	texted := map[uuid.UUID]models.Partner{}
	for _, r := range b.rows {
		chosen := b.chosen(r)
		if slices.Contains(chosen, channelPush) && t.s.Pusher != nil {
			devices = append(devices, b.devices[r.RecipientID]...)
		}
		if p, ok := b.partners[r.RecipientID]; ok && slices.Contains(chosen, channelText) {
			texted[p.ID] = p
		}
	}
	opened, err := t.openTargets(devices)
	if err != nil {
		return err
	}
	for _, d := range devices {
		if to, ok := opened[d.ID]; ok && !slices.ContainsFunc(b.targets[d.PersonID], func(known pushTarget) bool { return known.ID == d.ID }) {
			b.targets[d.PersonID] = append(b.targets[d.PersonID], pushTarget{ID: d.ID, Person: d.PersonID, To: to})
		}
	}
	b.numbers, err = t.textNumbers(texted)
	return err
}

// beside makes the row of the same message over one more channel, to go at once.
func beside(r models.Reminder, channel string, t *txn) models.Reminder {
	r.Row, r.Channel, r.Fanned = models.NewRow(r.PracticeID), channel, true
	r.State, r.Reason, r.Attempts, r.Carrier = models.ReminderPlanned, "", 0, ""
	r.LeaseUntil, r.SendingSince, r.SentAt = nil, nil, nil
	r.NotBefore, r.CreatedAt = t.now, t.now
	return r
}
