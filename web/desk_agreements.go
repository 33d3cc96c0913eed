package web

import (
	"strconv"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/library"
)

var (
	deskAgreementsPage    = page("desk/couple-agreements")
	deskAgreementPage     = page("desk/agreement")
	deskAgreementFormPage = page("desk/agreement-form")
	deskReviewPage        = page("desk/agreement-review")
)

// AgreementsPage lists a couple's agreements.
type AgreementsPage struct {
	Head *CoupleHead
	List []care.AgreementView
}

// deskAgreements lists a couple's agreements.
func (s *Site) deskAgreements(r *Request) error {
	head, err := s.coupleHead(r, "agreements")
	if err != nil {
		return err
	}
	list, err := s.care.ListAgreements(r.Context(), r.Actor, head.Couple.ID)
	if err != nil {
		return err
	}
	return r.deskShow(deskAgreementsPage, "desk.tab.agreements", AgreementsPage{head, list}, head.crumbs(r)...)
}

// AgreementPage is one agreement, also with the form to look back on it.
type AgreementPage struct {
	Head *CoupleHead
	A    care.AgreementView
	In   care.ReviewAgreementInput
	End  string // the reason for ending it, as typed.
}

func (s *Site) agreementPage(r *Request) (AgreementPage, error) {
	head, err := s.coupleHead(r, "agreements")
	if err != nil {
		return AgreementPage{}, err
	}
	id, err := r.ID("agreement")
	if err != nil {
		return AgreementPage{}, err
	}
	a, err := s.care.Agreement(r.Context(), r.Actor, id)
	if err == nil && a.CoupleID != head.Couple.ID {
		err = fault.Missing()
	}
	return AgreementPage{Head: head, A: a}, err
}

func (d AgreementPage) crumbs(r *Request, last string) []Crumb {
	return d.Head.crumbs(r, r.crumb("desk.tab.agreements", d.Head.Base+"/agreements"), Crumb{Text: last})
}

// deskAgreement shows one agreement: as text to read, and to change when it may be changed.
func (s *Site) deskAgreement(r *Request) error {
	d, err := s.agreementPage(r)
	if err != nil {
		return err
	}
	if r.Query("change") == "" || !d.A.CanEdit {
		return r.deskShow(deskAgreementPage, "desk.agreement.title", d, d.crumbs(r, d.A.Title)...)
	}
	in := care.WriteAgreementInput{
		Intro: d.A.Intro, Points: d.A.Points, StartsOn: string(d.A.ChosenStart), ReviewOn: string(d.A.ReviewOn), EndsOn: string(d.A.EndsOn), EndsWhen: d.A.EndsWhen, Version: d.A.Version,
	}
	return r.deskShow(deskAgreementFormPage, "desk.agreement.change", r.agreementForm(d.Head, &d.A, in), d.crumbs(r, d.A.Title)...)
}

// AgreementFormPage is the form to write an agreement, with what was typed. A is nil for a new one.
type AgreementFormPage struct {
	Head  *CoupleHead
	A     *care.AgreementView
	In    care.WriteAgreementInput
	Kinds []Choice
	Owner []Choice // who can see to a point.
	Stale bool
}

const maxAgreementPoints = 20

// agreementForm adds empty points to write in.
func (r *Request) agreementForm(head *CoupleHead, a *care.AgreementView, in care.WriteAgreementInput) AgreementFormPage {
	empty := 1
	if len(in.Points) == 0 {
		empty = 2
	}
	in.Points = append([]care.AgreementPoint{}, in.Points...)
	for ; empty > 0 && len(in.Points) < maxAgreementPoints; empty-- {
		in.Points = append(in.Points, care.AgreementPoint{})
	}
	owners := []Choice{{Value: "", Label: r.L.T("safety.agreement.owner.both")}}
	for _, p := range head.Couple.Partners {
		owners = append(owners, Choice{Value: p.ID.String(), Label: p.Name})
	}
	return AgreementFormPage{Head: head, A: a, In: in, Owner: owners}
}

