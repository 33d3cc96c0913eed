package care

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/models"
	"tussentijds/reports"
)

// What the therapist may put into a report.
const (
	maxReportNote = 5_000 // the word to its readers, in characters.
	maxGoals      = 6     // goals for the month to come: more are a list, no goals.
	maxGoal       = 200   // characters in one.
)

// EditReportInput changes what the therapist set in a report; nil leaves a thing as it is.
type EditReportInput struct {
	Note    *string   `json:"note,omitempty"`
	Goals   *[]string `json:"goals,omitempty"`
	LeftOut *[]string `json:"left_out,omitempty"` // ids of sections, of which reports.MayLeaveOut.
}

// reportEdits is what a report's edits hold, sealed under the same key as its note.
type reportEdits struct {
	Goals   []string `json:"goals,omitempty"`
	LeftOut []string `json:"left_out,omitempty"`
}

// reportEdits opens what the therapist set in a report; nothing when its person was erased.
func (t *txn) reportEdits(r models.Report) (reportEdits, error) {
	var e reportEdits
	_, err := t.openJSON(reportPlace(r, "edits"), r.Edits, &e)
	return e, err
}

// onReport locks a report for a change, lets do work on it and gives its state.
func (s *Service) onReport(ctx context.Context, actor Actor, id uuid.UUID, r right, version int, do func(*txn, *models.Report) error) (ReportView, error) {
	var view ReportView
	err := s.inPractice(ctx, actor, func(t *txn) error {
		row, err := t.reportFor(id, r)
		if err != nil {
			return err
		}
		if row.Version != version {
			return fault.New(fault.Stale, "")
		}
		if err := do(t, &row); err != nil {
			return err
		}
		view, err = t.reportView(row)
		return err
	})
	return view, err
}

// EditReport sets the therapist's words, goals and the sections left out, and queues the rebuild of the draft: what was read
// before is no longer what is approved. Faults: invalid, stale, conflict unless it is a draft or could not be built.
func (s *Service) EditReport(ctx context.Context, actor Actor, id uuid.UUID, in EditReportInput, version int) (ReportView, error) {
	return s.onReport(ctx, actor, id, writeClinical, version, func(t *txn, r *models.Report) error {
		in, err := in.cleaned()
		if err != nil {
			return err
		}
		if r.Status != models.ReportDraft && r.Status != models.ReportFailed {
			return fault.New(fault.Conflict, "progress.not_draft")
		}
		with, err := models.ReportWithNote(t.DB, r.ID)
		if err != nil {
			return err
		}
		change := map[string]any{"status": models.ReportQueued, "error": nil}
		if in.Note != nil {
			r.Note = nil
			if *in.Note != "" {
				if r.Note, err = t.seal(reportPlace(*r, "note"), []byte(*in.Note)); err != nil {
					return err
				}
			}
			change["note"] = r.Note
		} else {
			r.Note = with.Note
		}
		edits, err := t.reportEdits(with)
		if err != nil {
			return err
		}
		if in.Goals != nil {
			edits.Goals = *in.Goals
		}
		if in.LeftOut != nil {
			edits.LeftOut = *in.LeftOut
		}
		if r.Edits, err = t.sealJSON(reportPlace(*r, "edits"), edits); err != nil {
			return err
		}
		change["edits"] = r.Edits
		r.Status, r.Error = models.ReportQueued, nil
		if err := t.changeReport(r, change, models.ReportDraft, models.ReportFailed); err != nil {
			return err
		}
		return t.noteReport("change", *r)
	})
}

// cleaned trims what was typed and checks it. Faults: invalid.
func (in EditReportInput) cleaned() (EditReportInput, error) {
	var c fault.Collector
	if in.Note != nil {
		note := strings.TrimSpace(strings.ReplaceAll(*in.Note, "\r\n", "\n"))
		checkWords(&c, "note", note, maxReportNote, "")
		in.Note = &note
	}
	if in.Goals != nil {
		goals := []string{}
		for _, goal := range *in.Goals {
			if goal = strings.Join(strings.Fields(goal), " "); goal != "" {
				goals = append(goals, goal)
			}
		}
		for i, goal := range goals {
			checkWords(&c, "goals["+strconv.Itoa(i)+"]", goal, maxGoal, "")
		}
		if len(goals) > maxGoals {
			c.Add("goals", "progress.goals.many", map[string]any{"Max": maxGoals})
		}
		in.Goals = &goals
	}
	if in.LeftOut != nil {
		left := slices.Compact(slices.Sorted(slices.Values(*in.LeftOut)))
		for _, section := range left {
			if !reports.MayLeaveOut(section) {
				c.Add("left_out", "error.field.choice", nil)
			}
		}
		in.LeftOut = &left
	}
	return in, c.Err()
}

// WriteReportNote sets the therapist's words alone; the rest is as EditReport.
func (s *Service) WriteReportNote(ctx context.Context, actor Actor, id uuid.UUID, note string, version int) (ReportView, error) {
	return s.EditReport(ctx, actor, id, EditReportInput{Note: &note}, version)
}

// RebuildReport makes a draft anew with the figures of now, or tries again what could not be built. Faults: stale, conflict
// for what is approved: that is corrected instead.
func (s *Service) RebuildReport(ctx context.Context, actor Actor, id uuid.UUID, version int) (ReportView, error) {
	return s.onReport(ctx, actor, id, writeClinical, version, func(t *txn, r *models.Report) error {
		if r.Status != models.ReportDraft && r.Status != models.ReportFailed {
			return fault.New(fault.Conflict, "progress.not_draft")
		}
		if err := t.buildAgain(r); err != nil {
			return err
		}
		return t.noteReport("change", *r)
	})
}
