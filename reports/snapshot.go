// Package reports turns a snapshot of one couple's month into a PDF, and into an outline that a page can show.
//
// The package is pure: the same snapshot always gives the same bytes. It knows no database, network or clock, and it
// decides no rights: whoever fills the snapshot puts in only what its reader may know (see care).
package reports

import (
	"time"

	"tussentijds/internal/locale"
)

// Version is the version of the Snapshot that this package writes and reads.
const Version = 1

// Audience says for whom a report is made (design decision 14).
type Audience string

// The audiences.
const (
	ForCouple    Audience = "couple"
	ForPartner   Audience = "partner"
	ForTherapist Audience = "therapist"
)

// Areas of a trend: the section it stands in.
const (
	AreaCommunication = "communication"
	AreaConnection    = "connection"
	AreaTrust         = "trust"
)

// Snapshot is all that a report shows. It is plain data that survives JSON; moments carry the practice's offset from UTC.
// A Homework, trend or agreement that the reader may not know of is simply not in it.
type Snapshot struct {
	Version  int         `json:"version"`
	Audience Audience    `json:"audience"`
	Locale   locale.Lang `json:"locale"`

	PracticeName  string   `json:"practice_name"`
	TherapistName string   `json:"therapist_name,omitempty"`
	CoupleName    string   `json:"couple_name"`
	PartnerNames  []string `json:"partner_names"`
	ReaderName    string   `json:"reader_name,omitempty"` // of the partner, with audience partner.

	Month      time.Time `json:"month"` // first day of the month.
	PeriodFrom time.Time `json:"period_from"`
	PeriodTo   time.Time `json:"period_to"` // last day, included.
	BuiltAt    time.Time `json:"built_at"`
	Corrects   time.Time `json:"corrects,omitzero"` // of a corrected report: when the one whose place it takes was published.

	Brand     Brand  `json:"brand,omitzero"`
	PortalURL string `json:"portal_url,omitempty"` // where partners read it on a screen; empty when not configured.

	Programme Programme `json:"programme"`
	Homework  Homework  `json:"homework"`

	Trends      []Trend            `json:"trends,omitempty"` // consented lines only.
	Months      []MonthFigure      `json:"months,omitempty"` // signs that have too few values for a line.
	Instruments []InstrumentResult `json:"instruments,omitempty"`
	Agreements  []AgreementResult  `json:"agreements,omitempty"`
	Wins        []Win              `json:"wins,omitempty"`
	Sessions    Sessions           `json:"sessions"`

	TherapistNote string   `json:"therapist_note,omitempty"` // plain text; an empty line parts paragraphs.
	Goals         []string `json:"goals,omitempty"`          // for the month to come, in the therapist's words.
	NextSteps     []string `json:"next_steps,omitempty"`
	Reviews       []Review `json:"reviews,omitempty"` // moments to look back, the nearest first.

	// Shown in the therapist's version alone.
	Flags   []string `json:"flags,omitempty"`
	Discuss []Topic  `json:"discuss,omitempty"`
	Gaps    []Gap    `json:"gaps,omitempty"`

	// Trace says from which rows each figure was taken, by ids alone. No PDF shows it.
	Trace Trace `json:"trace,omitempty"`

	// LeftOut holds the ids of sections that the therapist left out (see Parts). They show in no PDF and on no page; their
	// figures stay here so that they can be put back.
	LeftOut []string `json:"left_out,omitempty"`
}

// Programme tells where the couple is. All of it may be empty. Months tell a usual range, never a deadline.
type Programme struct {
	Name       string `json:"name,omitempty"`
	Phase      string `json:"phase,omitempty"`
	MonthsIn   int    `json:"months_in,omitempty"`
	MonthsFrom int    `json:"months_from,omitempty"`
	MonthsTo   int    `json:"months_to,omitempty"`
	PhaseAt    int    `json:"phase_at,omitempty"` // the phase's place, from 1, of Phases.
	Phases     int    `json:"phases,omitempty"`
	Breach     bool   `json:"breach,omitempty"` // it repairs trust after a breach: there is a section on trust.

	Reviews []Review `json:"reviews,omitempty"` // its coming moments to look back.
}

// Homework is the work of the period by week. Minutes is the time spent together on it; zero when unknown.
type Homework struct {
	Weeks   []HomeworkWeek `json:"weeks,omitempty"`
	Minutes int            `json:"minutes,omitempty"`
}

