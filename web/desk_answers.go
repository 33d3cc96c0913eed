package web

import (
	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/library"
)

var (
	deskAnswersPage = page("desk/couple-answers")
	deskRevealPage  = page("desk/reveal")
)

// AnswersPage is what the therapist may read.
type AnswersPage struct {
	Head        *CoupleHead
	List        []ResponseLines
	Next, First string
}

// ResponseLines is one response as the therapist reads it: every question of the form, with the answer or with why it is
// closed.
type ResponseLines struct {
	care.ResponseView
	Title string
	Who   string
	First bool // of the first of the two partners, whose answers keep their colour.
	Lines []ResponseLine
}

// ResponseLine is one question. A hidden one is listed because the form has it, whether or not it was answered.
type ResponseLine struct {
	AnswerView
	Hidden bool
	Empty  bool
}

// ReaderLines are the lines that follow each other with the same readers.
type ReaderLines struct {
	Audience library.Audience
	Opened   bool // what was closed to the other partner is open by now.
	Lines    []ResponseLine
}

// Groups parts the lines by who reads them, so that a page says it once for a run of questions.
func (v ResponseLines) Groups() []ReaderLines {
	var out []ReaderLines
	for _, line := range v.Lines {
		if n := len(out); n == 0 || out[n-1].Audience != line.Audience {
			opened := line.Audience == library.AudienceReveal && v.RevealedAt != nil || line.Audience == library.AudienceInSession && !v.CanReveal
			out = append(out, ReaderLines{Audience: line.Audience, Opened: opened})
		}
		last := &out[len(out)-1]
		last.Lines = append(last.Lines, line)
	}
	return out
}

// responseLines puts a response into words, in the reader's language.
func responseLines(r *Request, head *CoupleHead, response care.ResponseView) ResponseLines {
	v := ResponseLines{ResponseView: response, Who: response.PartnerName, First: head.First(response.PartnerID)}
	if v.Who == "" {
		v.Who = head.Name(response.PartnerID.String())
	}
	e := response.Exercise
	if e == nil {
		return v
	}
	p := &Page{L: r.L, Lang: r.L.Lang}
	v.Title = e.Title.In(string(p.Lang))
	hidden := map[string]bool{}
	for _, id := range response.Hidden {
		hidden[id] = true
	}
	for i := range e.Questions {
		q := &e.Questions[i]
		line := ResponseLine{AnswerView: AnswerView{ID: q.ID, Label: q.Label.In(string(p.Lang)), Audience: q.Audience}, Hidden: hidden[q.ID]}
		if a := library.Audience(response.Audiences[q.ID]); a.Valid() {
			line.Audience = a
		}
		value := response.Answers[q.ID]
		switch {
		case line.Hidden:
		case value == nil:
			line.Empty = true
		default:
			if line.Declined = response.Answers.Declined(q.ID); !line.Declined {
				fillAnswer(&line.AnswerView, q, value, response.Answers, p)
			}
		}
		v.Lines = append(v.Lines, line)
	}
	return v
}

// deskAnswers shows the answers that the therapist may read, newest first.
func (s *Site) deskAnswers(r *Request) error {
	head, err := s.coupleHead(r, "answers")
	if err != nil {
		return err
	}
	list, err := s.care.CoupleResponses(r.Context(), r.Actor, head.Couple.ID, r.part(12))
	if err != nil {
		return err
	}
	data := AnswersPage{Head: head, Next: r.nextURL(list.Next), First: r.firstURL()}
	for _, response := range list.Data {
		data.List = append(data.List, responseLines(r, head, response))
	}
	return r.deskShow(deskAnswersPage, "desk.tab.answers", data, head.crumbs(r)...)
}

// RevealPage asks once more before an answer is opened to the other partner.
type RevealPage struct {
	Head   *CoupleHead
	Answer ResponseLines
	Other  string
	Opens  []AnswerView
}

// revealable finds an answer that waits for the therapist to open it.
func (s *Site) revealable(r *Request) (RevealPage, error) {
	head, err := s.coupleHead(r, "answers")
	if err != nil {
		return RevealPage{}, err
	}
	id, err := r.ID("response")
	if err != nil {
		return RevealPage{}, err
	}
	response, err := s.response(r, head.Couple.ID, id)
	if err != nil {
		return RevealPage{}, err
	}
	data := RevealPage{Head: head, Answer: responseLines(r, head, response)}
	for _, p := range head.Couple.Partners {
		if p.ID != response.PartnerID {
			data.Other = p.Name
		}
	}
	for _, line := range data.Answer.Lines {
		if line.Audience == library.AudienceInSession && !line.Empty {
			data.Opens = append(data.Opens, line.AnswerView)
		}
	}
	return data, nil
}

// response looks for one answer among a couple's.
func (s *Site) response(r *Request, coupleID, id uuid.UUID) (care.ResponseView, error) {
	part := care.Page{Limit: 100}
	for {
		list, err := s.care.CoupleResponses(r.Context(), r.Actor, coupleID, part)
		if err != nil {
			return care.ResponseView{}, err
		}
		for _, response := range list.Data {
			if response.ID == id {
				return response, nil
			}
		}
		if list.Next == nil {
			return care.ResponseView{}, fault.Missing()
		}
		part.Cursor = *list.Next
	}
}

func (d RevealPage) crumbs(r *Request) []Crumb {
	return d.Head.crumbs(r, r.crumb("desk.tab.answers", d.Head.Base+"/answers"), r.crumb("desk.reveal.title", ""))
}

// deskAskReveal asks before an answer is opened: it is done in the session and cannot be undone.
func (s *Site) deskAskReveal(r *Request) error {
	data, err := s.revealable(r)
	if err != nil {
		return err
	}
	return r.deskShow(deskRevealPage, "desk.reveal.title", data, data.crumbs(r)...)
}

// deskReveal opens the answer to the other partner.
func (s *Site) deskReveal(r *Request) error {
	id, err := r.ID("response")
	if err != nil {
		return err
	}
	if _, err := s.care.RevealResponse(r.Context(), r.Actor, id); err != nil {
		if fault.Is(err, fault.Conflict) {
			if data, found := s.revealable(r); found == nil {
				return r.deskAgain(err, deskRevealPage, "desk.reveal.title", data, data.crumbs(r)...)
			}
		}
		return err
	}
	return r.Go("/desk/couples/"+r.Params("id")+"/answers", "desk.flash.revealed")
}
