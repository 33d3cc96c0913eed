package web

import (
	"tussentijds/care"
)

var programmePage = page("portal/programme")

// programme shows a partner where the two are: goals for oneself and for both, and what was reached.
func (s *Site) programme(r *Request) error {
	v, err := s.care.ProgrammeOfCouple(r.Context(), r.Actor, r.Actor.CoupleID)
	if err != nil {
		return err
	}
	return r.Render(programmePage, "portal.progress.title", programmeView{v})
}

// programmeView is a couple's programme as one of them sees it.
type programmeView struct{ care.CoupleProgrammeView }

// None tells that the couple follows no programme, or none that the portal shows.
func (v programmeView) None() bool { return v.Status == care.ProgrammeNone }

// Rescheduled tells that joint work stands still, for whatever reason.
func (v programmeView) Rescheduled() bool { return v.Status == care.ProgrammeRescheduled }

// Present is the phase they are in.
func (v programmeView) Present() care.PhaseView {
	for _, p := range v.Phases {
		if p.Number == v.Phase {
			return p
		}
	}
	return care.PhaseView{}
}
