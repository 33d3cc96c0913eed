package months

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"tussentijds/models"
)

// Point is a measurable point of an agreement.
type Point struct {
	ID        string `json:"id"`
	Area      string `json:"area"`
	Agreement string `json:"agreement"`
	Measure   string `json:"measure"`
}

// Agree makes an agreement that both signed.
func (c *Couple) Agree(title string, points []Point, since time.Time) *models.Agreement {
	a := &models.Agreement{
		Row: models.NewRow(c.PracticeID), CoupleID: c.ID, ExerciseID: "trust-contract", Status: models.AgreementActive, Revision: 1,
		StartsOn: models.DayOf(since), ReviewOn: models.DayOf(since.AddDate(0, 3, 0)), Version: 1, CreatedAt: since, UpdatedAt: since,
	}
	raw, _ := json.Marshal(map[string]any{"title": map[string]string{"nl": title, "en": title}, "revision": 1, "points": points})
	a.Body = c.Joint("agreements", "body", a.ID, raw)
	c.practice.rows.agreements = append(c.practice.rows.agreements, a)
	for _, one := range c.Partners {
		sign := &models.AgreementSignature{Row: models.NewRow(c.PracticeID), AgreementID: a.ID, PartnerID: one.ID, Revision: 1, SignedAt: since}
		sign.FreeChoice = c.Own(one, "agreement_signatures", "free_choice", sign.ID, []byte("yes"))
		sign.Worries = c.Own(one, "agreement_signatures", "worries", sign.ID, []byte("no"))
		c.practice.rows.signatures = append(c.practice.rows.signatures, sign)
	}
	return a
}

// Signatures gives the signatures under an agreement that is not written yet, in the partners' order.
func (c *Couple) Signatures(a *models.Agreement) []*models.AgreementSignature {
	var out []*models.AgreementSignature
	for _, s := range c.practice.rows.signatures {
		if s.AgreementID == a.ID {
			out = append(out, s)
		}
	}
	return out
}

// LookBack notes which points were kept: together in a session, or one partner's half of a moment.
func (c *Couple) LookBack(a *models.Agreement, half *Partner, moment models.Day, kept map[string]bool, words string, on time.Time) *models.AgreementReview {
	r := &models.AgreementReview{Row: models.NewRow(c.PracticeID), AgreementID: a.ID, ReviewedOn: models.DayOf(on), Moment: moment, CreatedAt: on}
	if half != nil {
		r.PartnerID = &half.ID
	} else {
		r.MemberID = &c.practice.Therapist
	}
	raw, _ := json.Marshal(map[string]any{"revision": 1, "kept": kept, "words": words})
	r.Result = c.Joint("agreement_reviews", "result", r.ID, raw)
	c.practice.rows.reviews = append(c.practice.rows.reviews, r)
	return r
}

// Meet plans a session of fifty minutes; with both, or with one partner alone.
func (c *Couple) Meet(alone *Partner, at time.Time, status models.SessionStatus) *models.Session {
	s := &models.Session{
		Row: models.NewRow(c.PracticeID), CoupleID: c.ID, Kind: "conjoint", StartsAt: at, EndsAt: at.Add(50 * time.Minute), Status: status, Version: 1, CreatedAt: at, ChangedAt: at,
		Therapists: models.JSON[[]uuid.UUID]{V: []uuid.UUID{c.practice.Therapist}},
	}
	if alone != nil {
		s.Kind, s.PartnerID = "individual", &alone.ID
	}
	c.practice.rows.sessions = append(c.practice.rows.sessions, s)
	return s
}

// Note writes the therapist's working note on a session.
func (c *Couple) Note(s *models.Session, words string) {
	n := &models.SessionNote{
		Row: models.NewRow(c.PracticeID), SessionID: s.ID, CoupleID: c.ID, AuthorID: c.practice.Therapist, Version: 1, CreatedAt: s.EndsAt, UpdatedAt: s.EndsAt,
	}
	n.Body = c.practice.Seal("session_notes", "body", n.ID, []byte(words))
	c.practice.rows.notes = append(c.practice.rows.notes, n)
}

// Alarm raises a private alert about a partner, with words in its detail.
func (c *Couple) Alarm(about *Partner, detail map[string]any, at time.Time) *models.Alert {
	a := &models.Alert{Row: models.NewRow(c.PracticeID), Kind: models.AlertPrivate, CoupleID: &c.ID, PartnerID: &about.ID, CreatedAt: at}
	raw, _ := json.Marshal(detail)
	a.Detail = c.Own(about, "alerts", "detail", a.ID, raw)
	c.practice.rows.alerts = append(c.practice.rows.alerts, a)
	return a
}

// Follow puts the couple on a programme of the library, in its first phase.
func (c *Couple) Follow(programme string, since time.Time) *models.CoupleProgramme {
	phase := 1
	c.Programme, c.ProgrammePhase = &programme, &phase
	on := models.DayOf(since)
	row := &models.CoupleProgramme{
		Row: models.NewRow(c.PracticeID), CoupleID: c.ID, ProgrammeID: programme, Phase: phase, Status: models.ProgrammeActive, StartedOn: on, MovedOn: on, Version: 1, CreatedAt: since, UpdatedAt: since,
	}
	c.practice.rows.programmes = append(c.practice.rows.programmes, row)
	return row
}