// HomeworkWeek counts the tasks due in the week that begins at From (a Monday).
type HomeworkWeek struct {
	From     time.Time `json:"from"`
	Assigned int       `json:"assigned"`
	Done     int       `json:"done"`
}

// Trend is one measure over time with a line per partner who agreed to show it. Area is one of the Area constants; any
// other goes with connection, and so does trust where no breach is repaired. Sign names the indicator that the measure
// belongs to (content brief, section 7).
type Trend struct {
	Title string      `json:"title"`
	Sign  string      `json:"sign,omitempty"`
	Area  string      `json:"area,omitempty"`
	Unit  string      `json:"unit,omitempty"`
	Min   float64     `json:"min"`
	Max   float64     `json:"max"`
	Lines []TrendLine `json:"lines"`
}

// TrendLine is one partner's line.
type TrendLine struct {
	Label  string       `json:"label"`
	Points []TrendPoint `json:"points"`
}

// TrendPoint is one value on one day; Gap says that the day has none, and the line breaks.
type TrendPoint struct {
	On    time.Time `json:"on"`
	Value float64   `json:"value"`
	Gap   bool      `json:"gap,omitempty"`
}

// MonthFigure is one measure of one partner month by month, the newest last; a month without a value has a gap. Who is empty
// when the readers know whose it is.
type MonthFigure struct {
	Area   string       `json:"area"`
	Sign   string       `json:"sign,omitempty"`
	Title  string       `json:"title"`
	Who    string       `json:"who,omitempty"`
	Share  bool         `json:"share,omitempty"` // the values are parts of one, shown in per cent.
	Months []TrendPoint `json:"months"`
}

// InstrumentResult is one scored questionnaire; Who names the partner when the score is one partner's own.
type InstrumentResult struct {
	Title    string           `json:"title"`
	Who      string           `json:"who,omitempty"`
	On       time.Time        `json:"on"`
	Score    float64          `json:"score"`
	Min      float64          `json:"min"`
	Max      float64          `json:"max"`
	Band     string           `json:"band,omitempty"`
	Bands    []InstrumentBand `json:"bands,omitempty"`
	Previous *float64         `json:"previous,omitempty"`
	Change   string           `json:"change,omitempty"` // a sentence on how it changed since then; may be empty.
	Caveat   string           `json:"caveat,omitempty"`
	History  []TrendPoint     `json:"history,omitempty"` // up to half a year of scores on the same scale, this one last.
}

// InstrumentBand is a stretch of scores with its mild name.
type InstrumentBand struct {
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	Label string  `json:"label"`
}

// AgreementResult is one agreement with how its points were kept, as both partners reviewed it.
type AgreementResult struct {
	Title  string           `json:"title"`
	Points []AgreementPoint `json:"points"`
}

// AgreementPoint is one measurable point of an agreement.
type AgreementPoint struct {
	Label string          `json:"label"`
	Weeks []AgreementWeek `json:"weeks"`
}

// AgreementWeek counts, for the week that begins at From, how often the point was asked about and how often it was kept.
type AgreementWeek struct {
	From  time.Time `json:"from"`
	Asked int       `json:"asked"`
	Kept  int       `json:"kept"`
}

// Share gives the part of the agreement that was kept, 0 to 1; ok is false when nothing was asked.
func (a AgreementResult) Share() (share float64, ok bool) {
	asked, kept := 0, 0
	for _, p := range a.Points {
		for _, w := range p.Weeks {
			asked, kept = asked+w.Asked, kept+w.Kept
		}
	}
	if asked <= 0 {
		return 0, false
	}
	return float64(kept) / float64(asked), true
}

// Win is something that went well, in the words of the one who wrote it for both to read.
type Win struct {
	On   time.Time `json:"on"`
	Text string    `json:"text"`
	By   string    `json:"by,omitempty"`
}

// Review is a moment to look back on something.
type Review struct {
	On   time.Time `json:"on"`
	Text string    `json:"text"`
}

// Topic is something to talk about, with why it stands there, in facts.
type Topic struct {
	Text string `json:"text"`
	Why  string `json:"why,omitempty"`
}

// Gap is what there is no data of, or was not done, of one partner or (without Who) of both.
type Gap struct {
	Who   string   `json:"who,omitempty"`
	Facts []string `json:"facts"`
}

// Sessions counts the period's sessions and lists the coming ones.
type Sessions struct {
	Held      int         `json:"held"`
	Cancelled int         `json:"cancelled"`
	Next      []time.Time `json:"next,omitempty"`
}
