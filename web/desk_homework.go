package web

import (
	"strconv"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/library"
)

var (
	deskHomeworkPage   = page("desk/couple-homework")
	deskAssignmentPage = page("desk/assignment")
	deskAssignPage     = page("desk/assign")
	deskAssignAskPage  = page("desk/assign-confirm")
)

// HomeworkPage is a couple's homework: what runs and what is over.
type HomeworkPage struct {
	Head        *CoupleHead
	Running     []care.AssignmentView
	Over        []care.AssignmentView
	Next, First string
}

// deskHomework lists a couple's homework.
func (s *Site) deskHomework(r *Request) error {
	head, err := s.coupleHead(r, "homework")
	if err != nil {
		return err
	}
	list, err := s.care.ListAssignments(r.Context(), r.Actor, head.Couple.ID, r.part(50))
	if err != nil {
		return err
	}
	data := HomeworkPage{Head: head, Next: r.nextURL(list.Next), First: r.firstURL()}
	for _, a := range list.Data {
		if a.Status == "active" {
			data.Running = append(data.Running, a)
		} else {
			data.Over = append(data.Over, a)
		}
	}
	return r.deskShow(deskHomeworkPage, "desk.tab.homework", data, head.crumbs(r)...)
}

// AssignmentPage is one piece of homework with the form to change its schedule and end.
type AssignmentPage struct {
	Head      *CoupleHead
	A         care.AssignmentView
	In        care.ScheduleInput
	EndsOn    string
	Kinds     []Choice
	Times     []Choice
	Audiences []AudienceLine
}

// AudienceLine is a question with who reads its answer.
type AudienceLine struct {
	Label    string
	Audience string
}

// assignment finds one piece of the couple's homework.
func (s *Site) assignmentPage(r *Request) (AssignmentPage, error) {
	head, err := s.coupleHead(r, "homework")
	if err != nil {
		return AssignmentPage{}, err
	}
	id, err := r.ID("assignment")
	if err != nil {
		return AssignmentPage{}, err
	}
	page := care.Page{Limit: 100}
	for {
		list, err := s.care.ListAssignments(r.Context(), r.Actor, head.Couple.ID, page)
		if err != nil {
			return AssignmentPage{}, err
		}
		for _, a := range list.Data {
			if a.ID == id {
				data := AssignmentPage{Head: head, A: a, In: a.Schedule, EndsOn: string(a.EndsOn), Kinds: r.choices("desk.schedule.kind", scheduleKinds...), Times: timesChoices()}
				if a.Exercise != nil {
					for i := range a.Exercise.Questions {
						q := &a.Exercise.Questions[i]
						data.Audiences = append(data.Audiences, AudienceLine{q.Label.In(string(r.L.Lang)), string(q.Audience)})
					}
				}
				return data, nil
			}
		}
		if list.Next == nil {
			return AssignmentPage{}, fault.Missing()
		}
		page.Cursor = *list.Next
	}
}

func (d AssignmentPage) crumbs(r *Request) []Crumb {
	return d.Head.crumbs(r, r.crumb("desk.tab.homework", d.Head.Base+"/homework"), Crumb{Text: d.A.Title})
}

// deskAssignment shows one piece of homework.
func (s *Site) deskAssignment(r *Request) error {
	data, err := s.assignmentPage(r)
	if err != nil {
		return err
	}
	return r.deskShow(deskAssignmentPage, "desk.assignment.title", data, data.crumbs(r)...)
}

// deskChangeAssignment changes schedule and end for tasks that are still to come.
func (s *Site) deskChangeAssignment(r *Request) error {
	data, err := s.assignmentPage(r)
	if err != nil {
		return err
	}
	data.In, data.EndsOn = r.schedule(), r.Typed("ends_on")
	_, err = s.care.ChangeAssignment(r.Context(), r.Actor, data.A.ID, care.ChangeAssignmentInput{Schedule: &data.In, EndsOn: &data.EndsOn, Version: r.version()})
	if err != nil {
		return r.deskAgain(err, deskAssignmentPage, "desk.assignment.title", data, data.crumbs(r)...)
	}
	return r.Go(data.Head.Base+"/homework", "desk.flash.saved")
}

// deskCancelAssignment stops the homework; answers stay.
func (s *Site) deskCancelAssignment(r *Request) error {
	data, err := s.assignmentPage(r)
	if err != nil {
		return err
	}
	if err := s.care.CancelAssignment(r.Context(), r.Actor, data.A.ID, r.version()); err != nil {
		return r.deskAgain(err, deskAssignmentPage, "desk.assignment.title", data, data.crumbs(r)...)
	}
	return r.Go(data.Head.Base+"/homework", "desk.flash.cancelled")
}

// schedule reads the fields of a schedule; what its kind does not use is left out.
func (r *Request) schedule() care.ScheduleInput {
	in := care.ScheduleInput{Kind: r.Typed("schedule.kind"), At: r.Typed("schedule.at")}
	if in.Kind == library.ScheduleTimesPerWeek {
		in.Times, _ = strconv.Atoi(r.Typed("schedule.times"))
	}
	if in.Kind == library.ScheduleRRule || in.Kind == library.ScheduleWeekly || in.Kind == library.ScheduleMonthly {
		in.RRule = r.Typed("schedule.rrule")
	}
	return in
}

func timesChoices() []Choice {
	var out []Choice
	for n := 1; n <= 7; n++ {
		text := strconv.Itoa(n)
		out = append(out, Choice{Value: text, Label: text})
	}
	return out
}

