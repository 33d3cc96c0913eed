package care

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/models"
	"tussentijds/reports"
)

// HomeworkSheetInput says which homework is printed: one task, what is still to come of one assignment, or, without either, all
// that opens within a week. PartnerID says whose; a partner's own when left out.
type HomeworkSheetInput struct {
	PartnerID    uuid.UUID
	AssignmentID uuid.UUID
	TaskID       uuid.UUID
}

const (
	paperTasks = 60 // looked at for one sheet.
	paperForms = 12 // different forms on one sheet.
	paperDays  = 14 // named above a form.
)

// HomeworkSheet gives a partner's homework as a form to fill in by hand, as a PDF in that partner's language: the questions, who
// reads each answer, and the days it is for. Nothing that anyone answered is on it, nor the private questions. A partner prints
// the own; who treats the couple prints either's. Faults: not_found, forbidden, conflict when nothing is to be done.
func (s *Service) HomeworkSheet(ctx context.Context, actor Actor, coupleID uuid.UUID, in HomeworkSheetInput) ([]byte, error) {
	var doc reports.Document
	err := s.inPractice(ctx, actor, func(t *txn) error {
		partner, err := t.sheetFor(coupleID, in.PartnerID)
		if err != nil {
			return err
		}
		tasks, err := models.TasksToPrint(t.DB, partner.ID, in.AssignmentID, in.TaskID, t.now, t.now.AddDate(0, 0, 7), paperTasks)
		if err != nil {
			return err
		}
		if len(tasks) == 0 {
			if in.TaskID != uuid.Nil || in.AssignmentID != uuid.Nil {
				if err := t.mustKnowHomework(partner, in); err != nil {
					return err
				}
			}
			return fault.New(fault.Conflict, "sheet.nothing")
		}
		doc, err = t.homeworkDocument(partner, tasks)
		if err != nil {
			return err
		}
		t.note(act{verb: "print", object: "tasks", objectID: in.TaskID, partnerID: partner.ID})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return reports.BuildDocument(doc)
}

// sheetFor finds whose homework an actor may print.
func (t *txn) sheetFor(coupleID, partnerID uuid.UUID) (models.Partner, error) {
	if t.actor.Partner() {
		own, err := t.ownPartner()
		if err == nil && partnerID != uuid.Nil && partnerID != own.ID {
			err = fault.Missing()
		}
		return own, err
	}
	couple, err := t.coupleFor(coupleID, readClinical)
	if err != nil {
		return models.Partner{}, err
	}
	partner, err := models.FindPartner(t.DB, partnerID)
	if err == nil && partner.CoupleID != couple.ID {
		err = fault.Missing()
	}
	return partner, err
}

// mustKnowHomework tells what is over from what is not there at all.
func (t *txn) mustKnowHomework(partner models.Partner, in HomeworkSheetInput) error {
	if in.TaskID != uuid.Nil {
		task, err := models.TaskOf(t.DB, partner.ID, in.TaskID)
		if err == nil && task.Discreet {
			err = fault.Missing()
		}
		return err
	}
	a, err := models.FindAssignment(t.DB, in.AssignmentID)
	if err == nil && (a.CoupleID != partner.CoupleID || a.Discreet || t.actor.Partner()) {
		err = fault.Missing()
	}
	return err
}

// homeworkDocument lays tasks out as forms, one for each piece of homework however often it comes.
func (t *txn) homeworkDocument(partner models.Partner, tasks []models.Task) (reports.Document, error) {
	lang, _ := locale.Parse(partner.Locale)
	l := locale.For(lang)
	doc := reports.Document{Locale: lang, Compact: true}
	practice, err := t.thePractice()
	if err != nil {
		return doc, err
	}
	if doc.Brand, err = t.reportBrand(); err != nil {
		return doc, err
	}
	zone := practice.Zone()
	names, err := t.partnerNames(partner)
	if err != nil {
		return doc, err
	}
	views, err := t.taskViews(partner, tasks)
	if err != nil {
		return doc, err
	}
	doc.BuiltAt = t.now.In(zone)
	doc.Cover = reports.Cover{
		Practice: practice.Name, Title: l.T("sheet.homework.title"), For: l.T("sheet.for", "Name", names[partner.ID]),
		Lines: []string{l.T("sheet.made", "Date", l.Date(doc.BuiltAt))}, Private: l.T("sheet.homework.private"),
	}
	doc.Sections = append(doc.Sections, reports.Section{ID: "about", Blocks: []reports.Block{{
		Paragraphs: []string{l.T("sheet.homework.about"), l.T("sheet.homework.open")},
	}}})
	var order []uuid.UUID
	days, forms := map[uuid.UUID][]string{}, map[uuid.UUID]TaskView{}
	for _, v := range views {
		if _, seen := forms[v.AssignmentID]; !seen {
			if len(order) == paperForms {
				continue
			}
			order, forms[v.AssignmentID] = append(order, v.AssignmentID), v
		}
		days[v.AssignmentID] = append(days[v.AssignmentID], dueWords(l, v.DueAt.In(zone)))
	}
	for i, id := range order {
		section := paperForm(forms[id].Exercise, lang)
		// A form that is copied for each day stands on paper of its own; the others follow each other.
		section.Apart = i > 0 && (len(days[id]) > 1 || len(days[order[i-1]]) > 1)
		section.Blocks = slices.Insert(section.Blocks, 0, dueBlock(l, days[id]))
		doc.Sections = append(doc.Sections, section)
	}
	return doc, nil
}

func dueWords(l locale.Localizer, at time.Time) string {
	return l.T("sheet.due.at", "Day", l.Day(at), "Clock", l.Clock(at))
}

// dueBlock says for when a form is: one day, or several with a place to write which.
func dueBlock(l locale.Localizer, days []string) reports.Block {
	if len(days) == 1 {
		return reports.Block{Facts: []reports.Fact{{Label: l.T("sheet.due"), Value: days[0]}}}
	}
	more := ""
	if len(days) > paperDays {
		days, more = days[:paperDays], " …"
	}
	return reports.Block{
		Facts: []reports.Fact{{Label: l.T("sheet.due"), Value: strings.Join(days, "; ") + more}},
		Note:  l.T("sheet.due.copies"),
	}
}
