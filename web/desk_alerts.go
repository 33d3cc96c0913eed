package web

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/locale"
	"tussentijds/library"
)

// AlertLine is one alert with what its reader can do about it at once.
type AlertLine struct {
	care.AlertView
	CoupleID   uuid.UUID
	CoupleName string // empty on the couple's own page.
	Held       bool
	Title      string
	Base       string // the couple's address.
}

// alertLine puts an alert into words.
func alertLine(p *Page, a care.AlertView, coupleID uuid.UUID, coupleName string, held bool) AlertLine {
	line := AlertLine{AlertView: a, CoupleID: coupleID, CoupleName: coupleName, Held: held, Base: "/desk/couples/" + coupleID.String()}
	if key := "safety.alert." + a.Kind; locale.Has(p.Lang, key) {
		line.Title = p.L.T(key)
	} else {
		line.Title = p.Word("desk.alert", a.Kind)
	}
	return line
}

// URL leads to what the alert is about.
func (l AlertLine) URL() string {
	switch {
	case l.ResponseID != nil && l.Screening:
		return l.Base + "/safety#s-" + l.ResponseID.String()
	case l.ResponseID != nil:
		return l.Base + "/answers/" + l.ResponseID.String()
	case l.Agreement != nil:
		return l.Base + "/agreements/" + l.Agreement.String()
	case l.Kind == "not_free" || l.Kind == "agreement_withdrawn":
		return l.Base + "/agreements"
	case l.Kind == "joint_stopped":
		return l.Base + "/contact"
	case l.Level < 4:
		return l.Base + "/safety"
	}
	return l.Base
}

// Reads tells whether the link leads to an answer.
func (l AlertLine) Reads() bool { return l.ResponseID != nil }

func (l AlertLine) proposes(do library.Do) bool { return slices.Contains(l.Proposes, do) }

// OffersHold tells whether to offer a safety hold with one click.
func (l AlertLine) OffersHold() bool { return l.proposes(library.DoHold) && !l.Held }

// OffersScreening tells whether to offer the private questions: not when they are what was answered.
func (l AlertLine) OffersScreening() bool {
	return l.proposes(library.DoScreen) && !l.Screening
}

// OffersSession tells whether to offer to plan a session.
func (l AlertLine) OffersSession() bool {
	return l.proposes(library.DoSession) || l.proposes(library.DoHold)
}

// Paused tells that homework stops coming because of it.
func (l AlertLine) Paused() bool { return l.proposes(library.DoPause) }

// Tone is how the level looks: now and within a week stand out.
func (l AlertLine) Tone() string {
	switch l.Level {
	case 0, 1:
		return "danger"
	case 2:
		return "warn"
	}
	return ""
}

// Names puts names in a row.
func (p *Page) Names(names []string) string { return strings.Join(names, ", ") }

// HelplineGaps says which help lines are missing or were not checked for a year.
func (p *Page) HelplineGaps(g *care.HelplineGaps) string {
	words := func(keys []string) string {
		out := make([]string, len(keys))
		for i, key := range keys {
			out[i] = p.L.T("safety.helpline." + key)
		}
		return strings.Join(out, ", ")
	}
	var out []string
	if len(g.Missing) > 0 {
		out = append(out, p.L.T("safety.helplines.missing", "Names", words(g.Missing)))
	}
	if len(g.Old) > 0 {
		out = append(out, p.L.T("safety.helplines.old", "Names", words(g.Old)))
	}
	return strings.Join(out, " ")
}

// Past tells whether a moment lies behind.
func (p *Page) Past(at *time.Time) bool { return at != nil && at.Before(p.now) }

// deskAcknowledgeAlert marks an alert as seen.
func (s *Site) deskAcknowledgeAlert(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	if err := s.care.AcknowledgeAlert(r.Context(), r.Actor, id); err != nil {
		return err
	}
	if couple := idOf(r.Typed("couple")); couple != uuid.Nil {
		return r.Go("/desk/couples/"+couple.String()+"/safety", "desk.flash.acknowledged")
	}
	return r.Go("/desk", "desk.flash.acknowledged")
}
