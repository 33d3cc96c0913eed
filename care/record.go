package care

import (
	"bytes"
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"tussentijds/models"
)

// act is what the record of who did what tells of one use case: which act, on which object, on whose file.
type act struct {
	verb       string // create, read, change, delete, print, export, search, reveal, sign_in, …
	object     string
	objectID   uuid.UUID
	coupleID   uuid.UUID // the joint file, when the object is in it.
	partnerID  uuid.UUID // the own file, when the object is in it.
	reason     string
	emergency  bool
	restricted bool // never shown to a partner.
}

// note puts an act on the record. It is written with the transaction; a joint record gives one row for each person, so
// that neither sees the other's.
func (t *txn) note(a act) {
	t.events = append(t.events, t.s.event(t.PracticeID, t.actor, t.now, a))
}

func (s *Service) event(practiceID uuid.UUID, actor Actor, now time.Time, a act) models.AuditEvent {
	e := models.AuditEvent{
		Row: models.NewRow(practiceID), At: now.Truncate(time.Microsecond), Act: a.verb, ObjectKind: a.object,
		ObjectID: ref(a.objectID), CoupleID: ref(a.coupleID), PartnerID: ref(a.partnerID),
		ActorKind: actor.Kind, ActorID: ref(actor.ID), ResponsibleID: ref(actor.ID), Role: string(actor.Role),
		Edge: actor.Edge, AccessPoint: actor.AccessPoint, LoginID: ref(actor.LoginID), Basis: "treatment",
		Emergency: a.emergency, Reason: a.reason, Restricted: a.restricted,
	}
	e.MAC = s.Master.MAC("audit", canonical(e))
	return e
}

func (t *txn) writeEvents() error {
	if len(t.events) == 0 {
		return nil
	}
	return t.DB.Create(&t.events).Error
}

// canonical is the octets an event's MAC covers: every field, each with its length, so that none can run into the next.
func canonical(e models.AuditEvent) []byte {
	var b bytes.Buffer
	put := func(v []byte) {
		_ = binary.Write(&b, binary.BigEndian, uint32(len(v))) // #nosec G115 -- fields are short.
		b.Write(v)
	}
	id := func(v *uuid.UUID) []byte {
		if v == nil {
			return nil
		}
		return v[:]
	}
	flag := func(v bool) []byte {
		if v {
			return []byte{1}
		}
		return []byte{0}
	}
	put(e.PracticeID[:])
	put(e.ID[:])
	put([]byte(e.At.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano)))
	for _, s := range []string{e.Act, e.ObjectKind, e.ActorKind, e.Role, e.Edge, e.AccessPoint, e.Basis, e.Reason} {
		put([]byte(s))
	}
	for _, v := range []*uuid.UUID{e.ObjectID, e.CoupleID, e.PartnerID, e.ActorID, e.ResponsibleID, e.LoginID} {
		put(id(v))
	}
	put(flag(e.Emergency))
	put(flag(e.Restricted))
	return b.Bytes()
}

// ref turns the zero id into no id.
func ref(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}
