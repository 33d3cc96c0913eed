package library

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/teambition/rrule-go"
)

// rules gathers what a schema cannot tell.
type rules struct {
	e     *Exercise
	found []problem
}

func (r *rules) add(at string, format string, args ...any) {
	var path []string
	if at != "" {
		path = strings.Split(at, "/")
	}
	r.found = append(r.found, problem{path: path, text: fmt.Sprintf(format, args...)})
}

func (e *Exercise) problems() []problem {
	r := &rules{e: e}
	r.questions()
	r.measures()
	r.scoring()
	r.schedule()
	r.whole()
	return r.found
}

func (r *rules) whole() {
	e := r.e
	reveals := slices.ContainsFunc(e.Questions, func(q Question) bool { return q.Audience == AudienceReveal })
	if reveals != (e.Reveal != "") {
		r.add("reveal", "stands if and only if a question has the audience reveal")
	}
	signed := slices.ContainsFunc(e.Questions, func(q Question) bool { return q.Type == FieldSignature })
	if (e.Kind == KindAgreement) != signed {
		r.add("kind", "an agreement is signed, and nothing else is")
	}
	if e.Kind == KindAgreement && !e.Joint {
		r.add("joint", "an agreement is one form for two")
	}
	if (e.Kind == KindInstrument) != (e.Scoring != nil) {
		r.add("kind", "an instrument has a scoring, and nothing else has")
	}
}

func (r *rules) questions() {
	seen := map[string]bool{}
	for i := range r.e.Questions {
		q := &r.e.Questions[i]
		at := "questions/" + strconv.Itoa(i)
		if seen[q.ID] {
			r.add(at+"/id", "%q stands twice", q.ID)
		}
		seen[q.ID] = true
		needsOptions := q.Type == FieldChoice || q.Type == FieldMulti || q.Type == FieldChecklist
		r.options(at, needsOptions, q.Options)
		r.bounds(at, q.Type, q.Min, q.Max)
		if (q.Type == FieldRows) != (len(q.Columns) > 0) {
			r.add(at, "rows have columns, and nothing else has")
		}
		if q.MaxRows > 0 && q.Type != FieldRows {
			r.add(at, "only rows have max_rows")
		}
		if q.MaxLength > 0 && q.Limit() == 0 {
			r.add(at, "only texts have max_length")
		}
		if q.Target > 0 && !slices.Contains([]FieldType{FieldTimer, FieldCounter, FieldNumber, FieldRows}, q.Type) {
			r.add(at, "a target goes with a timer, counter, number or rows")
		}
		if q.Role != "" && q.Required {
			r.add(at, "a question for one role cannot be required: the other role never answers it")
		}
		if q.Role != "" && len(r.e.Roles) > 0 && !slices.Contains(r.e.Roles, q.Role) {
			r.add(at, "the exercise is not meant for the role %q", q.Role)
		}
		columns := map[string]bool{}
		for j := range q.Columns {
			c := &q.Columns[j]
			at := at + "/columns/" + strconv.Itoa(j)
			if columns[c.ID] {
				r.add(at+"/id", "%q stands twice", c.ID)
			}
			columns[c.ID] = true
			r.options(at, c.Type == FieldChoice, c.Options)
			r.bounds(at, c.Type, c.Min, c.Max)
		}
	}
}

func (r *rules) options(at string, needed bool, options []Option) {
	if needed != (len(options) > 0) {
		r.add(at, "choice, multi and checklist have options, and nothing else has")
	}
	seen := map[string]bool{}
	for i, o := range options {
		if seen[o.ID] {
			r.add(at+"/options/"+strconv.Itoa(i)+"/id", "%q stands twice", o.ID)
		}
		seen[o.ID] = true
	}
}

func (r *rules) bounds(at string, t FieldType, low, high *float64) {
	if low == nil && high == nil {
		return
	}
	if !slices.Contains([]FieldType{FieldScale, FieldNumber, FieldCounter, FieldTimer}, t) {
		r.add(at, "only numbers have min and max")
		return
	}
	if l, h := bounds(t, low, high); l >= h {
		r.add(at, "min is not below max")
	}
}

// What each kind of measure can be taken from.
var measurable = map[string][]FieldType{
	MeasureScale:    {FieldScale, FieldNumber, FieldCounter, FieldTimer},
	MeasureYesShare: {FieldYesNo, FieldChecklist, FieldMulti},
	MeasureCount:    FieldTypes,
	MeasureSum:      {FieldNumber, FieldCounter, FieldTimer, FieldScale},
	MeasureChoice:   {FieldChoice},
}

