package web

import (
	"slices"
	"strconv"
	"strings"

	"tussentijds/care"
	"tussentijds/library"
)

var builderQuestionPage = page("desk/builder-question")

// QuestionPage is one question, with what its type and its readers ask for.
type QuestionPage struct {
	*Builder
	Q         *library.Question
	Number    int
	Of        int
	Before    string // the addresses of its neighbours; empty at the ends.
	After     string
	Types     []Choice
	Audiences []Choice
	Roles     []Choice
	Sections  []Choice
	Columns   []Choice // the types of a column.
	Rows      int      // how many rows for options or columns to show, empty ones too.
	Follow    FollowView
	Values    bool // options carry a number.
	Preview   FormView
	Theirs    *Page // in the partner's language.
}

// FollowView is whether and how an answer is followed over time.
type FollowView struct {
	Can     bool // the type allows it.
	Private bool // nobody else reads the answer, so nobody follows it.
	Share   bool // both may know it, so it can stand in what both see.
	On      bool
	Better  bool
	Shared  bool
	Title   library.Text
	Columns []string // what else is followed: columns of the rows.
}

const (
	maxOptions = 40
	maxColumns = 10
)

var columnTypes = []string{"short", "long", "number", "scale", "yes_no", "choice", "date", "time"}

func (b *Builder) question(q *library.Question) QuestionPage {
	r, e := b.r, b.Draft
	at := slices.IndexFunc(e.Questions, func(other library.Question) bool { return other.ID == q.ID })
	d := QuestionPage{
		Builder: b, Q: q, Number: at + 1, Of: len(e.Questions), Roles: r.orNone("builder.role", library.RoleHurt, library.RoleRepairing),
		Columns: r.choices("builder.type", columnTypes...), Rows: max(len(q.Options), len(q.Columns)),
	}
	for _, t := range library.FieldTypes {
		if t != library.FieldSignature || e.Kind == library.KindAgreement || q.Type == t {
			d.Types = append(d.Types, Choice{Value: string(t), Label: r.L.T("builder.type." + string(t))})
		}
	}
	for _, a := range library.Audiences {
		d.Audiences = append(d.Audiences, Choice{Value: string(a), Label: r.L.T("web.audience." + string(a)), Hint: r.L.T("web.audience." + string(a) + ".text")})
	}
	if at > 0 {
		d.Before = b.Base + "/questions/" + e.Questions[at-1].ID
	}
	if at+1 < len(e.Questions) {
		d.After = b.Base + "/questions/" + e.Questions[at+1].ID
	}
	if e.Scoring != nil {
		d.Sections = append(d.Sections, Choice{Label: r.L.T("builder.section.none")})
		for _, s := range sections(e) {
			d.Sections = append(d.Sections, Choice{Value: s.ID, Label: s.Title.In(string(r.L.Lang))})
		}
	}
	d.Follow = b.follow(q)
	d.Values = q.Type == library.FieldChoice && (b.Instrument() || d.Follow.On)
	d.Theirs = b.theirs(known(b.Main(), "nl", "nl", "en"))
	alone := *e
	alone.Questions = []library.Question{b.worded(*q)}
	d.Preview = NewForm(&alone, FormOptions{Page: d.Theirs, Preview: true})
	return d
}

// worded gives a question that has no words yet a few, so that its preview is no blank.
func (b *Builder) worded(q library.Question) library.Question {
	if q.Label.Empty() {
		q.Label = library.Text{NL: b.r.L.T("builder.question.blank"), EN: b.r.L.T("builder.question.blank")}
	}
	return q
}

func (b *Builder) follow(q *library.Question) FollowView {
	f := FollowView{Can: care.FollowKind(q.Type) != "", Private: q.Audience == library.AudienceMe, Share: library.AudienceReveal.NarrowerOrEqual(q.Audience)}
	for _, m := range measuresOf(b.Draft, q.ID) {
		if m.Question == q.ID && !f.On {
			f.On, f.Better, f.Shared, f.Title = true, m.HigherIsBetter, m.Shared, m.Title
		} else if _, column, inRows := strings.Cut(m.Question, "."); inRows {
			if c, ok := q.Column(column); ok {
				f.Columns = append(f.Columns, c.Label.In(string(b.r.L.Lang)))
			}
		}
	}
	if b.typed["do"] != nil { // The form came back: the ticks are those of the form.
		f.On, f.Better, f.Shared = b.ticked("follow"), b.ticked("follow_better"), b.ticked("follow_shared")
	} else if !f.On {
		f.Better = true
	}
	return f
}

// deskBuilderQuestion shows one question.
func (s *Site) deskBuilderQuestion(r *Request) error {
	b, q, err := s.builderQuestion(r)
	if err != nil {
		return err
	}
	d := b.question(q)
	return b.show(builderQuestionPage, d, d.crumbs()...)
}

func (d QuestionPage) crumbs() []Crumb {
	return []Crumb{d.r.crumb("builder.part.questions", d.Base+"/questions"), {Text: d.r.L.T("builder.question", "Number", d.Number)}}
}

