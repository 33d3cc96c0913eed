package web

import (
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/library"
	"tussentijds/models"
)

// deskShow answers with a page of the workspace and the way back up.
func (r *Request) deskShow(name PageName, titleKey string, data any, crumbs ...Crumb) error {
	p := r.Page(titleKey, data)
	p.Crumbs = crumbs
	return r.Show(name, 200, p)
}

// deskAgain is Again with crumbs: the form once more, with what was typed and what was wrong.
func (r *Request) deskAgain(err error, name PageName, titleKey string, data any, crumbs ...Crumb) error {
	f := fault.From(err)
	switch f.Code {
	case fault.Invalid, fault.Conflict, fault.Stale, fault.RateLimited:
	default:
		return err
	}
	p := r.Page(titleKey, data)
	p.Crumbs = crumbs
	p.fault(f)
	r.retryAfter(f)
	return r.Show(name, f.Code.Status(), p)
}

// at moves the wrong fields of a fault to the fields of a form that asks the same in other words, such as a date and a
// time for one moment. A conflict without a field goes to the field under the name "".
func at(err error, fields map[string]string) error {
	f := fault.From(err)
	if f == nil || f.Code != fault.Invalid && f.Code != fault.Conflict {
		return err
	}
	out := *f
	out.Fields = nil
	for _, field := range f.Fields {
		if to, ok := fields[strings.TrimPrefix(field.Location, "body.")]; ok {
			field.Location = to
		}
		out.Fields = append(out.Fields, field)
	}
	if to, ok := fields[""]; ok && f.Code == fault.Conflict && len(f.Fields) == 0 {
		out.Fields = []fault.Field{{Location: to, Key: f.MessageKey(), Args: f.Args}}
	}
	return &out
}

// unlessRefused lets a page do without a part that the reader's role does not get.
func unlessRefused(err error) error {
	if fault.Is(err, fault.Forbidden) {
		return nil
	}
	return err
}

// clinical tells whether pages offer what concerns treatment. Offering is not a right: care decides again.
func (r *Request) clinical() bool { return treats(r.Actor) }

// Treats tells a template whether to offer what concerns treatment.
func (p *Page) Treats() bool { return treats(p.Actor) }

// Decides tells a template whether to offer what a trainee leaves to the supervisor: revealing, approving, holding.
func (p *Page) Decides() bool { return treats(p.Actor) && p.Actor.Role != models.RoleTrainee }

func treats(a care.Actor) bool {
	switch a.Role {
	case models.RoleTherapist, models.RoleTrainee:
		return true
	case models.RoleOwner:
		return a.Clinician
	}
	return false
}

// version gives the version that a form was made from; a missing one fits no record.
func (r *Request) version() int {
	n, err := strconv.Atoi(r.Typed("version"))
	if err != nil {
		return -1
	}
	return n
}

// part is the page of a list that the address asks for.
func (r *Request) part(limit int) care.Page {
	return care.Page{Limit: limit, Cursor: r.Query("cursor")}
}

// nextURL gives the address of a list's next part, with the other parameters kept.
func (r *Request) nextURL(next *string) string {
	if next == nil {
		return ""
	}
	return r.with("cursor", *next)
}

// firstURL gives the address of a list's start when the page shows a later part.
func (r *Request) firstURL() string {
	if r.Query("cursor") == "" {
		return ""
	}
	return r.with("cursor", "")
}

// with gives the present address with one parameter changed, or left out when empty.
func (r *Request) with(name, value string) string {
	q := url.Values{}
	for key, v := range r.Queries() {
		q.Set(key, v)
	}
	q.Set(name, value)
	for key := range q {
		if q.Get(key) == "" {
			q.Del(key)
		}
	}
	if len(q) == 0 {
		return r.Path()
	}
	return r.Path() + "?" + q.Encode()
}

// zone is the practice's zone, in which moments are shown and asked for.
func (r *Request) zone() *time.Location {
	if r.Actor.Zone != nil {
		return r.Actor.Zone
	}
	return care.HomeZone()
}

// now is the present moment in the practice's zone.
func (r *Request) now() time.Time { return r.site.care.Clock.Now().In(r.zone()) }

// today is the day of now in the practice's zone.
func (r *Request) today() time.Time {
	now := r.now()
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, r.zone())
}

// momentOf puts a typed date and time of day together, in the practice's zone. What is wrong is noted at its own field.
func (r *Request) momentOf(c *fault.Collector, dateField, timeField string) time.Time {
	day, clock := r.Typed(dateField), r.Typed(timeField)
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		c.Add(dateField, wrongOrMissing(day, "error.field.date"), nil)
	}
	if _, err := time.Parse("15:04", clock); err != nil {
		c.Add(timeField, wrongOrMissing(clock, "error.field.time"), nil)
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", day+" "+clock, r.zone())
	if err != nil {
		return time.Time{}
	}
	return t
}

func wrongOrMissing(typed, key string) string {
	if typed == "" {
		return "error.field.required"
	}
	return key
}

// crumb is one step of the way back, by message key.
func (r *Request) crumb(key, address string) Crumb { return Crumb{Text: r.L.T(key), URL: address} }

// Badge is a state in a word, with the kind of its look.
type Badge struct {
	Kind, Text string
	Hollow     bool
}