// agreementInput reads the form; a point with nothing in it is left out, and the form that comes back has no gap there
// either, so that a wrong point is pointed at by its number.
func (r *Request) agreementInput() care.WriteAgreementInput {
	in := care.WriteAgreementInput{
		ExerciseID: r.Typed("exercise_id"), Intro: r.Typed("intro"), StartsOn: r.Typed("starts_on"), ReviewOn: r.Typed("review_on"), EndsOn: r.Typed("ends_on"),
		EndsWhen: r.Typed("ends_when"), Version: r.version(),
	}
	for i := range maxAgreementPoints {
		name := "points." + strconv.Itoa(i) + "."
		p := care.AgreementPoint{ID: r.Typed(name + "id"), Area: r.Typed(name + "area"), Agreement: r.Typed(name + "agreement"), Measure: r.Typed(name + "measure"), Owner: r.Typed(name + "owner")}
		if p.Area+p.Agreement+p.Measure == "" {
			continue
		}
		in.Points = append(in.Points, p)
	}
	return in
}

// kinds are the agreements of the library.
func (s *Site) agreementKinds(r *Request) ([]Choice, error) {
	list, err := s.care.ListExercises(r.Context(), r.Actor)
	if err != nil {
		return nil, err
	}
	var out []Choice
	for _, e := range list {
		if e.Kind == library.KindAgreement {
			out = append(out, Choice{Value: e.ID, Label: e.Title.In(string(r.L.Lang)), Hint: e.Summary.In(string(r.L.Lang))})
		}
	}
	return out, nil
}

// deskNewAgreement is the form for a new agreement.
func (s *Site) deskNewAgreement(r *Request) error {
	head, err := s.coupleHead(r, "agreements")
	if err != nil {
		return err
	}
	data := r.agreementForm(head, nil, care.WriteAgreementInput{})
	if data.Kinds, err = s.agreementKinds(r); err != nil {
		return err
	}
	if len(data.Kinds) > 0 {
		data.In.ExerciseID = data.Kinds[0].Value
	}
	return r.deskShow(deskAgreementFormPage, "desk.agreement.new", data, AgreementPage{Head: head}.crumbs(r, r.L.T("desk.agreement.new"))...)
}

// deskProposeAgreement proposes a text; both partners then sign it, each alone.
func (s *Site) deskProposeAgreement(r *Request) error {
	head, err := s.coupleHead(r, "agreements")
	if err != nil {
		return err
	}
	in := r.agreementInput()
	if r.Typed("add_point") == "" {
		a, err := s.care.ProposeAgreement(r.Context(), r.Actor, head.Couple.ID, in)
		if err == nil {
			return r.Go(head.Base+"/agreements/"+a.ID.String(), "desk.flash.proposed")
		}
		return s.agreementAgain(r, err, head, nil, in)
	}
	return s.agreementAgain(r, nil, head, nil, in)
}

// agreementAgain shows the form with what was typed: because something was wrong, or because a point was asked for.
func (s *Site) agreementAgain(r *Request, wrong error, head *CoupleHead, a *care.AgreementView, in care.WriteAgreementInput) error {
	data := r.agreementForm(head, a, in)
	title := "desk.agreement.change"
	last := ""
	if a == nil {
		title = "desk.agreement.new"
		last = r.L.T(title)
		var err error
		if data.Kinds, err = s.agreementKinds(r); err != nil {
			return err
		}
	} else {
		last = a.Title
		data.In.Version = a.Version // The next save is made on what is shown now.
	}
	crumbs := AgreementPage{Head: head}.crumbs(r, last)
	if wrong == nil {
		return r.deskShow(deskAgreementFormPage, title, data, crumbs...)
	}
	data.Stale = fault.Is(wrong, fault.Stale)
	return r.deskAgain(wrong, deskAgreementFormPage, title, data, crumbs...)
}

