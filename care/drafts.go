package care

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// draftTokenTTL is how long a form without script may still save its draft after the sign-in has expired.
const draftTokenTTL = 12 * time.Hour

// DraftToken signs the right to save this task's draft, and not to read it, for some hours, so that a form without script
// loses nothing when the sign-in has expired (design decision 18).
func (s *Service) DraftToken(actor Actor, taskID uuid.UUID) string {
	raw := make([]byte, 0, 16*3+8+32)
	raw = append(raw, actor.PracticeID[:]...)
	raw = append(raw, actor.ID[:]...)
	raw = append(raw, taskID[:]...)
	raw = binary.BigEndian.AppendUint64(raw, uint64(s.Clock.Now().Add(draftTokenTTL).Unix())) // #nosec G115 -- after 1970.
	return base64.RawURLEncoding.EncodeToString(append(raw, s.Master.MAC("draft-token", raw)...))
}

// SaveDraftByToken saves a draft with such a token. It reads nothing back. Faults: unauthenticated, invalid, conflict.
func (s *Service) SaveDraftByToken(ctx context.Context, token string, taskID uuid.UUID, answers library.Answers) error {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 16*3+8+32 {
		return fault.New(fault.Unauthenticated, "")
	}
	body, mac := raw[:56], raw[56:]
	practice, _ := uuid.FromBytes(body[:16])
	partnerID, _ := uuid.FromBytes(body[16:32])
	task, _ := uuid.FromBytes(body[32:48])
	until := time.Unix(int64(binary.BigEndian.Uint64(body[48:])), 0) // #nosec G115 -- signed by us.
	if !hmac.Equal(mac, s.Master.MAC("draft-token", body)) || task != taskID || s.Clock.Now().After(until) {
		return fault.New(fault.Unauthenticated, "")
	}
	actor := Actor{Kind: "partner", ID: partnerID, Role: models.RolePartner, PracticeID: practice, Edge: "web", Stage: "full", Zone: time.UTC}
	return s.inPractice(ctx, actor, func(t *txn) error {
		partner, err := t.ownPartner()
		if err != nil {
			return err
		}
		_, err = t.writeDraft(partner, taskID, answers, 0)
		return err
	})
}
