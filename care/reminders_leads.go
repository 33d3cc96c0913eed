package care

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// The units of a lead.
const (
	inHours = "hours"
	inDays  = "days"
)

// leadKind is a kind of message of which it can be chosen whether and when it goes.
type leadKind struct {
	cause, moment string
	unit          string
	after         bool // the moment it is about; else before it.
	clock         bool // a day has a clock time of its own.
	clockless     bool // it may also be the moment's own.
	least, most   int
	standard      models.Lead // ours, where the practice chose none.
	who           []string    // who may choose for oneself: partner, member.
}

// leadKinds lists them in the order in which people choose. What is not here always goes at once: an invitation, an alert,
// the word that something has come.
var leadKinds = []leadKind{
	{cause: "task", moment: momentDue, unit: inHours, least: 0, most: 12, standard: models.Lead{On: true}, who: onlyPartners},
	{cause: "task", moment: momentSecond, unit: inHours, after: true, least: 12, most: 168, standard: models.Lead{On: true, Hours: 24}, who: onlyPartners},
	{cause: "task", moment: momentClosing, unit: inHours, least: 1, most: 24, standard: models.Lead{On: true, Hours: 3}, who: onlyPartners},
	{cause: "session", moment: momentDayBefore, unit: inDays, clock: true, clockless: true, least: 1, most: 3, standard: models.Lead{On: true, Days: 1, At: "18:00"}, who: onlyPartners},
	{cause: "session", moment: momentHoursBefore, unit: inHours, least: 1, most: 12, standard: models.Lead{On: true, Hours: 2}, who: onlyPartners},
	{cause: "agreement", moment: momentReview, unit: inDays, clock: true, least: 0, most: 7, standard: models.Lead{On: true, At: "19:00"}, who: onlyPartners},
	{cause: "agreement", moment: momentAgain, unit: inDays, after: true, clock: true, least: 1, most: 10, standard: models.Lead{On: true, Days: 3, At: "19:00"}, who: onlyPartners},
	{cause: "report", moment: momentAgain, unit: inDays, after: true, least: 1, most: 14, standard: models.Lead{On: true, Days: 3}, who: onlyPartners},
	{cause: "message", moment: momentAgain, unit: inDays, after: true, least: 1, most: 7, standard: models.Lead{On: true, Days: 2}, who: []string{"partner", "member"}},
	{cause: "invitation", moment: momentAgain, unit: inDays, after: true, least: 1, most: 7, standard: models.Lead{On: true, Days: 3}},
	{cause: "invitation", moment: momentLast, unit: inDays, least: 1, most: 5, standard: models.Lead{On: true, Days: 2}},
	{cause: "alert", moment: momentAgain, unit: inHours, after: true, least: 1, most: 72, standard: models.Lead{On: true, Hours: 24}, who: onlyMembers},
	{cause: "approval", moment: momentAgain, unit: inDays, after: true, least: 1, most: 14, standard: models.Lead{On: true, Days: 3}, who: onlyMembers},
	{cause: "delivery", moment: momentAgain, unit: inDays, after: true, least: 1, most: 14, standard: models.Lead{On: true, Days: 3}, who: onlyMembers},
}

var (
	onlyPartners = []string{"partner"}
	onlyMembers  = []string{"member"}
)

// kindByName knows them by "task.second".
var kindByName = func() map[string]leadKind {
	out := map[string]leadKind{}
	for _, k := range leadKinds {
		out[k.name()] = k
	}
	return out
}()

func (k leadKind) name() string { return k.cause + "." + k.moment }

// kindOf gives the kind of a cause's moment. One that always goes has no unit and a standard that is on.
func kindOf(cause, moment string) leadKind {
	if k, ok := kindByName[cause+"."+moment]; ok {
		return k
	}
	return leadKind{cause: cause, moment: moment, standard: models.Lead{On: true}}
}

// mayChoose tells whether a partner or a member may choose it for oneself.
func (k leadKind) mayChoose(personKind string) bool { return slices.Contains(k.who, personKind) }

// leads are what counts for one person: the own choice, else the practice's, else ours.
type leads struct{ own, practice models.Leads }

func (l leads) of(k leadKind) models.Lead {
	if lead, ok := l.own[k.name()]; ok {
		return lead
	}
	return l.standard(k)
}

// standard is what counts for whoever chose nothing.
func (l leads) standard(k leadKind) models.Lead {
	if lead, ok := l.practice[k.name()]; ok {
		return lead
	}
	return k.standard
}

// LeadChoice is when one kind of reminder goes, and what it may be.
type LeadChoice struct {
	Kind     string      `json:"kind"`
	Lead     models.Lead `json:"lead"`           // what counts.
	Own      bool        `json:"own"`            // it is chosen, and not the standard.
	Standard models.Lead `json:"standard"`       // the practice's for a person, ours for the practice.
	Unit     string      `json:"unit"`           // hours or days.
	After    bool        `json:"after"`          // the moment it is about; else before it.
	Clock    bool        `json:"clock"`          // the day has a clock time.
	Optional bool        `json:"clock_optional"` // the clock time may be left out: that of the moment itself.
	Least    int         `json:"min"`
	Most     int         `json:"max"`
}

func (k leadKind) view(lead models.Lead, own bool, standard models.Lead) LeadChoice {
	return LeadChoice{
		Kind: k.name(), Lead: lead, Own: own, Standard: standard, Unit: k.unit, After: k.after, Clock: k.clock, Optional: k.clockless, Least: k.least, Most: k.most,
	}
}

