package api

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/models"
)

type editReportInput struct {
	Thing
	Match
	Body editReportBody
}

type editReportBody struct {
	Note    *string   `json:"note,omitempty" doc:"The therapist's words, as plain text; empty for none."`
	Goals   *[]string `json:"goals,omitempty" doc:"Goals for the month to come, at most six."`
	LeftOut *[]string `json:"left_out,omitempty" doc:"Ids of the sections that stay out of the report; the others come back."`
}

// editReport changes what the therapist set in a report. What is left out of the body stays as it is.
func (e *edge) editReport(ctx context.Context, in *editReportInput) (*reportOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	version, err := in.needed(ctx, e.reportVersion(ctx, id))
	if err != nil {
		return nil, err
	}
	v, err := e.svc.EditReport(ctx, reader(ctx), id, care.EditReportInput(in.Body), version)
	return &reportOutput{Tag: tagged(v.Version), Body: v}, err
}

// onReport runs an act on a report at the version that was seen.
func (e *edge) onReport(ctx context.Context, in *matchedInput, act func(context.Context, care.Actor, uuid.UUID, int) (care.ReportView, error)) (*reportOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	version, err := in.given(ctx, e.reportVersion(ctx, id))
	if err != nil {
		return nil, err
	}
	v, err := act(ctx, reader(ctx), id, version)
	return &reportOutput{Tag: tagged(v.Version), Body: v}, err
}

func (e *edge) rebuildReport(ctx context.Context, in *matchedInput) (*reportOutput, error) {
	return e.onReport(ctx, in, e.svc.RebuildReport)
}

func (e *edge) correctReport(ctx context.Context, in *matchedInput) (*reportOutput, error) {
	return e.onReport(ctx, in, e.svc.CorrectReport)
}

func (e *edge) dropCorrection(ctx context.Context, in *matchedInput) (*reportOutput, error) {
	return e.onReport(ctx, in, e.svc.DropCorrection)
}

func (e *edge) leaveReport(ctx context.Context, in *matchedInput) (*reportOutput, error) {
	return e.leave(ctx, in, true)
}

func (e *edge) takeUpReport(ctx context.Context, in *matchedInput) (*reportOutput, error) {
	return e.leave(ctx, in, false)
}

func (e *edge) leave(ctx context.Context, in *matchedInput, later bool) (*reportOutput, error) {
	return e.onReport(ctx, in, func(ctx context.Context, actor care.Actor, id uuid.UUID, version int) (care.ReportView, error) {
		return e.svc.LeaveReport(ctx, actor, id, later, version)
	})
}

func (e *edge) listReportRevisions(ctx context.Context, in *thingInput) (*listOutput[care.ReportRevisionView], error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	list, err := e.svc.ReportRevisions(ctx, reader(ctx), id)
	if err != nil {
		return nil, err
	}
	return asList(care.List[care.ReportRevisionView]{Data: list}, same[care.ReportRevisionView]), nil
}

type revisionPDFInput struct {
	Thing
	Revision int `path:"revision" minimum:"1" maximum:"1000000"`
}

func (e *edge) getRevisionPDF(ctx context.Context, in *revisionPDFInput) (*pdfOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	pdf, v, err := e.svc.RevisionPDF(ctx, reader(ctx), id, in.Revision)
	if err != nil {
		return nil, err
	}
	return reportFile(ctx, pdf, v), nil
}

type listReportDraftsInput struct {
	Paging
	Month string `query:"month" doc:"YYYY-MM; all when left out."`
}

// reportDraft is a draft at a glance.
type reportDraft struct {
	Report care.ReportView    `json:"report"`
	Glance *care.ReportGlance `json:"glance,omitempty" doc:"Missing when the person it is about was erased."`
}

func (e *edge) listReportDrafts(ctx context.Context, in *listReportDraftsInput) (*listOutput[reportDraft], error) {
	f := care.ReportFilter{Month: in.Month, Statuses: []models.ReportStatus{models.ReportDraft}}
	list, err := e.svc.ReviewReports(ctx, reader(ctx), f, in.page())
	if err != nil {
		return nil, err
	}
	return asList(list, func(r care.ReviewedReport) reportDraft { return reportDraft{Report: r.ReportView, Glance: r.Glance} }), nil
}

type approveReportsInput struct{ Body approveReportsBody }

type approveReportsBody struct {
	Reports   []reportAt `json:"reports" minItems:"1" maxItems:"100"`
	PublishAt *time.Time `json:"publish_at,omitempty" doc:"Publish then; at once when left out."`
}

type reportAt struct {
	ID      string `json:"id" format:"uuid"`
	Version int    `json:"version" doc:"The version that was open."`
}

type approveReportsOutput struct{ Body approvalsBody }

type approvalsBody struct {
	Data []approvalBody `json:"data"`
}

// approvalBody is what came of one report: the report, or why it is still a draft.
type approvalBody struct {
	ID     string           `json:"id" format:"uuid"`
	Report *care.ReportView `json:"report,omitempty"`
	Code   string           `json:"code,omitempty" doc:"Of a report that was not approved: as the code of a problem."`
	Detail string           `json:"detail,omitempty"`
}

func (e *edge) approveReports(ctx context.Context, in *approveReportsInput) (*approveReportsOutput, error) {
	wanted := care.ApproveReportsInput{PublishAt: in.Body.PublishAt}
	for _, r := range in.Body.Reports {
		wanted.Reports = append(wanted.Reports, care.ReportAt{ID: queryID(r.ID), Version: r.Version})
	}
	list, err := e.svc.ApproveReports(ctx, reader(ctx), wanted)
	if err != nil {
		return nil, err
	}
	out := approveReportsOutput{Body: approvalsBody{Data: make([]approvalBody, len(list))}}
	for i, a := range list {
		one := approvalBody{ID: in.Body.Reports[i].ID, Report: a.Report}
		if a.Fault != nil {
			p := newProblem(callOf(ctx), a.Fault)
			one.Code, one.Detail = p.Code, p.Detail
		}
		out.Body.Data[i] = one
	}
	return &out, nil
}

type reportMonthInput struct {
	Month string `path:"month" example:"2026-10" doc:"YYYY-MM."`
}

type reportMonthOutput struct{ Body care.MonthProgress }

func (e *edge) getReportMonth(ctx context.Context, in *reportMonthInput) (*reportMonthOutput, error) {
	p, err := e.svc.ReportMonth(ctx, reader(ctx), in.Month)
	return &reportMonthOutput{Body: p}, err
}
