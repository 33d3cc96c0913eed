package api

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/models"
)

type requestReportInput struct {
	Thing
	Body requestReportBody
}

type requestReportBody struct {
	Month     string `json:"month" example:"2026-10" doc:"YYYY-MM."`
	Audience  string `json:"audience" enum:"couple,partner,therapist"`
	PartnerID string `json:"partner_id,omitempty" format:"uuid" doc:"With audience partner: whose."`
	Locale    string `json:"locale,omitempty" enum:"nl,en"`
}

type reportMadeOutput struct {
	Tag
	Made
	Body care.ReportView
}

func (e *edge) requestReport(ctx context.Context, in *requestReportInput) (*reportMadeOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	// In whose language it is made goes by what people chose, not by what this request happens to speak.
	v, err := e.svc.RequestReport(ctx, callOf(ctx).actor, id, care.RequestReportInput(in.Body))
	return &reportMadeOutput{Tag: tagged(v.Version), Made: madeAt("reports", v.ID.String()), Body: v}, err
}

type listReportsInput struct {
	Paging
	CoupleID string `query:"couple_id" format:"uuid"`
	Month    string `query:"month" doc:"YYYY-MM; all when left out."`
	Status   string `query:"status" enum:"queued,building,draft,approved,published,failed,withdrawn" doc:"For the practice: reports of which the newest revision stands so."`
}

func (in *listReportsInput) filter() care.ReportFilter {
	f := care.ReportFilter{CoupleID: queryID(in.CoupleID), Month: in.Month}
	if in.Status != "" {
		f.Statuses = []models.ReportStatus{models.ReportStatus(in.Status)}
	}
	return f
}

func (e *edge) listReports(ctx context.Context, in *listReportsInput) (*listOutput[care.ReportView], error) {
	v, err := e.svc.ListReports(ctx, reader(ctx), in.filter(), in.page())
	if err != nil {
		return nil, err
	}
	return asList(v, same[care.ReportView]), nil
}

type reportOutput struct {
	Tag
	Body care.ReportView
}

func (e *edge) getReport(ctx context.Context, in *thingInput) (*reportOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.Report(ctx, reader(ctx), id)
	return &reportOutput{Tag: tagged(v.Version), Body: v}, err
}

func (e *edge) reportVersion(ctx context.Context, id uuid.UUID) func() (int, error) {
	return func() (int, error) {
		v, err := e.svc.Report(ctx, reader(ctx), id)
		return v.Version, err
	}
}

type writeReportNoteInput struct {
	Thing
	Match
	Body reportNoteBody
}

type reportNoteBody struct {
	Note string `json:"note" doc:"The therapist's words, as plain text; empty for none."`
}

func (e *edge) writeReportNote(ctx context.Context, in *writeReportNoteInput) (*reportOutput, error) {
	return e.editReport(ctx, &editReportInput{Thing: in.Thing, Match: in.Match, Body: editReportBody{Note: &in.Body.Note}})
}

type approveReportInput struct {
	Thing
	Match
	Body *approveReportBody
}

type approveReportBody struct {
	PublishAt *time.Time `json:"publish_at,omitempty" doc:"Publish then; at once when left out."`
}

func (e *edge) approveReport(ctx context.Context, in *approveReportInput) (*reportOutput, error) {
	var publishAt *time.Time
	if in.Body != nil {
		publishAt = in.Body.PublishAt
	}
	return e.onReport(ctx, &matchedInput{Thing: in.Thing, Match: in.Match}, func(ctx context.Context, actor care.Actor, id uuid.UUID, version int) (care.ReportView, error) {
		return e.svc.ApproveReport(ctx, actor, id, publishAt, version)
	})
}

func (e *edge) withdrawReport(ctx context.Context, in *matchedInput) (*reportOutput, error) {
	return e.onReport(ctx, in, e.svc.WithdrawReport)
}

type pdfOutput struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	Body               []byte
}

// getReportPDF sends the report as a file whose name tells nothing but the month: it may lie about on a shared device.
func (e *edge) getReportPDF(ctx context.Context, in *thingInput) (*pdfOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	pdf, v, err := e.svc.ReportPDF(ctx, reader(ctx), id)
	if err != nil {
		return nil, err
	}
	return reportFile(ctx, pdf, v), nil
}

func reportFile(ctx context.Context, pdf []byte, v care.ReportView) *pdfOutput {
	name := callOf(ctx).t("api.report.file", "Month", v.Month)
	return &pdfOutput{ContentType: pdfType, ContentDisposition: `attachment; filename="` + name + `"`, Body: pdf}
}
