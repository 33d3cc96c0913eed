package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/locale"
	"tussentijds/models"
)

type reportCmd struct {
	Practice uuid.UUID `help:"Practice id; for one couple found by the couple when left out."`
	Couple   uuid.UUID `help:"Couple id; or else --all."`
	All      bool      `help:"All reports of a practice's month, as the first of the next month asks for."`
	Now      bool      `help:"With --all: build here instead of waiting for a worker."`
	Month    string    `required:"" help:"Month, YYYY-MM."`
	Audience string    `help:"Whose report: couple, partner or therapist." enum:"couple,partner,therapist" default:"couple"`
	Partner  string    `help:"Partner id, with audience partner."`
	Locale   string    `help:"Language: nl or en." default:"nl"`
	Out      string    `help:"File to write; with --all a folder for the PDFs." type:"path"`
}

// Run builds one report and writes its PDF, readable by its owner alone, or sees to a whole month. It works as the worker,
// which builds all reports.
func (c reportCmd) Run(e *env) error {
	switch {
	case c.All && c.Couple != uuid.Nil:
		return errors.New("either --couple or --all")
	case c.All && c.Practice == uuid.Nil:
		return errors.New("--all needs --practice")
	case !c.All && c.Couple == uuid.Nil:
		return errors.New("which couple? --couple ID, or --all --practice ID for everybody")
	case !c.All && c.Out == "":
		return errors.New("where to? --out FILE")
	}
	p, err := e.workerService()
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	if c.All {
		return c.month(e.ctx, p.svc, os.Stdout, os.Stderr)
	}
	if c.Practice == uuid.Nil {
		if c.Practice, err = p.svc.PracticeOfCouple(e.ctx, c.Couple); err != nil {
			return err
		}
	}
	pdf, err := p.svc.BuildNow(e.ctx, c.Practice, c.Couple, care.RequestReportInput{Month: c.Month, Audience: c.Audience, PartnerID: c.Partner, Locale: c.Locale})
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.Out, pdf, 0o600); err != nil {
		return err
	}
	fmt.Printf("%s, %d octets\n", c.Out, len(pdf))
	return nil
}

// month asks for a month's reports and stays until all are built, here or by the workers. Those that could not be built are
// listed with their reason, as a code and in words, and end it with an error; the others are built and written all the same.
func (c reportCmd) month(ctx context.Context, svc *care.Service, out, progress io.Writer) error {
	if c.Out != "" {
		if err := os.MkdirAll(c.Out, 0o700); err != nil {
			return err
		}
	}
	if err := svc.RequestMonth(ctx, c.Practice, c.Month); err != nil {
		return err
	}
	if err := c.build(ctx, svc, progress); err != nil {
		return err
	}
	list, err := svc.MonthReports(ctx, c.Practice, c.Month)
	if err != nil {
		return err
	}
	failed, written := 0, 0
	for _, r := range list {
		switch {
		case r.Status == models.ReportFailed:
			failed++
			_, _ = fmt.Fprintf(out, "failed %s (%s, %s): %s: %s\n", r.ID, r.Audience, r.Locale, r.Reason, locale.For(locale.EN).T("desk.report.reason."+r.Reason))
		case c.Out != "" && r.Status != models.ReportWithdrawn:
			if err := c.write(ctx, svc, r); err != nil {
				return err
			}
			written++
		}
	}
	_, _ = fmt.Fprintf(out, "%s: %d reports, %d written, %d failed\n", c.Month, len(list), written, failed)
	if failed > 0 {
		return fmt.Errorf("%d of %d reports could not be built", failed, len(list))
	}
	return nil
}

// write puts a report's PDF into the folder, under its id: no name of a person stands in a file's name.
func (c reportCmd) write(ctx context.Context, svc *care.Service, r care.MonthReport) error {
	pdf, err := svc.ExportReport(ctx, c.Practice, r.ID)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.Out, r.ID.String()+"-"+r.Audience+"-"+r.Locale+".pdf"), pdf, 0o600)
}

// build stays until no report of the month is in the making, and says each second how far it is.
func (c reportCmd) build(ctx context.Context, svc *care.Service, progress io.Writer) error {
	var here chan error // what came of building here; nil where workers do it.
	if c.Now {
		here = make(chan error, 1)
		go func() { here <- c.buildHere(ctx, svc) }()
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		p, err := svc.ReportMonth(ctx, care.System(c.Practice), c.Month)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(progress, "\r%-60s", progressLine(p))
		if p.Built == p.Total {
			_, _ = fmt.Fprintln(progress)
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-here:
			if err != nil {
				return err
			}
			here = nil // What is left, a worker had already.
		case <-tick.C:
		}
	}
}

// buildHere builds what waits, in batches.
func (c reportCmd) buildHere(ctx context.Context, svc *care.Service) error {
	list, err := svc.MonthReports(ctx, c.Practice, c.Month)
	if err != nil {
		return err
	}
	var waiting []uuid.UUID
	for _, r := range list {
		if r.Status == models.ReportQueued || r.Status == models.ReportBuilding {
			waiting = append(waiting, r.ID)
		}
	}
	return svc.BuildWaiting(ctx, c.Practice, waiting)
}

// progressLine says "42 of 60, about 2 minutes left".
func progressLine(p care.MonthProgress) string {
	line := fmt.Sprintf("%d of %d", p.Built, p.Total)
	if p.SecondsLeft != nil {
		line += fmt.Sprintf(", about %s left", (time.Duration(*p.SecondsLeft) * time.Second).Round(time.Second))
	}
	if p.Failed > 0 {
		line += fmt.Sprintf(", %d failed", p.Failed)
	}
	return line
}
