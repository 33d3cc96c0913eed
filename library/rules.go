package library

import (
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

// add notes a problem at a place such as "questions/2/label": its short key, then pairs of argument names and values.
func (r *rules) add(at string, key string, pairs ...any) {
	var path []string
	if at != "" {
		path = strings.Split(at, "/")
	}
	r.found = append(r.found, wrongf(path, key, pairs...))
}

func (e *Exercise) problems() []problem {
	r := &rules{e: e}
	r.questions()
	r.measures()
	r.scoring()
	r.schedule()
	r.whole()
	r.flags()
	return r.found
}

func (r *rules) whole() {
	e := r.e
	reveals := slices.ContainsFunc(e.Questions, func(q Question) bool { return q.Audience == AudienceReveal })
	if reveals != (e.Reveal != "") {
		r.add("reveal", "reveal")
	}
	signed := slices.ContainsFunc(e.Questions, func(q Question) bool { return q.Type == FieldSignature })
	if (e.Kind == KindAgreement) != signed {
		r.add("kind", "signed")
	}
	if e.Kind == KindAgreement && !e.Joint {
		r.add("joint", "joint")
	}
	if (e.Kind == KindInstrument) != (e.Scoring != nil) {
		r.add("kind", "scored")
	}
	if e.RequiresNoHold != (len(e.Risks) > 0) {
		r.add("risks", "risks")
	}
	if (e.BelongsTo != "") == e.Part.Empty() {
		r.add("part", "part")
	}
	if e.Signers != "" && e.Kind != KindAgreement {
		r.add("signers", "signers")
	}
	if e.Card && (e.Kind != KindExercise || len(e.Measures) > 0 || e.Scoring != nil || len(e.Flags) > 0) {
		r.add("card", "card")
	}
	if slices.Contains(e.FollowUp, e.ID) {
		r.add("follow_up", "itself")
	}
}

func (r *rules) questions() {
	seen := map[string]bool{}
	for i := range r.e.Questions {
		q := &r.e.Questions[i]
		at := "questions/" + strconv.Itoa(i)
		if seen[q.ID] {
			r.add(at+"/id", "twice", "Name", q.ID)
		}
		seen[q.ID] = true
		needsOptions := q.Type == FieldChoice || q.Type == FieldMulti || q.Type == FieldChecklist
		r.options(at, needsOptions, q.Options)
		r.bounds(at, q.Type, q.Min, q.Max)
		if (q.Type == FieldRows) != (len(q.Columns) > 0) {
			r.add(at, "columns")
		}
		if q.MaxRows > 0 && q.Type != FieldRows {
			r.add(at, "max_rows")
		}
		if q.MaxLength > 0 && q.Limit() == 0 {
			r.add(at, "max_length")
		}
		if q.Target > 0 && !slices.Contains([]FieldType{FieldTimer, FieldCounter, FieldNumber, FieldRows}, q.Type) {
			r.add(at, "target")
		}
		if q.Role != "" && q.Required {
			r.add(at, "role_required")
		}
		if q.Role != "" && len(r.e.Roles) > 0 && !slices.Contains(r.e.Roles, q.Role) {
			r.add(at, "role", "Name", q.Role)
		}
		columns := map[string]bool{}
		for j := range q.Columns {
			c := &q.Columns[j]
			at := at + "/columns/" + strconv.Itoa(j)
			if columns[c.ID] {
				r.add(at+"/id", "twice", "Name", c.ID)
			}
			columns[c.ID] = true
			r.options(at, c.Type == FieldChoice, c.Options)
			r.bounds(at, c.Type, c.Min, c.Max)
		}
	}
}

func (r *rules) options(at string, needed bool, options []Option) {
	if needed != (len(options) > 0) {
		r.add(at, "options")
	}
	seen := map[string]bool{}
	for i, o := range options {
		if seen[o.ID] {
			r.add(at+"/options/"+strconv.Itoa(i)+"/id", "twice", "Name", o.ID)
		}
		seen[o.ID] = true
	}
}

func (r *rules) bounds(at string, t FieldType, low, high *float64) {
	if low == nil && high == nil {
		return
	}
	if !slices.Contains([]FieldType{FieldScale, FieldNumber, FieldCounter, FieldTimer}, t) {
		r.add(at, "min_max")
		return
	}
	if l, h := bounds(t, low, high); l >= h {
		r.add(at, "min_below_max")
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
			r.add(at+"/id", "twice", "Name", m.ID)
		}
		seen[m.ID] = true
		r.measured(at, m)
		audience := r.e.MeasureAudience(m)
		if audience == AudienceMe {
			r.add(at, "measure_private")
		}
		if m.Shared && !AudienceReveal.NarrowerOrEqual(audience) {
			r.add(at, "measure_shared")
		}
	}
}