// deskSaveQuestion keeps one question, and adds, moves or takes out a choice or a column.
func (s *Site) deskSaveQuestion(r *Request) error {
	b, q, err := s.builderQuestion(r)
	if err != nil {
		return err
	}
	was := *q
	b.readQuestion(q)
	act, about := b.act()
	focus := b.changeRows(q, act, about)
	b.readFollow(q, was)
	at := "questions." + strconv.Itoa(slices.IndexFunc(b.Draft.Questions, func(other library.Question) bool { return other.ID == was.ID }))
	var finish []string
	if act == "next" || act == "list" {
		finish = []string{at}
	}
	err = b.save(func(location string) string { return strings.TrimPrefix(location, at+".") }, finish...)
	if err != nil {
		d := b.question(q)
		return b.again(err, builderQuestionPage, d, d.crumbs()...)
	}
	saved, _ := b.Draft.Question(was.ID)
	d := b.question(saved)
	switch act {
	case "next":
		if d.After != "" {
			return r.Go(d.After, "builder.flash.saved")
		}
		return r.Go(b.Base+"/questions", "builder.flash.saved")
	case "list":
		return r.Go(b.Base+"/questions#q-"+was.ID, "builder.flash.saved")
	case "later":
		return r.Go(b.Base, "builder.flash.saved")
	case "save", "":
		return r.Go(r.Path(), "builder.flash.saved")
	}
	return r.Go(r.Path()+"#"+focus, "")
}

// readQuestion takes the fields of the form over into the question. Fields of another type than it was are not in the form
// and stay empty.
func (b *Builder) readQuestion(q *library.Question) {
	b.line("label", &q.Label)
	b.text("help", &q.Help)
	q.Audience = library.Audience(known(b.value("audience"), string(q.Audience), "me", "therapist", "in_session", "reveal", "both"))
	q.Required, q.Sensitive = b.ticked("required"), b.ticked("sensitive")
	q.Role = known(b.value("role"), "", library.RoleHurt, library.RoleRepairing)
	if b.Instrument() {
		q.Reverse, q.Unscored, q.Section = b.ticked("reverse"), b.ticked("unscored"), b.value("section")
	}
	q.Min, q.Max = b.number("min", q.Min), b.number("max", q.Max)
	b.line("min_label", &q.MinLabel)
	b.line("max_label", &q.MaxLabel)
	q.MaxLength, q.MaxRows = b.whole("max_length", q.MaxLength), b.whole("max_rows", q.MaxRows)
	b.readTarget(q)
	b.readOptions(q)
	b.readColumns(q)
	if to := library.FieldType(b.value("type")); to != q.Type && slices.Contains(library.FieldTypes, to) {
		q.Type = to
		q.Min, q.Max = nil, nil // Another type has other limits.
		if to == library.FieldSignature {
			q.Required = true
		}
	}
}

// readTarget reads a timer's time as minutes and seconds, and any other target as a number.
func (b *Builder) readTarget(q *library.Question) {
	typed := b.value("target")
	if q.Type != library.FieldTimer {
		if n := b.number("target", &q.Target); n != nil {
			q.Target = *n
		} else {
			q.Target = 0
		}
		return
	}
	minutes, seconds, both := strings.Cut(typed, ":")
	m, err := strconv.Atoi(minutes)
	s, wrong := 0, error(nil)
	if both {
		s, wrong = strconv.Atoi(seconds)
	}
	switch {
	case typed == "":
		q.Target = 0
	case err != nil || wrong != nil || m < 0 || s < 0 || s > 59 || m*60+s > library.MaxSeconds:
		b.wrong.Add("target", "library.field.timer", nil)
	default:
		q.Target = float64(m*60 + s)
	}
}

// readFollow keeps the measure of the question: made when it is ticked, renamed along with a question whose words it had,
// of the kind that the type asks for.
func (b *Builder) readFollow(q *library.Question, was library.Question) {
	e := b.Draft
	if q.Type != was.Type { // What was taken from the old type cannot be taken from the new one in the same way.
		kept := false
		e.Measures = slices.DeleteFunc(e.Measures, func(m library.Measure) bool {
			if of, _, _ := strings.Cut(m.Question, "."); of != q.ID {
				return false
			}
			drop := kept || m.Question != q.ID
			kept = true
			return drop
		})
	}
	kind := care.FollowKind(q.Type)
	if !b.ticked("follow") || kind == "" || q.Audience == library.AudienceMe {
		if _, offered := b.typed["follow_offered"]; offered || kind == "" || q.Audience == library.AudienceMe {
			e.Measures = slices.DeleteFunc(e.Measures, func(m library.Measure) bool { return m.Question == q.ID })
		}
		return
	}
	i := slices.IndexFunc(e.Measures, func(m library.Measure) bool { return m.Question == q.ID })
	if i < 0 {
		id := freeID("m", func(id string) bool {
			return slices.ContainsFunc(e.Measures, func(m library.Measure) bool { return m.ID == id })
		})
		e.Measures = append(e.Measures, library.Measure{ID: id, Kind: kind, Question: q.ID, Title: oneLine(q.Label)})
		i = len(e.Measures) - 1
	}
	m := &e.Measures[i]
	if q.Type != was.Type {
		m.Kind = kind
	}
	b.line("follow_title", &m.Title)
	if m.Title.Empty() || m.Title == oneLine(was.Label) {
		m.Title = oneLine(q.Label)
	}
	m.HigherIsBetter, m.Shared = b.ticked("follow_better"), b.ticked("follow_shared")
}

// oneLine shortens the words of a question to the name of a line in a chart.
func oneLine(t library.Text) library.Text {
	cut := func(s string) string {
		if letters := []rune(s); len(letters) > 200 {
			s = string(letters[:200])
		}
		return strings.TrimSpace(strings.ReplaceAll(s, "\n", " "))
	}
	return library.Text{NL: cut(t.NL), EN: cut(t.EN)}
}
