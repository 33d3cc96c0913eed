package care

import (
	"context"
	"encoding/base64"
	"strings"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// AuditView is one line of who did what.
type AuditView struct {
	ID         uuid.UUID  `json:"id"`
	At         time.Time  `json:"at"`
	Act        string     `json:"act"`
	ObjectKind string     `json:"object"`
	ObjectID   *uuid.UUID `json:"object_id,omitempty"`
	CoupleID   *uuid.UUID `json:"couple_id,omitempty"`
	PartnerID  *uuid.UUID `json:"partner_id,omitempty"`
	ActorKind  string     `json:"actor_kind"`
	ActorID    *uuid.UUID `json:"actor_id,omitempty"`
	ActorName  string     `json:"actor_name"`
	Role       string     `json:"role"`
	Edge       string     `json:"edge"`
	Emergency  bool       `json:"emergency"`
	Reason     string     `json:"reason,omitempty"`
}

// ListAudit lists who did what, newest first: the practice's for the owner, the own and joint file's for a partner (design
// decision 9). A partner never sees what is restricted, nor the reason that someone stated. Faults: invalid for a cursor
// that we did not make, forbidden for other members.
func (s *Service) ListAudit(ctx context.Context, actor Actor, page Page) (List[AuditView], error) {
	out := List[AuditView]{Data: []AuditView{}}
	q, err := auditPage(page)
	if err != nil {
		return out, err
	}
	err = s.inPractice(ctx, actor, func(t *txn) error {
		reading := act{verb: "read", object: "audit"}
		if actor.Partner() {
			if _, err := t.ownPartner(); err != nil {
				return err
			}
			q.Partner, q.Couple, reading.partnerID = actor.ID, actor.CoupleID, actor.ID
		} else if err := mayManagePractice(actor).fault(); err != nil {
			return err
		}
		events, err := models.AuditEvents(t.DB, q)
		if err != nil {
			return err
		}
		if len(events) == q.Limit {
			events = events[:q.Limit-1]
			last := events[len(events)-1]
			next := base64.RawURLEncoding.EncodeToString([]byte(last.At.UTC().Format(time.RFC3339Nano) + "|" + last.ID.String()))
			out.Next = &next
		}
		names, err := t.actorNames(events)
		if err != nil {
			return err
		}
		for _, e := range events {
			v := AuditView{
				ID: e.ID, At: e.At, Act: e.Act, ObjectKind: e.ObjectKind, ObjectID: e.ObjectID, CoupleID: e.CoupleID, PartnerID: e.PartnerID,
				ActorKind: e.ActorKind, ActorID: e.ActorID, ActorName: names[e.ID], Role: e.Role, Edge: e.Edge, Emergency: e.Emergency, Reason: e.Reason,
			}
			if actor.Partner() {
				v.Reason = ""
			}
			out.Data = append(out.Data, v)
		}
		t.note(reading)
		return nil
	})
	return out, err
}

// auditPage reads a page whose cursor is the last event shown. It asks for one more than is shown, to know whether there is
// a next part.
func auditPage(page Page) (models.AuditQuery, error) {
	q := models.AuditQuery{Limit: page.Limit + 1}
	if page.Limit == 0 {
		q.Limit = 51
	}
	if q.Limit < 2 || q.Limit > 101 {
		return q, fault.Fieldf("limit", "error.field.number", map[string]any{"Min": 1, "Max": 100})
	}
	if page.Cursor == "" {
		return q, nil
	}
	bad := fault.Fieldf("cursor", "error.field.choice", nil)
	raw, err := base64.RawURLEncoding.DecodeString(page.Cursor)
	if err != nil {
		return q, bad
	}
	at, id, _ := strings.Cut(string(raw), "|")
	if q.BeforeAt, err = time.Parse(time.RFC3339Nano, at); err != nil {
		return q, bad
	}
	if q.BeforeID, err = uuid.Parse(id); err != nil {
		return q, bad
	}
	return q, nil
}

// actorNames says, by event, who acted: members by name; partners by name to the couple's own partners, and to the
// practice's owner, who may not know a colleague's clients, as a partner.
func (t *txn) actorNames(events []models.AuditEvent) (map[uuid.UUID]string, error) {
	l := t.actor.L()
	var members, partners []uuid.UUID
	for _, e := range events {
		switch {
		case e.ActorID == nil:
		case e.ActorKind == "member":
			members = append(members, *e.ActorID)
		case e.ActorKind == "partner" && t.actor.Partner():
			partners = append(partners, *e.ActorID)
		}
	}
	names, err := t.namesByID(members, partners)
	if err != nil {
		return nil, err
	}
	out := make(map[uuid.UUID]string, len(events))
	for _, e := range events {
		name := ""
		if e.ActorID != nil {
			name = names[*e.ActorID]
		}
		if name == "" {
			name = l.T("record.actor." + e.ActorKind)
		}
		out[e.ID] = name
	}
	return out, nil
}
