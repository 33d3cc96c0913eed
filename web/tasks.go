package web

import (
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/library"
)

var (
	tasksPage    = page("portal/tasks")
	taskPage     = page("portal/task")
	sentPage     = page("portal/task-sent")
	helpPage     = page("portal/help")
	skipPage     = page("portal/task-skip")
	widenPage    = page("portal/task-audience")
	takeBackPage = page("portal/task-take-back")
)

// taskView is what the task page shows: a form while the task is open, one's own answers afterwards, and of the other's
// only what care gave.
type taskView struct {
	Task       care.TaskView
	Lang       string
	Form       FormView
	Shape      string // the questions and their types, for a draft that comes in after the sign-in has expired.
	DraftToken string
	Own        []AnswerView
	Partner    []AnswerView

	Outcome        *OutcomeView // of an instrument; nil when there is none.
	PartnerOutcome *OutcomeView // of the other's, once all that counts of it may be read.
}

// listTasks shows what one has done; the open ones are on the start page.
func (s *Site) listTasks(r *Request) error {
	list, err := s.care.ListTasks(r.Context(), r.Actor, "done", care.Page{Limit: 30, Cursor: r.Query("cursor")})
	if err != nil {
		return err
	}
	p := r.Page("portal.tasks.title", nil)
	p.Data = doneView{Days: doneByDay(p, list.Data), First: r.Query("cursor") != "", Next: list.Next}
	return r.Show(tasksPage, fiber.StatusOK, p)
}

// doneView is what one has done, by day.
type doneView struct {
	Days  []doneDay
	First bool // there is a page before.
	Next  *string
}

type doneDay struct {
	On    time.Time
	Tasks []care.TaskView
}

func doneByDay(p *Page, tasks []care.TaskView) []doneDay {
	var days []doneDay
	for _, t := range tasks {
		if last := len(days) - 1; last < 0 || !sameDay(p.In(days[last].On), p.In(t.DueAt)) {
			days = append(days, doneDay{On: t.DueAt})
		}
		last := &days[len(days)-1]
		last.Tasks = append(last.Tasks, t)
	}
	return days
}

