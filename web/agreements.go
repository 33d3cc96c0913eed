package web

import (
	"slices"
	"strconv"
	"strings"

	"tussentijds/care"
	"tussentijds/internal/fault"
)

var (
	agreementsPage      = page("portal/agreements")
	agreementPage       = page("portal/agreement")
	agreementTextPage   = page("portal/agreement-text")
	agreementReviewPage = page("portal/agreement-review")
	agreementUndoPage   = page("portal/agreement-withdraw")
	agreementEndPage    = page("portal/agreement-end")
	agreementPastPage   = page("portal/agreement-history")
)

func (s *Site) agreements(r *Request) error {
	list, err := s.care.ListAgreements(r.Context(), r.Actor, r.Actor.CoupleID)
	if err != nil {
		return err
	}
	return r.Render(agreementsPage, "portal.agreements.title", list)
}

// agreementView is one agreement with what was typed in the form to sign it.
type agreementView struct {
	care.AgreementView
	In     care.SignAgreementInput
	Signed bool // by the reader.
}

// KeptCount is how often a point was kept, of how often it was looked at.
type KeptCount struct{ Kept, Asked int }

// KeptIn counts the points that a review found kept, of all it asked about.
func (v agreementView) KeptIn(review care.AgreementReviewView) KeptCount { return keptIn(review) }

func keptIn(review care.AgreementReviewView) (out KeptCount) {
	for _, kept := range review.Kept {
		out.Asked++
		if kept {
			out.Kept++
		}
	}
	return out
}

// Newest gives the signed texts, the newest first.
func (v agreementView) Newest() []care.AgreementRevision {
	out := slices.Clone(v.History)
	slices.Reverse(out)
	return out
}

// Kept counts a point's reviews.
func (v agreementView) Kept(point string) KeptCount {
	var k KeptCount
	for _, review := range v.Reviews {
		if kept, asked := review.Kept[point]; asked {
			k.Asked++
			if kept {
				k.Kept++
			}
		}
	}
	return k
}

func (s *Site) viewAgreement(r *Request) (agreementView, error) {
	id, err := r.ID("id")
	if err != nil {
		return agreementView{}, err
	}
	a, err := s.care.Agreement(r.Context(), r.Actor, id)
	v := agreementView{AgreementView: a, In: care.SignAgreementInput{Revision: a.Revision}}
	for _, signature := range a.Signatures {
		v.Signed = v.Signed || signature.PartnerID == r.Actor.ID
	}
	return v, err
}

func (s *Site) agreement(r *Request) error {
	v, err := s.viewAgreement(r)
	if err != nil {
		return err
	}
	return r.Render(agreementPage, "portal.agreement.title", v)
}

// agreementHistory shows every text that was signed, with who signed it.
func (s *Site) agreementHistory(r *Request) error {
	v, err := s.viewAgreement(r)
	if err != nil {
		return err
	}
	return r.Render(agreementPastPage, "portal.agreement.title", v)
}

// agreementEnd is the form to step out of an agreement for good.
type agreementEnd struct {
	ID     string
	Reason string
}

func (s *Site) endForm(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	return r.Render(agreementEndPage, "portal.agreement.title", agreementEnd{ID: id.String()})
}

// endAgreement steps out; the reason is for the therapist alone and is not needed.
func (s *Site) endAgreement(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	form := agreementEnd{ID: id.String(), Reason: r.Typed("reason")}
	if _, err := s.care.EndAgreement(r.Context(), r.Actor, id, care.EndAgreementInput{Reason: form.Reason}); err != nil {
		return r.Again(err, agreementEndPage, "portal.agreement.title", form)
	}
	return r.Go("/portal/agreements/"+id.String(), "safety.flash.ended")
}

// signAgreement gives one's own yes to the revision one has read.
func (s *Site) signAgreement(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	in := care.SignAgreementInput{Revision: r.number("revision"), Name: r.Typed("name"), NotFreely: r.Ticked("not_freely"), Worries: r.Typed("worries")}
	err = nil
	if !r.Ticked("agreed") {
		err = fault.Fieldf("agreed", "portal.agreement.tick", nil)
	}
	if err == nil {
		_, err = s.care.SignAgreement(r.Context(), r.Actor, id, in)
	}
	if err != nil {
		v, fail := s.viewAgreement(r)
		if fail != nil {
			return fail
		}
		// The box about choosing freely is not shown again as it was: somebody may be looking over a shoulder.
		v.In.Name, v.In.Worries = in.Name, in.Worries
		return r.Again(err, agreementPage, "portal.agreement.title", v)
	}
	return r.Go("/portal/agreements/"+id.String(), "portal.flash.signed")
}

func (s *Site) withdrawForm(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	return r.Render(agreementUndoPage, "portal.agreement.title", id.String())
}

