package library

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// entry is what the content brief promises of one exercise: who does it, how wide its answers may ever go, which audiences it
// has to use, and which risks keep it away during a safety hold.
type entry struct {
	who    []Who
	widest Audience
	uses   []Audience
	risks  []Risk
}

var (
	each       = []Who{WhoEach}
	together   = []Who{WhoBoth}
	forOther   = []Who{WhoOneForOther}
	eachOrBoth = []Who{WhoEach, WhoBoth} // Each alone first, then both.
)

const (
	me        = AudienceMe
	therapist = AudienceTherapist
	inSession = AudienceInSession
	reveal    = AudienceReveal
	both      = AudienceBoth
)

func uses(a ...Audience) []Audience { return a }
func risks(r ...Risk) []Risk        { return r }

// The exercises of section 1, in the order of the brief.
var exercisesPromised = map[string]entry{
	// Looking at myself and at us.
	"own-share":           {each, therapist, uses(therapist), risks(RiskSelfBlame)},
	"pattern-stop":        {each, therapist, uses(therapist), nil},
	"core-problem":        {eachOrBoth, reveal, uses(reveal), risks(RiskJoint)},
	"why-stay":            {each, therapist, uses(therapist), nil},
	"commitment-decision": {each, inSession, uses(inSession), nil},
	"drift-map":           {each, inSession, uses(inSession), nil},
	"effort-check":        {each, both, uses(both, therapist), risks(RiskJoint)},
	// Talking and listening.
	"speaker-listener":     {together, both, uses(both), risks(RiskJoint)},
	"reflective-listening": {forOther, both, uses(both, therapist), risks(RiskJoint)},
	"need-behind-emotion":  {forOther, both, uses(both), risks(RiskJoint)},
	"i-message":            {each, both, uses(me), risks(RiskJoint)},
	"what-do-you-need":     {together, both, nil, risks(RiskJoint)},
	"needs-to-actions":     {together, both, uses(both), risks(RiskJoint)},
	"raise-concern":        {forOther, therapist, uses(therapist), risks(RiskJoint)},
	"fair-fight":           {together, both, uses(both), risks(RiskJoint)},
	"safe-word":            {together, both, uses(both), risks(RiskJoint)},
	"processing-time":      {forOther, both, uses(both), risks(RiskJoint)},
	"honesty-filter":       {each, me, uses(me), nil},
	"state-a-boundary":     {forOther, both, uses(both), risks(RiskJoint)},
	"stay-present":         {forOther, therapist, uses(therapist), risks(RiskJoint)},
	// Honesty.
	"honesty-culture":    {eachOrBoth, reveal, uses(reveal), risks(RiskJoint)},
	"safe-space-talk":    {together, both, uses(reveal), risks(RiskJoint)},
	"vulnerable-honesty": {each, therapist, uses(therapist), risks(RiskDisclosure)},
	"privacy-or-secret":  {each, me, uses(me), nil},
	// Connection.
	"daily-checkin":      {together, both, uses(reveal), risks(RiskJoint)},
	"weekly-checkin":     {together, both, uses(reveal), risks(RiskJoint)},
	"appreciation":       {forOther, both, uses(both), risks(RiskJoint)},
	"date-night":         {together, both, uses(both, reveal), risks(RiskJoint)},
	"new-experience":     {together, both, uses(reveal), risks(RiskJoint)},
	"physical-closeness": {together, both, uses(both, therapist), risks(RiskIntimacy)},
	"ratio-5-1":          {each, reveal, uses(reveal), risks(RiskJoint)},
	"small-wins":         {together, both, uses(both), risks(RiskJoint)},
	"ways-i-feel-loved":  {each, reveal, uses(reveal), risks(RiskJoint)},
	"expectations":       {eachOrBoth, reveal, uses(reveal), risks(RiskJoint)},
	"shared-vision":      {eachOrBoth, both, uses(reveal), risks(RiskJoint)},
	"connection-rituals": {together, both, uses(both), risks(RiskJoint)},
	"rebuild-intimacy":   {eachOrBoth, both, uses(therapist, both), risks(RiskIntimacy)},
	"improvement-offer":  {forOther, both, uses(both), risks(RiskJoint)},
	// Apology, remorse, reconciliation.
	"apology-builder":        {forOther, both, uses(therapist), risks(RiskSelfBlame)},
	"responsibility-letter":  {forOther, inSession, uses(inSession), risks(RiskSelfBlame)},
	"remorse-check":          {each, therapist, uses(therapist), nil},
	"first-step":             {each, therapist, uses(me), risks(RiskJoint)},
	"caring-act":             {forOther, both, uses(both), risks(RiskJoint)},
	"hurt-conversation":      {together, inSession, uses(inSession), risks(RiskJoint)},
	"forgiveness-reflection": {each, therapist, uses(me), nil},
	"self-forgiveness":       {each, therapist, uses(me), nil},
	"accept-imperfection":    {each, both, uses(both), risks(RiskJoint)},
	// Trust repair after a breach.
	"disclosure-prep":      {each, inSession, uses(therapist), risks(RiskDisclosure)},
	"disclosure-questions": {each, inSession, uses(inSession), risks(RiskDisclosure)},
	"shoes-swap":           {each, therapist, uses(therapist), risks(RiskSelfBlame)},
	"no-contact":           {nil, both, uses(both), nil},
	"transparency-log":     {each, both, uses(both), risks(RiskTransparency)},
	"before-the-breach":    {eachOrBoth, inSession, uses(inSession), nil},
	"underlying-causes":    {each, therapist, uses(therapist), nil},
	"trust-contract":       {together, both, uses(both), risks(RiskTransparency)},
	"trigger-plan":         {together, both, uses(both), risks(RiskJoint)},
	"trigger-log":          {each, therapist, uses(therapist), nil},
	"promise-to-plan":      {each, both, uses(both), risks(RiskJoint)},
	"promise-log":          {each, both, uses(reveal), risks(RiskJoint)},
	"emotion-journal":      {each, therapist, uses(me), nil},
	"check-urge-log":       {each, therapist, uses(therapist), nil},
	"safer-question":       {forOther, both, uses(both), risks(RiskTransparency)},
	"notice-effort":        {forOther, both, uses(both), risks(RiskJoint)},
	"self-care":            {each, therapist, uses(therapist), nil},
	"better-start":         {each, both, uses(therapist), nil},
	"trust-history":        {each, both, uses(therapist), nil},
	"small-trust-steps":    {each, both, uses(both), risks(RiskJoint)},
	"flirt-boundaries":     {eachOrBoth, reveal, uses(reveal), risks(RiskJoint)},
	"phone-talk":           {together, both, uses(reveal, therapist), risks(RiskPhone)},
	// Attachment, upkeep, invitation.
	"attachment-dance":   {eachOrBoth, inSession, uses(inSession), risks(RiskJoint)},
	"opposite-action":    {each, therapist, uses(therapist), nil},
	"relapse-prevention": {together, both, uses(both), risks(RiskJoint)},
	"relationship-apk":   {eachOrBoth, reveal, uses(reveal), risks(RiskJoint)},
	"invite-partner":     {forOther, therapist, uses(therapist), risks(RiskJoint)},
}

