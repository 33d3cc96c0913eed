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

// A look back belongs to the day it was due, its moment. Each partner answers each point's own measure alone; both read the
// two once both are in (ADR 0021). What a therapist notes in a session is said by both together and open at once.

func reviewPlace(coupleID, reviewID uuid.UUID) place {
	return place{keyCouple, coupleID, "agreement_reviews", "result", reviewID}
}

// reviewResult is one look back.
type reviewResult struct {
	Revision int             `json:"revision"`
	Kept     map[string]bool `json:"kept"`
	Words    string          `json:"words,omitempty"`
	Next     models.Day      `json:"next,omitempty"` // when its writer would look again.
}

// openReviews are those that both may read: said together, from before moments were kept, or of a moment at which both
// answered.
func openReviews(all []models.AgreementReview, agreementID uuid.UUID) []models.AgreementReview {
	halves := map[models.Day]int{}
	for _, r := range all {
		if r.AgreementID == agreementID && r.PartnerID != nil && r.Moment != "" {
			halves[r.Moment]++
		}
	}
	var open []models.AgreementReview
	for _, r := range all {
		if r.AgreementID == agreementID && (r.PartnerID == nil || r.Moment == "" || halves[r.Moment] == 2) {
			open = append(open, r)
		}
	}
	return open
}

// halvesAt are the partners' own answers to the look back that runs.
func halvesAt(all []models.AgreementReview, a models.Agreement) []models.AgreementReview {
	var out []models.AgreementReview
	for _, r := range all {
		if r.AgreementID == a.ID && r.PartnerID != nil && r.Moment == a.ReviewOn {
			out = append(out, r)
		}
	}
	return out
}

// viewReviews fills in the look backs that the reader may read, and the reader's own half of the one that runs.
func (t *txn) viewReviews(v *AgreementView, f agreementFile, a models.Agreement) error {
	view := func(r models.AgreementReview) (AgreementReviewView, error) {
		var result reviewResult
		_, err := t.openJSON(reviewPlace(a.CoupleID, r.ID), r.Result, &result)
		out := AgreementReviewView{On: r.ReviewedOn, Kept: result.Kept, Words: result.Words}
		if r.PartnerID != nil && r.Moment != "" {
			out.PartnerID, out.Name = r.PartnerID, f.names[*r.PartnerID]
		}
		return out, err
	}
	for _, r := range openReviews(f.reviews, a.ID) {
		rv, err := view(r)
		if err != nil {
			return err
		}
		v.Reviews = append(v.Reviews, rv)
	}
	for _, r := range halvesAt(f.reviews, a) {
		if a.Status == models.AgreementActive && *r.PartnerID == t.actor.ID {
			own, err := view(r)
			if err != nil {
				return err
			}
			v.OwnReview = &own
		}
	}
	return nil
}

// ReviewAgreement notes which points were kept, and when to look again (a month later unless a day is given). A partner
// answers alone, once a moment; the result is the same whatever the other did, and what opens shows on the next look. Faults:
// invalid, conflict when the agreement is not active, the look back is answered already, or joint work stands still.
func (s *Service) ReviewAgreement(ctx context.Context, actor Actor, id uuid.UUID, in ReviewAgreementInput) (AgreementView, error) {
	var before AgreementView
	after, err := s.onAgreement(ctx, actor, id, true, func(t *txn, couple models.Couple, a *models.Agreement) error {
		if actor.Partner() {
			if err := t.mustWorkJointly(couple); err != nil {
				return err
			}
		}
		if a.Status != models.AgreementActive {
			return fault.New(fault.Conflict, "agreement.not_active")
		}
		body, err := t.agreementBody(*a)
		if err != nil {
			return err
		}
		if err := t.checkReview(&in, body); err != nil {
			return err
		}
		if actor.Partner() {
			views, err := t.viewAgreements(couple, []models.Agreement{*a})
			if err != nil {
				return err
			}
			if before = views[0]; before.OwnReview != nil {
				return fault.New(fault.Conflict, "safety.reviewed")
			}
		}
		result := reviewResult{Revision: a.Revision, Kept: in.Kept, Words: in.Words, Next: models.Day(in.ReviewOn)}
		review, err := t.addReview(*a, result)
		if err != nil {
			return err
		}
		before.OwnReview = &AgreementReviewView{On: review.ReviewedOn, Kept: in.Kept, Words: in.Words}
		return t.closeMoment(a, review, result)
	})
	if err != nil || !actor.Partner() {
		return after, err
	}
	before.CanReview, before.Version = false, after.Version
	return before, nil
}

