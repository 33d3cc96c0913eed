package web

import (
	"slices"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/models"
)

var (
	deskSettingsPage = page("desk/settings")
	deskFactorPage   = page("desk/settings-factor")
	deskMembersPage  = page("desk/settings-members")
	deskMemberPage   = page("desk/settings-member")
	deskWebhooksPage = page("desk/settings-webhooks")
)

// SettingsTabs are the ways through the settings: an owner first chooses between the own ones and the practice's.
type SettingsTabs struct {
	Groups []any
	Links  []any
}

// settingsTabs are the parts of the settings; those of the practice are offered to its owner.
func (r *Request) settingsTabs(present string) SettingsTabs {
	own := []string{"profile", "", "reminders", "/reminders", "devices", "/devices", "factor", "/factor"}
	practice := []string{"practice", "/practice", "members", "/members", "leads", "/lead-times", "words", "/words", "queue", "/queue", "brand", "/brand", "webhooks", "/webhooks"}
	shared := slices.Contains(practice, present)
	shown := own
	if shared {
		shown = practice
	}
	var out SettingsTabs
	for part := range slices.Chunk(shown, 2) {
		out.Links = append(out.Links, []any{"/desk/settings" + part[1], r.L.T("desk.settings." + part[0]), part[0] == present})
	}
	if r.Actor.Role == models.RoleOwner {
		out.Groups = []any{[]any{"/desk/settings", r.L.T("desk.settings.own"), !shared}, []any{"/desk/settings/practice", r.L.T("desk.settings.shared"), shared}}
	}
	return out
}

// SettingsPage is one's own settings.
type SettingsPage struct {
	Tabs  SettingsTabs
	Me    care.MeView
	Langs []Choice
	Lang  string
	Theme string
}

func (s *Site) deskSettingsData(r *Request) (SettingsPage, error) {
	me, err := s.care.Me(r.Context(), r.Actor)
	return SettingsPage{Tabs: r.settingsTabs("profile"), Me: me, Langs: languageChoices(), Lang: string(me.Locale), Theme: s.cookie(r.Ctx, themeCookie)}, err
}

// deskSettings shows one's own profile.
func (s *Site) deskSettings(r *Request) error {
	data, err := s.deskSettingsData(r)
	if err != nil {
		return err
	}
	return r.deskShow(deskSettingsPage, "web.desk.settings", data)
}

// deskChangeLanguage sets the language of one's own pages and mail.
func (s *Site) deskChangeLanguage(r *Request) error {
	data, err := s.deskSettingsData(r)
	if err != nil {
		return err
	}
	data.Lang = r.Typed("lang")
	if err := s.care.ChangeLanguage(r.Context(), r.Actor, data.Lang); err != nil {
		return r.deskAgain(err, deskSettingsPage, "web.desk.settings", data)
	}
	if lang, ok := locale.Parse(data.Lang); ok {
		s.setCookie(r.Ctx, langCookie, string(lang), languageKept)
	}
	return r.Go("/desk/settings", "desk.flash.saved")
}

// deskChangePassword changes the password; other sign-ins end.
func (s *Site) deskChangePassword(r *Request) error {
	data, err := s.deskSettingsData(r)
	if err != nil {
		return err
	}
	next := r.FormValue("password")
	if next != r.FormValue("password_again") {
		return r.deskAgain(fault.Fieldf("password_again", "web.password.differs", nil), deskSettingsPage, "web.desk.settings", data)
	}
	err = s.care.ChangePassword(r.Context(), r.Actor, r.FormValue("present"), next)
	if fault.Is(err, fault.Unauthenticated) {
		err = fault.Fieldf("present", "error.sign_in_password", nil)
	}
	if err != nil {
		return r.deskAgain(err, deskSettingsPage, "web.desk.settings", data)
	}
	return r.Go("/desk/settings", "desk.flash.password")
}

// FactorPage is the second step of signing in. The secret and the recovery codes are shown once.
type FactorPage struct {
	Tabs  SettingsTabs
	E     care.FactorEnrolment
	Begun bool
}

// deskFactor explains the second step and begins it.
func (s *Site) deskFactor(r *Request) error {
	return r.deskShow(deskFactorPage, "desk.settings.factor", FactorPage{Tabs: r.settingsTabs("factor")})
}