var badgeKinds = map[string]Badge{
	"couple.intake": {Kind: "accent"}, "couple.active": {Kind: "good"}, "couple.paused": {Kind: "warn", Hollow: true},
	"couple.closed": {Hollow: true}, "couple.separated": {Hollow: true},
	"partner.invited": {Kind: "warn", Hollow: true}, "partner.active": {Kind: "good"}, "partner.paused": {Kind: "warn", Hollow: true}, "partner.withdrawn": {Hollow: true},
	"session.planned": {Kind: "primary", Hollow: true}, "session.held": {Kind: "good"}, "session.cancelled": {Hollow: true}, "session.no_show": {Kind: "warn"},
	"assignment.active": {Kind: "good"}, "assignment.ended": {Hollow: true}, "assignment.cancelled": {Hollow: true},
	"agreement.draft": {Hollow: true}, "agreement.proposed": {Kind: "warn", Hollow: true}, "agreement.active": {Kind: "good"}, "agreement.changed": {Hollow: true}, "agreement.ended": {Hollow: true},
	"report.queued": {Hollow: true}, "report.building": {Hollow: true}, "report.draft": {Kind: "warn"}, "report.approved": {Kind: "primary"}, "report.published": {Kind: "good"}, "report.failed": {Kind: "danger"}, "report.withdrawn": {Hollow: true},
	"reminder.planned": {Kind: "primary", Hollow: true}, "reminder.claimed": {Kind: "primary", Hollow: true}, "reminder.sent": {Kind: "good"}, "reminder.skipped": {Hollow: true}, "reminder.failed": {Kind: "danger"},
	"member.active": {Kind: "good"}, "member.invited": {Kind: "warn", Hollow: true}, "member.ended": {Hollow: true},
}

// State gives the badge for a state of a thing (couple, partner, session, …).
func (p *Page) State(thing string, state any) Badge {
	name := thing + "." + textOf(state)
	b := badgeKinds[name]
	b.Text = p.Word("desk."+thing+".status", state)
	return b
}

// Word gives the text of a code below a key, or the code itself when there is none yet: a new code of care must never
// break a page.
func (p *Page) Word(key string, code any) string {
	name := textOf(code)
	if full := key + "." + name; name != "" && locale.Has(p.Lang, full) {
		return p.L.T(full)
	}
	return strings.ReplaceAll(name, "_", " ")
}

// ScheduleWords tells a schedule the way people do: "3 keer per week, om 20:00".
func (p *Page) ScheduleWords(s care.ScheduleInput) string {
	text := p.L.T("desk.schedule."+known(s.Kind, "rrule", scheduleKinds...), "Times", s.Times)
	if s.At != "" {
		text = p.L.T("desk.schedule.at", "Text", text, "At", s.At)
	}
	return text
}

// Cadence tells an exercise's own suggestion the same way.
func (p *Page) Cadence(s library.Schedule) string {
	return p.ScheduleWords(care.ScheduleInput{Kind: s.Kind, Times: s.Times, RRule: s.RRule, At: s.At})
}

// WeekdayShort gives the day of the week in two or three letters.
func (p *Page) WeekdayShort(t time.Time) string {
	name := []rune(p.L.Weekday(t))
	if p.Lang == locale.NL {
		return string(name[:2])
	}
	return string(name[:3])
}

// When tells a moment in few letters: "vandaag om 10:00", "do 8 okt, 10:00".
func (p *Page) When(t time.Time) template.HTML {
	now, then := p.Now(), p.In(t)
	if sameDay(then, now) || sameDay(then, now.AddDate(0, 0, 1)) || sameDay(then, now.AddDate(0, 0, -1)) {
		return p.Soon(t)
	}
	return p.time(t, func(t time.Time) string { return p.WeekdayShort(t) + " " + p.L.ShortDate(t) + ", " + p.L.Clock(t) })
}

// ShortID gives the end of an id, enough to tell two files apart.
func (p *Page) ShortID(id *uuid.UUID) string {
	if id == nil {
		return ""
	}
	text := id.String()
	return text[len(text)-8:]
}

var scheduleKinds = []string{"once", "daily", "times_per_week", "weekly", "monthly", "rrule"}

// known gives the value when it is one of the list, else the fallback.
func known(value, fallback string, list ...string) string {
	for _, v := range list {
		if v == value {
			return value
		}
	}
	return fallback
}

// Minutes gives the length between two moments.
func (p *Page) Minutes(from, to time.Time) int { return int(to.Sub(from).Minutes()) }

// Percent gives a share as a whole number of hundredths; zero of zero is zero.
func (p *Page) Percent(part, whole int) int { return percent(part, whole) }

// idOf reads an id that a form sent; uuid.Nil when it is none.
func idOf(text string) uuid.UUID {
	id, err := uuid.Parse(text)
	if err != nil {
		return uuid.Nil
	}
	return id
}

// choices turns codes into options with the texts below a key.
func (r *Request) choices(key string, codes ...string) []Choice {
	out := make([]Choice, len(codes))
	for i, code := range codes {
		out[i] = Choice{Value: code, Label: r.L.T(key + "." + code)}
	}
	return out
}

// languageChoices are the two languages, each in its own words.
func languageChoices() []Choice {
	return []Choice{{Value: "nl", Label: "Nederlands"}, {Value: "en", Label: "English"}}
}
