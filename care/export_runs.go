package care

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tussentijds/library"
	"tussentijds/models"
	"tussentijds/reports"
)

const (
	runFewest = 3   // tasks of one exercise that are told together.
	runChars  = 240 // of an answer that fits into a line among others.
)

// exportRun is what was done again and again: its questions are told once, and each time is a line.
type exportRun struct {
	first   int // task of the run.
	count   int
	numbers map[string]int // of a question, by its id.
	asked   []exportAnswer // the questions in that order, with who reads them.
	held    map[int]bool   // tasks that are lines of it.
}

// taskBlocks are tasks to read, in the order they were due: those of an exercise that came back as one run, all others each on
// its own. Nothing is left out.
func (e *Export) taskBlocks(tasks []exportTask) []reports.Block {
	runs := map[string]*exportRun{}
	key := func(t exportTask) string { return fmt.Sprintf("%s/%d/%t", t.Exercise, t.Version, t.Private) }
	for i, task := range tasks {
		run := runs[key(task)]
		if run == nil {
			run = &exportRun{first: -1, numbers: map[string]int{}, held: map[int]bool{}}
			runs[key(task)] = run
		}
		if run.take(task) {
			if run.first < 0 {
				run.first = i
			}
			run.held[i] = true
			run.count++
		}
	}
	var blocks []reports.Block
	for i, task := range tasks {
		run := runs[key(task)]
		switch {
		case run.count < runFewest || !run.held[i]:
			blocks = append(blocks, e.taskBlock(task)...)
		case run.first == i:
			blocks = append(blocks, e.runBlock(run, tasks))
		}
	}
	return blocks
}

// take adds a task to the run when it fits into a line: short answers, read by the same people as before.
func (r *exportRun) take(task exportTask) bool {
	if len(task.Draft) > 0 {
		return false
	}
	for _, a := range append(append([]exportAnswer{}, task.Answers...), task.Partner...) {
		if line, ok := a.inALine(); !ok || utf8.RuneCountInString(line) > runChars {
			return false
		}
	}
	for _, a := range task.Answers {
		if n, known := r.numbers[a.ID]; known && r.asked[n-1].Audience != "" && r.asked[n-1].Audience != a.Audience {
			return false
		}
	}
	for _, a := range append(append([]exportAnswer{}, task.Answers...), task.Partner...) {
		n, known := r.numbers[a.ID]
		switch {
		case !known:
			r.asked = append(r.asked, a)
			r.numbers[a.ID] = len(r.asked)
		case r.asked[n-1].Audience == "":
			r.asked[n-1].Audience = a.Audience
		}
	}
	return true
}

// inALine writes an answer as one line; what was typed in paragraphs is none.
func (a exportAnswer) inALine() (line string, ok bool) {
	if a.short != "" {
		return a.short, true
	}
	if len(a.Words) > 1 && !strings.HasPrefix(a.Words[0], "• ") {
		return "", false
	}
	return inOneLine(a.Words), true
}

// runBlock is a run to read: its questions by number, and a line for each time.
func (e *Export) runBlock(run *exportRun, tasks []exportTask) reports.Block {
	l := e.l()
	slices.SortStableFunc(run.asked, func(a, b exportAnswer) int { return cmp.Compare(a.place, b.place) })
	for i, a := range run.asked {
		run.numbers[a.ID] = i + 1
	}
	block := reports.Block{Header: []string{l.T("export.run.answers"), l.T("export.run.sent")}}
	told := library.Audience("")
	for i, a := range run.asked {
		question := l.T("export.run.question", "Number", i+1, "Question", a.Question)
		if a.Audience.Valid() && a.Audience != told {
			told = a.Audience
			question += " " + l.T("export.run.reads", "Who", l.T("export.audience."+string(a.Audience)))
		}
		block.Paragraphs = append(block.Paragraphs, question)
	}
	undone := map[models.TaskStatus][]string{}
	var order []models.TaskStatus
	for i, task := range tasks {
		if !run.held[i] {
			continue
		}
		block.Heading = l.N("export.run", run.count, "Title", task.Title)
		if task.SubmittedAt == nil {
			if undone[task.Status] == nil {
				order = append(order, task.Status)
			}
			undone[task.Status] = append(undone[task.Status], e.shortDay(task.DueAt))
		} else {
			at := task.SubmittedAt.In(e.as.Zone)
			block.Rows = append(block.Rows, []string{run.line(task.Answers), e.shortDay(at) + ", " + l.Clock(at)})
		}
		if len(task.Partner) > 0 {
			block.Rows = append(block.Rows, []string{l.T("export.run.partner", "Answers", run.line(task.Partner)), e.shortDay(task.DueAt)})
		}
	}
	var lines []string
	for _, status := range order {
		lines = append(lines, l.T("export.run.undone", "Status", l.T("export.status."+string(status)), "Days", strings.Join(undone[status], ", ")))
	}
	block.Note = strings.Join(lines, " ")
	return block
}

func (r *exportRun) line(answers []exportAnswer) string {
	parts := make([]string, len(answers))
	for i, a := range answers {
		line, _ := a.inALine()
		parts[i] = strconv.Itoa(r.numbers[a.ID]) + ":\u00a0" + line
	}
	return strings.Join(parts, " · ")
}

func (e *Export) shortDay(t time.Time) string {
	t = t.In(e.as.Zone)
	return e.l().ShortDate(t) + t.Format(" 2006")
}
