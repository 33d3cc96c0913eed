package care

import (
	"time"

	"github.com/google/uuid"

	"tussentijds/models"
)

// AgreementPoint is one measurable point.
type AgreementPoint struct {
	ID        string `json:"id"`
	Area      string `json:"area"`
	Agreement string `json:"agreement"`
	Measure   string `json:"measure"`
	Owner     string `json:"owner,omitempty"` // the id of the partner who sees to it; empty: both.
}

// SignatureView is one partner's yes. What a signer told the therapist alone is there for a therapist only.
type SignatureView struct {
	PartnerID   uuid.UUID  `json:"partner_id"`
	Name        string     `json:"name"`
	SignedAt    time.Time  `json:"signed_at"`
	WithdrawnAt *time.Time `json:"withdrawn_at,omitempty"` // in the history.
	FreeChoice  *bool      `json:"free_choice,omitempty"`
	Worries     string     `json:"worries,omitempty"`
	Withdrawal  string     `json:"withdrawal,omitempty"` // why it was taken back.
}

// AgreementReviewView is one look back: which points were kept, by a partner's own account or by that of both together.
type AgreementReviewView struct {
	On        models.Day      `json:"on"`
	PartnerID *uuid.UUID      `json:"partner_id,omitempty"` // nil: both together.
	Name      string          `json:"name,omitempty"`
	Kept      map[string]bool `json:"kept"`
	Words     string          `json:"words,omitempty"`
}

// AgreementRevision is a text that was signed, with who signed it.
type AgreementRevision struct {
	Revision   int              `json:"revision"`
	Present    bool             `json:"present"`
	Intro      string           `json:"intro,omitempty"`
	Points     []AgreementPoint `json:"points"`
	StartsOn   models.Day       `json:"starts_on,omitempty"`
	EndsOn     models.Day       `json:"ends_on,omitempty"`
	EndsWhen   string           `json:"ends_when,omitempty"`
	Signatures []SignatureView  `json:"signatures"`
}

// AgreementEnd is how an agreement ended: on its day, by a therapist with a reason that both read, or because a partner
// stepped out of it.
type AgreementEnd struct {
	On     models.Day `json:"on"`
	How    string     `json:"how"` // day, therapist or partner.
	Reason string     `json:"reason,omitempty"`
}

// The ways an agreement ends.
const (
	endedByDay       = "day"
	endedByTherapist = "therapist"
	endedByPartner   = "partner"
)

// AgreementView is an agreement with its signatures, reviews and history.
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
	// ChosenStart is the first day that stands in the text; empty when it began with the last signature.
	ChosenStart models.Day            `json:"-"`
	ReviewOn    models.Day            `json:"review_on,omitempty"`
	EndsOn      models.Day            `json:"ends_on,omitempty"`   // it ends by itself on that day.
	EndsWhen    string                `json:"ends_when,omitempty"` // the condition under which both find it may end.
	MustEnd     bool                  `json:"-"`                   // of this kind, an end is part of the text.
	Signers     []uuid.UUID           `json:"signers"`             // who signs; the other reads along.
	Signatures  []SignatureView       `json:"signatures"`
	Reviews     []AgreementReviewView `json:"reviews"`
	// OwnReview is what the reader said in the look back that runs, while the other's is not in.
	OwnReview *AgreementReviewView `json:"own_review,omitempty"`
	History   []AgreementRevision  `json:"history"`
	Ended     *AgreementEnd        `json:"ended,omitempty"`
	Partners  []AgreementPartner   `json:"-"` // in their order.
	CanSign   bool                 `json:"can_sign"`
	CanReview bool                 `json:"can_review"`
	CanEdit   bool                 `json:"can_edit"`
	CanEnd    bool                 `json:"can_end"`
	// Rescheduled says that joint work stands still, in the one neutral word for it (design decision 15).
	Rescheduled bool `json:"rescheduled,omitempty"`
	Version     int  `json:"version"`
}

// AgreementPartner is one of the two an agreement is between.
type AgreementPartner struct {
	ID    uuid.UUID
	Name  string
	Signs bool
}

// OwnerName gives the name of the partner who sees to a point; empty for both.
func (v AgreementView) OwnerName(id string) string {
	for _, p := range v.Partners {
		if p.ID.String() == id {
			return p.Name
		}
	}
	return ""
}

// SignedByOne gives the name of the one who signs, when only one of the two does.
func (v AgreementView) SignedByOne() string {
	name := ""
	for _, p := range v.Partners {
		if p.Signs {
			if name != "" {
				return ""
			}
			name = p.Name
		}
	}
	return name
}

// Temporary tells whether the agreement says when it ends.
func (v AgreementView) Temporary() bool { return v.EndsOn != "" || v.EndsWhen != "" }