// AssignPage is the form to give an exercise, with what was typed.
type AssignPage struct {
	Head      *CoupleHead
	Exercise  care.ExerciseView
	In        care.AssignExerciseInput
	Whom      []Choice
	Kinds     []Choice
	Times     []Choice
	Questions []NarrowView
	Narrowed  bool
}

// NarrowView is a question with its readers and the narrower ones a therapist may choose (design decision 10).
type NarrowView struct {
	ID, Label, Own, Chosen string
	Choices                []Choice
}

// assignable loads the couple and the exercise that the address or the form names.
func (s *Site) assignable(r *Request, exerciseID string) (AssignPage, error) {
	head, err := s.coupleHead(r, "homework")
	if err != nil {
		return AssignPage{}, err
	}
	exercise, err := s.care.Exercise(r.Context(), r.Actor, exerciseID)
	if err != nil {
		return AssignPage{}, err
	}
	return AssignPage{
		Head: head, Exercise: exercise, Kinds: r.choices("desk.schedule.kind", scheduleKinds...), Times: timesChoices(),
		Whom: head.partnerChoices(r.L.T("desk.assign.both")),
	}, nil
}

// fill sets the questions with the chosen audiences.
func (d *AssignPage) fill(r *Request) {
	lang := string(r.L.Lang)
	for i := range d.Exercise.Questions {
		q := &d.Exercise.Questions[i]
		v := NarrowView{ID: q.ID, Label: q.Label.In(lang), Own: string(q.Audience), Chosen: string(q.Audience)}
		if chosen := d.In.AudienceOverrides[q.ID]; chosen != "" {
			v.Chosen, d.Narrowed = chosen, true
		}
		for k := len(library.Audiences) - 1; k >= 0; k-- {
			if a := library.Audiences[k]; a.NarrowerOrEqual(q.Audience) {
				v.Choices = append(v.Choices, Choice{Value: string(a), Label: r.L.T("desk.audience." + string(a))})
			}
		}
		d.Questions = append(d.Questions, v)
	}
}

func (d AssignPage) crumbs(r *Request) []Crumb {
	return d.Head.crumbs(r, r.crumb("desk.tab.homework", d.Head.Base+"/homework"), r.crumb("desk.assign.title", ""))
}

// deskAssign shows the exercises to choose from, or the form for the chosen one.
func (s *Site) deskAssign(r *Request) error {
	if r.Query("exercise") == "" {
		return s.deskPickExercise(r)
	}
	data, err := s.assignable(r, r.Query("exercise"))
	if err != nil {
		return err
	}
	plan := data.Exercise.Schedule
	data.In = care.AssignExerciseInput{
		ExerciseID: data.Exercise.ID, For: "both", StartsOn: r.today().Format("2006-01-02"),
		Schedule: care.ScheduleInput{Kind: plan.Kind, Times: plan.Times, RRule: plan.RRule, At: plan.At},
	}
	if data.In.Schedule.At == "" {
		data.In.Schedule.At = "20:00"
	}
	if whom := r.Query("for"); whom != "" {
		data.In.For = whom // A programme means some exercises for one of the two.
	}
	data.fill(r)
	return r.deskShow(deskAssignPage, "desk.assign.title", data, data.crumbs(r)...)
}

// deskAssignExercise shows the plan once more in plain words, then gives the homework.
func (s *Site) deskAssignExercise(r *Request) error {
	data, err := s.assignable(r, r.Typed("exercise_id"))
	if err != nil {
		return err
	}
	data.In = care.AssignExerciseInput{
		ExerciseID: data.Exercise.ID, For: r.Typed("for"), Schedule: r.schedule(), StartsOn: r.Typed("starts_on"), EndsOn: r.Typed("ends_on"),
		AudienceOverrides: r.narrowed(data.Exercise.Exercise),
	}
	data.fill(r)
	switch r.Typed("step") {
	case "give":
		if _, err := s.care.AssignExercise(r.Context(), r.Actor, data.Head.Couple.ID, data.In); err != nil {
			return r.deskAgain(err, deskAssignPage, "desk.assign.title", data, data.crumbs(r)...)
		}
		return r.Go(data.Head.Base+"/homework", "desk.flash.assigned")
	case "change":
		return r.deskShow(deskAssignPage, "desk.assign.title", data, data.crumbs(r)...)
	}
	if data.In.StartsOn == "" || data.In.For == "" {
		var c fault.Collector
		if data.In.For == "" {
			c.Add("for", "error.field.recipients", nil)
		}
		if data.In.StartsOn == "" {
			c.Add("starts_on", "error.field.required", nil)
		}
		return r.deskAgain(c.Err(), deskAssignPage, "desk.assign.title", data, data.crumbs(r)...)
	}
	return r.deskShow(deskAssignAskPage, "desk.assign.confirm", data, data.crumbs(r)...)
}

// narrowed gives the questions for which other readers were chosen than the exercise's own.
func (r *Request) narrowed(e *library.Exercise) map[string]string {
	out := map[string]string{}
	for i := range e.Questions {
		q := &e.Questions[i]
		if chosen := r.Typed("audience." + q.ID); chosen != "" && chosen != string(q.Audience) {
			out[q.ID] = chosen
		}
	}
	return out
}

// ForName tells for whom a piece of homework is.
func (d AssignPage) ForName() string { return d.Head.Name(d.In.For) }

// deskAssignFromLibrary leads from an exercise to the form of the chosen couple.
func (s *Site) deskAssignFromLibrary(r *Request) error {
	id := idOf(r.Query("couple"))
	if id == uuid.Nil {
		return r.Go("/desk/couples", "")
	}
	return r.Redirect("/desk/couples/"+id.String()+"/assign?"+query("exercise", r.Query("exercise")), 303)
}
