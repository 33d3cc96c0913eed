package web

import (
	"slices"
	"strconv"
	"strings"

	"tussentijds/internal/fault"
	"tussentijds/library"
)

var (
	builderQuestionsPage = page("desk/builder-questions")
	builderAddPage       = page("desk/builder-add")
	builderRemovePage    = page("desk/builder-remove")
)

// maxQuestions is as many questions as the library's own form takes.
const maxQuestions = 60

// QuestionsPage lists the questions with who reads each.
type QuestionsPage struct {
	*Builder
	Lines  []QuestionLine
	Reveal bool // a question stays closed until both have answered.
	AtOnce bool
	At     string // the clock time at which closed answers open.
}

// QuestionLine is one question in the list.
type QuestionLine struct {
	Number   int
	ID       string
	Label    string
	Type     string
	Audience string
	Role     string
	Required bool
	Followed bool
	Missing  int
	First    bool
	Last     bool
}

func (b *Builder) questions() QuestionsPage {
	e := b.Draft
	d := QuestionsPage{Builder: b, AtOnce: e.Reveal == library.RevealAtOnce}
	d.Reveal = slices.ContainsFunc(e.Questions, func(q library.Question) bool { return q.Audience == library.AudienceReveal })
	if !d.AtOnce {
		d.At = e.Reveal
	}
	if v, sent := b.typed["reveal"]; sent {
		d.AtOnce, d.At = v[0] == library.RevealAtOnce, b.value("reveal_at")
	}
	for i := range e.Questions {
		q := &e.Questions[i]
		line := QuestionLine{
			Number: i + 1, ID: q.ID, Label: q.Label.In(string(b.r.L.Lang)), Type: b.r.L.T("builder.type." + string(q.Type)), Audience: string(q.Audience),
			Role: q.Role, Required: q.Required, Followed: len(measuresOf(e, q.ID)) > 0, First: i == 0, Last: i == len(e.Questions)-1,
		}
		for _, f := range b.Missing {
			if f.Location == "questions."+strconv.Itoa(i) || strings.HasPrefix(f.Location, "questions."+strconv.Itoa(i)+".") {
				line.Missing++
			}
		}
		d.Lines = append(d.Lines, line)
	}
	return d
}

// measuresOf gives the measures that are taken from a question, those of its columns too.
func measuresOf(e *library.Exercise, id string) []*library.Measure {
	var out []*library.Measure
	for i := range e.Measures {
		if of, _, _ := strings.Cut(e.Measures[i].Question, "."); of == id {
			out = append(out, &e.Measures[i])
		}
	}
	return out
}

// CanAdd tells whether one more question fits.
func (d QuestionsPage) CanAdd() bool { return len(d.Lines) < maxQuestions }

// deskBuilderQuestions lists the questions.
func (s *Site) deskBuilderQuestions(r *Request) error {
	b, err := s.builder(r, "questions")
	if err != nil {
		return err
	}
	return b.show(builderQuestionsPage, b.questions())
}

// deskSaveQuestions moves a question, or says when closed answers open.
func (s *Site) deskSaveQuestions(r *Request) error {
	b, err := s.builder(r, "questions")
	if err != nil {
		return err
	}
	e := b.Draft
	if _, asked := b.typed["reveal"]; asked {
		if e.Reveal = library.RevealAtOnce; b.value("reveal") != library.RevealAtOnce {
			if e.Reveal = b.value("reveal_at"); e.Reveal == "" {
				b.wrong.Add("reveal_at", "error.field.time", nil)
			}
		}
	}
	act, id := b.act()
	at := slices.IndexFunc(e.Questions, func(q library.Question) bool { return q.ID == id })
	switch act {
	case "up":
		e.Questions = move(e.Questions, at, -1)
	case "down":
		e.Questions = move(e.Questions, at, 1)
	}
	var finish []string
	if act == "next" {
		finish = placesOf(b.Part)
	}
	err = b.save(func(location string) string {
		if location == "reveal" {
			return "reveal_at"
		}
		return location
	}, finish...)
	switch {
	case err != nil:
		return b.again(b.labelled(err), builderQuestionsPage, b.questions())
	case act == "next":
		return r.Go(b.Next(), "")
	case act == "later":
		return r.Go(b.Base, "builder.flash.saved")
	case act == "up" || act == "down":
		return r.Go(b.Base+"/questions#q-"+id, "")
	}
	return r.Go(b.Base+"/questions", "builder.flash.saved")
}

// labelled leads what is missing in a question to the question in the list.
func (b *Builder) labelled(err error) error {
	f := fault.From(err)
	if f.Code != fault.Invalid {
		return err
	}
	out := *f
	out.Fields = nil
	seen := map[string]bool{}
	for _, field := range f.Fields {
		if i, ok := questionOf(field.Location); ok && i < len(b.Draft.Questions) {
			field.Location = "q." + b.Draft.Questions[i].ID // The page links it to the row, and names it.
			field.Key, field.Args = "builder.question.unfinished", map[string]any{"Number": i + 1}
		}
		if !seen[field.Location+field.Key] {
			out.Fields = append(out.Fields, field)
		}
		seen[field.Location+field.Key] = true
	}
	return &out
}

