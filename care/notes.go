package care

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
)

// maxNote is the longest working note, in characters.
const maxNote = 50_000

// NoteView is the therapist's working note on a session.
type NoteView struct {
	ID         uuid.UUID  `json:"id"`
	SessionID  uuid.UUID  `json:"session_id"`
	AuthorID   uuid.UUID  `json:"author_id"`
	AuthorName string     `json:"author_name"`
	Body       string     `json:"body"`
	SignedAt   *time.Time `json:"signed_at,omitempty"`
	CosignedAt *time.Time `json:"cosigned_at,omitempty"`
	// NeedsCosign tells that a trainee's signed note still waits for the supervisor.
	NeedsCosign bool       `json:"needs_cosign,omitempty"`
	Amends      *uuid.UUID `json:"amends,omitempty"`
	UpdatedAt   time.Time  `json:"updated_at"`
	Version     int        `json:"version"`
}

// noteFile is a session with its notes and their writers.
type noteFile struct {
	session models.Session
	notes   []models.SessionNote
	authors map[uuid.UUID]models.Member
}

func (f noteFile) supervises(memberID uuid.UUID, n models.SessionNote) bool {
	a := f.authors[n.AuthorID]
	return a.Role == models.RoleTrainee && a.SupervisorID != nil && *a.SupervisorID == memberID
}

func (f noteFile) needsCosign(n models.SessionNote) bool {
	return n.SignedAt != nil && n.CosignedAt == nil && f.authors[n.AuthorID].Role == models.RoleTrainee
}

// noteFileFor loads a session's notes for an act. A supervisor who does not treat the couple gets the trainee's own notes
// and nothing else of the file. Faults: not_found, forbidden.
func (t *txn) noteFileFor(sessionID uuid.UUID, r right, supervisor bool) (noteFile, error) {
	var f noteFile
	var err error
	find := models.LockSession // Two who write at the same moment see each other's note.
	if r == readClinical {
		find = models.FindSession
	}
	if f.session, err = find(t.DB, sessionID); err != nil {
		return f, err
	}
	st, err := t.standingOn(f.session.CoupleID)
	if err != nil {
		return f, err
	}
	verdict := mayOnSession(t.actor, st, f.session, r)
	if verdict != allowed && !(supervisor && treatsAtAll(t.actor)) {
		return f, verdict.fault()
	}
	if f.notes, err = models.NotesOf(t.DB, sessionID); err != nil {
		return f, err
	}
	ids := make([]uuid.UUID, len(f.notes))
	for i, n := range f.notes {
		ids[i] = n.AuthorID
	}
	authors, err := models.MembersByID(t.DB, ids)
	if err != nil {
		return f, err
	}
	f.authors = make(map[uuid.UUID]models.Member, len(authors))
	for _, m := range authors {
		f.authors[m.ID] = m
	}
	if verdict == allowed {
		return f, nil
	}
	f.notes = slices.DeleteFunc(f.notes, func(n models.SessionNote) bool { return n.SignedAt == nil || !f.supervises(t.actor.ID, n) })
	if len(f.notes) == 0 {
		return f, verdict.fault()
	}
	return f, nil
}

func notePlace(n models.SessionNote) place {
	return place{keyPractice, n.PracticeID, "session_notes", "body", n.ID}
}

func (t *txn) viewNote(f noteFile, n models.SessionNote) (NoteView, error) {
	body, err := t.openText(notePlace(n), n.Body)
	return NoteView{
		ID: n.ID, SessionID: n.SessionID, AuthorID: n.AuthorID, AuthorName: f.authors[n.AuthorID].Name, Body: body, SignedAt: n.SignedAt,
		CosignedAt: n.CosignedAt, NeedsCosign: f.needsCosign(n), Amends: n.AmendsID, UpdatedAt: n.UpdatedAt, Version: n.Version,
	}, err
}

// noteNote puts an act on a working note on the record: of both partners for a conjoint session, of the one partner for
// an individual one, so that the other does not learn of it.
func (t *txn) noteNote(verb string, row models.Session, noteID uuid.UUID) error {
	a := act{verb: verb, object: "session_note", objectID: noteID, coupleID: row.CoupleID}
	if row.PartnerID != nil {
		a.coupleID, a.partnerID = uuid.Nil, *row.PartnerID
		t.note(a)
		return nil
	}
	return t.noteJoint(a)
}

