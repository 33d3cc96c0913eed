package care

import (
	"bytes"
	"context"
	"crypto/hmac"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strconv"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/db"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

// sealBatch is how many events one transaction links.
const sealBatch = 2000

// linkHash binds an event to all before it: the hash of the link before, this link's own fields, the event's MAC and every
// field of the event. It is keyed, so that whoever can write the database cannot make a chain that fits.
func (s *Service) linkHash(previous []byte, l models.AuditLink, e models.AuditEvent) []byte {
	var b bytes.Buffer
	b.Write(previous)
	b.Write(l.PracticeID[:])
	b.Write(l.ID[:])
	_ = binary.Write(&b, binary.BigEndian, l.Seq)
	_ = binary.Write(&b, binary.BigEndian, l.SealedAt.UnixMicro())
	_ = binary.Write(&b, binary.BigEndian, uint32(len(e.MAC))) // #nosec G115 -- a MAC is short.
	b.Write(e.MAC)
	b.Write(canonical(e))
	return s.Master.MAC("audit-chain", b.Bytes())
}

// SealAudit links the practice's new events into its chain and anchors head and count outside the database (design
// decision 8). An anchor that the chain does not hold is evidence: it stays as it is, and VerifyAudit tells of it.
func (s *Service) SealAudit(ctx context.Context, practiceID uuid.UUID) error {
	for {
		head, linked, err := s.sealSome(ctx, practiceID)
		if err != nil {
			return err
		}
		if linked > 0 || head.Seq > 0 {
			if err := s.moveAnchor(ctx, practiceID, head); err != nil {
				return err
			}
		}
		if linked < sealBatch {
			return nil
		}
	}
}

// sealSome links one batch and gives the head of the chain.
func (s *Service) sealSome(ctx context.Context, practiceID uuid.UUID) (head models.AuditLink, linked int, err error) {
	err = s.inPractice(ctx, System(practiceID), func(t *txn) error {
		if err := models.LockChain(t.DB, practiceID); err != nil {
			return err
		}
		var err error
		if head, err = models.LastLink(t.DB); err != nil {
			return err
		}
		events, err := models.UnlinkedEvents(t.DB, sealBatch)
		if err != nil || len(events) == 0 {
			return err
		}
		links := make([]models.AuditLink, 0, len(events))
		for _, e := range events {
			l := models.AuditLink{Row: models.NewRow(practiceID), Seq: head.Seq + 1, EventID: e.ID, SealedAt: t.now.UTC().Truncate(time.Microsecond)}
			l.Hash = s.linkHash(head.Hash, l, e)
			links, head = append(links, l), l
		}
		linked = len(links)
		if err := t.DB.CreateInBatches(&links, 500).Error; err != nil {
			return err
		}
		return t.announce(events)
	})
	return head, linked, err
}

// moveAnchor brings the anchor to the chain's head, after the links are committed.
func (s *Service) moveAnchor(ctx context.Context, practiceID uuid.UUID, head models.AuditLink) error {
	if s.AnchorFile == "" {
		return nil
	}
	old, err := readAnchor(s.AnchorFile, practiceID)
	if err != nil {
		return fault.Wrap(fault.Internal, err)
	}
	if old.Seq == head.Seq && old.Hash == hex.EncodeToString(head.Hash) {
		return nil
	}
	if old.Seq > 0 {
		var there models.AuditLink
		err := s.inPractice(ctx, System(practiceID), func(t *txn) error {
			var err error
			there, err = models.LinkAt(t.DB, old.Seq)
			return err
		})
		if err != nil {
			return err
		}
		if hex.EncodeToString(there.Hash) != old.Hash {
			s.Log.Error("the record of who did what does not hold its anchor: run audit verify", "practice", practiceID, "seq", old.Seq)
			return nil
		}
	}
	if err := writeAnchor(s.AnchorFile, practiceID, anchor{Seq: head.Seq, Hash: hex.EncodeToString(head.Hash), At: s.Clock.Now().UTC()}); err != nil {
		return fault.Wrap(fault.Internal, err)
	}
	return nil
}

// SealNewAudit seals the practices that had events in the last quarter of an hour (the worker's role only). What a longer
// standstill left behind is linked by each practice's hourly job.
func (s *Service) SealNewAudit(ctx context.Context) error {
	var practices []uuid.UUID
	err := s.DB.DueLists(ctx, func(tx *db.Tx) error {
		var err error
		practices, err = models.UnsealedPractices(tx.DB, s.Clock.Now().Add(-15*time.Minute))
		return err
	})
	if err != nil {
		return err
	}
	var failures []error
	for _, id := range practices {
		failures = append(failures, s.SealAudit(ctx, id))
	}
	return errors.Join(failures...)
}

// AuditProof is the outcome of proving a practice's chain.
type AuditProof struct {
	PracticeID uuid.UUID
	Events     int
	Linked     int
	Faults     []string // what is wrong, by event id and kind of fault.
}

// maxAuditFaults bounds what a proof lists: the first ones say where to look.
const maxAuditFaults = 100

func (p *AuditProof) add(what string, about any) {
	if len(p.Faults) < maxAuditFaults {
		switch v := about.(type) {
		case uuid.UUID:
			what += " " + v.String()
		case int64:
			what += " " + strconv.FormatInt(v, 10)
		}
		p.Faults = append(p.Faults, what)
	}
}

// VerifyAudit proves a practice's chain against its events and the anchor: every event's MAC, every link's number, event
// and hash, and that the anchored link is still there. Its faults are:
//
//	edited <event>     a field of the event or its MAC was changed, or it was put there by someone else
//	missing <event>    the chain names an event that is gone
//	gap <number>       a link is gone
//	relinked <number>  a link was changed, or its place
//	truncated <number> the anchored end of the chain is gone
//	anchor             the anchored link is another one, or the anchor cannot be read
func (s *Service) VerifyAudit(ctx context.Context, practiceID uuid.UUID) (AuditProof, error) {
	proof := AuditProof{PracticeID: practiceID}
	// The anchor is read first: what is linked while we read can only be beyond it.
	fixed, anchorErr := anchor{}, error(nil)
	if s.AnchorFile != "" {
		fixed, anchorErr = readAnchor(s.AnchorFile, practiceID)
	}
	if anchorErr != nil {
		proof.add("anchor", nil)
	}
	err := s.inPractice(ctx, System(practiceID), func(t *txn) error {
		if err := models.LockChain(t.DB, practiceID); err != nil {
			return err
		}
		anchored := fixed.Seq == 0
		last, previous := int64(0), []byte(nil)
		for {
			links, err := models.LinksAfter(t.DB, last, sealBatch)
			if err != nil {
				return err
			}
			ids := make([]uuid.UUID, len(links))
			for i, l := range links {
				ids[i] = l.EventID
			}
			events, err := models.RowsByID[models.AuditEvent](t.DB, ids)
			if err != nil {
				return err
			}
			for _, l := range links {
				proof.Linked++
				s.verifyLink(&proof, l, last, previous, events)
				if l.Seq == fixed.Seq {
					anchored = true
					if hex.EncodeToString(l.Hash) != fixed.Hash {
						proof.add("anchor", nil)
					}
				}
				last, previous = l.Seq, l.Hash
			}
			if len(links) < sealBatch {
				break
			}
		}
		if !anchored {
			proof.add("truncated", last)
		}
		// What waits for its link is proved by its MAC alone.
		waiting, err := models.UnlinkedEvents(t.DB, 100_000)
		if err != nil {
			return err
		}
		for _, e := range waiting {
			if !hmac.Equal(e.MAC, s.Master.MAC("audit", canonical(e))) {
				proof.add("edited", e.ID)
			}
		}
		n, err := models.CountEvents(t.DB)
		proof.Events = int(n)
		return err
	})
	return proof, err
}

func (s *Service) verifyLink(proof *AuditProof, l models.AuditLink, last int64, previous []byte, events map[uuid.UUID]models.AuditEvent) {
	if l.Seq != last+1 {
		proof.add("gap", last+1)
	}
	e, found := events[l.EventID]
	switch {
	case !found:
		proof.add("missing", l.EventID)
	case !hmac.Equal(e.MAC, s.Master.MAC("audit", canonical(e))):
		proof.add("edited", e.ID)
	case !hmac.Equal(l.Hash, s.linkHash(previous, l, e)):
		proof.add("relinked", l.Seq)
	}
}

// Practices lists all practices, for commands that go over every one (the worker's role only).
func (s *Service) Practices(ctx context.Context) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := s.DB.DueLists(ctx, func(tx *db.Tx) error {
		return tx.Model(&models.Practice{}).Order("created_at, id").Pluck("id", &ids).Error
	})
	return ids, err
}