// addReview writes one look back of the agreement's present moment.
func (t *txn) addReview(a models.Agreement, result reviewResult) (models.AgreementReview, error) {
	practice, err := t.thePractice()
	if err != nil {
		return models.AgreementReview{}, err
	}
	review := models.AgreementReview{
		Row: models.NewRow(t.PracticeID), AgreementID: a.ID, ReviewedOn: models.DayOf(t.now.In(practice.Zone())), Moment: a.ReviewOn, CreatedAt: t.now,
	}
	if t.actor.Partner() {
		review.PartnerID = ref(t.actor.ID)
	} else {
		review.MemberID = ref(t.actor.ID)
	}
	if review.Result, err = t.sealJSON(reviewPlace(a.CoupleID, review.ID), result); err != nil {
		return review, err
	}
	if err := t.DB.Create(&review).Error; err != nil {
		return review, err
	}
	return review, t.noteJoint(act{verb: "review", object: "agreement", objectID: a.ID, coupleID: a.CoupleID})
}

// closeMoment ends the look back that runs when both halves are in, or when it was held together, and sets the next. Either
// way the version rises, so that it does not tell.
func (t *txn) closeMoment(a *models.Agreement, review models.AgreementReview, result reviewResult) error {
	if review.PartnerID != nil {
		if err := models.DropRemindersTo(t.DB, "agreement", a.ID, *review.PartnerID, "done"); err != nil {
			return err
		}
		all, err := models.ReviewsOf(t.DB, a.ID)
		if err != nil {
			return err
		}
		halves := halvesAt(all, *a)
		if len(halves) < 2 {
			return t.saveAgreement(a, nil)
		}
		for _, r := range halves { // The soonest of what both would like.
			var half reviewResult
			if _, err := t.openJSON(reviewPlace(a.CoupleID, r.ID), r.Result, &half); err != nil {
				return err
			}
			if half.Next != "" && (result.Next == "" || half.Next < result.Next) {
				result.Next = half.Next
			}
		}
	}
	return t.nextMoment(a, result.Next)
}

// nextMoment sets when to look back again: on a day, or a month from now.
func (t *txn) nextMoment(a *models.Agreement, next models.Day) error {
	practice, err := t.thePractice()
	if err != nil {
		return err
	}
	today := t.now.In(practice.Zone())
	if next < models.DayOf(today) {
		next = monthLater(today)
	}
	all, err := models.ReviewsOf(t.DB, a.ID)
	if err != nil {
		return err
	}
	// A moment does not come twice: what was said at one is never mixed with what is said at another.
	for next == a.ReviewOn || slices.ContainsFunc(all, func(r models.AgreementReview) bool { return r.AgreementID == a.ID && r.Moment == next }) {
		next = models.DayOf(next.In(practice.Zone()).AddDate(0, 0, 1))
	}
	a.ReviewOn = next
	if err := t.saveAgreement(a, nil); err != nil {
		return err
	}
	return t.remindOfAgreement(*a)
}

// TakeBackReview takes back one's own half of the look back that runs, before it opens. Faults: conflict when there is none, or
// when both have read it.
func (s *Service) TakeBackReview(ctx context.Context, actor Actor, id uuid.UUID) (AgreementView, error) {
	return s.onAgreement(ctx, actor, id, true, func(t *txn, _ models.Couple, a *models.Agreement) error {
		if !actor.Partner() {
			return fault.New(fault.Forbidden, "")
		}
		all, err := models.ReviewsOf(t.DB, a.ID)
		if err != nil {
			return err
		}
		for _, r := range halvesAt(all, *a) {
			if *r.PartnerID != actor.ID || a.Status != models.AgreementActive {
				continue
			}
			if err := t.DB.Where("id = ?", r.ID).Delete(&models.AgreementReview{}).Error; err != nil {
				return err
			}
			t.note(act{verb: "take_back", object: "agreement_review", objectID: r.ID, partnerID: actor.ID})
			if err := t.saveAgreement(a, nil); err != nil {
				return err
			}
			return t.remindOfAgreement(*a)
		}
		return fault.New(fault.Conflict, "error.revealed")
	})
}

// checkReview wants a yes or no for points that are in the text.
func (t *txn) checkReview(in *ReviewAgreementInput, body agreementBody) error {
	var c fault.Collector
	known := map[string]bool{}
	for _, p := range body.Points {
		known[p.ID] = true
	}
	if len(in.Kept) == 0 {
		c.Add("kept", "error.field.required", nil)
	}
	for id := range in.Kept {
		if !known[id] {
			c.Add("kept", "error.field.unknown", nil)
			break
		}
	}
	in.Words = strings.TrimSpace(in.Words)
	checkWords(&c, "words", in.Words, maxIntro, "")
	if err := t.checkReviewOn(&c, in.ReviewOn); err != nil {
		return err
	}
	return c.Err()
}

// reviewOpen is how long after its day a look back waits for the second half.
const reviewOpen = 14

// moveReviews moves on from look backs of which one half never came: the other half stays closed for good (design decision
// 11).
func (t *txn) moveReviews(today models.Day, zone *time.Location) error {
	late, err := models.HalfReviewed(t.DB, models.DayOf(today.In(zone).AddDate(0, 0, -reviewOpen)))
	if err != nil {
		return err
	}
	for i := range late {
		if err := t.nextMoment(&late[i], ""); err != nil {
			return err
		}
	}
	return nil
}