// deskRewriteAgreement changes the text; signatures start anew.
func (s *Site) deskRewriteAgreement(r *Request) error {
	d, err := s.agreementPage(r)
	if err != nil {
		return err
	}
	in := r.agreementInput()
	if r.Typed("add_point") == "" {
		if _, err := s.care.RewriteAgreement(r.Context(), r.Actor, d.A.ID, in); err != nil {
			return s.agreementAgain(r, err, d.Head, &d.A, in)
		}
		return r.Go(d.Head.Base+"/agreements/"+d.A.ID.String(), "desk.flash.proposed")
	}
	return s.agreementAgain(r, nil, d.Head, &d.A, in)
}

// deskAskReview asks which points were kept.
func (s *Site) deskAskReview(r *Request) error {
	d, err := s.agreementPage(r)
	if err != nil {
		return err
	}
	return r.deskShow(deskReviewPage, "desk.agreement.review", d, d.crumbs(r, d.A.Title)...)
}

// deskReviewAgreement notes what was kept.
func (s *Site) deskReviewAgreement(r *Request) error {
	d, err := s.agreementPage(r)
	if err != nil {
		return err
	}
	d.In = care.ReviewAgreementInput{Kept: map[string]bool{}, Words: r.Typed("words"), ReviewOn: r.Typed("review_on")}
	for _, p := range d.A.Points {
		switch r.Typed("kept." + p.ID) {
		case "yes":
			d.In.Kept[p.ID] = true
		case "no":
			d.In.Kept[p.ID] = false
		}
	}
	if _, err := s.care.ReviewAgreement(r.Context(), r.Actor, d.A.ID, d.In); err != nil {
		return r.deskAgain(err, deskReviewPage, "desk.agreement.review", d, d.crumbs(r, d.A.Title)...)
	}
	return r.Go(d.Head.Base+"/agreements/"+d.A.ID.String(), "desk.flash.reviewed")
}

// KeptValue gives what was chosen for a point: yes, no or nothing.
func (d AgreementPage) KeptValue(id string) string {
	kept, ok := d.In.Kept[id]
	switch {
	case !ok:
		return ""
	case kept:
		return "yes"
	}
	return "no"
}

// KeptIn counts the points that a review found kept, of all it asked about.
func (d AgreementPage) KeptIn(review care.AgreementReviewView) KeptCount { return keptIn(review) }

// Forced tells that a signer said, to the therapist alone, that the yes was not free.
func (d AgreementPage) Forced(signature care.SignatureView) bool {
	return signature.FreeChoice != nil && !*signature.FreeChoice
}

// deskEndAgreement ends an agreement with a reason that both read.
func (s *Site) deskEndAgreement(r *Request) error {
	d, err := s.agreementPage(r)
	if err != nil {
		return err
	}
	d.End = r.Typed("reason")
	if _, err := s.care.EndAgreement(r.Context(), r.Actor, d.A.ID, care.EndAgreementInput{Reason: d.End}); err != nil {
		return r.deskAgain(err, deskAgreementPage, "desk.agreement.title", d, d.crumbs(r, d.A.Title)...)
	}
	return r.Go(d.Head.Base+"/agreements/"+d.A.ID.String(), "safety.flash.ended")
}

// Past are the texts that were signed before the present one.
func (d AgreementPage) Past() []care.AgreementRevision {
	var out []care.AgreementRevision
	for _, revision := range d.A.History {
		if !revision.Present {
			out = append(out, revision)
		}
	}
	return out
}

// SteppedOut are the signatures to the present text that were taken back, with what was told to the therapist alone.
func (d AgreementPage) SteppedOut() []care.SignatureView {
	var out []care.SignatureView
	for _, revision := range d.A.History {
		for _, signature := range revision.Signatures {
			if revision.Present && signature.WithdrawnAt != nil {
				out = append(out, signature)
			}
		}
	}
	return out
}
