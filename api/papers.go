package api

import (
	"bufio"
	"context"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/google/uuid"

	"tussentijds/care"
)

// paper is a PDF to print. Its name says what kind of paper it is and nothing else: it may lie about on a shared device.
func paper(ctx context.Context, pdf []byte, nameKey string) *pdfOutput {
	return &pdfOutput{ContentType: "application/pdf", ContentDisposition: `attachment; filename="` + callOf(ctx).t(nameKey) + `.pdf"`, Body: pdf}
}

type preparationInput struct {
	Thing
	SessionID string `query:"session_id" format:"uuid" doc:"For which session; the next one that is planned when left out."`
}

// getPreparation gives the sheet that a therapist prepares a session with.
func (e *edge) getPreparation(ctx context.Context, in *preparationInput) (*pdfOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	session, err := askedID(in.SessionID)
	if err != nil {
		return nil, err
	}
	pdf, err := e.svc.SessionPreparationPDF(ctx, reader(ctx), id, session)
	if err != nil {
		return nil, err
	}
	return paper(ctx, pdf, "web.paper.preparation"), nil
}

// askedID reads an id that may be left out. One that cannot exist is answered like one that does not.
func askedID(raw string) (uuid.UUID, error) {
	if raw == "" {
		return uuid.Nil, nil
	}
	return pathID(raw)
}

type yearInput struct {
	Thing
	Until     string `query:"until" doc:"The last of the twelve months, YYYY-MM; the present one when left out."`
	Audience  string `query:"audience" enum:"couple,partner,therapist" default:"therapist" doc:"Whose eyes it passes."`
	PartnerID string `query:"partner_id" format:"uuid" doc:"With audience partner: whose."`
}

// getYear gives twelve months on paper.
func (e *edge) getYear(ctx context.Context, in *yearInput) (*pdfOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	pdf, err := e.svc.YearOverview(ctx, reader(ctx), id, care.YearInput{Month: in.Until, Audience: in.Audience, PartnerID: queryID(in.PartnerID)})
	if err != nil {
		return nil, err
	}
	return paper(ctx, pdf, "web.paper.year"), nil
}

// Whose names one partner of a couple.
type Whose struct {
	Thing
	PID string `path:"pid"`
}

func (in *Whose) ids() (couple, partner uuid.UUID, err error) {
	if couple, err = pathID(in.ID); err == nil {
		partner, err = pathID(in.PID)
	}
	return couple, partner, err
}

type homeworkInput struct {
	Whose
	AssignmentID string `query:"assignment_id" format:"uuid" doc:"What is still to come of one assignment; what opens within a week when left out."`
}

// getHomework gives a partner's homework as a form for a pen, in that partner's language.
func (e *edge) getHomework(ctx context.Context, in *homeworkInput) (*pdfOutput, error) {
	couple, partner, err := in.ids()
	if err != nil {
		return nil, err
	}
	assignment, err := askedID(in.AssignmentID)
	if err != nil {
		return nil, err
	}
	return e.homework(ctx, couple, care.HomeworkSheetInput{PartnerID: partner, AssignmentID: assignment})
}

// getOwnHomework gives one's own homework of the coming week as a form for a pen.
func (e *edge) getOwnHomework(ctx context.Context, _ *struct{}) (*pdfOutput, error) {
	return e.homework(ctx, reader(ctx).CoupleID, care.HomeworkSheetInput{})
}

// getTaskPaper gives one own task as a form for a pen.
func (e *edge) getTaskPaper(ctx context.Context, in *thingInput) (*pdfOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	return e.homework(ctx, reader(ctx).CoupleID, care.HomeworkSheetInput{TaskID: id})
}

func (e *edge) homework(ctx context.Context, couple uuid.UUID, in care.HomeworkSheetInput) (*pdfOutput, error) {
	pdf, err := e.svc.HomeworkSheet(ctx, reader(ctx), couple, in)
	if err != nil {
		return nil, err
	}
	return paper(ctx, pdf, "web.paper.homework"), nil
}

type exportOwnInput struct {
	Body *exportOwnBody
}

type exportOwnBody struct {
	Private bool `json:"private,omitempty" doc:"Also the answers to the private questions, which a file that others may see had better not hold."`
}

// exportOwn hands out the data of who asks, soon after a sign-in.
func (e *edge) exportOwn(ctx context.Context, in *exportOwnInput) (*zipOutput, error) {
	wanted := care.ExportInput{}
	if in.Body != nil {
		wanted.Private = in.Body.Private
	}
	return e.export(ctx, wanted)
}

type exportPartnerInput struct {
	Whose
	Body exportPartnerBody
}

type exportPartnerBody struct {
	Reason string `json:"reason" doc:"On whose request, or why; it is on the record."`
}

// exportPartner hands out what a therapist may read of one partner's data, with a reason.
func (e *edge) exportPartner(ctx context.Context, in *exportPartnerInput) (*zipOutput, error) {
	couple, partner, err := in.ids()
	if err != nil {
		return nil, err
	}
	return e.export(ctx, care.ExportInput{CoupleID: couple, PartnerID: partner, Reason: in.Body.Reason})
}

// zipOutput is a file that is written while it is read.
type zipOutput struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	Body               func(huma.Context)
}

func (e *edge) export(ctx context.Context, in care.ExportInput) (*zipOutput, error) {
	export, err := e.svc.BeginExport(ctx, reader(ctx), in)
	if err != nil {
		return nil, err
	}
	return &zipOutput{
		ContentType: zipType, ContentDisposition: `attachment; filename="` + export.FileName() + `"`,
		Body: func(c huma.Context) {
			humafiber.UnwrapV2(c).Context().SetBodyStreamWriter(func(w *bufio.Writer) { export.Send(ctx, w) })
		},
	}, nil
}
