package care

import (
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// The rights of Tussentijds are the pure functions of this file and its neighbours policy_*.go. They know no database
// and no transport: facts go in, a verdict comes out, and one table test covers them.

// verdict is what a right comes to.
type verdict int

const (
	hidden  verdict = iota // the actor may not know that it exists: not_found.
	refused                // the actor may see the thing, but not do this: forbidden.
	allowed
)

// fault turns a verdict into what the edge answers (design decision 4).
func (v verdict) fault() error {
	switch v {
	case allowed:
		return nil
	case refused:
		return fault.New(fault.Forbidden, "")
	}
	return fault.Missing()
}

// right is something one can do with a couple.
type right int

const (
	seeCouple     right = iota // names, contact, calendar.
	bookSessions               // plan, move and cancel sessions.
	readClinical               // homework, answers for therapists, progress, reports, notes.
	writeClinical              // assign, write notes, ask for reports.
	decide                     // approve and withdraw reports, reveal, set a hold, close: a therapist, not a trainee.
	takePart                   // what a partner does in the own couple: agreements, the couple's progress.
)

// standing is how an actor relates to a couple.
type standing struct {
	treats  bool // one of the couple's therapists.
	partner bool // one of the couple's partners.
}

// mayOnCouple is the one rule of who may do what with a couple. A colleague's couple is hidden, from the owner too: being
// owner gives no clinical rights. The office sees names, contact and calendar.
func mayOnCouple(a Actor, st standing, r right) verdict {
	if !a.Full() {
		return hidden
	}
	switch {
	case a.Kind == "system":
		return allowed
	case a.Partner():
		if !st.partner {
			return hidden
		}
		if r == takePart {
			return allowed
		}
		return refused
	case !a.Member():
		return hidden
	case st.treats && treatsAtAll(a):
		switch {
		case r == takePart:
			return refused
		case r == decide && a.Role == models.RoleTrainee:
			return refused
		}
		return allowed
	case a.Role == models.RoleOffice:
		if r == seeCouple || r == bookSessions {
			return allowed
		}
		return refused
	}
	return hidden
}

// treatsAtAll tells whether a member is a clinician: a therapist, a trainee, or an owner who also treats.
func treatsAtAll(a Actor) bool {
	return a.Member() && (a.Role == models.RoleTherapist || a.Role == models.RoleTrainee || a.Role == models.RoleOwner && a.Clinician)
}

// mayManagePractice is for staff, rights, webhooks and the whole record: the owner.
func mayManagePractice(a Actor) verdict {
	if !a.Full() || !a.Member() {
		return hidden
	}
	if a.Role != models.RoleOwner {
		return refused
	}
	return allowed
}

// mayOpenCases tells whether the actor may take on a couple: a clinician.
func mayOpenCases(a Actor) verdict {
	if !a.Full() || !a.Member() {
		return hidden
	}
	if !treatsAtAll(a) || a.Role == models.RoleTrainee {
		return refused
	}
	return allowed
}

// mayUseLibrary tells whether the actor may read exercises as a whole: staff who treat.
func mayUseLibrary(a Actor) verdict {
	if !a.Full() || !a.Member() {
		return hidden
	}
	if !treatsAtAll(a) {
		return refused
	}
	return allowed
}

// mayListReports tells whether the actor may list reports of many couples, each of which the list then narrows to those the
// actor treats: staff who treat, and the worker and the command line for a whole practice.
func mayListReports(a Actor) verdict {
	if a.Kind == "system" {
		return allowed
	}
	return mayUseLibrary(a)
}

// coupleFor loads a couple for an act, with the actor's right to it checked. Faults: not_found, forbidden.
func (t *txn) coupleFor(id uuid.UUID, r right) (models.Couple, error) {
	couple, err := models.FindCouple(t.DB, id)
	if err != nil {
		return couple, err
	}
	st, err := t.standingOn(couple.ID)
	if err != nil {
		return couple, err
	}
	return couple, mayOnCouple(t.actor, st, r).fault()
}

// standingOn reads how the actor relates to a couple.
func (t *txn) standingOn(coupleID uuid.UUID) (standing, error) {
	switch {
	case t.actor.Partner():
		return standing{partner: t.actor.CoupleID == coupleID}, nil
	case t.actor.Member():
		treats, err := models.Treats(t.DB, coupleID, t.actor.ID)
		return standing{treats: treats}, err
	}
	return standing{}, nil
}

// ownPartner gives the acting partner's row; anyone else may not know of portal things.
func (t *txn) ownPartner() (models.Partner, error) {
	if !t.actor.Partner() || !t.actor.Full() {
		return models.Partner{}, fault.Missing()
	}
	return models.FindPartner(t.DB, t.actor.ID)
}

// readers of an answer, as its question's audience sees them.
type reader int

const (
	readerWriter    reader = iota // who wrote it.
	readerOther                   // the other partner.
	readerTherapist               // the couple's therapists.
)

// opened is what has happened to an answer.
type opened struct {
	revealed        bool // both answered and the reveal was done.
	sessionRevealed bool // a therapist opened it in a session.
}

// mayReadAnswer is the heart of the product: who may read one answer, by its question's audience (design, section 4).
func mayReadAnswer(who reader, audience library.Audience, o opened) bool {
	if who == readerWriter {
		return true
	}
	switch audience {
	case library.AudienceTherapist:
		return who == readerTherapist
	case library.AudienceReveal:
		return o.revealed
	case library.AudienceInSession:
		return who == readerTherapist || o.sessionRevealed
	case library.AudienceBoth:
		return true
	}
	return false // me, and anything unknown.
}

// legibleTo is mayReadAnswer for a query: in which audiences a reader finds something to read.
func legibleTo(who reader, now time.Time) models.Legible {
	may := models.Legible{Now: now}
	for _, audience := range library.Audiences {
		switch {
		case mayReadAnswer(who, audience, opened{}):
			may.Open = append(may.Open, string(audience))
		case mayReadAnswer(who, audience, opened{revealed: true}):
			may.Revealed = append(may.Revealed, string(audience))
		}
	}
	return may
}

// mayWiden tells whether the writer may change an own answer's audience: only to more readers, never fewer, for what was
// read cannot be unread. Reveal is none to widen to: it would close to the therapists what they could read, until a moment
// that may have passed.
func mayWiden(from, to library.Audience) bool {
	return to.Valid() && to != library.AudienceReveal && from != to && from.NarrowerOrEqual(to)
}

// narrows tells whether a therapist may assign a question with this audience instead of the exercise's own (design decision 10).
func narrows(own, chosen library.Audience) bool { return chosen.Valid() && chosen.NarrowerOrEqual(own) }
