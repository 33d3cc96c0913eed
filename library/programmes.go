package library

// ProgrammeKind says what a programme is.
type ProgrammeKind string

// The kinds. A short form tells another programme in fewer words; an add-on goes beside one.
const (
	ProgrammeWhole ProgrammeKind = "programme"
	ProgrammeShort ProgrammeKind = "short"
	ProgrammeAddOn ProgrammeKind = "add_on"
)

// Programme is exercises in phases, with a goal for each phase and ranges rather than deadlines. Couples read the title, the
// summary, the goals, what each works on, the ranges and the milestones; all else is for the therapist.
type Programme struct {
	ID        string         `json:"id"`
	Order     int            `json:"order"` // its place in a list.
	Kind      ProgrammeKind  `json:"kind"`
	Of        []string       `json:"of,omitempty"`      // the programmes that it is a short form of or an add-on to.
	Unshown   bool           `json:"unshown,omitempty"` // no portal shows it: its name alone would tell the one about the other.
	Title     Text           `json:"title"`
	Summary   Text           `json:"summary"`
	Gate      Gate           `json:"gate"`
	Range     ProgrammeRange `json:"range"`
	Phases    []Phase        `json:"phases"`
	Rhythm    []Figure       `json:"rhythm,omitempty"`
	Reviews   []Review       `json:"reviews,omitempty"`
	Taper     []TaperStage   `json:"taper,omitempty"`
	Obstacles []Obstacle     `json:"obstacles,omitempty"`
	Tracks    []Track        `json:"tracks,omitempty"`
	Notes     []Note         `json:"notes,omitempty"`
	Source    string         `json:"source"`

	file string // where it was read, for what is wrong with it.
	raw  []byte
}

// Gate is what a therapist weighs before a couple begins: for whom, when not, and what to take first. It opens a
// conversation and locks nothing.
type Gate struct {
	For   Text           `json:"for"`
	Not   []Text         `json:"not,omitempty"`
	First []GateExercise `json:"first,omitempty"`
}

// GateExercise is an instrument or exercise to take before the start.
type GateExercise struct {
	ID  string `json:"id"`
	Why Text   `json:"why,omitzero"`
}

// ProgrammeRange is how long the whole often takes. The months are for a report; zero where no source gives any. It is a
// range and never a deadline.
type ProgrammeRange struct {
	Text       Text `json:"text"`
	MonthsFrom int  `json:"months_from,omitempty"`
	MonthsTo   int  `json:"months_to,omitempty"`
}

// Phase is one stretch of a programme. Weeks count from the programme's start; without WeeksTo it goes on for as long as it
// helps, and without both nothing is said about time.
type Phase struct {
	ID         string          `json:"id"`
	Title      Text            `json:"title"`
	Goal       Text            `json:"goal"`
	Range      Text            `json:"range"`
	WeeksFrom  int             `json:"weeks_from,omitempty"`
	WeeksTo    int             `json:"weeks_to,omitempty"`
	Roles      PhaseRoles      `json:"roles"`
	Exercises  []PhaseExercise `json:"exercises,omitempty"` // the therapist chooses from them.
	Milestones []Milestone     `json:"milestones,omitempty"`
	Exit       []Text          `json:"exit,omitempty"` // signs that the couple is ready for what comes next; never automatic.
	Review     Text            `json:"review,omitzero"`
	// Skipped says that this couple does without the phase. The library never sets it.
	Skipped bool `json:"skipped,omitempty"`
}

// PhaseRoles is what each works on, in words for that partner; Both is for the two together.
type PhaseRoles struct {
	Hurt      Text `json:"hurt,omitzero"`
	Repairing Text `json:"repairing,omitzero"`
	Both      Text `json:"both,omitzero"`
}

// For gives what a partner with the role works on; empty for a role that has nothing of its own.
func (r PhaseRoles) For(role string) Text {
	switch role {
	case RoleHurt:
		return r.Hurt
	case RoleRepairing:
		return r.Repairing
	}
	return Text{}
}