// ownLeads are the kinds that a person may choose, and what counts.
func ownLeads(p models.ReminderPreference, practice models.Practice) []LeadChoice {
	l := leads{own: p.Leads.V, practice: practice.ReminderLeads.V}
	out := []LeadChoice{}
	for _, k := range leadKinds {
		if k.mayChoose(p.PersonKind) {
			_, own := p.Leads.V[k.name()]
			out = append(out, k.view(l.of(k), own, l.standard(k)))
		}
	}
	return out
}

// checkLead wants a lead within the bounds of its kind, and leaves out what does not belong to it.
func (k leadKind) checkLead(c *fault.Collector, at string, lead models.Lead) models.Lead {
	if !lead.On {
		return models.Lead{}
	}
	out := models.Lead{On: true}
	n := lead.Hours
	if k.unit == inDays {
		n, out.Days, out.At = lead.Days, lead.Days, lead.At
	} else {
		out.Hours = n
	}
	if n < k.least || n > k.most {
		c.Add(at, "error.field.number", map[string]any{"Min": k.least, "Max": k.most})
	}
	switch {
	case !k.clock:
		out.At = ""
	case out.At == "" && k.clockless:
	case !validClock(out.At):
		c.Add(at+".at", "error.field.time", nil)
	}
	return out
}

// choose puts choices into those there are; nil goes back to the standard. may tells which kinds are open to choose. Locations
// are leads.<kind> and leads.<kind>.at.
func (l leadChoices) choose(given map[string]*models.Lead, may func(leadKind) bool) (models.Leads, error) {
	out := maps.Clone(models.Leads(l))
	if out == nil {
		out = models.Leads{}
	}
	var c fault.Collector
	for _, name := range slices.Sorted(maps.Keys(given)) {
		k, ok := kindByName[name]
		switch lead := given[name]; {
		case !ok || !may(k):
			c.Add("leads."+name, "error.field.unknown", nil)
		case lead == nil:
			delete(out, name)
		default:
			out[name] = k.checkLead(&c, "leads."+name, *lead)
		}
	}
	return out, c.Err()
}

type leadChoices models.Leads

// chooseLeads puts a person's own choices into the preference, which the caller writes. Faults: invalid.
func (t *txn) chooseLeads(p *models.ReminderPreference, given map[string]*models.Lead) error {
	if len(given) == 0 {
		return nil
	}
	chosen, err := leadChoices(p.Leads.V).choose(given, func(k leadKind) bool { return k.mayChoose(p.PersonKind) })
	p.Leads.V = chosen
	return err
}

// followLeads moves what is planned for a person to the moments that the person chose.
func (t *txn) followLeads(p models.ReminderPreference) error {
	if p.PersonKind == "member" {
		return t.remindMembers(models.SkipOff, p.PersonID)
	}
	partner, err := models.FindPartner(t.DB, p.PersonID)
	if err != nil {
		return err
	}
	partners, err := models.PartnersOf(t.DB, partner.CoupleID)
	if err != nil {
		return err
	}
	return t.remindPartners(models.SkipOff, []models.Partner{partner}, partners)
}

// PracticeLeads are when reminders go in a practice, unless a person chose otherwise.
type PracticeLeads struct {
	Leads   []LeadChoice `json:"leads"`
	Version int          `json:"version"`
}

// ChangeLeadsInput changes what is given; nil goes back to ours. Version must be the one the reader saw.
type ChangeLeadsInput struct {
	Leads   map[string]*models.Lead `json:"leads"`
	Version int                     `json:"-"`
}

func practiceLeads(p models.Practice) PracticeLeads {
	out := PracticeLeads{Leads: []LeadChoice{}, Version: p.Version}
	l := leads{practice: p.ReminderLeads.V}
	for _, k := range leadKinds {
		_, own := p.ReminderLeads.V[k.name()]
		out.Leads = append(out.Leads, k.view(l.of(k), own, k.standard))
	}
	return out
}

// ReminderLeads gives when reminders go in the practice. Faults: forbidden for members who are not its owner, not_found for
// anyone else.
func (s *Service) ReminderLeads(ctx context.Context, actor Actor) (PracticeLeads, error) {
	var out PracticeLeads
	err := s.manage(ctx, actor, func(_ *txn, p models.Practice) error {
		out = practiceLeads(p)
		return nil
	})
	return out, err
}

// ChangeReminderLeads changes when reminders go in the practice (owner). What is planned follows within moments, some couples
// at a time; what was switched off does not go from the commit on, for the sender looks again. Faults: invalid, stale, forbidden.
func (s *Service) ChangeReminderLeads(ctx context.Context, actor Actor, in ChangeLeadsInput) (PracticeLeads, error) {
	var out PracticeLeads
	err := s.manage(ctx, actor, func(t *txn, p models.Practice) error {
		if p.Version != in.Version {
			return fault.New(fault.Stale, "")
		}
		var err error
		if p.ReminderLeads.V, err = leadChoices(p.ReminderLeads.V).choose(in.Leads, func(leadKind) bool { return true }); err != nil {
			return err
		}
		r := t.Model(&models.Practice{}).Where("id = ? and version = ?", p.ID, in.Version).
			Updates(map[string]any{"reminder_leads": p.ReminderLeads, "version": p.Version + 1})
		if r.Error != nil {
			return r.Error
		}
		if r.RowsAffected == 0 {
			return fault.New(fault.Stale, "")
		}
		p.Version++
		t.note(act{verb: "change", object: "practice", objectID: p.ID})
		out = practiceLeads(p)
		return t.queueRemind(p)
	})
	return out, err
}

// queueRemind has what is planned in the practice follow its present settings.
func (t *txn) queueRemind(p models.Practice) error {
	return t.queue(JobRemind, p.ID, strconv.Itoa(p.Version), t.now)
}
