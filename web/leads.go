package web

import (
	"slices"
	"strconv"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

var (
	portalLeadsPage   = page("portal/leads")
	deskLeadsPage     = page("desk/settings-own-leads")
	practiceLeadsPage = page("desk/settings-leads")
)

// LeadsPage is when each kind of reminder goes, with what was typed.
type LeadsPage struct {
	Tabs    SettingsTabs
	Groups  []LeadGroup
	Version int
	Stale   bool
}

// LeadGroup is what is chosen about one kind of cause.
type LeadGroup struct {
	Title string
	Rows  []LeadRow
}

// LeadRow is one kind of reminder: a choice of when, and for some the clock time of that day.
type LeadRow struct {
	Name    string // of the field.
	Label   string
	Hint    string
	Value   string // standard, off or a number.
	Choices []Choice
	Clock   bool
	At      string
	AtHint  string
}

// What a lead's field can say beside a number of hours or days.
const (
	leadStandard = "standard"
	leadOff      = "off"
)

// The numbers that are offered, as far as a kind allows them; one that was chosen elsewhere is offered too.
var (
	leadHours = []int{0, 1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 120, 168}
	leadDays  = []int{0, 1, 2, 3, 5, 7, 10, 14}
)

// leadsPage lays the kinds out; own tells that they are a person's, who can also leave it to the practice.
func (r *Request) leadsPage(list []care.LeadChoice, version int, own bool) LeadsPage {
	d := LeadsPage{Version: version}
	last := ""
	for _, l := range list {
		cause, row := causeOf(l.Kind), r.leadRow(l, own)
		if cause != last {
			d.Groups = append(d.Groups, LeadGroup{Title: r.L.T("moments.group." + cause)})
			last = cause
		}
		g := &d.Groups[len(d.Groups)-1]
		g.Rows = append(g.Rows, row)
	}
	return d
}

func causeOf(kind string) string {
	for i := range kind {
		if kind[i] == '.' {
			return kind[:i]
		}
	}
	return kind
}

func (r *Request) leadRow(l care.LeadChoice, own bool) LeadRow {
	row := LeadRow{
		Name: "leads." + l.Kind, Label: r.L.T("moments.kind." + l.Kind), Hint: r.L.T("moments.kind." + l.Kind + ".hint"), Clock: l.Clock, At: l.Lead.At,
	}
	switch {
	case own && !l.Own:
		row.Value = leadStandard
	case !l.Lead.On:
		row.Value = leadOff
	default:
		row.Value = strconv.Itoa(leadNumber(l, l.Lead))
	}
	if own {
		row.Choices = append(row.Choices, Choice{Value: leadStandard, Label: r.L.T("moments.standard", "Lead", r.leadText(l, l.Standard))})
	}
	steps := leadHours
	if l.Unit == "days" {
		steps = leadDays
	}
	numbers := []int{}
	for _, n := range append([]int{leadNumber(l, l.Lead), leadNumber(l, l.Standard)}, steps...) {
		if n >= l.Least && n <= l.Most && !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	for _, n := range numbers {
		label := r.leadAmount(l, n)
		if !own && l.Standard.On && n == leadNumber(l, l.Standard) {
			label = r.L.T("moments.ours", "Lead", label)
		}
		row.Choices = append(row.Choices, Choice{Value: strconv.Itoa(n), Label: label})
	}
	row.Choices = append(row.Choices, Choice{Value: leadOff, Label: r.L.T("moments.off")})
	if l.Clock {
		row.AtHint = r.L.T("moments.at.hint")
		if l.Optional {
			row.AtHint = r.L.T("moments.at.optional")
		}
	}
	return row
}

func leadNumber(l care.LeadChoice, lead models.Lead) int {
	if l.Unit == "days" {
		return lead.Days
	}
	return lead.Hours
}

// leadText says a lead in words: "1 dag ervoor, om 18:00".
func (r *Request) leadText(l care.LeadChoice, lead models.Lead) string {
	if !lead.On {
		return r.L.T("moments.off.word")
	}
	text := r.leadAmount(l, leadNumber(l, lead))
	if l.Clock && lead.At != "" {
		return r.L.T("moments.with_clock", "Lead", text, "At", lead.At)
	}
	return text
}

// leadAmount says how long before or after; whole days of hours are said as days.
func (r *Request) leadAmount(l care.LeadChoice, n int) string {
	unit := l.Unit
	if unit == "hours" && n >= 24 && n%24 == 0 {
		unit, n = "days", n/24
	}
	switch {
	case n == 0 && unit == "days":
		return r.L.T("moments.days.none")
	case n == 0:
		return r.L.T("moments.hours.none")
	case l.After && unit == "days":
		return r.L.N("moments.days.after", n)
	case l.After:
		return r.L.N("moments.hours.after", n)
	case unit == "days":
		return r.L.N("moments.days.before", n)
	}
	return r.L.N("moments.hours.before", n)
}

// leadsTyped reads what was chosen and puts it into the rows, so that it stands there again.
func (r *Request) leadsTyped(list []care.LeadChoice, d *LeadsPage) map[string]*models.Lead {
	out := map[string]*models.Lead{}
	kinds := map[string]care.LeadChoice{}
	for _, l := range list {
		kinds["leads."+l.Kind] = l
	}
	for g := range d.Groups {
		for i := range d.Groups[g].Rows {
			row := &d.Groups[g].Rows[i]
			l := kinds[row.Name]
			row.Value, row.At = r.Typed(row.Name), r.Typed(row.Name+".at")
			switch row.Value {
			case "", leadStandard:
				out[l.Kind] = nil
			case leadOff:
				out[l.Kind] = &models.Lead{}
			default:
				n, err := strconv.Atoi(row.Value)
				if err != nil {
					n = -1 // No number there is: refused at its field.
				}
				lead := &models.Lead{On: true, Hours: n}
				if l.Unit == "days" {
					lead.Hours, lead.Days = 0, n
				}
				if l.Clock {
					lead.At = row.At
				}
				out[l.Kind] = lead
			}
		}
	}
	return out
}

// ownLeadsPage gives one's own choices.
func (s *Site) ownLeadsPage(r *Request) (care.PreferenceView, LeadsPage, error) {
	p, err := s.care.ReminderPreferences(r.Context(), r.Actor)
	d := r.leadsPage(p.Leads, p.Version, true)
	if r.Actor.Member() {
		d.Tabs = r.settingsTabs("reminders")
	}
	return p, d, err
}

// portalLeads shows a partner when each kind of reminder comes.
func (s *Site) portalLeads(r *Request) error {
	_, d, err := s.ownLeadsPage(r)
	if err != nil {
		return err
	}
	return r.Render(portalLeadsPage, "moments.title", d)
}

// changePortalLeads keeps a partner's choices.
func (s *Site) changePortalLeads(r *Request) error {
	d, err := s.changeOwnLeads(r)
	if err != nil {
		return r.Again(err, portalLeadsPage, "moments.title", d)
	}
	return r.Go("/portal/settings/reminders/times", "portal.flash.saved")
}

// changeOwnLeads keeps one's choices; the page holds what was chosen, for when it cannot.
func (s *Site) changeOwnLeads(r *Request) (LeadsPage, error) {
	p, d, err := s.ownLeadsPage(r)
	if err != nil {
		return d, err
	}
	typed := r.leadsTyped(p.Leads, &d)
	_, err = s.care.ChangeReminderPreferences(r.Context(), r.Actor, care.ChangePreferenceInput{Leads: typed, Version: r.number("version")})
	d.Stale = fault.Is(err, fault.Stale)
	return d, err
}

// deskOwnLeads shows a member when each kind of message comes.
func (s *Site) deskOwnLeads(r *Request) error {
	_, d, err := s.ownLeadsPage(r)
	if err != nil {
		return err
	}
	return r.deskShow(deskLeadsPage, "moments.title", d)
}

// deskChangeOwnLeads keeps a member's choices.
func (s *Site) deskChangeOwnLeads(r *Request) error {
	d, err := s.changeOwnLeads(r)
	if err != nil {
		return r.deskAgain(err, deskLeadsPage, "moments.title", d)
	}
	return r.Go("/desk/settings/reminders/times", "desk.flash.saved")
}

func (s *Site) practiceLeadsPage(r *Request) (care.PracticeLeads, LeadsPage, error) {
	v, err := s.care.ReminderLeads(r.Context(), r.Actor)
	d := r.leadsPage(v.Leads, v.Version, false)
	d.Tabs = r.settingsTabs("leads")
	return v, d, err
}

// deskPracticeLeads shows the owner when reminders go in the practice.
func (s *Site) deskPracticeLeads(r *Request) error {
	_, d, err := s.practiceLeadsPage(r)
	if err != nil {
		return err
	}
	return r.deskShow(practiceLeadsPage, "moments.practice.title", d)
}

// deskChangePracticeLeads keeps when reminders go in the practice.
func (s *Site) deskChangePracticeLeads(r *Request) error {
	v, d, err := s.practiceLeadsPage(r)
	if err != nil {
		return err
	}
	typed := r.leadsTyped(v.Leads, &d)
	for _, l := range v.Leads { // What is ours anyway is no choice: it follows when ours changes.
		if lead := typed[l.Kind]; lead != nil && *lead == l.Standard {
			typed[l.Kind] = nil
		}
	}
	_, err = s.care.ChangeReminderLeads(r.Context(), r.Actor, care.ChangeLeadsInput{Leads: typed, Version: r.version()})
	if err != nil {
		d.Stale = fault.Is(err, fault.Stale)
		return r.deskAgain(err, practiceLeadsPage, "moments.practice.title", d)
	}
	return r.Go("/desk/settings/lead-times", "desk.flash.saved")
}