// The instruments I1 to I14 of section 2.
var instrumentsPromised = map[string]entry{
	"relationship-checklist": {each, reveal, uses(reveal), risks(RiskJoint)},
	"attachment-quiz":        {each, inSession, uses(inSession), nil},
	"repairability":          {each, therapist, uses(therapist), nil},
	"affair-conditions":      {each, inSession, uses(inSession), nil},
	"trust-outlook":          {each, therapist, uses(therapist), nil},
	"trust-recovery-signs":   {each, therapist, uses(therapist), nil},
	"stop-review":            {each, inSession, uses(inSession), nil},
	"six-principles":         {each, inSession, uses(inSession), nil},
	"flirt-sorter":           {each, therapist, nil, nil},
	"emotional-affair":       {each, therapist, uses(therapist), nil},
	"privacy-test":           {each, me, uses(me), nil},
	"pattern-scan":           {each, inSession, uses(inSession), nil},
	"apology-check":          {each, therapist, uses(therapist), nil},
	"impact-inventory":       {each, therapist, uses(therapist), nil},
}

// The agreements 4.1 to 4.13. Each asks in private whether it was chosen freely.
var agreementsPromised = map[string]entry{
	"trust-contract":         {together, both, uses(both, therapist), risks(RiskTransparency)},
	"smart-agreement":        {together, both, uses(both, therapist), risks(RiskJoint)},
	"trigger-plan":           {together, both, uses(both, therapist), risks(RiskJoint)},
	"safe-word":              {together, both, uses(both, therapist), risks(RiskJoint)},
	"transparency-agreement": {together, both, uses(both, therapist), risks(RiskTransparency, RiskPhone)},
	"no-contact":             {nil, both, uses(both, therapist), nil},
	"what-is-shared":         {together, both, uses(both, therapist), risks(RiskJoint)},
	"boundaries":             {together, both, uses(both, therapist), risks(RiskJoint)},
	"fair-fight":             {together, both, uses(both, therapist), risks(RiskJoint)},
	"past-talk":              {together, both, uses(both, therapist), risks(RiskJoint)},
	"checkin-rhythm":         {together, both, uses(both, therapist), risks(RiskJoint)},
	"therapy-commitment":     {together, both, uses(both, therapist), risks(RiskJoint)},
	"healthy-relationship":   {together, both, uses(both, therapist), risks(RiskJoint)},
}

