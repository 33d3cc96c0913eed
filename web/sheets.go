package web

import (
	"github.com/gofiber/fiber/v2"

	"tussentijds/care"
)

// paper shows a PDF in the browser, to be printed from there. Its name says what kind of paper it is and nothing else.
func (r *Request) paper(pdf []byte, nameKey string) error {
	r.Set(fiber.HeaderContentType, "application/pdf")
	r.Set(fiber.HeaderContentDisposition, `inline; filename="`+r.L.T(nameKey)+`.pdf"`)
	return r.Send(pdf)
}

// homeworkPaper gives one's own homework of the coming week as a form to print.
func (s *Site) homeworkPaper(r *Request) error {
	pdf, err := s.care.HomeworkSheet(r.Context(), r.Actor, r.Actor.CoupleID, care.HomeworkSheetInput{})
	if err != nil {
		return err
	}
	return r.paper(pdf, "web.paper.homework")
}

// taskPaper gives one own task as a form to print.
func (s *Site) taskPaper(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	pdf, err := s.care.HomeworkSheet(r.Context(), r.Actor, r.Actor.CoupleID, care.HomeworkSheetInput{TaskID: id})
	if err != nil {
		return err
	}
	return r.paper(pdf, "web.paper.homework")
}

// deskHomeworkPaper gives a partner's homework as a form to print: of the coming week, or of one assignment.
func (s *Site) deskHomeworkPaper(r *Request) error {
	couple, err := r.ID("id")
	if err != nil {
		return err
	}
	partner, err := r.ID("partner")
	if err != nil {
		return err
	}
	pdf, err := s.care.HomeworkSheet(r.Context(), r.Actor, couple, care.HomeworkSheetInput{PartnerID: partner, AssignmentID: idOf(r.Query("assignment"))})
	if err != nil {
		return err
	}
	return r.paper(pdf, "web.paper.homework")
}
