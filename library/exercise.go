package library

import "slices"

// Text is one text in both languages.
type Text struct {
	NL string `json:"nl"`
	EN string `json:"en"`
}

// In gives the text in the language: "en" (or a tag such as "en-GB") is English, all else is Dutch. When that language
// is empty the other one is given, so that a reader never meets a blank.
func (t Text) In(lang string) string {
	if len(lang) >= 2 && (lang[:2] == "en" || lang[:2] == "EN") {
		if t.EN != "" {
			return t.EN
		}
		return t.NL
	}
	if t.NL != "" {
		return t.NL
	}
	return t.EN
}

// Empty tells that neither language has a text.
func (t Text) Empty() bool { return t.NL == "" && t.EN == "" }

// Kind says what an exercise is.
type Kind string

// The kinds. An instrument is scored; an agreement is signed by both partners.
const (
	KindExercise   Kind = "exercise"
	KindInstrument Kind = "instrument"
	KindAgreement  Kind = "agreement"
)

// Who says who does an exercise.
type Who string

// Each partner alone, both together, or one partner for the other.
const (
	WhoEach        Who = "each"
	WhoBoth        Who = "both"
	WhoOneForOther Who = "one_for_other"
)

// FieldType is the type of a question or of a column of rows.
type FieldType string

// The field types. Check says which answer each takes.
const (
	FieldScale     FieldType = "scale"
	FieldYesNo     FieldType = "yes_no"
	FieldChoice    FieldType = "choice"
	FieldMulti     FieldType = "multi"
	FieldShort     FieldType = "short"
	FieldLong      FieldType = "long"
	FieldNumber    FieldType = "number"
	FieldRows      FieldType = "rows"
	FieldTimer     FieldType = "timer"
	FieldCounter   FieldType = "counter"
	FieldDate      FieldType = "date"
	FieldTime      FieldType = "time"
	FieldChecklist FieldType = "checklist"
	FieldSignature FieldType = "signature"
)

// FieldTypes lists every field type.
var FieldTypes = []FieldType{
	FieldScale, FieldYesNo, FieldChoice, FieldMulti, FieldShort, FieldLong, FieldNumber,
	FieldRows, FieldTimer, FieldCounter, FieldDate, FieldTime, FieldChecklist, FieldSignature,
}

// Roles a question can be meant for, after a breach of trust. An empty role is for whoever does the exercise.
const (
	RoleHurt      = "hurt"
	RoleRepairing = "repairing"
)

// Option is one possible answer of a choice, multi or checklist.
type Option struct {
	ID    string   `json:"id"`
	Label Text     `json:"label"`
	Value *float64 `json:"value,omitempty"` // what the option counts for in a measure of kind choice and in a score.
	Tag   string   `json:"tag,omitempty"`   // a term of the vocabulary, as list.term.
}

// Column is one column of rows. Its type is one of short, long, number, scale, yes_no, choice, date and time.
type Column struct {
	ID      string    `json:"id"`
	Type    FieldType `json:"type"`
	Label   Text      `json:"label"`
	Options []Option  `json:"options,omitempty"`
	Min     *float64  `json:"min,omitempty"`
	Max     *float64  `json:"max,omitempty"`
}

// Question is one question of an exercise's form.
type Question struct {
	ID        string    `json:"id"`
	Type      FieldType `json:"type"`
	Label     Text      `json:"label"`
	Help      Text      `json:"help,omitzero"`
	Audience  Audience  `json:"audience"`
	Required  bool      `json:"required,omitempty"`
	Options   []Option  `json:"options,omitempty"`
	Columns   []Column  `json:"columns,omitempty"`
	Min       *float64  `json:"min,omitempty"`
	Max       *float64  `json:"max,omitempty"`
	MinLabel  Text      `json:"min_label,omitzero"`
	MaxLabel  Text      `json:"max_label,omitzero"`
	MaxLength int       `json:"max_length,omitempty"` // runes; 0 is the type's own limit, see Limit.
	MaxRows   int       `json:"max_rows,omitempty"`   // 0 is DefaultMaxRows.
	Target    float64   `json:"target,omitempty"`     // a suggestion, not a limit: seconds of a timer, goal of a counter.
	Role      string    `json:"role,omitempty"`       // "", hurt or repairing.
	Reverse   bool      `json:"reverse,omitempty"`    // scored the other way round.
	Unscored  bool      `json:"unscored,omitempty"`   // stands in an instrument and stays out of its score.
	Section   string    `json:"section,omitempty"`
	Sensitive bool      `json:"sensitive,omitempty"` // about body, sex, safety or money: never prefilled, never previewed.
	Suggests  string    `json:"suggests,omitempty"`  // the exercise that a low score on this item leads to; see Scoring.Low.
}

// Column gives the column of rows with the id.
func (q *Question) Column(id string) (*Column, bool) {
	for i := range q.Columns {
		if q.Columns[i].ID == id {
			return &q.Columns[i], true
		}
	}
	return nil, false
}

// Measure is a number that can be taken from answers and followed over time. How a period adds up follows from Kind:
// scale, choice and score are averaged or shown as they are, yes_share is the share of ones, count and sum are added.
type Measure struct {
	ID             string `json:"id"`
	Kind           string `json:"kind"`               // scale, yes_share, count, sum, score or choice.
	Question       string `json:"question,omitempty"` // a question, or "rows.column"; empty with score.
	Title          Text   `json:"title"`
	Unit           Text   `json:"unit,omitzero"`
	HigherIsBetter bool   `json:"higher_is_better,omitempty"`
	Shared         bool   `json:"shared,omitempty"` // may stand in the couple's report once both know it.
}