// The parts and variants that section 1 tells of within an entry, with what they belong to.
var partsPromised = map[string]string{
	"daily-checkin-feeling": "daily-checkin", "daily-checkin-open": "daily-checkin", "daily-checkin-question": "daily-checkin",
	"weekly-checkin-short": "weekly-checkin", "fair-fight-debrief": "fair-fight", "safe-word-log": "safe-word",
	"needs-to-actions-check": "needs-to-actions", "apology-follow-up": "apology-builder", "no-contact-log": "no-contact",
	"before-the-breach-talk": "before-the-breach", "attachment-quiz-short": "attachment-quiz",
}

// The cards: what was found (1.F), and section 6 with the pitfalls and the kinds of help of section 5.
var cardsPromised = []string{"after-discovery", "triage", "when-not-couples-work", "watch-for", "pitfalls", "kinds-of-help"}

// What stands in no progress view and no report (sections 6.4 and 7).
var neverReported = []string{
	"why-stay", "safety-screening", "forgiveness-reflection", "emotion-journal", "repairability", "stop-review",
}

// The programmes P1 to P13, the short form and the add-on.
var programmesPromised = []string{
	"rescue-10", "infidelity-3-phase", "trust-7-steps", "affair-recovery-6", "rebuild-8-tips", "reconciliation",
	"communication-repair", "attachment-shift", "honesty", "trust-in-a-new-relationship", "maintenance", "one-partner",
	"start-today", "offender-6", "key-question",
}

// The terms of section 5 that the brief names, and how many there are at least where it describes them without an id.
var termsPromised = map[string]struct {
	ids   string
	least int
}{
	"pattern":    {"contempt defensive stonewall criticise-person dredge-past ultimatum avoidance fixer sarcasm-minimise hypercritic absent", 11},
	"core":       {"chores money friends sex talk", 5},
	"need":       {"safety connection recognition autonomy", 4},
	"attachment": {"secure anxious avoidant disorganised pursue-withdraw", 5},
	"drift":      {"quiet-goodbye broken-picture", 2 + 2*4}, // Each route has four phases.
	"affair":     {"confirm-over seen-elsewhere", 2},
	"apology":    {"if-hurt but-you as-you-take move-on your-reaction no-change", 6},
	"pitfall":    {"time-heals normal-too-soon trust-vs-control past-again forgive-forget blunt overtalk false-promise secret-for-good", 9},
	"lie":        {"conflict-fear shame self-protection protect-other ease autonomy habit", 7},
	"check":      {"intuition past-hurt behaviour-change insecurity need-control", 5},
	"cause":      {"", 5},
	"breach":     {"major repeated-small non-transparent inconsistent physical-affair emotional-affair lying expectation-gap", 8},
	"therapy":    {"", 7},
}

// What helps against each pattern (5.1).
var antidotes = map[string]string{
	"contempt": "appreciation", "defensive": "reflective-listening", "stonewall": "safe-word", "criticise-person": "i-message",
	"dredge-past": "past-talk", "ultimatum": "state-a-boundary", "avoidance": "weekly-checkin", "fixer": "stay-present",
	"sarcasm-minimise": "need-behind-emotion", "hypercritic": "honesty-filter", "absent": "daily-checkin",
}

// promised gives the exercise, or says that it is missing or stands in one language only.
func promised(t *testing.T, id string) (*Exercise, bool) {
	t.Helper()
	e, ok := lib(t).Exercise(id)
	if !ok {
		t.Errorf("%s is missing", id)
		return nil, false
	}
	if e.Title.NL == "" || e.Title.EN == "" {
		t.Errorf("%s has no title in both languages", id)
	}
	return e, true
}

func TestCoverageOfExercisesInstrumentsAndAgreements(t *testing.T) {
	for section, c := range map[string]struct {
		entries map[string]entry
		count   int
		kind    Kind // empty: any.
	}{
		"exercises":   {exercisesPromised, 74, ""},
		"instruments": {instrumentsPromised, 14, KindInstrument},
		"agreements":  {agreementsPromised, 13, KindAgreement},
	} {
		if len(c.entries) != c.count {
			t.Errorf("%s: the brief has %d, the table %d", section, c.count, len(c.entries))
		}
		for _, id := range slices.Sorted(maps.Keys(c.entries)) {
			e, ok := promised(t, id)
			if !ok {
				continue
			}
			if c.kind != "" && e.Kind != c.kind {
				t.Errorf("%s is of kind %s, not %s", id, e.Kind, c.kind)
			}
			c.entries[id].check(t, e)
		}
	}
}

