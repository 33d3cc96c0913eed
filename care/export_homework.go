package care

import (
	"context"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/locale"
	"tussentijds/library"
	"tussentijds/models"
	"tussentijds/reports"
)

// exportAnswer is one question with its answer: the value as it is kept, and in words.
type exportAnswer struct {
	Question string           `json:"question"`
	ID       string           `json:"id"`
	Audience library.Audience `json:"audience,omitempty"`
	Value    any              `json:"value"`
	Words    []string         `json:"words"`
	short    string           // the same for a line among others; empty where words are short enough.
	place    int              // of the question in its form.
}

// exportTask is one task of the person. Partner holds what the person may read of the other's answer: without it, nothing tells
// whether there is one.
type exportTask struct {
	ID          uuid.UUID         `json:"id"`
	Exercise    string            `json:"exercise"`
	Version     int               `json:"version"`
	Title       string            `json:"title"`
	DueAt       time.Time         `json:"due_at"`
	Status      models.TaskStatus `json:"status"`
	Private     bool              `json:"private,omitempty"`
	SubmittedAt *time.Time        `json:"submitted_at,omitempty"`
	OpenedAt    *time.Time        `json:"opened_at,omitempty"` // what waited for both opened.
	InSessionAt *time.Time        `json:"opened_in_session_at,omitempty"`
	Answers     []exportAnswer    `json:"answers,omitempty"`
	Hidden      []string          `json:"hidden,omitempty"` // to a therapist: questions that the person keeps.
	Draft       []exportAnswer    `json:"draft,omitempty"`
	Partner     []exportAnswer    `json:"partner,omitempty"`
	Score       *library.Score    `json:"score,omitempty"`
}

const exportTasks = 400 // read at once.

// homework writes the tasks that opened for the person, with the own answers and what may be read of the other's.
func (e *Export) homework(ctx context.Context, b *exportBook) error {
	l := e.l()
	list, err := b.z.list("homework.json", l.T("export.part.homework"))
	if err != nil {
		return err
	}
	var after models.Task
	others := false
	for {
		var tasks []exportTask
		err := e.look(ctx, func(t *txn) error {
			rows, err := models.TasksForExport(t.DB, e.partner.ID, e.private, e.at, after, exportTasks)
			if err != nil || len(rows) == 0 {
				return err
			}
			after = rows[len(rows)-1]
			tasks, err = e.tasks(t, rows)
			return err
		})
		if err != nil {
			return err
		}
		if len(tasks) == 0 {
			break
		}
		for _, task := range tasks {
			others = others || len(task.Partner) > 0
			if err := list.add(task); err != nil {
				return err
			}
		}
		if err := b.add("homework", l.T("export.part.homework"), e.taskBlocks(tasks)...); err != nil {
			return err
		}
	}
	if err := list.close(); err != nil || !others {
		return err
	}
	return e.s.inPractice(ctx, e.actor, func(t *txn) error { // That the other's answers were read belongs in the other's record.
		partners, err := models.PartnersOf(t.DB, e.couple.ID)
		for _, p := range partners {
			if p.ID != e.partner.ID {
				t.note(act{verb: "read", object: "responses", partnerID: p.ID})
			}
		}
		return err
	})
}

