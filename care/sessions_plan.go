package care

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

// The limits of a session.
const (
	longestSession = 8 * time.Hour
	maxRoom        = 60
)

// PlanSession books a session. Faults: invalid, conflict (key session.overlap) when therapist, room or partner is taken.
func (s *Service) PlanSession(ctx context.Context, actor Actor, in PlanSessionInput) (SessionView, error) {
	var view SessionView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(in.CoupleID, bookSessions)
		if err != nil {
			return err
		}
		partners, err := models.PartnersOf(t.DB, couple.ID)
		if err != nil {
			return err
		}
		if len(in.Therapists) == 0 {
			own, err := models.TherapistsOf(t.DB, couple.ID)
			if err != nil {
				return err
			}
			for _, th := range own {
				in.Therapists = append(in.Therapists, th.MemberID)
			}
		}
		row := models.Session{
			Row: models.NewRow(t.PracticeID), CoupleID: couple.ID, Kind: in.Kind, PartnerID: in.PartnerID, Room: strings.TrimSpace(in.Room),
			StartsAt: in.StartsAt.UTC(), EndsAt: in.EndsAt.UTC(), Status: models.SessionPlanned, Version: 1, CreatedAt: t.now, ChangedAt: t.now,
		}
		row.Therapists.V = in.Therapists
		if err := t.checkSession(row, partners); err != nil {
			return err
		}
		if err := t.DB.Create(&row).Error; err != nil {
			return err
		}
		if err := t.takeSlots(row, partners); err != nil {
			return err
		}
		if err := t.remindOfSession(row, partners); err != nil {
			return err
		}
		t.noteSession("create", row)
		view, err = t.viewSession(row)
		return err
	})
	return view, err
}

// checkSession wants a session that can take place: an end after its start on a working day's length, with clinicians of
// this practice, and for an individual one a partner of this couple.
func (t *txn) checkSession(row models.Session, partners []models.Partner) error {
	var c fault.Collector
	switch {
	case row.StartsAt.IsZero():
		c.Add("starts_at", "error.field.required", nil)
	case row.EndsAt.IsZero():
		c.Add("ends_at", "error.field.required", nil)
	case !row.EndsAt.After(row.StartsAt):
		c.Add("ends_at", "session.ends_first", nil)
	case row.EndsAt.Sub(row.StartsAt) > longestSession:
		c.Add("ends_at", "session.too_long", map[string]any{"Max": int(longestSession.Hours())})
	case row.StartsAt.Year() < 2000 || row.EndsAt.Year() > 2200:
		c.Add("starts_at", "error.field.date", nil)
	}
	if utf8.RuneCountInString(row.Room) > maxRoom {
		c.Add("room", "error.field.too_long", map[string]any{"Max": maxRoom})
	} else if !plainLine(row.Room) {
		c.Add("room", "error.field.control", nil)
	}
	switch row.Kind {
	case conjoint:
		if row.PartnerID != nil {
			c.Add("partner_id", "session.partner_unneeded", nil)
		}
	case individual:
		if row.PartnerID == nil {
			c.Add("partner_id", "error.field.required", nil)
		} else if _, ok := partnerOf(partners, *row.PartnerID); !ok {
			c.Add("partner_id", "error.field.choice", nil)
		}
	default:
		c.Add("kind", "error.field.choice", nil)
	}
	if err := t.checkTherapists(&c, row.Therapists.V); err != nil {
		return err
	}
	return c.Err()
}

func (t *txn) checkTherapists(c *fault.Collector, ids []uuid.UUID) error {
	if len(ids) == 0 {
		c.Add("therapists", "error.field.required", nil)
		return nil
	}
	staff, err := models.MembersByID(t.DB, ids)
	if err != nil {
		return err
	}
	treating := map[uuid.UUID]bool{}
	for _, m := range staff {
		treating[m.ID] = m.Treating()
	}
	for i, id := range ids {
		if !treating[id] || slices.Contains(ids[:i], id) {
			c.Add("therapists", "error.field.choice", nil)
			break
		}
	}
	return nil
}

// takeSlots books therapists, room and partners. Faults: conflict with key session.overlap, which does not say what is
// taken: a planner need not learn of another couple's session.
func (t *txn) takeSlots(row models.Session, partners []models.Partner) error {
	var slots []models.SessionSlot
	for _, id := range row.Therapists.V {
		slots = append(slots, models.SessionSlot{Kind: "therapist", Resource: id.String()})
	}
	if row.Room != "" {
		slots = append(slots, models.SessionSlot{Kind: "room", Resource: strings.ToLower(row.Room)})
	}
	for _, p := range concerned(row, partners) {
		slots = append(slots, models.SessionSlot{Kind: "partner", Resource: p.ID.String()})
	}
	err := models.TakeSlots(t.DB, row, slots)
	if fault.Is(db.Translate(err), fault.Conflict) {
		return fault.New(fault.Conflict, "session.overlap")
	}
	return err
}

