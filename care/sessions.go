package care

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// SessionView is a therapy session. Partners see their own, without room bookings of others.
type SessionView struct {
	ID         uuid.UUID            `json:"id"`
	CoupleID   uuid.UUID            `json:"couple_id"`
	CoupleName string               `json:"-"`
	Therapists []uuid.UUID          `json:"therapists"`
	Names      []string             `json:"therapist_names"`
	Room       string               `json:"room,omitempty"`
	Kind       string               `json:"kind"`
	PartnerID  *uuid.UUID           `json:"partner_id,omitempty"`
	StartsAt   time.Time            `json:"starts_at"`
	EndsAt     time.Time            `json:"ends_at"`
	Status     models.SessionStatus `json:"status"`
	HasNote    bool                 `json:"-"`
	Version    int                  `json:"version"`
}

// PlanSessionInput is a new session.
type PlanSessionInput struct {
	CoupleID   uuid.UUID   `json:"couple_id"`
	Therapists []uuid.UUID `json:"therapists,omitempty"` // empty: the couple's own.
	Room       string      `json:"room,omitempty"`
	Kind       string      `json:"kind"`
	PartnerID  *uuid.UUID  `json:"partner_id,omitempty"`
	StartsAt   time.Time   `json:"starts_at"`
	EndsAt     time.Time   `json:"ends_at"`
}

// ChangeSessionInput changes what is given.
type ChangeSessionInput struct {
	Therapists *[]uuid.UUID `json:"therapists,omitempty"`
	Room       *string      `json:"room,omitempty"`
	StartsAt   *time.Time   `json:"starts_at,omitempty"`
	EndsAt     *time.Time   `json:"ends_at,omitempty"`
	Status     *string      `json:"status,omitempty"` // held, no_show, planned.
	Version    int          `json:"-"`
}

// SessionFilter narrows a list of sessions.
type SessionFilter struct {
	From, Until time.Time // zero: no bound.
	CoupleID    uuid.UUID
	MemberID    uuid.UUID
}

// The kinds of session.
const (
	conjoint   = "conjoint"
	individual = "individual"
)

// ListSessions lists the sessions the actor may know, earliest first: a partner's conjoint and own individual ones, those
// of a clinician's couples, all for the office.
func (s *Service) ListSessions(ctx context.Context, actor Actor, f SessionFilter, page Page) (List[SessionView], error) {
	out := List[SessionView]{Data: []SessionView{}}
	if !actor.Full() {
		return out, fault.Missing()
	}
	offset, limit, err := page.window()
	if err != nil {
		return out, err
	}
	scope, some := scopeOf(actor)
	if !some || actor.Partner() && f.CoupleID != uuid.Nil && f.CoupleID != actor.CoupleID {
		return out, nil
	}
	if f.CoupleID != uuid.Nil {
		scope.CoupleID = f.CoupleID
	}
	scope.MemberID, scope.From, scope.Until = f.MemberID, f.From, f.Until
	err = s.inPractice(ctx, actor, func(t *txn) error {
		list, err := models.Sessions(t.DB, scope, offset, limit+1)
		if err != nil {
			return err
		}
		views, err := t.viewSessions(list)
		if err != nil {
			return err
		}
		out = more(views, offset, limit)
		return nil
	})
	return out, err
}

// scopeOf is which sessions an actor may know of at all; some is false when there are none.
func scopeOf(actor Actor) (scope models.SessionScope, some bool) {
	switch {
	case actor.Partner():
		return models.SessionScope{CoupleID: actor.CoupleID, PartnerID: actor.ID}, true
	case treatsAtAll(actor):
		return models.SessionScope{KnownTo: actor.ID}, true
	}
	return models.SessionScope{}, actor.Member() && actor.Role == models.RoleOffice
}

// viewSessions opens sessions for their reader, with a constant number of statements.
func (t *txn) viewSessions(list []models.Session) ([]SessionView, error) {
	views := make([]SessionView, len(list))
	if len(list) == 0 {
		return views, nil
	}
	var ids, members, couples []uuid.UUID
	for _, s := range list {
		ids, couples, members = append(ids, s.ID), append(couples, s.CoupleID), append(members, s.Therapists.V...)
	}
	staff, err := models.MembersByID(t.DB, members)
	if err != nil {
		return nil, err
	}
	staffNames := make(map[uuid.UUID]string, len(staff))
	for _, m := range staff {
		staffNames[m.ID] = m.Name
	}
	coupleNames, noted := map[uuid.UUID]string{}, map[uuid.UUID]bool{}
	if t.actor.Member() {
		if coupleNames, err = t.coupleNames(couples); err != nil {
			return nil, err
		}
	}
	if treatsAtAll(t.actor) {
		if noted, err = models.NotedSessions(t.DB, ids, t.actor.ID); err != nil {
			return nil, err
		}
	}
	for i, s := range list {
		views[i] = SessionView{
			ID: s.ID, CoupleID: s.CoupleID, CoupleName: coupleNames[s.CoupleID], Therapists: s.Therapists.V, Names: []string{}, Room: s.Room, Kind: s.Kind,
			PartnerID: s.PartnerID, StartsAt: s.StartsAt, EndsAt: s.EndsAt, Status: s.Status, HasNote: noted[s.ID], Version: s.Version,
		}
		for _, id := range s.Therapists.V {
			views[i].Names = append(views[i].Names, staffNames[id])
		}
	}
	return views, nil
}

// Session gives one session.
func (s *Service) Session(ctx context.Context, actor Actor, id uuid.UUID) (SessionView, error) {
	var view SessionView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		row, err := t.sessionFor(models.FindSession, id, seeCouple)
		if err != nil {
			return err
		}
		t.noteSession("read", row)
		view, err = t.viewSession(row)
		return err
	})
	return view, err
}

func (t *txn) viewSession(row models.Session) (SessionView, error) {
	views, err := t.viewSessions([]models.Session{row})
	if err != nil {
		return SessionView{}, err
	}
	return views[0], nil
}

// noteSession puts an act on a session on the record; an individual one stands in that partner's own file.
func (t *txn) noteSession(verb string, row models.Session) {
	a := act{verb: verb, object: "session", objectID: row.ID, coupleID: row.CoupleID}
	if row.PartnerID != nil {
		a.coupleID, a.partnerID = uuid.Nil, *row.PartnerID
	}
	t.note(a)
}

// sessionFor loads a session for an act, with the actor's right to it checked. A partner knows conjoint sessions and the
// own individual ones; who gives a session may see it and move it, also without treating the couple. Faults: not_found,
// forbidden.
func (t *txn) sessionFor(find func(*gorm.DB, uuid.UUID) (models.Session, error), id uuid.UUID, r right) (models.Session, error) {
	row, err := find(t.DB, id)
	if err != nil {
		return row, err
	}
	st, err := t.standingOn(row.CoupleID)
	if err != nil {
		return row, err
	}
	return row, mayOnSession(t.actor, st, row, r).fault()
}

// mayOnSession is the rule of who may do what with a session.
func mayOnSession(a Actor, st standing, row models.Session, r right) verdict {
	if a.Partner() {
		if row.Kind == individual && (row.PartnerID == nil || *row.PartnerID != a.ID) {
			return hidden
		}
		if r == seeCouple {
			r = takePart
		}
		return mayOnCouple(a, st, r)
	}
	v := mayOnCouple(a, st, r)
	if v == hidden && a.Full() && treatsAtAll(a) && slices.Contains(row.Therapists.V, a.ID) {
		if r == seeCouple || r == bookSessions {
			return allowed
		}
		return refused
	}
	return v
}