func (s *Site) task(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	task, err := s.care.Task(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	if (task.Private || holdsPrivate(task)) && !s.care.Fresh(r.Actor) {
		return askFresh(r)
	}
	p := r.Page("portal.task.title", nil)
	p.Data = s.viewTask(r, p, task, task.Draft, "")
	return r.Show(taskPage, fiber.StatusOK, p)
}

func (s *Site) viewTask(r *Request, p *Page, task care.TaskView, answers library.Answers, addRow string) taskView {
	v := taskView{Task: task, Lang: string(p.Lang)}
	if task.Status.Unfinished() && !task.Coming {
		v.Form = NewForm(task.Exercise, FormOptions{Answers: answers, Page: p, AddRow: addRow})
		v.Shape = shapeOf(task.Exercise)
		v.DraftToken = s.care.DraftToken(r.Actor, task.ID)
		return v
	}
	if task.Response != nil {
		v.Own = AnswerList(task.Exercise, task.Response.Answers, task.Response.Audiences, p)
		for i := range v.Own {
			if task.Response.RevealedAt != nil && v.Own[i].Audience == library.AudienceReveal {
				v.Own[i].Audience = library.AudienceBoth // It has opened: that is who reads it now.
			}
		}
	}
	if task.Partner != nil {
		v.Partner = AnswerList(task.Exercise, task.Partner.Answers, task.Partner.Audiences, p)
		v.PartnerOutcome = p.Outcome(task.Partner.Outcome, true, true)
	}
	if task.Response != nil {
		v.Outcome = p.Outcome(task.Response.Outcome, false, v.PartnerOutcome != nil)
	}
	return v
}

// answerTask takes the form: to send it, to keep it for later, or to get one more row. What was typed is shown again
// whatever goes wrong.
func (s *Site) answerTask(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	task, err := s.care.Task(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	answers := library.FromForm(task.Exercise, r.Values())
	again := func(err error) error {
		f := fault.From(err)
		if f.Code != fault.Invalid && f.Code != fault.Stale {
			return err
		}
		p := r.Page("portal.task.title", nil)
		p.fault(f)
		p.Data = s.viewTask(r, p, task, answers, "")
		return r.Show(taskPage, f.Code.Status(), p)
	}
	if row := r.FormValue("add_row"); row != "" {
		if saved, err := s.care.SaveDraft(r.Context(), r.Actor, id, answers, 0); err == nil {
			task.Version = saved.Version
		} else if !fault.Is(err, fault.Invalid) {
			return again(err)
		}
		p := r.Page("portal.task.title", nil)
		p.Data = s.viewTask(r, p, task, answers, row)
		return r.Show(taskPage, fiber.StatusOK, p)
	}
	if r.FormValue("do") == "draft" {
		if _, err := s.care.SaveDraft(r.Context(), r.Actor, id, answers, r.number("version")); err != nil {
			return again(err)
		}
		return r.Go("/portal", "portal.flash.draft")
	}
	if _, err := s.care.CompleteTask(r.Context(), r.Actor, id, answers); err != nil {
		return again(err)
	}
	return r.Redirect("/portal/tasks/"+id.String()+"/sent", fiber.StatusSeeOther)
}

// taskSent is the page after sending. It reads the own answer alone, so that it is the same whatever the other did (design
// decision 12): what opened shows when the task is opened next.
func (s *Site) taskSent(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	sent, err := s.care.Sent(r.Context(), r.Actor, id)
	if err != nil {
		return err
	}
	return r.Render(sentPage, "portal.task.title", sent)
}

// help shows whom to call; every page of the portal leads to it.
func (s *Site) help(r *Request) error {
	lines, err := s.care.Helplines(r.Context(), r.Actor)
	if err != nil {
		return err
	}
	return r.Render(helpPage, "portal.today.title", lines)
}

// saveDraft is the autosave of app.js; it answers in JSON with words for the page.
func (s *Site) saveDraft(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return s.draftFault(r, err)
	}
	shape := readShape(r.FormValue("shape"))
	task, err := s.care.SaveDraft(r.Context(), r.Actor, id, library.FromForm(shape, r.Values()), r.number("version"))
	if err != nil {
		return s.draftFault(r, err)
	}
	now := s.care.Clock.Now().In(r.zone())
	return r.JSON(fiber.Map{"said": r.L.T("portal.draft.saved", "Clock", r.L.Clock(now)), "version": task.Version})
}

func (s *Site) draftFault(r *Request, err error) error {
	f := fault.From(err)
	key := "portal.draft.unsaved"
	switch f.Code {
	case fault.Stale:
		key = "portal.draft.stale"
	case fault.Invalid:
		key = "portal.draft.invalid"
	case fault.Conflict, fault.NotFound:
		key = "portal.draft.closed"
	}
	if f.Code.Status() >= 500 {
		s.opts.Log.Error("draft not saved", "code", string(f.Code), "error", f.Error())
	}
	return r.Status(f.Code.Status()).JSON(fiber.Map{"said": r.L.T(key)})
}

// lateDraft keeps what was typed when the sign-in has expired meanwhile: the form's own signed token may save that one
// draft, and read nothing (design decision 18).
func (s *Site) lateDraft(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	answers := library.FromForm(readShape(r.FormValue("shape")), r.Values())
	err = s.care.SaveDraftByToken(r.Context(), r.FormValue("draft_token"), id, answers)
	if strings.HasSuffix(r.Path(), "/draft") {
		if err != nil {
			return s.draftFault(r, err)
		}
		return r.JSON(fiber.Map{"said": r.L.T("portal.draft.late")})
	}
	if err != nil {
		return fault.New(fault.Unauthenticated, "")
	}
	s.setCookie(r.Ctx, loginCookie, "", 0)
	return r.Go("/", "web.flash.kept")
}

// shapeOf writes a form's questions and their types in one line; readShape makes an exercise of it that is good for
// reading a form and nothing else. It comes back from the browser, so it only decides how fields are read: care checks
// the answers against the task's own form.
func shapeOf(e *library.Exercise) string {
	var b strings.Builder
	for i := range e.Questions {
		b.WriteString(e.Questions[i].ID + "=" + string(e.Questions[i].Type) + " ")
	}
	return strings.TrimSpace(b.String())
}

func readShape(shape string) *library.Exercise {
	e := &library.Exercise{}
	for _, part := range strings.Fields(shape) {
		if id, kind, ok := strings.Cut(part, "="); ok && len(e.Questions) < 200 {
			e.Questions = append(e.Questions, library.Question{ID: id, Type: library.FieldType(kind)})
		}
	}
	return e
}

func (s *Site) takeBackForm(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	return r.Render(takeBackPage, "portal.task.title", id.String())
}

func (s *Site) takeBack(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	if err := s.care.TakeBackResponse(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Go("/portal/tasks/"+id.String(), "portal.flash.taken_back")
}

func (s *Site) skipForm(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	return r.Render(skipPage, "portal.task.title", id.String())
}

func (s *Site) skipTask(r *Request) error {
	id, err := r.ID("id")
	if err != nil {
		return err
	}
	if err := s.care.SkipTask(r.Context(), r.Actor, id); err != nil {
		return err
	}
	return r.Go("/portal", "portal.flash.skipped")
}

// widenView offers the audiences wider than an answer's own.
type widenView struct {
	TaskID   uuid.UUID
	Question string
	Label    string
	Now      library.Audience
	Wider    []library.Audience
}

func (s *Site) widenView(r *Request) (widenView, care.TaskView, error) {
	v := widenView{Question: r.Query("question", r.FormValue("question"))}
	id, err := r.ID("id")
	if err != nil {
		return v, care.TaskView{}, err
	}
	task, err := s.care.Task(r.Context(), r.Actor, id)
	if err != nil {
		return v, task, err
	}
	if task.Response == nil || task.Exercise == nil {
		return v, task, fault.Missing()
	}
	q, ok := task.Exercise.Question(v.Question)
	if !ok {
		return v, task, fault.Missing()
	}
	v.TaskID, v.Label, v.Now = id, q.Label.In(string(r.L.Lang)), q.Audience
	if a := library.Audience(task.Response.Audiences[v.Question]); a.Valid() {
		v.Now = a
	}
	for _, a := range library.Audiences {
		// Reveal needs two closed halves: an answer that somebody has read cannot be closed again.
		if a != v.Now && a != library.AudienceReveal && v.Now.NarrowerOrEqual(a) {
			v.Wider = append(v.Wider, a)
		}
	}
	return v, task, nil
}

func (s *Site) widenForm(r *Request) error {
	v, _, err := s.widenView(r)
	if err != nil {
		return err
	}
	if !s.care.Fresh(r.Actor) {
		return v.askFresh(r)
	}
	return r.Render(widenPage, "portal.task.title", v)
}

// askFresh asks for the password before more people get to read a private answer: whoever picked up the phone could open it
// to the other otherwise. The way back is the form, for nothing was chosen yet.
func (v widenView) askFresh(r *Request) error {
	to := "/portal/tasks/" + v.TaskID.String() + "/audience?question=" + v.Question
	return r.Redirect("/sign-in/fresh?to="+url.QueryEscape(to), fiber.StatusSeeOther)
}

// widen opens one own answer to more readers. Nobody but the writer can, and it is not undone.
func (s *Site) widen(r *Request) error {
	v, task, err := s.widenView(r)
	if err != nil {
		return err
	}
	if !s.care.Fresh(r.Actor) {
		return v.askFresh(r)
	}
	if _, err := s.care.WidenAudience(r.Context(), r.Actor, task.Response.ID, v.Question, r.FormValue("audience")); err != nil {
		return r.Again(err, widenPage, "portal.task.title", v)
	}
	return r.Go("/portal/tasks/"+v.TaskID.String(), "portal.flash.widened")
}

// askFresh sends people to type their password again before a private thing opens, whoever holds the phone.
func askFresh(r *Request) error {
	return r.Redirect("/sign-in/fresh?to="+r.Path(), fiber.StatusSeeOther)
}

// holdsPrivate tells whether opening the task would show words that the partner may not read: then a recent sign-in is
// asked for. What was typed just now and comes back with an error was never put away, and is shown.
func holdsPrivate(task care.TaskView) bool {
	if task.Exercise == nil {
		return false
	}
	stored := task.Draft
	if task.Response != nil {
		stored = task.Response.Answers
	}
	for i := range task.Exercise.Questions {
		q := &task.Exercise.Questions[i]
		_, answered := stored[q.ID]
		if answered && q.Audience.NarrowerOrEqual(library.AudienceInSession) {
			return true
		}
	}
	return false
}