// PhaseExercise is an exercise of a phase, with for whom it is meant there and a word to the therapist.
type PhaseExercise struct {
	ID   string `json:"id"`
	Role string `json:"role,omitempty"` // "", hurt or repairing.
	Note Text   `json:"note,omitzero"`
}

// Milestone is something to notice on the way. It says nothing about who was slow.
type Milestone struct {
	ID      string `json:"id"`
	Title   Text   `json:"title"`
	Measure string `json:"measure,omitempty"` // exercise.measure: where it shows in figures.
	Private bool   `json:"private,omitempty"` // for the therapist alone.
	Own     bool   `json:"own,omitempty"`     // added for this couple; the library never sets it.
}

// Review is a moment to look back: after some weeks or months since the start (From to To, of Unit), every so often, or at the
// end of each phase.
type Review struct {
	ID        string   `json:"id"`
	From      int      `json:"from,omitempty"`
	To        int      `json:"to,omitempty"`
	Unit      string   `json:"unit,omitempty"`  // week or month.
	Every     string   `json:"every,omitempty"` // week, month, quarter, half_year or year.
	PhaseEnd  bool     `json:"phase_end,omitempty"`
	Title     Text     `json:"title"`
	About     Text     `json:"about"`
	Exercises []string `json:"exercises,omitempty"` // what to take then.
}

// Figure is a number that belongs to the programme, such as how often and how long.
type Figure struct {
	What  Text `json:"what"`
	Value Text `json:"value"`
}

// TaperStage is one stretch of what is temporary and grows less.
type TaperStage struct {
	When Text `json:"when"`
	What Text `json:"what"`
}

// Obstacle is what often comes in the way, with an answer.
type Obstacle struct {
	Title  Text `json:"title"`
	Answer Text `json:"answer"`
}

// Track is what to add for one cause or situation.
type Track struct {
	ID        string   `json:"id"`
	Title     Text     `json:"title"`
	About     Text     `json:"about"`
	Exercises []string `json:"exercises,omitempty"`
}

// Note is background for the therapist alone.
type Note struct {
	Title Text `json:"title"`
	Text  Text `json:"text"`
}

// ExerciseIDs lists the ids of a phase's exercises in their order.
func (p Phase) ExerciseIDs() []string {
	ids := make([]string, len(p.Exercises))
	for i, e := range p.Exercises {
		ids[i] = e.ID
	}
	return ids
}

// Phase gives the phase with a number from 1. A number beyond the last gives the last one: a programme that was once longer
// must not lose the couples who follow it.
func (p Programme) Phase(number int) (Phase, bool) {
	if len(p.Phases) == 0 {
		return Phase{}, false
	}
	return p.Phases[p.Within(number)-1], true
}

// Within gives the number of a phase that exists: the number itself, or the first or last one.
func (p Programme) Within(number int) int { return max(1, min(number, len(p.Phases))) }

// Clone gives a copy whose phases can be changed.
func (p Programme) Clone() Programme {
	out := p
	out.Phases = make([]Phase, len(p.Phases))
	for i, phase := range p.Phases {
		phase.Exercises = append([]PhaseExercise(nil), phase.Exercises...)
		phase.Milestones = append([]Milestone(nil), phase.Milestones...)
		out.Phases[i] = phase
	}
	return out
}

// Programmes lists the programmes of the library in their own order. They are shared: do not change them.
func Programmes() []Programme {
	out, err := programmes()
	if err != nil {
		panic(err) // Embedded: a broken file is a broken build, and a test reads it.
	}
	return out
}

// FindProgramme gives one programme. It is shared: Clone it before changing it.
func FindProgramme(id string) (Programme, bool) {
	for _, p := range Programmes() {
		if p.ID == id {
			return p, true
		}
	}
	return Programme{}, false
}