// agreementFile is an agreement with all that stands around it.
type agreementFile struct {
	couple     models.Couple
	partners   []models.Partner
	names      map[uuid.UUID]string
	signatures []models.AgreementSignature
	reviews    []models.AgreementReview
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
		Points: pointsOrNone(body.Points), Status: a.Status, Revision: a.Revision, StartsOn: a.StartsOn, ReviewOn: a.ReviewOn,
		EndsOn: a.EndsOn, EndsWhen: body.EndsWhen, MustEnd: t.mustEnd(a.ExerciseID), Signers: []uuid.UUID{}, Signatures: []SignatureView{},
		Reviews: []AgreementReviewView{}, History: []AgreementRevision{}, Ended: body.Ended, Version: a.Version,
	}
	if v.ChosenStart = body.StartsOn; v.StartsOn == "" {
		v.StartsOn = body.StartsOn
	}
	for _, p := range f.partners {
		v.Partners = append(v.Partners, AgreementPartner{ID: p.ID, Name: f.names[p.ID], Signs: signs(a, f.partners, p.ID)})
	}
	for _, p := range mustSign(a, f.partners) {
		v.Signers = append(v.Signers, p.ID)
	}
	signed, err := t.viewSignatures(&v, f, a, body)
	if err != nil {
		return v, err
	}
	if err := t.viewReviews(&v, f, a); err != nil {
		return v, err
	}
	together := jointNow(f.couple, f.partners)
	over := a.Status == models.AgreementEnded || a.Status == models.AgreementChanged
	v.CanSign = t.actor.Partner() && together && a.Status == models.AgreementProposed && !signed && signs(a, f.partners, t.actor.ID)
	v.CanReview = a.Status == models.AgreementActive && (together && v.OwnReview == nil || t.actor.Member())
	v.CanEdit = together && !over
	v.CanEnd = !over && (t.actor.Member() || signed)
	v.Rescheduled = t.actor.Partner() && !together && !over
	return v, nil
}

func pointsOrNone(points []AgreementPoint) []AgreementPoint {
	if points == nil {
		return []AgreementPoint{}
	}
	return points
}

// viewSignatures fills in who signed the present text, and which texts were signed before it. It tells whether the reader has
// signed the present one.
func (t *txn) viewSignatures(v *AgreementView, f agreementFile, a models.Agreement, body agreementBody) (signed bool, err error) {
	for _, sig := range liveSignatures(f.signatures, a) {
		sv, err := t.viewSignature(f, sig)
		if err != nil {
			return false, err
		}
		signed = signed || sig.PartnerID == t.actor.ID
		v.Signatures = append(v.Signatures, sv)
	}
	for _, text := range append(append([]agreementText{}, body.Earlier...), body.agreementText) {
		revision := AgreementRevision{
			Revision: text.Revision, Present: text.Revision == a.Revision, Intro: text.Intro, Points: pointsOrNone(text.Points),
			StartsOn: text.StartsOn, EndsOn: text.EndsOn, EndsWhen: text.EndsWhen, Signatures: []SignatureView{},
		}
		for _, sig := range f.signatures {
			if sig.AgreementID != a.ID || sig.Revision != text.Revision {
				continue
			}
			sv, err := t.viewSignature(f, sig)
			if err != nil {
				return false, err
			}
			sv.WithdrawnAt = sig.WithdrawnAt
			revision.Signatures = append(revision.Signatures, sv)
		}
		if len(revision.Signatures) > 0 { // What nobody ever signed was only a draft of the next.
			v.History = append(v.History, revision)
		}
	}
	return signed, nil
}

func (t *txn) viewSignature(f agreementFile, sig models.AgreementSignature) (SignatureView, error) {
	v := SignatureView{PartnerID: sig.PartnerID, Name: f.names[sig.PartnerID], SignedAt: sig.SignedAt}
	if !t.actor.Member() {
		return v, nil
	}
	var err error
	if v.FreeChoice, err = t.freeChoice(sig); err != nil {
		return v, err
	}
	if v.Worries, err = t.privateWords(worriesPlace(sig.PartnerID, sig.ID), sig.Worries); err != nil {
		return v, err
	}
	v.Withdrawal, err = t.privateWords(withdrawalPlace(sig.PartnerID, sig.ID), sig.Withdrawal)
	return v, err
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

// mustSign are the partners whose signatures an agreement needs: both, or the one whose role it is.
func mustSign(a models.Agreement, partners []models.Partner) []models.Partner {
	var out []models.Partner
	for _, p := range partners {
		if p.CoupleID == a.CoupleID && (a.Signers == "" || p.Role == a.Signers) {
			out = append(out, p)
		}
	}
	return out
}

// signs tells whether a partner is one of those.
func signs(a models.Agreement, partners []models.Partner, id uuid.UUID) bool {
	_, yes := partnerOf(mustSign(a, partners), id)
	return yes
}