// SessionNotes gives the notes of a session, oldest first: the note and its amendments. Faults: not_found, forbidden.
func (s *Service) SessionNotes(ctx context.Context, actor Actor, sessionID uuid.UUID) ([]NoteView, error) {
	views := []NoteView{}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		f, err := t.noteFileFor(sessionID, readClinical, true)
		if err != nil {
			return err
		}
		for _, n := range f.notes {
			v, err := t.viewNote(f, n)
			if err != nil {
				return err
			}
			views = append(views, v)
			if err := t.noteNote("read", f.session, n.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return views, nil
}

// WriteNote writes the session's note; once signed it is locked and writing makes an amendment. version 0 for a new one,
// else the version the writer saw. Faults: invalid, stale, conflict while somebody else's note is still unsigned.
func (s *Service) WriteNote(ctx context.Context, actor Actor, sessionID uuid.UUID, body string, version int) (NoteView, error) {
	var view NoteView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		f, err := t.noteFileFor(sessionID, writeClinical, false)
		if err != nil {
			return err
		}
		if !actor.Member() {
			return fault.New(fault.Forbidden, "") // A working note has a person who answers for it.
		}
		var c fault.Collector
		body = strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))
		checkWords(&c, "body", body, maxNote, "error.field.required")
		if err := c.Err(); err != nil {
			return err
		}
		n, verb, err := t.putNote(f, body, version)
		if err != nil {
			return err
		}
		if err := t.noteNote(verb, f.session, n.ID); err != nil {
			return err
		}
		if f.authors[n.AuthorID].ID == uuid.Nil {
			if f.authors[n.AuthorID], err = models.FindMember(t.DB, n.AuthorID); err != nil {
				return err
			}
		}
		view, err = t.viewNote(f, n)
		return err
	})
	return view, err
}

// putNote changes the unsigned note, or begins a new one: the first, or an amendment of the newest signed one.
func (t *txn) putNote(f noteFile, body string, version int) (n models.SessionNote, verb string, err error) {
	newest := len(f.notes) - 1
	if newest >= 0 && f.notes[newest].SignedAt == nil {
		n = f.notes[newest]
		if n.AuthorID != t.actor.ID {
			return n, "", fault.New(fault.Conflict, "session.note_other")
		}
		n.UpdatedAt = t.now
		if n.Body, err = t.seal(notePlace(n), []byte(body)); err != nil {
			return n, "", err
		}
		saved, err := models.SaveNoteBody(t.DB, &n, version)
		if err == nil && !saved {
			err = fault.New(fault.Stale, "")
		}
		return n, "change", err
	}
	n = models.SessionNote{
		Row: models.NewRow(t.PracticeID), SessionID: f.session.ID, CoupleID: f.session.CoupleID, AuthorID: t.actor.ID,
		Version: 1, CreatedAt: t.now, UpdatedAt: t.now,
	}
	if newest >= 0 {
		n.AmendsID = ref(f.notes[newest].ID)
	}
	if version != 0 && (newest < 0 || f.notes[newest].Version != version) {
		return n, "", fault.New(fault.Stale, "")
	}
	if n.Body, err = t.seal(notePlace(n), []byte(body)); err != nil {
		return n, "", err
	}
	return n, "create", t.DB.Create(&n).Error
}

// SignNote signs the newest note that waits for the actor: the own unsigned one, or as supervisor a trainee's signed one.
// Faults: conflict when nothing waits.
func (s *Service) SignNote(ctx context.Context, actor Actor, sessionID uuid.UUID) (NoteView, error) {
	var view NoteView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		f, err := t.noteFileFor(sessionID, writeClinical, true)
		if err != nil {
			return err
		}
		for _, n := range slices.Backward(f.notes) {
			verb := ""
			switch {
			case n.SignedAt == nil && n.AuthorID == actor.ID:
				verb, err = "sign", models.SignNote(t.DB, &n, actor.ID, t.now)
			case f.needsCosign(n) && f.supervises(actor.ID, n):
				verb, err = "cosign", models.CosignNote(t.DB, &n, actor.ID, t.now)
			default:
				continue
			}
			if err != nil {
				return err
			}
			if err := t.noteNote(verb, f.session, n.ID); err != nil {
				return err
			}
			view, err = t.viewNote(f, n)
			return err
		}
		return fault.New(fault.Conflict, "session.nothing_to_sign")
	})
	return view, err
}
