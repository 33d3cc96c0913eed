package web

import (
	"strconv"
	"strings"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

var (
	deskProgrammePage       = page("desk/programme")
	deskProgrammeChoosePage = page("desk/programme-choose")
	deskProgrammeOfferPage  = page("desk/programme-offer")
)

// ProgrammePage is a couple's programme: the phases, what is worked on, and the way on or back, with what was typed.
type ProgrammePage struct {
	Head     *CoupleHead
	V        care.CoupleProgrammeView
	Move     care.MoveProgrammeInput
	End      care.EndProgrammeInput
	Targets  []Choice // phases to go to.
	Outcomes []Choice
	Stale    bool
}

// Hurt and Repairing name who has the role, or the role itself while it is nobody's.
func (d ProgrammePage) Hurt(p *Page) string { return d.Head.withRole(p, library.RoleHurt) }

// Repairing is as Hurt.
func (d ProgrammePage) Repairing(p *Page) string { return d.Head.withRole(p, library.RoleRepairing) }

// withRole names the partners with a role after a breach.
func (h *CoupleHead) withRole(p *Page, role string) string {
	var names []string
	for _, partner := range h.Couple.Partners {
		if partner.Role == role {
			names = append(names, partner.Name)
		}
	}
	if len(names) == 0 {
		return p.L.T("desk.programme.role." + role)
	}
	return strings.Join(names, ", ")
}

// RoleID gives the one partner with a role after a breach, for homework that is meant for that partner; empty for none or two.
func (h *CoupleHead) RoleID(role string) string {
	id := ""
	for _, p := range h.Couple.Partners {
		if p.Role != "" && p.Role == role {
			if id != "" {
				return ""
			}
			id = p.ID.String()
		}
	}
	return id
}

// programmePage loads a couple and its programme.
func (s *Site) programmePage(r *Request) (ProgrammePage, error) {
	head, err := s.coupleHead(r, "")
	if err != nil {
		return ProgrammePage{}, err
	}
	d := ProgrammePage{Head: head, Outcomes: r.choices("desk.programme.outcome", string(models.ProgrammeDone), string(models.ProgrammeStopped)), End: care.EndProgrammeInput{Outcome: models.ProgrammeDone}}
	if d.V, err = s.care.ProgrammeOfCouple(r.Context(), r.Actor, head.Couple.ID); err != nil {
		return d, err
	}
	for _, phase := range d.V.Phases {
		label := strconv.Itoa(phase.Number) + ". " + phase.Title
		if phase.Skipped {
			label += " (" + r.L.T("desk.programme.skipped") + ")"
		}
		d.Targets = append(d.Targets, Choice{Value: strconv.Itoa(phase.Number), Label: label})
	}
	d.Move.Phase = nextPhase(d.V)
	return d, nil
}

// nextPhase gives the number of the phase that comes next, leaving out what is skipped; after the last one, that of the one
// before it.
func nextPhase(v care.CoupleProgrammeView) int {
	before := v.Phase
	for _, phase := range v.Phases {
		if phase.Skipped {
			continue
		}
		if phase.Number > v.Phase {
			return phase.Number
		}
		if phase.Number < v.Phase {
			before = phase.Number
		}
	}
	return before
}

func (d ProgrammePage) crumbs(r *Request, more ...Crumb) []Crumb {
	return d.Head.crumbs(r, append([]Crumb{{Text: r.L.T("desk.programme"), URL: d.Head.Base + "/programme"}}, more...)...)
}

// own are the crumbs of the programme's own page.
func (d ProgrammePage) own(r *Request) []Crumb {
	return d.Head.crumbs(r, r.crumb("desk.programme", ""))
}

// deskProgramme shows the programme that a couple follows; without one, or when another is asked for, those to choose from;
// and one of them with what to weigh before it begins.
func (s *Site) deskProgramme(r *Request) error {
	d, err := s.programmePage(r)
	if err != nil {
		return err
	}
	switch {
	case r.Query("programme") != "":
		return s.offerProgramme(r, d, r.Query("programme"), nil)
	case r.Query("choose") != "" || d.V.Status == care.ProgrammeNone:
		return s.chooseProgramme(r, d, nil)
	}
	return r.deskShow(deskProgrammePage, "desk.programme", d, d.own(r)...)
}

// ChooseProgrammePage is the programmes to choose from.
type ChooseProgrammePage struct {
	ProgrammePage
	List []care.ProgrammeInfo
}

func (s *Site) chooseProgramme(r *Request, d ProgrammePage, wrong error) error {
	list, err := s.care.ListProgrammes(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	data := ChooseProgrammePage{d, list}
	crumbs := d.own(r)
	if d.V.Status != care.ProgrammeNone {
		crumbs = d.crumbs(r, r.crumb("desk.programme.choosing", ""))
	}
	if wrong != nil {
		return r.deskAgain(wrong, deskProgrammeChoosePage, "desk.programme", data, crumbs...)
	}
	return r.deskShow(deskProgrammeChoosePage, "desk.programme", data, crumbs...)
}

// OfferProgrammePage is one programme with what to weigh before a couple begins.
type OfferProgrammePage struct {
	ProgrammePage
	P      care.ProgrammeDetail
	Phases []Choice // where to begin.
	Begin  string   // "id/phase".
}

func (s *Site) offerProgramme(r *Request, d ProgrammePage, id string, wrong error) error {
	detail, err := s.care.Programme(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	data := OfferProgrammePage{ProgrammePage: d, P: detail, Begin: programmeValue(id, 1)}
	if typed := r.Typed("programme"); wrong != nil && typed != "" {
		data.Begin = typed
	}
	for _, phase := range detail.Phases {
		data.Phases = append(data.Phases, Choice{Value: programmeValue(id, phase.Number), Label: strconv.Itoa(phase.Number) + ". " + phase.Title})
	}
	crumbs := d.crumbs(r, Crumb{Text: detail.Title})
	if wrong != nil {
		data.Stale = fault.Is(wrong, fault.Stale)
		return r.deskAgain(wrong, deskProgrammeOfferPage, "desk.programme", data, crumbs...)
	}
	return r.deskShow(deskProgrammeOfferPage, "desk.programme", data, crumbs...)
}

// programmeValue and programmeOf write and read a programme with its phase as one value of a select.
func programmeValue(id string, phase int) string { return id + "/" + strconv.Itoa(phase) }

func programmeOf(value string) (id string, phase int) {
	id, number, _ := strings.Cut(value, "/")
	phase, err := strconv.Atoi(number)
	if err != nil {
		phase = 0
	}
	return id, phase
}

// deskStartProgramme begins a programme at a phase; the one that ran ends.
func (s *Site) deskStartProgramme(r *Request) error {
	d, err := s.programmePage(r)
	if err != nil {
		return err
	}
	id, phase := programmeOf(r.Typed("programme"))
	_, wrong := s.care.StartProgramme(r.Context(), r.Actor, d.Head.Couple.ID, id, phase, r.version())
	if wrong == nil {
		return r.Go(d.Head.Base+"/programme", "desk.flash.programme.started")
	}
	if _, known := library.FindProgramme(id); known {
		return s.offerProgramme(r, d, id, at(wrong, map[string]string{"phase": "programme"}))
	}
	return s.chooseProgramme(r, d, wrong)
}

// programmeDone ends a change of a programme: back to its page, or the page once more with what was typed.
func (s *Site) programmeDone(r *Request, d ProgrammePage, err error, anchor, flash string) error {
	if err == nil {
		return r.Go(d.Head.Base+"/programme"+anchor, flash)
	}
	if d.V.Status == care.ProgrammeNone {
		return s.chooseProgramme(r, d, err)
	}
	d.Stale = fault.Is(err, fault.Stale)
	return r.deskAgain(err, deskProgrammePage, "desk.programme", d, d.own(r)...)
}

// deskMoveProgramme moves on or back, with a reason.
func (s *Site) deskMoveProgramme(r *Request) error {
	d, err := s.programmePage(r)
	if err != nil {
		return err
	}
	d.Move = care.MoveProgrammeInput{Phase: r.number("phase"), Reason: r.Typed("reason"), Version: r.version()}
	_, err = s.care.MoveProgramme(r.Context(), r.Actor, d.Head.Couple.ID, d.Move)
	return s.programmeDone(r, d, err, "", "desk.flash.programme.moved")
}

// deskTickMilestone says that a milestone was reached, or takes it back: the button's name tells which.
func (s *Site) deskTickMilestone(r *Request) error {
	d, err := s.programmePage(r)
	if err != nil {
		return err
	}
	in := care.TickMilestoneInput{Milestone: r.Typed("reached"), Reached: true, Version: r.version()}
	if undone := r.Typed("undone"); undone != "" {
		in.Milestone, in.Reached = undone, false
	}
	_, err = s.care.TickMilestone(r.Context(), r.Actor, d.Head.Couple.ID, in)
	phase, _, _ := strings.Cut(in.Milestone, "/")
	return s.programmeDone(r, d, err, "#phase-"+phase, "")
}

// deskRestProgramme pauses the programme, or takes it up again.
func (s *Site) deskRestProgramme(r *Request) error {
	d, err := s.programmePage(r)
	if err != nil {
		return err
	}
	in := care.RestProgrammeInput{Version: r.version()}
	if r.Typed("rest") == "0" {
		_, err = s.care.ResumeProgramme(r.Context(), r.Actor, d.Head.Couple.ID, in)
	} else {
		_, err = s.care.PauseProgramme(r.Context(), r.Actor, d.Head.Couple.ID, in)
	}
	return s.programmeDone(r, d, err, "", "desk.flash.saved")
}

// deskEndProgramme ends the programme, with a reason.
func (s *Site) deskEndProgramme(r *Request) error {
	d, err := s.programmePage(r)
	if err != nil {
		return err
	}
	d.End = care.EndProgrammeInput{Outcome: models.ProgrammeStatus(r.Typed("outcome")), Reason: r.Typed("why"), Version: r.version()}
	_, err = s.care.EndProgramme(r.Context(), r.Actor, d.Head.Couple.ID, d.End)
	return s.programmeDone(r, d, at(err, map[string]string{"reason": "why"}), "", "desk.flash.programme.ended")
}