// concerned are the partners a session is with.
func concerned(row models.Session, partners []models.Partner) []models.Partner {
	if row.PartnerID == nil {
		return partners
	}
	if p, ok := partnerOf(partners, *row.PartnerID); ok {
		return []models.Partner{p}
	}
	return nil
}

// remindOfSession plans the messages about a session that is to come; one that is near is told of at once. Whoever pauses hears
// of it when back in time.
func (t *txn) remindOfSession(row models.Session, partners []models.Partner) error {
	if row.Status != models.SessionPlanned || !row.StartsAt.After(t.now) {
		return nil
	}
	var people []uuid.UUID
	for _, p := range concerned(row, partners) {
		if p.Status == models.PartnerActive || p.Status == models.PartnerPaused {
			people = append(people, p.ID)
		}
	}
	return t.planFor("session", row.ID, "partner", people, func(l leads, zone *time.Location) []planned {
		return sessionMoments(row.StartsAt, t.now, l, zone)
	})
}

// ChangeSession moves a session or records how it went. Faults: stale, conflict (key session.overlap, or once it is
// cancelled), invalid.
func (s *Service) ChangeSession(ctx context.Context, actor Actor, id uuid.UUID, in ChangeSessionInput) (SessionView, error) {
	var view SessionView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		row, err := t.sessionFor(models.LockSession, id, bookSessions)
		if err != nil {
			return err
		}
		if row.Version != in.Version {
			return fault.New(fault.Stale, "")
		}
		if row.Status == models.SessionCancelled {
			return fault.New(fault.Conflict, "session.is_cancelled")
		}
		partners, err := models.PartnersOf(t.DB, row.CoupleID)
		if err != nil {
			return err
		}
		moved := in.apply(&row)
		if err := t.checkOutcome(row, in.Status); err != nil {
			return err
		}
		if moved {
			if err := t.checkSession(row, partners); err != nil {
				return err
			}
		}
		if err := t.saveSession(&row); err != nil {
			return err
		}
		if moved {
			if err := models.FreeSlots(t.DB, row.ID); err != nil {
				return err
			}
			if err := t.takeSlots(row, partners); err != nil {
				return err
			}
		}
		if err := t.dropReminders("session", []uuid.UUID{row.ID}, "moved"); err != nil {
			return err
		}
		if err := t.remindOfSession(row, partners); err != nil {
			return err
		}
		t.noteSession("change", row)
		view, err = t.viewSession(row)
		return err
	})
	return view, err
}

// apply puts what was given into the session; moved tells that it takes up other things or another time.
func (in ChangeSessionInput) apply(row *models.Session) (moved bool) {
	before := *row
	if in.Therapists != nil {
		row.Therapists.V = *in.Therapists
	}
	if in.Room != nil {
		row.Room = strings.TrimSpace(*in.Room)
	}
	if in.StartsAt != nil {
		row.StartsAt = in.StartsAt.UTC()
	}
	if in.EndsAt != nil {
		row.EndsAt = in.EndsAt.UTC()
	}
	if in.Status != nil {
		row.Status = models.SessionStatus(*in.Status)
	}
	return !slices.Equal(before.Therapists.V, row.Therapists.V) || before.Room != row.Room || !before.StartsAt.Equal(row.StartsAt) || !before.EndsAt.Equal(row.EndsAt)
}

// checkOutcome wants a status one can set, and no outcome before the session began.
func (t *txn) checkOutcome(row models.Session, status *string) error {
	if status == nil {
		return nil
	}
	switch row.Status {
	case models.SessionPlanned:
		return nil
	case models.SessionHeld, models.SessionNoShow:
		if row.StartsAt.After(t.now) {
			return fault.Fieldf("status", "session.not_begun", nil)
		}
		return nil
	}
	return fault.Fieldf("status", "error.field.choice", nil)
}

func (t *txn) saveSession(row *models.Session) error {
	row.ChangedAt = t.now
	saved, err := models.SaveSession(t.DB, row)
	if err == nil && !saved {
		err = fault.New(fault.Stale, "")
	}
	return err
}

// CancelSession cancels; the slot is free again and the reminders go. Faults: stale, conflict once it was held.
func (s *Service) CancelSession(ctx context.Context, actor Actor, id uuid.UUID, version int) (SessionView, error) {
	var view SessionView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		row, err := t.sessionFor(models.LockSession, id, bookSessions)
		if err != nil {
			return err
		}
		switch {
		case row.Version != version:
			return fault.New(fault.Stale, "")
		case row.Status == models.SessionCancelled:
			return fault.New(fault.Conflict, "session.is_cancelled")
		case row.Status != models.SessionPlanned:
			return fault.New(fault.Conflict, "session.is_over")
		}
		row.Status = models.SessionCancelled
		if err := t.saveSession(&row); err != nil {
			return err
		}
		if err := models.FreeSlots(t.DB, row.ID); err != nil {
			return err
		}
		if err := t.dropReminders("session", []uuid.UUID{row.ID}, "cancelled"); err != nil {
			return err
		}
		t.noteSession("cancel", row)
		view, err = t.viewSession(row)
		return err
	})
	return view, err
}