// questionOf gives the number of the question that a place of the definition is in.
func questionOf(location string) (int, bool) {
	rest, ok := strings.CutPrefix(location, "questions.")
	if !ok {
		return 0, false
	}
	number, _, _ := strings.Cut(rest, ".")
	i, err := strconv.Atoi(number)
	return i, err == nil
}

// AddQuestionPage asks of which type a new question is.
type AddQuestionPage struct {
	*Builder
	Types []TypeGroup
	Type  string
}

// TypeGroup is some types of questions that ask for the same sort of answer.
type TypeGroup struct {
	Key     string
	Choices []Choice
}

func (b *Builder) types() []TypeGroup {
	groups := []TypeGroup{
		{Key: "choose", Choices: b.r.hinted("builder.type", "scale", "yes_no", "choice", "multi", "checklist")},
		{Key: "write", Choices: b.r.hinted("builder.type", "short", "long", "rows")},
		{Key: "count", Choices: b.r.hinted("builder.type", "number", "counter", "timer", "date", "time")},
	}
	if b.Draft.Kind == library.KindAgreement {
		groups = append(groups, TypeGroup{Key: "sign", Choices: b.r.hinted("builder.type", "signature")})
	}
	return groups
}

// deskAddQuestionForm asks for the type.
func (s *Site) deskAddQuestionForm(r *Request) error {
	b, err := s.builder(r, "questions")
	if err != nil {
		return err
	}
	return b.show(builderAddPage, AddQuestionPage{Builder: b, Types: b.types()}, b.questionCrumbs("builder.question.add")...)
}

func (b *Builder) questionCrumbs(last string) []Crumb {
	return []Crumb{b.r.crumb("builder.part.questions", b.Base+"/questions"), b.r.crumb(last, "")}
}

// deskAddQuestion adds an empty question and leads to it. It stands before a signature that ends the form; only the therapist
// reads it, until somebody says otherwise.
func (s *Site) deskAddQuestion(r *Request) error {
	b, err := s.builder(r, "questions")
	if err != nil {
		return err
	}
	e := b.Draft
	kind := library.FieldType(b.value("type"))
	if !slices.Contains(library.FieldTypes, kind) {
		err = fault.Fieldf("type", "builder.type.choose", nil)
	} else if len(e.Questions) >= maxQuestions {
		err = fault.Fieldf("type", "error.field.too_many", map[string]any{"Max": maxQuestions})
	}
	q := library.Question{ID: freeID("q", func(id string) bool { _, taken := e.Question(id); return taken }), Type: kind, Audience: library.AudienceTherapist}
	if err == nil {
		if kind == library.FieldSignature {
			q.Audience, q.Required = library.AudienceBoth, true
		}
		at := len(e.Questions)
		if at > 0 && e.Questions[at-1].Type == library.FieldSignature && kind != library.FieldSignature {
			at--
		}
		e.Questions = slices.Insert(e.Questions, at, q)
		err = b.save(nil)
	}
	if err != nil {
		return b.again(err, builderAddPage, AddQuestionPage{Builder: b, Types: b.types(), Type: string(kind)}, b.questionCrumbs("builder.question.add")...)
	}
	return r.Go(b.Base+"/questions/"+q.ID, "")
}

// freeID makes an id that is not taken: a letter and the first number that is free.
func freeID(prefix string, taken func(string) bool) string {
	for n := 1; ; n++ {
		if id := prefix + strconv.Itoa(n); !taken(id) {
			return id
		}
	}
}

// RemoveQuestionPage asks whether a question may go.
type RemoveQuestionPage struct {
	*Builder
	Label    string
	Action   string
	Followed bool
}

// deskAskRemoveQuestion asks before a question is taken out.
func (s *Site) deskAskRemoveQuestion(r *Request) error {
	b, q, err := s.builderQuestion(r)
	if err != nil {
		return err
	}
	d := RemoveQuestionPage{Builder: b, Label: q.Label.In(string(r.L.Lang)), Action: r.Path(), Followed: len(measuresOf(b.Draft, q.ID)) > 0}
	return b.show(builderRemovePage, d, b.questionCrumbs("builder.question.remove")...)
}

// deskRemoveQuestion takes a question out, with the line that followed it.
func (s *Site) deskRemoveQuestion(r *Request) error {
	b, q, err := s.builderQuestion(r)
	if err != nil {
		return err
	}
	id := q.ID
	b.Draft.Questions = slices.DeleteFunc(b.Draft.Questions, func(q library.Question) bool { return q.ID == id })
	if err := b.save(nil); err != nil {
		return b.again(err, builderQuestionsPage, b.questions())
	}
	return r.Go(b.Base+"/questions", "builder.flash.removed")
}

// builderQuestion loads the question of the address.
func (s *Site) builderQuestion(r *Request) (*Builder, *library.Question, error) {
	b, err := s.builder(r, "questions")
	if err != nil {
		return nil, nil, err
	}
	q, ok := b.Draft.Question(r.Params("question"))
	if !ok {
		return nil, nil, fault.Missing()
	}
	return b, q, nil
}