func (r *rules) measures() {
	seen := map[string]bool{}
	for i, m := range r.e.Measures {
		at := "measures/" + strconv.Itoa(i)
		if seen[m.ID] {
			r.add(at+"/id", "%q stands twice", m.ID)
		}
		seen[m.ID] = true
		r.measured(at, m)
		audience := r.e.MeasureAudience(m)
		if audience == AudienceMe {
			r.add(at, "a measure of a private answer would tell what it says")
		}
		if m.Shared && !AudienceReveal.NarrowerOrEqual(audience) {
			r.add(at, "cannot be shared: the other partner may not read the answer")
		}
	}
}

func (r *rules) measured(at string, m Measure) {
	if m.Kind == MeasureScore {
		if m.Question != "" || r.e.Scoring == nil {
			r.add(at, "a score belongs to an instrument and to no question")
		}
		return
	}
	id, column, inRows := strings.Cut(m.Question, ".")
	q, ok := r.e.Question(id)
	if !ok {
		r.add(at, "there is no question %q", id)
		return
	}
	t, options := q.Type, q.Options
	if inRows {
		c, ok := q.Column(column)
		if !ok {
			r.add(at, "there is no column %q", m.Question)
			return
		}
		t, options = c.Type, c.Options
		if m.Kind == MeasureChoice {
			r.add(at, "a choice is measured on a question, not on a column")
		}
	}
	if !slices.Contains(measurable[m.Kind], t) {
		r.add(at, "%s cannot be taken from %s", m.Kind, t)
	}
	if m.Kind == MeasureChoice && slices.ContainsFunc(options, func(o Option) bool { return o.Value == nil }) {
		r.add(at, "every option of a measured choice has a value")
	}
}

func (r *rules) scoring() {
	s := r.e.Scoring
	if s == nil {
		return
	}
	every := Answers{}
	for _, q := range r.e.Questions {
		every[q.ID] = nil
	}
	items := r.e.scored(every)
	if len(items) == 0 {
		r.add("scoring", "no question can be scored")
		return
	}
	for i, q := range r.e.Questions {
		if _, ok := s.SectionTitles[q.Section]; q.Section != "" && !ok {
			r.add("questions/"+strconv.Itoa(i)+"/section", "section %q has no title", q.Section)
		}
	}
	if s.MaxMissing >= len(items) {
		r.add("scoring/max_missing", "at least one item is answered")
	}
	if s.method() == ScoreMostly {
		r.mostly(items)
		return
	}
	high, sum := 0.0, 0.0
	for _, q := range items {
		most := 1.0
		if q.Type != FieldYesNo {
			_, most = q.Bounds()
		}
		high, sum = max(high, most), sum+most
	}
	if s.method() == ScoreMean {
		sum = high
	}
	if math.Abs(sum-s.Max) > 1e-9 {
		r.add("scoring/max", "is %v, but the items reach %v", s.Max, sum)
	}
	r.bands()
}

// bands wants them to cover 0 to the maximum with whole numbers, without a hole and without an overlap.
func (r *rules) bands() {
	s := r.e.Scoring
	if len(s.Bands) == 0 {
		return
	}
	bands := slices.Clone(s.Bands)
	slices.SortFunc(bands, func(a, b Band) int { return int(math.Copysign(1, a.From-b.From)) })
	next := 0.0
	for _, b := range bands {
		if b.From != next || b.To < b.From {
			r.add("scoring/bands", "band %q should begin at %v", b.ID, next)
			return
		}
		next = b.To + 1
	}
	if last := bands[len(bands)-1]; last.To != s.Max {
		r.add("scoring/bands", "band %q should end at %v", last.ID, s.Max)
	}
}

func (r *rules) mostly(items []Question) {
	s := r.e.Scoring
	if s.Max != float64(len(items)) {
		r.add("scoring/max", "is %v, but there are %d items", s.Max, len(items))
	}
	if _, ok := s.Band(BandMixed); !ok {
		r.add("scoring/bands", "there is no band %q for a tie", BandMixed)
	}
	for _, q := range items {
		for _, o := range q.Options {
			if !slices.ContainsFunc(s.Bands, func(b Band) bool { return b.Choice == o.ID }) {
				r.add("scoring/bands", "no band for the option %q", o.ID)
			}
		}
	}
}

func (r *rules) schedule() {
	s := r.e.Schedule
	if s.RRule == "" {
		return
	}
	option, err := rrule.StrToROption(s.RRule)
	if err != nil {
		r.add("schedule/rrule", "%v", err)
		return
	}
	if !option.Dtstart.IsZero() {
		r.add("schedule/rrule", "the start comes from the assignment, not from the rule")
	}
	if s.Kind == ScheduleWeekly && option.Freq != rrule.WEEKLY || s.Kind == ScheduleMonthly && option.Freq != rrule.MONTHLY {
		r.add("schedule/rrule", "does not fit the kind %s", s.Kind)
	}
}
