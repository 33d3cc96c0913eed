package web

import (
	"slices"
	"strconv"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

var deskPracticePage = page("desk/settings-practice")

// PracticePage is the practice's own settings, with what was typed.
type PracticePage struct {
	Tabs       SettingsTabs
	P          care.PracticeView
	Gaps       *care.HelplineGaps
	Zones      []Choice
	Countries  []Choice
	Anywhere   []Choice // countries, or both.
	Keys       []Choice
	Duty       []Choice
	DutyID     string
	Screenings []Choice
	Stale      bool
}

const (
	maxHelplineRows   = 16
	emptyHelplineRows = 1
)

// deskPractice shows the practice's settings to its owner.
func (s *Site) deskPractice(r *Request) error {
	p, err := s.care.Practice(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	data, err := s.practicePage(r, p)
	if err != nil {
		return err
	}
	return r.deskShow(deskPracticePage, "desk.settings.practice", data)
}

// practicePage adds what can be chosen, and a line to fill in for each kind of help that is missing.
func (s *Site) practicePage(r *Request, p care.PracticeView) (PracticePage, error) {
	d := PracticePage{Tabs: r.settingsTabs("practice"), P: p, Gaps: care.GapsOf(p, s.care.Clock.Now())}
	for _, zone := range care.TimeZones {
		d.Zones = append(d.Zones, Choice{Value: zone, Label: zone})
	}
	d.Countries = r.choices("safety.country", care.Countries...)
	d.Anywhere = append([]Choice{{Value: "", Label: r.L.T("safety.country.both")}}, d.Countries...)
	d.Keys = append(r.choices("safety.helpline", care.HelplineKeys...), Choice{Value: "", Label: r.L.T("safety.helpline.other")})
	d.P.Helplines = slices.Clone(p.Helplines)
	for _, key := range care.HelplineKeys {
		if len(d.P.Helplines) < maxHelplineRows && !slices.ContainsFunc(d.P.Helplines, func(l models.Helpline) bool { return l.Key == key }) {
			d.P.Helplines = append(d.P.Helplines, models.Helpline{Key: key})
		}
	}
	for range emptyHelplineRows {
		if len(d.P.Helplines) < maxHelplineRows {
			d.P.Helplines = append(d.P.Helplines, models.Helpline{})
		}
	}
	members, err := s.care.ListMembers(r.Context(), r.Actor, care.Page{Limit: 100})
	if err != nil {
		return d, err
	}
	d.Duty = []Choice{{Value: "", Label: r.L.T("safety.duty.owners")}}
	for _, m := range members.Data {
		if m.Status != "ended" && m.Role != models.RoleOffice {
			d.Duty = append(d.Duty, Choice{Value: m.ID.String(), Label: m.Name})
		}
	}
	if p.DutyMemberID != nil {
		d.DutyID = p.DutyMemberID.String()
	}
	own, err := s.care.ScreeningChoices(r.Context(), r.Actor)
	if err != nil {
		return d, err
	}
	d.Screenings = []Choice{{Value: "", Label: r.L.T("safety.screening.library")}}
	for _, c := range own {
		d.Screenings = append(d.Screenings, Choice{Value: c.ID, Label: c.Title})
	}
	return d, nil
}

// helplinesTyped reads the lines; one with nothing in it but its kind is left out, and what stays keeps its number, so that
// the faults fit the form that comes back.
func (r *Request) helplinesTyped() []models.Helpline {
	var out []models.Helpline
	for i := range maxHelplineRows {
		at := "helplines." + strconv.Itoa(i) + "."
		l := models.Helpline{
			Key: r.Typed(at + "key"), NameNL: r.Typed(at + "name_nl"), NameEN: r.Typed(at + "name_en"), Number: r.Typed(at + "number"), URL: r.Typed(at + "url"),
			Hours: r.Typed(at + "hours"), Country: r.Typed(at + "country"), CheckedOn: models.Day(r.Typed(at + "checked_on")),
		}
		if l.NameNL+l.NameEN+l.Number+l.URL+l.Hours != "" {
			out = append(out, l)
		}
	}
	return out
}

// deskChangePractice changes the practice's settings.
func (s *Site) deskChangePractice(r *Request) error {
	p, err := s.care.Practice(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	typed := p
	typed.Name, typed.SenderName, typed.TimeZone, typed.Country = r.Typed("name"), r.Typed("sender_name"), r.Typed("time_zone"), r.Typed("country")
	typed.SecretsPolicyNL, typed.SecretsPolicyEN, typed.Helplines = r.FormValue("secrets_policy_nl"), r.FormValue("secrets_policy_en"), r.helplinesTyped()
	typed.AlertHours, typed.ScreeningExercise = r.number("alert_hours"), r.Typed("screening_exercise")
	typed.MessagesOn, typed.MessageDays = r.Ticked("messages_on"), r.number("message_days")
	duty := r.Typed("duty_member_id")
	in := care.ChangePracticeInput{
		Name: &typed.Name, SenderName: &typed.SenderName, TimeZone: &typed.TimeZone, Country: &typed.Country, SecretsPolicyNL: &typed.SecretsPolicyNL,
		SecretsPolicyEN: &typed.SecretsPolicyEN, Helplines: &typed.Helplines, AlertHours: &typed.AlertHours, ScreeningExercise: &typed.ScreeningExercise,
		MessagesOn: &typed.MessagesOn, MessageDays: &typed.MessageDays, DutyMemberID: &duty, Version: r.version(),
	}
	if _, err = s.care.ChangePractice(r.Context(), r.Actor, in); err == nil {
		return r.Go("/desk/settings/practice", "desk.flash.saved")
	}
	data, failed := s.practicePage(r, typed)
	if failed != nil {
		return failed
	}
	data.DutyID, data.Stale = duty, fault.Is(err, fault.Stale)
	return r.deskAgain(err, deskPracticePage, "desk.settings.practice", data)
}
