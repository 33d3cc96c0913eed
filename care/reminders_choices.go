package care

import (
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// The groups of messages that a person chooses channels for.
const (
	groupTasks      = "tasks"
	groupSessions   = "sessions"
	groupAgreements = "agreements"
	groupReports    = "reports"
	groupMessages   = "messages"
	groupAlerts     = "alerts" // of the staff.
	groupOther      = "other"  // of the staff.
)

// GroupsOf lists the groups of messages that a kind of person gets, in the order in which they are shown.
func GroupsOf(personKind string) []string {
	if personKind == "member" {
		return []string{groupAlerts, groupOther}
	}
	return []string{groupTasks, groupSessions, groupAgreements, groupReports, groupMessages}
}

// groupOf is the group that a reminder belongs to.
func groupOf(r models.Reminder) string {
	if r.RecipientKind == "member" {
		if r.CauseKind == "alert" {
			return groupAlerts
		}
		return groupOther
	}
	switch r.CauseKind {
	case "session":
		return groupSessions
	case "agreement":
		return groupAgreements
	case "report":
		return groupReports
	case "message":
		return groupMessages
	}
	return groupTasks
}

// Channels lists over what a message can go, in the order in which they are shown.
var Channels = []string{channelMail, channelPush, channelText}

// ChannelSetup tells whether a channel leads to a person now.
type ChannelSetup struct {
	Channel string `json:"channel" enum:"mail,push,sms"`
	Ready   bool   `json:"ready"`
	// Lacks is why not: device (no browser is on), number (none that takes texts), dead (what is sent there comes back).
	Lacks string `json:"lacks,omitempty" enum:"device,number,dead"`
}

// channelSetup tells which channels lead to the actor. What this installation or practice does not offer is not in it.
func (t *txn) channelSetup(own ownPreference) ([]ChannelSetup, error) {
	dead, err := t.deadChannels([]uuid.UUID{t.actor.ID})
	if err != nil {
		return nil, err
	}
	devices, err := models.SubscriptionsOf(t.DB, []uuid.UUID{t.actor.ID})
	if err != nil {
		return nil, err
	}
	out := []ChannelSetup{{Channel: channelMail, Ready: true}, {Channel: channelPush, Ready: true}}
	if dead[t.actor.ID][channelMail] {
		out[0] = ChannelSetup{Channel: channelMail, Lacks: "dead"}
	}
	if len(devices) == 0 {
		out[1] = ChannelSetup{Channel: channelPush, Lacks: "device"}
	}
	if t.s.Texter == nil || !t.actor.Partner() {
		return out, nil
	}
	number, err := t.openText(partnerPhone(own.partner), own.partner.Phone)
	if err != nil {
		return nil, err
	}
	text := ChannelSetup{Channel: channelText, Ready: true}
	switch {
	case !takesTexts(number):
		text = ChannelSetup{Channel: channelText, Lacks: "number"}
	case dead[t.actor.ID][channelText]:
		text = ChannelSetup{Channel: channelText, Lacks: "dead"}
	}
	return append(out, text), nil
}

// channelsByGroup is what a person chose, for all groups, whether or not there is a stop on all.
func channelsByGroup(p models.ReminderPreference) map[string][]string {
	p.StoppedAt = nil
	out := map[string][]string{}
	for _, group := range GroupsOf(p.PersonKind) {
		out[group] = slices.Clone(p.ChannelsFor(group))
		if out[group] == nil {
			out[group] = []string{}
		}
	}
	return out
}

func goesByMail(p models.ReminderPreference) bool {
	for _, channels := range channelsByGroup(p) {
		if slices.Contains(channels, channelMail) {
			return true
		}
	}
	return false
}

// checkChannels wants groups that the person has and channels that are set up. What was chosen before and has since been lost
// may stay: whoever changes something else is not held up by it.
func (in ChangePreferenceInput) checkChannels(pref models.ReminderPreference, setup []ChannelSetup) error {
	var c fault.Collector
	before := channelsByGroup(pref)
	for _, group := range slices.Sorted(maps.Keys(in.Channels)) {
		location := "channels." + group
		had, known := before[group]
		if !known {
			c.Add("channels", "error.field.choice", nil)
			continue
		}
		for i, channel := range in.Channels[group] {
			at := slices.IndexFunc(setup, func(s ChannelSetup) bool { return s.Channel == channel })
			switch {
			case at < 0 || slices.Contains(in.Channels[group][:i], channel):
				c.Add(location, "error.field.choice", nil)
			case !setup[at].Ready && !slices.Contains(had, channel):
				c.Add(location, "choices.field."+channel, nil)
			}
		}
	}
	return c.Err()
}

// applyChannels changes what goes over what. Wanting mail again undoes a stop, as the one-click stop is "no more mail" to most.
func (in ChangePreferenceInput) applyChannels(pref *models.ReminderPreference, now time.Time) {
	chosen := channelsByGroup(*pref)
	if in.Mail != nil && *in.Mail != goesByMail(*pref) {
		for group, channels := range chosen {
			if *in.Mail {
				chosen[group] = append([]string{channelMail}, channels...)
			} else {
				chosen[group] = slices.DeleteFunc(channels, func(c string) bool { return c == channelMail })
			}
		}
	}
	for group, channels := range in.Channels {
		chosen[group] = slices.SortedFunc(slices.Values(channels), func(a, b string) int { return slices.Index(Channels, a) - slices.Index(Channels, b) })
		if chosen[group] == nil {
			chosen[group] = []string{}
		}
	}
	if in.Mail != nil || len(in.Channels) > 0 {
		pref.Channels.V = chosen
	}
	switch {
	case in.Stopped != nil && *in.Stopped && pref.StoppedAt == nil:
		pref.StoppedAt = &now
	case in.Stopped != nil && !*in.Stopped, in.Stopped == nil && in.Mail != nil && *in.Mail:
		pref.StoppedAt = nil
	}
}
