package care

import (
	"github.com/google/uuid"

	"tussentijds/models"
)

// thread is one of a couple's three threads of messages: the joint one, read by both partners and the therapists, or a
// partner's own, read by that partner and the therapists alone.
type thread struct {
	couple  uuid.UUID
	partner uuid.UUID // whose own it is; zero for the joint one.
}

// joint tells whether both partners read it.
func (th thread) joint() bool { return th.partner == uuid.Nil }

// id names the thread: the couple, or the partner whose own it is.
func (th thread) id() uuid.UUID {
	if th.joint() {
		return th.couple
	}
	return th.partner
}

// mayUseThread is the one rule of who reads and writes in a thread. To a partner the other's own thread is not there, whether
// it holds anything or not; the office and whoever does not treat the couple get what they get for its whole file.
func mayUseThread(a Actor, st standing, th thread, r right) verdict {
	if a.Partner() {
		if !a.Full() || !st.partner || !th.joint() && th.partner != a.ID {
			return hidden
		}
		return allowed
	}
	return mayOnCouple(a, st, r)
}

// ThreadState is whether one can write in a thread. What was written can be read in each.
type ThreadState string

// The states of a thread.
const (
	ThreadOpen    ThreadState = "open"
	ThreadStopped ThreadState = "stopped" // joint work stands still, for whatever reason: one neutral text (design decision 15).
	ThreadClosed  ThreadState = "closed"  // the couple's case is closed, or the practice uses no messages.
)

// threadState is when a thread can be written in. The joint one stands still with all joint work; an own one stays open, so
// that a partner can reach the therapist whatever the other does or did.
func threadState(practice models.Practice, couple models.Couple, partners []models.Partner, th thread) ThreadState {
	switch {
	case !practice.MessagesOn || couple.Status == models.CoupleClosed:
		return ThreadClosed
	case th.joint() && !jointNow(couple, partners):
		return ThreadStopped
	}
	return ThreadOpen
}

// mayTakeBack tells whether a message can be taken back: by its writer, until somebody else was shown it. What a partner wrote
// in the joint thread stays: that it can no longer be taken back would tell when the other partner was here.
func mayTakeBack(a Actor, m models.Message, reads []models.MessageRead) bool {
	if m.AuthorID != a.ID || m.TakenBackAt != nil || a.Partner() && m.PartnerID == nil {
		return false
	}
	for _, r := range reads {
		if r.MessageID == m.ID && r.ReaderID != a.ID {
			return false
		}
	}
	return true
}

// remindedOf tells whether a reader is to hear that something waits: not whoever has stepped back, and not of a thread in
// which nobody can answer.
func remindedOf(practice models.Practice, couple models.Couple, partners []models.Partner, box models.MessageBox) bool {
	if !practice.MessagesOn || couple.Status == models.CoupleClosed || !box.Waits(jointNow(couple, partners)) {
		return false
	}
	if box.ReaderKind != "partner" {
		return true
	}
	p, ok := partnerOf(partners, box.ReaderID)
	return ok && p.Status == models.PartnerActive
}
