package web

import (
	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

var (
	deskSafetyPage = page("desk/couple-safety")
	deskAnswerPage = page("desk/answer")
)

// SafetyPage is all that concerns safety with a couple. It is the same tab for every couple, so that its being there says
// nothing to whoever looks along.
type SafetyPage struct {
	Head       *CoupleHead
	Alerts     []AlertLine
	Screenings []ScreeningLines
	Safety     care.SafetyView
	In         care.SendScreeningInput
	Reason     string
}

// ScreeningLines is one sending of the private questions with what each answered.
type ScreeningLines struct {
	care.ScreeningView
	Answers []ScreeningLine
}

// ScreeningLine is one partner's.
type ScreeningLine struct {
	care.ScreeningAnswer
	Lines *ResponseLines
}

func (s *Site) safetyPage(r *Request) (SafetyPage, error) {
	head, err := s.coupleHead(r, "safety")
	if err != nil {
		return SafetyPage{}, err
	}
	view, err := s.care.Safety(r.Context(), r.Actor, head.Couple.ID)
	if err != nil {
		return SafetyPage{}, err
	}
	data := SafetyPage{Head: head, Safety: view}
	p := &Page{L: r.L, Lang: r.L.Lang}
	for _, a := range view.Alerts {
		data.Alerts = append(data.Alerts, alertLine(p, a, head.Couple.ID, "", head.Couple.SafetyHold))
	}
	for _, sent := range view.Screenings {
		lines := ScreeningLines{ScreeningView: sent}
		for _, a := range sent.Answers {
			line := ScreeningLine{ScreeningAnswer: a}
			if a.Response != nil {
				read := responseLines(r, head, *a.Response)
				line.Lines = &read
			}
			lines.Answers = append(lines.Answers, line)
		}
		data.Screenings = append(data.Screenings, lines)
	}
	return data, nil
}

// deskSafety shows alerts, private questions and holds of a couple.
func (s *Site) deskSafety(r *Request) error {
	data, err := s.safetyPage(r)
	if err != nil {
		return err
	}
	return r.deskShow(deskSafetyPage, "desk.tab.safety", data, data.Head.crumbs(r)...)
}

// safetyAgain shows the page with what was typed and what was wrong.
func (s *Site) safetyAgain(r *Request, wrong error, in care.SendScreeningInput, reason string) error {
	switch fault.From(wrong).Code {
	case fault.Invalid, fault.Conflict:
	default:
		return wrong
	}
	data, err := s.safetyPage(r)
	if err != nil {
		return err
	}
	data.In, data.Reason = in, reason
	return r.deskAgain(wrong, deskSafetyPage, "desk.tab.safety", data, data.Head.crumbs(r)...)
}

// deskSendScreening sends the private questions to both partners, each alone.
func (s *Site) deskSendScreening(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	in := care.SendScreeningInput{On: r.Typed("on"), At: r.Typed("at")}
	if _, err := s.care.SendScreening(r.Context(), r.Actor, id, in); err != nil {
		return s.safetyAgain(r, err, in, "")
	}
	return r.Go("/desk/couples/"+id.String()+"/safety", "safety.flash.screening")
}

// deskHold sets or lifts the safety hold. No portal shows anything of it.
func (s *Site) deskHold(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	flash, reason := "safety.flash.held", ""
	if r.Typed("hold") == "1" {
		_, err = s.care.SetSafetyHold(r.Context(), r.Actor, id)
	} else {
		flash, reason = "safety.flash.lifted", r.Typed("reason")
		_, err = s.care.LiftSafetyHold(r.Context(), r.Actor, id, reason)
	}
	if err != nil {
		return s.safetyAgain(r, err, care.SendScreeningInput{}, reason)
	}
	return r.Go("/desk/couples/"+id.String()+"/safety", flash)
}

// AnswerPage is one answer by itself, where an alert leads.
type AnswerPage struct {
	Head   *CoupleHead
	Answer ResponseLines
}

// deskAnswer shows one answer.
func (s *Site) deskAnswer(r *Request) error {
	head, err := s.coupleHead(r, "answers")
	if err != nil {
		return err
	}
	id, err := r.ID("response")
	if err != nil {
		return err
	}
	response, err := s.care.CoupleResponse(r.Context(), r.Actor, head.Couple.ID, id)
	if err != nil {
		return err
	}
	data := AnswerPage{Head: head, Answer: responseLines(r, head, response)}
	return r.deskShow(deskAnswerPage, "desk.answer.title", data, head.crumbs(r, r.crumb("desk.tab.answers", head.Base+"/answers"), r.crumb("desk.answer.title", ""))...)
}

// deskResumeAssignment lets homework come again that an answer had paused.
func (s *Site) deskResumeAssignment(r *Request) error {
	data, err := s.assignmentPage(r)
	if err != nil {
		return err
	}
	if _, err := s.care.ResumeAssignment(r.Context(), r.Actor, data.A.ID, r.version()); err != nil {
		return r.deskAgain(err, deskAssignmentPage, "desk.assignment.title", data, data.crumbs(r)...)
	}
	return r.Go(data.Head.Base+"/homework", "desk.flash.saved")
}

// StatusOf gives the words for where one partner's private questions stand.
func (d SafetyPage) StatusOf(status models.TaskStatus) string {
	return "safety.screening.status." + string(status)
}

// Both tells whether anything was sent to both: an earlier one may have gone to one, after a withdrawal.
func (l ScreeningLines) Both() bool { return len(l.Answers) == 2 }

// ID gives a response's id for a link, or nothing.
func (l ScreeningLine) ID() string {
	if l.Response == nil || l.Response.ID == uuid.Nil {
		return ""
	}
	return l.Response.ID.String()
}
