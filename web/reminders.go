package web

import (
	"slices"

	"tussentijds/care"
	"tussentijds/internal/fault"
)

var (
	remindersPage     = page("portal/reminders")
	deskRemindersPage = page("desk/settings-reminders")
)

const (
	portalReminders = "/portal/settings/reminders"
	deskReminders   = "/desk/settings/reminders"
)

// RemindersPage is how one wants to be reminded: over what, when not, and how often.
type RemindersPage struct {
	Tabs    SettingsTabs // of the desk.
	Base    string       // where the forms of the page post to.
	Devices string       // where a channel is set up.
	P       care.PreferenceView
	Groups  []groupChoice
	Lacking []care.ChannelSetup // what is not set up.
	Tests   []care.TestView
	Stale   bool
}

// groupChoice is over what one group of messages comes.
type groupChoice struct {
	Name     string // of the field.
	Group    string
	Channels []channelChoice
}

// channelChoice is one channel for a group. Off means that it cannot be chosen yet.
type channelChoice struct {
	Channel     string
	Chosen, Off bool
}

// remindersBase is the page that a form belongs to.
func remindersBase(r *Request) string {
	if r.Actor.Member() {
		return deskReminders
	}
	return portalReminders
}

func (s *Site) remindersView(r *Request) (RemindersPage, error) {
	v := RemindersPage{Base: remindersBase(r), Devices: devicesBase(r)}
	if r.Actor.Member() {
		v.Tabs = r.settingsTabs("reminders")
	}
	var err error
	if v.P, err = s.care.ReminderPreferences(r.Context(), r.Actor); err != nil {
		return v, err
	}
	v.group(r.Actor.Kind)
	v.Tests, err = s.care.Tests(r.Context(), r.Actor)
	return v, err
}

// group lays out the choices by group.
func (v *RemindersPage) group(kind string) {
	v.Groups, v.Lacking = nil, nil
	for _, group := range care.GroupsOf(kind) {
		choice := groupChoice{Name: "channels." + group, Group: group}
		for _, setup := range v.P.Setup {
			chosen := slices.Contains(v.P.Channels[group], setup.Channel)
			choice.Channels = append(choice.Channels, channelChoice{Channel: setup.Channel, Chosen: chosen, Off: !setup.Ready && !chosen})
		}
		v.Groups = append(v.Groups, choice)
	}
	for _, setup := range v.P.Setup {
		if !setup.Ready {
			v.Lacking = append(v.Lacking, setup)
		}
	}
}

// reminders shows how one wants to be reminded.
func (s *Site) reminders(r *Request) error {
	v, err := s.remindersView(r)
	if err != nil {
		return err
	}
	if r.Actor.Member() {
		return r.deskShow(deskRemindersPage, "desk.settings.reminders", v)
	}
	return r.Render(remindersPage, "portal.settings.title", v)
}

// remindersAgain shows the page with what was wrong in one of its forms.
func (s *Site) remindersAgain(r *Request, wrong error, typed func(*RemindersPage)) error {
	v, err := s.remindersView(r)
	if err != nil {
		return err
	}
	if typed != nil {
		typed(&v)
		v.group(r.Actor.Kind)
	}
	v.Stale = fault.Is(wrong, fault.Stale)
	if r.Actor.Member() {
		return r.deskAgain(wrong, deskRemindersPage, "desk.settings.reminders", v)
	}
	return r.Again(wrong, remindersPage, "portal.settings.title", v)
}

// changeReminders saves the form. A group without a tick is one that waits on the pages alone; while all is stopped the form
// does not ask.
func (s *Site) changeReminders(r *Request) error {
	digest, limit := r.Ticked("digest"), r.number("cap_per_day")
	from, until := r.Typed("quiet_from"), r.Typed("quiet_until")
	in := care.ChangePreferenceInput{Digest: &digest, CapPerDay: &limit, QuietFrom: &from, QuietUntil: &until, Version: r.number("version")}
	if r.Ticked("choosing") {
		in.Channels = map[string][]string{}
		values := r.Values()
		for _, group := range care.GroupsOf(r.Actor.Kind) {
			in.Channels[group] = values["channels."+group]
		}
	}
	if _, err := s.care.ChangeReminderPreferences(r.Context(), r.Actor, in); err != nil {
		return s.remindersAgain(r, err, func(v *RemindersPage) {
			v.P.Digest, v.P.CapPerDay, v.P.QuietFrom, v.P.QuietUntil = digest, limit, from, until
			if in.Channels != nil {
				v.P.Channels = in.Channels
			}
		})
	}
	return r.Go(remindersBase(r), "portal.flash.saved")
}

// stopAll stops everything, or begins again with what was chosen.
func (s *Site) stopAll(r *Request) error {
	stopped := r.Ticked("stopped")
	if _, err := s.care.ChangeReminderPreferences(r.Context(), r.Actor, care.ChangePreferenceInput{Stopped: &stopped}); err != nil {
		return s.remindersAgain(r, err, nil)
	}
	return r.Go(remindersBase(r), "portal.flash.saved")
}

// sendTest sends a test to whoever asks; the page shows how it fares.
func (s *Site) sendTest(r *Request) error {
	if _, err := s.care.SendTest(r.Context(), r.Actor, r.Typed("channel")); err != nil {
		return s.remindersAgain(r, err, nil)
	}
	return r.Go(remindersBase(r)+"#tests", "web.flash.test")
}

// Waiting tells whether a test is still on its way, so that it is worth looking again.
func (v RemindersPage) Waiting() bool {
	return slices.ContainsFunc(v.Tests, func(t care.TestView) bool { return t.State == "waiting" })
}

// TestTone is the tone of a test's badge.
func (p *Page) TestTone(state string) string {
	switch state {
	case "sent", "delivered":
		return "good"
	case "failed":
		return "danger"
	}
	return "accent"
}