func (r *rules) measured(at string, m Measure) {
	if m.Kind == MeasureScore {
		if m.Question != "" || r.e.Scoring == nil || r.e.Scoring.method() == ScoreList {
			r.add(at, "measure_score")
		}
		return
	}
	id, column, inRows := strings.Cut(m.Question, ".")
	q, ok := r.e.Question(id)
	if !ok {
		r.add(at, "no_question", "Name", id)
		return
	}
	t, options := q.Type, q.Options
	if inRows {
		c, ok := q.Column(column)
		if !ok {
			r.add(at, "no_column", "Name", m.Question)
			return
		}
		t, options = c.Type, c.Options
		if m.Kind == MeasureChoice {
			r.add(at, "measure_choice_column")
		}
	}
	if !slices.Contains(measurable[m.Kind], t) {
		r.add(at, "measure_kind", "Kind", m.Kind, "Type", string(t))
	}
	if m.Kind == MeasureChoice && slices.ContainsFunc(options, func(o Option) bool { return o.Value == nil }) {
		r.add(at, "measure_choice_value")
	}
}

func (r *rules) scoring() {
	s := r.e.Scoring
	if s == nil {
		for i, q := range r.e.Questions {
			if q.Suggests != "" {
				r.add("questions/"+strconv.Itoa(i)+"/suggests", "suggests")
			}
		}
		return
	}
	every := Answers{}
	for _, q := range r.e.Questions {
		every[q.ID] = nil
	}
	items := r.e.scored(every)
	if len(items) == 0 {
		r.add("scoring", "nothing_scored")
		return
	}
	for i, q := range r.e.Questions {
		if _, ok := s.SectionTitles[q.Section]; q.Section != "" && !ok {
			r.add("questions/"+strconv.Itoa(i)+"/section", "section", "Name", q.Section)
		}
	}
	r.scoringParts(items)
	if s.method() == ScoreList {
		return
	}
	if s.MaxMissing >= len(items) {
		r.add("scoring/max_missing", "max_missing")
	}
	if s.method() == ScoreMostly {
		r.mostly(items)
		return
	}
	high, sum := 0.0, 0.0
	for _, q := range items {
		_, most := q.span()
		high, sum = max(high, most), sum+most
	}
	if s.method() == ScoreMean {
		sum = high
	}
	if math.Abs(sum-s.Max) > 1e-9 {
		r.add("scoring/max", "max", "Is", plain(s.Max), "Want", plain(sum))
	}
	r.bands()
}

// scoringParts looks at what goes with some methods and not with others.
func (r *rules) scoringParts(items []Question) {
	s := r.e.Scoring
	adds := s.method() == ScoreSum || s.method() == ScoreMean
	for _, part := range []struct {
		name  string
		given bool
	}{
		{"raw_as_source", s.RawAsSource},
		{"top", s.Top > 0},
		{"low", s.Low != nil},
		{"cutoff", s.Cutoff != nil},
		{"reliable_change", s.ReliableChange > 0},
	} {
		if part.given && !adds {
			r.add("scoring/"+part.name, "adds_nothing")
		}
	}
	if s.method() == ScoreList && (s.Max != 0 || len(s.Bands) > 0) {
		r.add("scoring", "list")
	}
	if s.method() == ScoreList && slices.ContainsFunc(items, func(q Question) bool { return q.Reverse }) {
		r.add("scoring", "list_reverse")
	}
	bands := map[string]bool{}
	for i, b := range s.Bands {
		at := "scoring/bands/" + strconv.Itoa(i)
		if bands[b.ID] {
			r.add(at+"/id", "twice", "Name", b.ID)
		}
		bands[b.ID] = true
		if b.WithinDays > 0 && !b.NotifyTherapist {
			r.add(at+"/within_days", "within_days")
		}
	}
	for i, q := range r.e.Questions {
		if q.Suggests != "" && (s.Low == nil || !q.counts(s.method())) {
			r.add("questions/"+strconv.Itoa(i)+"/suggests", "suggests")
		}
	}
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
			r.add("scoring/bands", "band_begin", "Name", b.ID, "At", plain(next))
			return
		}
		next = b.To + 1
	}
	if last := bands[len(bands)-1]; last.To != s.Max {
		r.add("scoring/bands", "band_end", "Name", last.ID, "At", plain(s.Max))
	}
}

func (r *rules) mostly(items []Question) {
	s := r.e.Scoring
	if s.Max != float64(len(items)) {
		r.add("scoring/max", "max_items", "Is", plain(s.Max), "Want", len(items))
	}
	if _, ok := s.Band(BandMixed); !ok {
		r.add("scoring/bands", "band_mixed", "Name", BandMixed)
	}
	for _, q := range items {
		for _, o := range q.Options {
			if !slices.ContainsFunc(s.Bands, func(b Band) bool { return b.Choice == o.ID }) {
				r.add("scoring/bands", "band_option", "Name", o.ID)
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
		r.add("schedule/rrule", "rule", "Said", err.Error())
		return
	}
	if !option.Dtstart.IsZero() {
		r.add("schedule/rrule", "rule_start")
	}
	if s.Kind == ScheduleWeekly && option.Freq != rrule.WEEKLY || s.Kind == ScheduleMonthly && option.Freq != rrule.MONTHLY {
		r.add("schedule/rrule", "rule_kind", "Name", s.Kind)
	}
}