func (s *Site) withdrawSignature(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	if _, err := s.care.WithdrawSignature(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Go("/portal/agreements/"+id.String(), "portal.flash.withdrawn")
}

// agreementTextForm is the joint text as it is being written.
type agreementTextForm struct {
	ID       string
	Title    string
	Points   []care.AgreementPoint
	Intro    string
	StartsOn string
	ReviewOn string
	EndsOn   string
	EndsWhen string
	MustEnd  bool
	Owners   []Choice
	Version  int
}

// ownerChoices are both, and each of the two.
func ownerChoices(r *Request, partners []care.AgreementPartner) []Choice {
	out := []Choice{{Value: "", Label: r.L.T("safety.agreement.owner.both")}}
	for _, p := range partners {
		out = append(out, Choice{Value: p.ID.String(), Label: p.Name})
	}
	return out
}

const emptyPoints = 1

func (s *Site) agreementText(r *Request) error {
	v, err := s.viewAgreement(r)
	if err != nil {
		return err
	}
	form := agreementTextForm{
		ID: v.ID.String(), Title: v.Title, Intro: v.Intro, Points: v.Points, StartsOn: string(v.ChosenStart), ReviewOn: string(v.ReviewOn), EndsOn: string(v.EndsOn),
		EndsWhen: v.EndsWhen, MustEnd: v.MustEnd, Owners: ownerChoices(r, v.Partners), Version: v.Version,
	}
	form.Points = append(form.Points, make([]care.AgreementPoint, emptyPoints)...)
	return r.Render(agreementTextPage, "portal.agreement.title", form)
}

// writeAgreement takes the text. Empty lines are left out; the numbers in the faults are those of the lines that stay, so
// the form is shown again without the empty ones.
func (s *Site) writeAgreement(r *Request) error {
	v, err := s.viewAgreement(r)
	if err != nil {
		return err
	}
	form := agreementTextForm{
		ID: v.ID.String(), Title: v.Title, Intro: r.Typed("intro"), StartsOn: r.Typed("starts_on"), ReviewOn: r.Typed("review_on"), EndsOn: r.Typed("ends_on"),
		EndsWhen: r.Typed("ends_when"), MustEnd: v.MustEnd, Owners: ownerChoices(r, v.Partners), Version: r.number("version"),
	}
	values, adding := r.Values(), r.FormValue("add_row") != ""
	for i := range 40 {
		at := "points." + strconv.Itoa(i) + "."
		p := care.AgreementPoint{ID: r.Typed(at + "id"), Area: r.Typed(at + "area"), Agreement: r.Typed(at + "agreement"), Measure: r.Typed(at + "measure"), Owner: r.Typed(at + "owner")}
		_, posted := values[at+"agreement"]
		if p.Area+p.Agreement+p.Measure != "" || adding && posted {
			form.Points = append(form.Points, p)
		}
	}
	if adding {
		form.Points = append(form.Points, care.AgreementPoint{})
		return r.Render(agreementTextPage, "portal.agreement.title", form)
	}
	in := care.WriteAgreementInput{
		Intro: form.Intro, Points: form.Points, StartsOn: form.StartsOn, ReviewOn: form.ReviewOn, EndsOn: form.EndsOn, EndsWhen: form.EndsWhen, Version: form.Version,
	}
	if _, err := s.care.RewriteAgreement(r.Context(), r.Actor, v.ID, in); err != nil {
		if fault.Is(err, fault.Stale) {
			form.Version = v.Version // Saving again means: over the version that is shown beside it.
		}
		return r.Again(err, agreementTextPage, "portal.agreement.title", form)
	}
	return r.Go("/portal/agreements/"+form.ID, "portal.flash.proposed")
}

// takeBackReview takes back one's own half of a look back that has not opened.
func (s *Site) takeBackReview(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	if _, err := s.care.TakeBackReview(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Go("/portal/agreements/"+id.String(), "portal.flash.taken_back")
}

// reviewForm is one look back.
type reviewForm struct {
	agreementView
	Chosen   map[string]string // point id to yes or no.
	Words    string
	ReviewOn string
}

func (s *Site) reviewForm(r *Request) error {
	v, err := s.viewAgreement(r)
	if err != nil {
		return err
	}
	return r.Render(agreementReviewPage, "portal.agreement.title", reviewForm{agreementView: v})
}

func (s *Site) reviewAgreement(r *Request) error {
	v, err := s.viewAgreement(r)
	if err != nil {
		return err
	}
	form := reviewForm{agreementView: v, Chosen: map[string]string{}, Words: strings.TrimSpace(r.FormValue("words")), ReviewOn: r.Typed("review_on")}
	in := care.ReviewAgreementInput{Kept: map[string]bool{}, Words: form.Words, ReviewOn: form.ReviewOn}
	for _, p := range v.Points {
		answer := r.FormValue("kept." + p.ID)
		form.Chosen[p.ID] = answer
		if answer == "yes" || answer == "no" {
			in.Kept[p.ID] = answer == "yes"
		}
	}
	if _, err := s.care.ReviewAgreement(r.Context(), r.Actor, v.ID, in); err != nil {
		return r.Again(err, agreementReviewPage, "portal.agreement.title", form)
	}
	// Not back to the agreement: there the other's look would show at once when it came first (design decision 12).
	return r.Go("/portal", "safety.flash.reviewed")
}
