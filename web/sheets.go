package web

import (
	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

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

var deskPreparationPage = page("desk/preparation")

// preparationPage is a sheet to prepare a session with, on the screen.
type preparationPage struct {
	care.PreparationView
	Base string // of the couple.
	PDF  string
}

// deskPreparation shows it: it prints as well, with room to write.
func (s *Site) deskPreparation(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	view, err := s.care.SessionPreparation(r.Context(), r.Actor, id, idOf(r.Query("session")))
	if err != nil {
		return err
	}
	d := preparationPage{PreparationView: view, Base: "/desk/couples/" + id.String()}
	if d.PDF = d.Base + "/preparation/pdf"; view.Session != uuid.Nil {
		d.PDF += "?session=" + view.Session.String()
	}
	return r.deskShow(deskPreparationPage, "desk.prepare.title", d, r.crumb("web.desk.couples", "/desk/couples"), Crumb{Text: view.Cover.For, URL: d.Base}, r.crumb("desk.prepare.title", ""))
}

// deskPreparationPDF gives the same on paper.
func (s *Site) deskPreparationPDF(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	pdf, err := s.care.SessionPreparationPDF(r.Context(), r.Actor, id, idOf(r.Query("session")))
	if err != nil {
		return err
	}
	return r.paper(pdf, "web.paper.preparation")
}

// deskYear gives an overview of twelve months on paper, for the therapists or through the eyes of the two or of one of them.
func (s *Site) deskYear(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	in := care.YearInput{Month: r.Query("until"), Audience: r.Query("whose")}
	if partner := idOf(in.Audience); partner != uuid.Nil {
		in.Audience, in.PartnerID = "partner", partner
	}
	pdf, err := s.care.YearOverview(r.Context(), r.Actor, id, in)
	if err != nil {
		return err
	}
	return r.paper(pdf, "web.paper.year")
}
