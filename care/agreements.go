package care

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/library"
	"tussentijds/models"
)

// AgreementPoint is one measurable point.
type AgreementPoint struct {
	ID        string `json:"id"`
	Area      string `json:"area"`
	Agreement string `json:"agreement"`
	Measure   string `json:"measure"`
}

// SignatureView is one partner's yes. FreeChoice is for the therapist alone.
type SignatureView struct {
	PartnerID  uuid.UUID `json:"partner_id"`
	Name       string    `json:"name"`
	SignedAt   time.Time `json:"signed_at"`
	FreeChoice *bool     `json:"free_choice,omitempty"`
}

// AgreementReviewView is one look back: which points were kept.
type AgreementReviewView struct {
	On    models.Day      `json:"on"`
	Kept  map[string]bool `json:"kept"`
	Words string          `json:"words,omitempty"`
}

// AgreementView is an agreement with its signatures and reviews.
type AgreementView struct {
	ID         uuid.UUID              `json:"id"`
	CoupleID   uuid.UUID              `json:"couple_id"`
	ExerciseID string                 `json:"exercise_id"`
	Title      string                 `json:"title"`
	Intro      string                 `json:"intro,omitempty"`
	Points     []AgreementPoint       `json:"points"`
	Status     models.AgreementStatus `json:"status"`
	Revision   int                    `json:"revision"`
	StartsOn   models.Day             `json:"starts_on,omitempty"`
	ReviewOn   models.Day             `json:"review_on,omitempty"`
	Signatures []SignatureView        `json:"signatures"`
	Reviews    []AgreementReviewView  `json:"reviews"`
	CanSign    bool                   `json:"can_sign"`
	CanReview  bool                   `json:"can_review"`
	CanEdit    bool                   `json:"can_edit"`
	// Rescheduled says that joint work stands still, in the one neutral word for it (design decision 15).
	Rescheduled bool `json:"rescheduled,omitempty"`
	Version     int  `json:"version"`
}

// WriteAgreementInput is the joint text. Vague points without a measure are refused at the field.
type WriteAgreementInput struct {
	ExerciseID string           `json:"exercise_id,omitempty"` // a new agreement's kind: trust-contract, smart-agreement, …
	Intro      string           `json:"intro,omitempty"`
	Points     []AgreementPoint `json:"points"`
	ReviewOn   string           `json:"review_on,omitempty"`
	Version    int              `json:"-"`
}

// SignAgreementInput is one partner's yes to one revision.
type SignAgreementInput struct {
	Revision  int    `json:"revision" form:"revision"`
	Name      string `json:"name" form:"name"`
	NotFreely bool   `json:"not_freely" form:"not_freely"` // "I did not choose this freely": therapist only.
}

// ReviewAgreementInput is one look back.
type ReviewAgreementInput struct {
	Kept     map[string]bool `json:"kept"` // point id to kept.
	Words    string          `json:"words,omitempty" form:"words"`
	ReviewOn string          `json:"review_on,omitempty" form:"review_on"` // the next one.
}

// agreementRight is what an act on an agreement asks: partners take part, staff work in the file.
func agreementRight(actor Actor, write bool) right {
	switch {
	case actor.Partner():
		return takePart
	case write:
		return writeClinical
	}
	return readClinical
}

// agreementFile is an agreement with all that stands around it.
type agreementFile struct {
	couple     models.Couple
	partners   []models.Partner
	names      map[uuid.UUID]string
	signatures []models.AgreementSignature
	reviews    []models.AgreementReview
}

// ListAgreements lists a couple's agreements, oldest first; a partner's own couple's, or a therapist's couple's.
func (s *Service) ListAgreements(ctx context.Context, actor Actor, coupleID uuid.UUID) ([]AgreementView, error) {
	var views []AgreementView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, agreementRight(actor, false))
		if err != nil {
			return err
		}
		list, err := models.AgreementsOf(t.DB, couple.ID)
		if err != nil {
			return err
		}
		views, err = t.viewAgreements(couple, list)
		return err
	})
	return views, err
}