// deskEnrolFactor shows the secret and the recovery codes.
func (s *Site) deskEnrolFactor(r *Request) error {
	if !s.care.Fresh(r.Actor) {
		return askFresh(r)
	}
	e, err := s.care.EnrolFactor(r.Context(), r.Actor)
	data := FactorPage{Tabs: r.settingsTabs("factor"), E: e, Begun: true}
	if fault.Is(err, fault.Conflict) {
		data.Begun = false
		err = fault.New(fault.Conflict, "desk.factor.already")
	}
	if err != nil {
		return r.deskAgain(err, deskFactorPage, "desk.settings.factor", data)
	}
	return r.deskShow(deskFactorPage, "desk.settings.factor", data)
}

// deskConfirmFactor proves that the app works; from then on every sign-in asks for it.
func (s *Site) deskConfirmFactor(r *Request) error {
	signed, err := s.care.ConfirmEnrolment(r.Context(), r.Actor, r.Typed("code"))
	if fault.Is(err, fault.Unauthenticated) {
		err = fault.Fieldf("code", "error.otp", nil)
	}
	if err != nil {
		// What was shown once is not known here any more, except what the form itself carries along.
		data := FactorPage{Tabs: r.settingsTabs("factor"), Begun: true, E: care.FactorEnrolment{Secret: r.Typed("secret")}}
		return r.deskAgain(err, deskFactorPage, "desk.settings.factor", data)
	}
	if signed.Token != "" {
		s.setCookie(r.Ctx, loginCookie, signed.Token, 0)
	}
	return r.Go("/desk/settings/factor", "desk.flash.factor")
}

// MembersPage is the people of the practice, with the form for a new one.
type MembersPage struct {
	Tabs        SettingsTabs
	List        []care.MemberView
	In          care.AddMemberInput
	Supervisor  string
	Roles       []Choice
	Langs       []Choice
	Supervisors []Choice
	Open        bool // the form for a new one is unfolded.
}

var memberRoles = []string{"therapist", "trainee", "office", "owner"}

func (s *Site) membersPage(r *Request) (MembersPage, error) {
	data := MembersPage{Tabs: r.settingsTabs("members"), Roles: r.roleChoices(), Langs: languageChoices(), In: care.AddMemberInput{Role: "therapist", Locale: string(r.L.Lang)}}
	list, err := s.care.ListMembers(r.Context(), r.Actor, care.Page{Limit: 100})
	data.List = list.Data
	data.Supervisors = r.supervisorChoices(list.Data, uuid.Nil)
	return data, err
}

func (r *Request) roleChoices() []Choice {
	out := r.choices("desk.role", memberRoles...)
	for i := range out {
		out[i].Hint = r.L.T("desk.role." + out[i].Value + ".hint")
	}
	return out
}

// supervisorChoices are the therapists who can sign for a trainee.
func (r *Request) supervisorChoices(members []care.MemberView, self uuid.UUID) []Choice {
	out := []Choice{{Label: r.L.T("desk.member.supervisor.none")}}
	for _, m := range treating(members) {
		if m.ID != self && m.Role != models.RoleTrainee {
			out = append(out, Choice{Value: m.ID.String(), Label: m.Name})
		}
	}
	return out
}

// SupervisorName gives who signs for a trainee.
func (d MembersPage) SupervisorName(id *uuid.UUID) string {
	for _, m := range d.List {
		if id != nil && m.ID == *id {
			return m.Name
		}
	}
	return ""
}

// deskMembers lists the people of the practice.
func (s *Site) deskMembers(r *Request) error {
	data, err := s.membersPage(r)
	if err != nil {
		return err
	}
	return r.deskShow(deskMembersPage, "desk.settings.members", data)
}

// deskAddMember adds a member; the invitation goes out by mail.
func (s *Site) deskAddMember(r *Request) error {
	data, err := s.membersPage(r)
	if err != nil {
		return err
	}
	data.In = care.AddMemberInput{Role: r.Typed("role"), Clinician: r.Ticked("clinician"), Name: r.Typed("name"), Email: r.Typed("email"), Locale: r.Typed("locale")}
	data.Supervisor, data.Open = r.Typed("supervisor_id"), true
	if id := idOf(data.Supervisor); id != uuid.Nil {
		data.In.SupervisorID = &id
	}
	if _, err := s.care.AddMember(r.Context(), r.Actor, data.In); err != nil {
		return r.deskAgain(err, deskMembersPage, "desk.settings.members", data)
	}
	return r.Go("/desk/settings/members", "desk.flash.invited")
}