func (want entry) check(t *testing.T, e *Exercise) {
	t.Helper()
	if len(want.who) > 0 && !slices.Contains(want.who, e.Who) {
		t.Errorf("%s is done by %s, not by %v", e.ID, e.Who, want.who)
	}
	used := map[Audience]bool{}
	for _, q := range e.Questions {
		used[q.Audience] = true
		if !q.Audience.NarrowerOrEqual(want.widest) {
			t.Errorf("%s: %s is for %s, wider than %s", e.ID, q.ID, q.Audience, want.widest)
		}
	}
	for _, a := range want.uses {
		if !used[a] {
			t.Errorf("%s has no question for %s", e.ID, a)
		}
	}
	for _, r := range want.risks {
		if !slices.Contains(e.Risks, r) {
			t.Errorf("%s lacks the risk %s", e.ID, r)
		}
	}
}

func TestCoverageOfParts(t *testing.T) {
	for id, whole := range partsPromised {
		if e, ok := promised(t, id); ok && e.BelongsTo != whole {
			t.Errorf("%s belongs to %q, not to %s", id, e.BelongsTo, whole)
		}
	}
}

func TestCoverageOfSafety(t *testing.T) {
	for _, id := range cardsPromised {
		if e, ok := promised(t, id); ok && !e.Card {
			t.Errorf("%s is no card", id)
		}
	}
	for _, id := range neverReported {
		if e, ok := promised(t, id); ok && !e.Unreported {
			t.Errorf("%s could stand in a report", id)
		}
	}
	screening, ok := promised(t, "safety-screening")
	if !ok {
		return
	}
	entry{each, therapist, uses(therapist), nil}.check(t, screening)
	if n := len(screening.Questions); n < 8 || n > 12 {
		t.Errorf("the screening has %d questions", n)
	}
	if len(screening.Measures) > 0 || screening.Scoring != nil || screening.RequiresNoHold {
		t.Error("the screening is measured, scored, or kept away when it is needed")
	}
	if !slices.ContainsFunc(screening.Flags, func(f Flag) bool { return f.Do == DoHold && f.Level == 0 }) {
		t.Error("nothing in the screening is acute")
	}
	for _, text := range []string{screening.Title.NL, screening.Title.EN} {
		for _, word := range []string{"screen", "veilig", "safe", "geweld", "violence"} {
			if strings.Contains(strings.ToLower(text), word) {
				t.Errorf("the title %q tells what it is about", text)
			}
		}
	}
}

// What brings two together is not given during a safety hold, whatever else it is for.
func TestWhatBringsTwoTogetherWaitsForNoHold(t *testing.T) {
	for _, e := range lib(t).List() {
		shares := e.Joint || e.Who == WhoBoth || slices.ContainsFunc(e.Questions, func(q Question) bool { return AudienceReveal.NarrowerOrEqual(q.Audience) })
		if shares && !e.Card && !e.RequiresNoHold {
			t.Errorf("%s would be given during a safety hold", e.ID)
		}
	}
}

func TestCoverageOfProgrammes(t *testing.T) {
	for _, id := range programmesPromised {
		p, ok := FindProgramme(id)
		if !ok {
			t.Errorf("programme %s is missing", id)
		} else if p.Title.NL == "" || p.Title.EN == "" {
			t.Errorf("programme %s has no title in both languages", id)
		}
	}
}

func TestCoverageOfTheVocabulary(t *testing.T) {
	lists := map[string]TermList{}
	for _, l := range Vocabulary() {
		lists[l.ID] = l
	}
	for _, id := range slices.Sorted(maps.Keys(termsPromised)) {
		want := termsPromised[id]
		if n := len(lists[id].Terms); n < want.least {
			t.Errorf("list %s has %d terms, not %d", id, n, want.least)
		}
		for term := range strings.FieldsSeq(want.ids) {
			if _, ok := Term(id + "." + term); !ok {
				t.Errorf("term %s.%s is missing", id, term)
			}
		}
	}
	for pattern, exercise := range antidotes {
		if term, ok := Term("pattern." + pattern); ok && term.Antidote != exercise {
			t.Errorf("against %s stands %q, not %s", pattern, term.Antidote, exercise)
		}
	}
	if _, ok := Term("pattern.no-such-thing"); ok {
		t.Error("an unknown term was found")
	}
}

func TestCoverageOfTheIndicators(t *testing.T) {
	if n := len(Indicators()); n != 20 {
		t.Errorf("there are %d indicators, not 20", n)
	}
	for _, one := range Indicators() {
		for _, full := range one.Measures {
			id, _, _ := strings.Cut(full, ".")
			if e, ok := lib(t).Exercise(id); ok && e.Unreported && one.Consent == ConsentCouple {
				t.Errorf("%s would put %s in the couple's report", one.ID, id)
			}
		}
	}
}