// viewAgreements opens agreements for their reader and notes that, in a constant number of statements.
func (t *txn) viewAgreements(couple models.Couple, list []models.Agreement) ([]AgreementView, error) {
	views := make([]AgreementView, 0, len(list))
	if len(list) == 0 {
		return views, nil
	}
	f := agreementFile{couple: couple}
	ids := make([]uuid.UUID, len(list))
	for i, a := range list {
		ids[i] = a.ID
	}
	var err error
	if f.partners, err = models.PartnersOf(t.DB, couple.ID); err != nil {
		return nil, err
	}
	if f.signatures, err = models.SignaturesOf(t.DB, ids...); err != nil {
		return nil, err
	}
	if f.reviews, err = models.ReviewsOf(t.DB, ids...); err != nil {
		return nil, err
	}
	var sealed []models.Sealed
	for _, p := range f.partners {
		sealed = append(sealed, p.Name)
	}
	for _, a := range list {
		sealed = append(sealed, a.Body)
	}
	if err := t.warm(sealed...); err != nil {
		return nil, err
	}
	if f.names, err = t.partnerNames(f.partners...); err != nil {
		return nil, err
	}
	for _, a := range list {
		v, err := t.viewAgreement(f, a)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
		t.noteJointFor(f.partners, act{verb: "read", object: "agreement", objectID: a.ID, coupleID: couple.ID})
	}
	return views, nil
}

func (t *txn) viewAgreement(f agreementFile, a models.Agreement) (AgreementView, error) {
	body, err := t.agreementBody(a)
	if err != nil {
		return AgreementView{}, err
	}
	v := AgreementView{
		ID: a.ID, CoupleID: a.CoupleID, ExerciseID: a.ExerciseID, Title: body.Title.In(string(t.actor.Locale)), Intro: body.Intro,
		Points: body.Points, Status: a.Status, Revision: a.Revision, StartsOn: a.StartsOn, ReviewOn: a.ReviewOn,
		Signatures: []SignatureView{}, Reviews: []AgreementReviewView{}, Version: a.Version,
	}
	if v.Points == nil {
		v.Points = []AgreementPoint{}
	}
	signed := false
	for _, sig := range liveSignatures(f.signatures, a) {
		sv := SignatureView{PartnerID: sig.PartnerID, Name: f.names[sig.PartnerID], SignedAt: sig.SignedAt}
		signed = signed || sig.PartnerID == t.actor.ID
		if t.actor.Member() {
			if sv.FreeChoice, err = t.freeChoice(sig); err != nil {
				return v, err
			}
		}
		v.Signatures = append(v.Signatures, sv)
	}
	for _, r := range f.reviews {
		if r.AgreementID != a.ID {
			continue
		}
		var result reviewResult
		if _, err := t.openJSON(reviewPlace(a.CoupleID, r.ID), r.Result, &result); err != nil {
			return v, err
		}
		v.Reviews = append(v.Reviews, AgreementReviewView{On: r.ReviewedOn, Kept: result.Kept, Words: result.Words})
	}
	together := jointNow(f.couple, f.partners)
	v.CanSign = t.actor.Partner() && together && a.Status == models.AgreementProposed && !signed
	v.CanReview = a.Status == models.AgreementActive && (together || t.actor.Member())
	over := a.Status == models.AgreementEnded || a.Status == models.AgreementChanged
	v.CanEdit = together && !over
	v.Rescheduled = t.actor.Partner() && !together && !over
	return v, nil
}

// liveSignatures are the ones that count: given to the present revision and not taken back.
func liveSignatures(all []models.AgreementSignature, a models.Agreement) []models.AgreementSignature {
	var live []models.AgreementSignature
	for _, sig := range all {
		if sig.AgreementID == a.ID && sig.Revision == a.Revision && sig.WithdrawnAt == nil {
			live = append(live, sig)
		}
	}
	return live
}

// Agreement gives one agreement.
func (s *Service) Agreement(ctx context.Context, actor Actor, id uuid.UUID) (AgreementView, error) {
	return s.onAgreement(ctx, actor, id, false, nil)
}