// MemberPage is one member with the form to change role and standing.
type MemberPage struct {
	M           care.MemberView
	Roles       []Choice
	Supervisors []Choice
	Role        string
	Name        string
	Supervisor  string
	Clinician   bool
	Self        bool
}

func (s *Site) memberPage(r *Request) (MemberPage, error) {
	id, err := r.ID("member")
	if err != nil {
		return MemberPage{}, err
	}
	list, err := s.care.ListMembers(r.Context(), r.Actor, care.Page{Limit: 100})
	if err != nil {
		return MemberPage{}, err
	}
	for _, m := range list.Data {
		if m.ID != id {
			continue
		}
		d := MemberPage{M: m, Roles: r.roleChoices(), Supervisors: r.supervisorChoices(list.Data, id), Role: string(m.Role), Name: m.Name, Clinician: m.Clinician, Self: m.ID == r.Actor.ID}
		if m.SupervisorID != nil {
			d.Supervisor = m.SupervisorID.String()
		}
		return d, nil
	}
	return MemberPage{}, fault.Missing()
}

func (d MemberPage) crumbs(r *Request) []Crumb {
	return []Crumb{r.crumb("web.desk.settings", "/desk/settings"), r.crumb("desk.settings.members", "/desk/settings/members"), {Text: d.M.Name}}
}

// deskMember shows one member with the form to change it.
func (s *Site) deskMember(r *Request) error {
	d, err := s.memberPage(r)
	if err != nil {
		return err
	}
	return r.deskShow(deskMemberPage, "desk.settings.members", d, d.crumbs(r)...)
}

// deskChangeMember changes a member, or ends the membership: the right goes from the next request on.
func (s *Site) deskChangeMember(r *Request) error {
	d, err := s.memberPage(r)
	if err != nil {
		return err
	}
	in := care.ChangeMemberInput{Version: r.version()}
	if r.Typed("end") != "" {
		ended := "ended"
		in.Status = &ended
	} else {
		d.Role, d.Name, d.Supervisor, d.Clinician = r.Typed("role"), r.Typed("name"), r.Typed("supervisor_id"), r.Ticked("clinician")
		in.Role, in.Name, in.Clinician = &d.Role, &d.Name, &d.Clinician
		if id := idOf(d.Supervisor); id != uuid.Nil {
			in.SupervisorID = &id
		}
	}
	if _, err := s.care.ChangeMember(r.Context(), r.Actor, d.M.ID, in); err != nil {
		return r.deskAgain(err, deskMemberPage, "desk.settings.members", d, d.crumbs(r)...)
	}
	return r.Go("/desk/settings/members", "desk.flash.saved")
}

// WebhooksPage is the addresses that are told of events. A new one's secret is shown once.
type WebhooksPage struct {
	Tabs   SettingsTabs
	List   []care.WebhookView
	New    *care.WebhookView
	URL    string
	Chosen map[string]bool
	Events []string
}

func (s *Site) webhooksPage(r *Request) (WebhooksPage, error) {
	list, err := s.care.ListWebhooks(r.Context(), r.Actor)
	return WebhooksPage{Tabs: r.settingsTabs("webhooks"), List: list, Events: care.WebhookEvents, Chosen: map[string]bool{}}, err
}

// deskWebhooks lists the webhooks.
func (s *Site) deskWebhooks(r *Request) error {
	d, err := s.webhooksPage(r)
	if err != nil {
		return err
	}
	return r.deskShow(deskWebhooksPage, "desk.settings.webhooks", d)
}

// deskAddWebhook adds one. The page that answers shows the secret, which cannot be asked for again.
func (s *Site) deskAddWebhook(r *Request) error {
	d, err := s.webhooksPage(r)
	if err != nil {
		return err
	}
	d.URL = r.Typed("url")
	events := r.Values()["events"]
	for _, event := range events {
		d.Chosen[event] = true
	}
	made, err := s.care.AddWebhook(r.Context(), r.Actor, care.AddWebhookInput{URL: d.URL, Events: events})
	if err != nil {
		return r.deskAgain(err, deskWebhooksPage, "desk.settings.webhooks", d)
	}
	d, err = s.webhooksPage(r)
	if err != nil {
		return err
	}
	d.New = &made
	return r.deskShow(deskWebhooksPage, "desk.settings.webhooks", d)
}