// The kinds of measure.
const (
	MeasureScale    = "scale"
	MeasureYesShare = "yes_share"
	MeasureCount    = "count"
	MeasureSum      = "sum"
	MeasureScore    = "score"
	MeasureChoice   = "choice"
)

// Schedule is the suggested cadence; the therapist may choose another.
type Schedule struct {
	Kind  string `json:"kind"`            // once, daily, times_per_week, weekly, monthly or rrule.
	Times int    `json:"times,omitempty"` // with times_per_week: 1 to 7.
	RRule string `json:"rrule,omitempty"` // RFC 5545, without DTSTART; with weekly and monthly it may name the day.
	At    string `json:"at,omitempty"`    // HH:MM in the practice's time zone.
}

// The kinds of schedule.
const (
	ScheduleOnce         = "once"
	ScheduleDaily        = "daily"
	ScheduleTimesPerWeek = "times_per_week"
	ScheduleWeekly       = "weekly"
	ScheduleMonthly      = "monthly"
	ScheduleRRule        = "rrule"
)

// Exercise is one exercise, instrument or agreement. It goes through encoding/json unchanged, because the version that
// was assigned is kept with the assignment.
type Exercise struct {
	ID      string `json:"id"`
	Version int    `json:"version"`
	Kind    Kind   `json:"kind"`

	Title    Text   `json:"title"`
	Summary  Text   `json:"summary"`            // one or two sentences, for a list.
	Why      Text   `json:"why,omitzero"`       // why this helps.
	Need     Text   `json:"need,omitzero"`      // what to have at hand before starting.
	Steps    []Text `json:"steps"`              // what to do, in order.
	Example  Text   `json:"example,omitzero"`   // a good answer.
	StopWhen Text   `json:"stop_when,omitzero"` // when to stop, and what to do then.

	Who       Who        `json:"who"`
	Minutes   int        `json:"minutes"`
	Schedule  Schedule   `json:"schedule"`
	Reveal    string     `json:"reveal,omitempty"` // "" without reveal questions, at_once, or HH:MM.
	Questions []Question `json:"questions"`
	Measures  []Measure  `json:"measures,omitempty"`
	Scoring   *Scoring   `json:"scoring,omitempty"`

	Goals          []string `json:"goals,omitempty"` // what it is for: see the goals in schema.json.
	Phase          []string `json:"phase,omitempty"` // when in a course of therapy it fits: see schema.json.
	Safety         Text     `json:"safety,omitzero"` // for the therapist: when not to assign it, what to watch.
	RequiresNoHold bool     `json:"requires_no_hold,omitempty"`
	Joint          bool     `json:"joint,omitempty"`  // one form for two, as with an agreement.
	Roles          []string `json:"roles,omitempty"`  // the roles it is meant for; empty is either partner.
	Source         string   `json:"source,omitempty"` // entry of the content brief.

	BelongsTo  string   `json:"belongs_to,omitempty"` // the exercise this is a part or a variant of.
	Part       Text     `json:"part,omitzero"`        // with BelongsTo: the short name of this part.
	Card       bool     `json:"card,omitempty"`       // read by the therapist and never assigned; may be without questions.
	Risks      []Risk   `json:"risks,omitempty"`      // why it is not given during a safety hold; there if and only if RequiresNoHold.
	Unreported bool     `json:"unreported,omitempty"` // in no progress view and no report of a partner or couple.
	FollowUp   []string `json:"follow_up,omitempty"`  // exercises that naturally come next.
	Signers    string   `json:"signers,omitempty"`    // of an agreement: hurt or repairing when only that partner signs.
	Flags      []Flag   `json:"flags,omitempty"`      // what an answer asks for; see Raised.
}

// Risk says why an exercise is not given while a safety hold stands.
type Risk string

// The risks in a hold: it brings two together, opens up devices or whereabouts, asks for closeness, asks to tell what
// is hidden, or asks somebody to look for the fault in themselves.
const (
	RiskJoint        Risk = "joint"
	RiskTransparency Risk = "transparency"
	RiskPhone        Risk = "phone"
	RiskIntimacy     Risk = "intimacy"
	RiskDisclosure   Risk = "disclosure"
	RiskSelfBlame    Risk = "self_blame"
)

// Risks lists the risks.
var Risks = []Risk{RiskJoint, RiskTransparency, RiskPhone, RiskIntimacy, RiskDisclosure, RiskSelfBlame}

// RevealAtOnce is the Reveal of an exercise whose answers open as soon as both partners have answered.
const RevealAtOnce = "at_once"

// Question gives the question with the id.
func (e *Exercise) Question(id string) (*Question, bool) {
	for i := range e.Questions {
		if e.Questions[i].ID == id {
			return &e.Questions[i], true
		}
	}
	return nil, false
}

// ForRole gives the exercise with only the questions for that role and for everybody. An empty or unknown role gives
// all questions. The original is left as it is.
func (e *Exercise) ForRole(role string) *Exercise {
	out := *e
	if role != RoleHurt && role != RoleRepairing {
		return &out
	}
	out.Questions = slices.DeleteFunc(slices.Clone(e.Questions), func(q Question) bool {
		return q.Role != "" && q.Role != role
	})
	return &out
}