// tasks opens tasks with their answers, in a constant number of statements.
func (e *Export) tasks(t *txn, rows []models.Task) ([]exportTask, error) {
	views, err := t.taskViews(e.partner, rows)
	if err != nil {
		return nil, err
	}
	occurrences := make([]uuid.UUID, len(rows))
	for i, r := range rows {
		occurrences[i] = r.OccurrenceID
	}
	responses, err := models.ResponsesOfOccurrences(t.DB, occurrences)
	if err != nil {
		return nil, err
	}
	var sealed []models.Sealed
	own, other := map[uuid.UUID]models.Response{}, map[uuid.UUID]models.Response{}
	for _, r := range responses {
		sealed = append(sealed, r.Answers)
		if r.PartnerID == e.partner.ID {
			own[r.OccurrenceID] = r
		} else {
			other[r.OccurrenceID] = r
		}
	}
	for _, r := range rows {
		sealed = append(sealed, r.Draft)
	}
	if err := t.warm(sealed...); err != nil {
		return nil, err
	}
	l, in := e.l(), string(e.as.Locale)
	out := make([]exportTask, len(rows))
	for i, row := range rows {
		form := views[i].Exercise
		out[i] = exportTask{ID: row.ID, Exercise: form.ID, Version: form.Version, Title: form.Title.In(in), DueAt: row.DueAt.UTC(), Status: row.Status, Private: row.Discreet}
		if r, there := own[row.OccurrenceID]; there {
			v, err := t.responseView(r, form, e.who)
			if err != nil {
				return nil, err
			}
			out[i].Answers, out[i].Score = exportAnswers(form, v.Answers, r.Audiences.V, l), v.Score
			out[i].SubmittedAt, out[i].OpenedAt, out[i].InSessionAt = &r.SubmittedAt, v.RevealedAt, r.SessionRevealedAt
			if e.who == readerTherapist {
				out[i].Hidden = v.Hidden
			}
		}
		if row.Draft != nil && e.who == readerWriter { // A draft is read by nobody else.
			var draft library.Answers
			if _, err := t.openJSON(draftPlace(row), row.Draft, &draft); err != nil {
				return nil, err
			}
			out[i].Draft = exportAnswers(form, draft, nil, l)
		}
		if r, there := other[row.OccurrenceID]; there && !row.Discreet {
			v, err := t.responseView(r, form, readerOther)
			if err != nil {
				return nil, err
			}
			out[i].Partner = exportAnswers(form, v.Answers, nil, l)
		}
	}
	return out, nil
}

func exportAnswers(form *library.Exercise, answers library.Answers, audiences map[string]string, l locale.Localizer) []exportAnswer {
	var out []exportAnswer
	for i := range form.Questions {
		q := &form.Questions[i]
		if words := wordsGiven(q, answers, l); words != nil {
			a := exportAnswer{Question: q.Label.In(string(l.Lang)), ID: q.ID, Audience: library.Audience(audiences[q.ID]), Value: answers[q.ID], Words: words, place: i}
			if q.Type == library.FieldScale && !answers.Declined(q.ID) {
				_, high := q.Bounds()
				a.short = plainNumber(answers[q.ID], l) + "/" + plainNumber(high, l)
			}
			out = append(out, a)
		}
	}
	return out
}

// taskBlock is a task to read: what, when, the own answers with who reads them, and the other's.
func (e *Export) taskBlock(task exportTask) []reports.Block {
	l := e.l()
	when := l.T("export.task.due", "Day", l.Day(task.DueAt.In(e.as.Zone)), "Status", l.T("export.status."+string(task.Status)))
	if task.SubmittedAt != nil {
		when = l.T("export.task.sent", "Moment", l.Moment(task.SubmittedAt.In(e.as.Zone)))
	}
	block := reports.Block{Heading: task.Title, Facts: []reports.Fact{{Label: l.T("export.when"), Value: when}}}
	told := library.Audience("")
	for _, a := range task.Answers {
		pair := reports.Pair{Label: a.Question, Text: a.Words}
		if a.Audience.Valid() && a.Audience != told { // Said once above a run of questions, as on the task's page.
			told = a.Audience
			pair.Meta = l.T("export.reads", "Who", l.T("export.audience."+string(a.Audience)))
		}
		block.Pairs = append(block.Pairs, pair)
	}
	blocks := []reports.Block{block}
	if len(task.Draft) > 0 {
		blocks = append(blocks, pairsOf(l.T("export.task.draft", "Title", task.Title), task.Draft))
	}
	if len(task.Partner) > 0 {
		blocks = append(blocks, pairsOf(l.T("export.task.partner", "Title", task.Title), task.Partner))
	}
	return blocks
}

func pairsOf(heading string, answers []exportAnswer) reports.Block {
	block := reports.Block{Heading: heading}
	for _, a := range answers {
		block.Pairs = append(block.Pairs, reports.Pair{Label: a.Question, Text: a.Words})
	}
	return block
}