// onAgreement locks an agreement for a change (or just reads it), lets do work on it and gives the outcome.
func (s *Service) onAgreement(ctx context.Context, actor Actor, id uuid.UUID, write bool, do func(*txn, models.Couple, *models.Agreement) error) (AgreementView, error) {
	var view AgreementView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		find := models.FindAgreement
		if write {
			find = models.LockAgreement
		}
		a, err := find(t.DB, id)
		if err != nil {
			return err
		}
		couple, err := t.coupleFor(a.CoupleID, agreementRight(actor, write))
		if err != nil {
			return err
		}
		if do != nil {
			if err := do(t, couple, &a); err != nil {
				return err
			}
		}
		views, err := t.viewAgreements(couple, []models.Agreement{a})
		if err == nil {
			view = views[0]
		}
		return err
	})
	return view, err
}

// ProposeAgreement writes a new agreement's text and proposes it for signing; either partner or the therapist. Faults:
// invalid (exercise_id, points.<n>.<field>, review_on), conflict while joint work stands still.
func (s *Service) ProposeAgreement(ctx context.Context, actor Actor, coupleID uuid.UUID, in WriteAgreementInput) (AgreementView, error) {
	var view AgreementView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		couple, err := t.coupleFor(coupleID, agreementRight(actor, true))
		if err != nil {
			return err
		}
		if err := t.mustWorkJointly(couple); err != nil {
			return err
		}
		exercise, _, err := t.findExercise(in.ExerciseID)
		if err != nil {
			return err
		}
		if exercise.Kind != library.KindAgreement {
			return fault.Fieldf("exercise_id", "error.field.choice", nil)
		}
		if err := t.checkAgreement(&in); err != nil {
			return err
		}
		a, err := t.draftAgreement(couple, exercise.ID, nil, exercise.Title, in.Intro, nil)
		if err != nil {
			return err
		}
		body, err := t.agreementBody(a)
		if err != nil {
			return err
		}
		if err := t.rewrite(&a, body, in.Intro, in.Points, models.Day(in.ReviewOn)); err != nil {
			return err
		}
		views, err := t.viewAgreements(couple, []models.Agreement{a})
		if err == nil {
			view = views[0]
		}
		return err
	})
	return view, err
}

// RewriteAgreement changes a draft or proposed text, or makes a new revision of an active one; signatures start anew.
// Faults: invalid, stale, conflict once it has ended or while joint work stands still.
func (s *Service) RewriteAgreement(ctx context.Context, actor Actor, id uuid.UUID, in WriteAgreementInput) (AgreementView, error) {
	return s.onAgreement(ctx, actor, id, true, func(t *txn, couple models.Couple, a *models.Agreement) error {
		if err := t.mustWorkJointly(couple); err != nil {
			return err
		}
		if a.Version != in.Version {
			return fault.New(fault.Stale, "")
		}
		if err := t.checkAgreement(&in); err != nil {
			return err
		}
		body, err := t.agreementBody(*a)
		if err != nil {
			return err
		}
		return t.rewrite(a, body, in.Intro, in.Points, models.Day(in.ReviewOn))
	})
}

// checkAgreement checks the words around the points; the points themselves are checked where they are written.
func (t *txn) checkAgreement(in *WriteAgreementInput) error {
	var c fault.Collector
	in.Intro = strings.TrimSpace(in.Intro)
	checkWords(&c, "intro", in.Intro, maxIntro, "")
	if err := t.checkReviewOn(&c, in.ReviewOn); err != nil {
		return err
	}
	return c.Err()
}

// checkReviewOn wants a day that is still to come, or none.
func (t *txn) checkReviewOn(c *fault.Collector, day string) error {
	if day == "" {
		return nil
	}
	practice, err := t.thePractice()
	if err != nil {
		return err
	}
	switch {
	case !models.Day(day).Valid():
		c.Add("review_on", "error.field.date", nil)
	case models.Day(day) < models.DayOf(t.now.In(practice.Zone())):
		c.Add("review_on", "error.field.past", nil)
	}
	return nil
}

// mustWorkJointly refuses what is joint while a couple's joint work stands still, in one neutral way.
func (t *txn) mustWorkJointly(couple models.Couple) error {
	partners, err := models.PartnersOf(t.DB, couple.ID)
	if err == nil && !jointNow(couple, partners) {
		err = fault.New(fault.Conflict, "agreement.rescheduled")
	}
	return err
}
