package web

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/models"
)

var deskCalendarPage = page("desk/calendar")

// CalendarPage is a week: a grid on a laptop, an agenda on a phone.
type CalendarPage struct {
	Days           []CalendarDay
	Hours          []CalendarHour
	Earlier, Later string
	ThisWeek       string // empty when this is it.
	From, To       time.Time
	Member         string
	Members        []Choice
	Rows           int
	Count          int
	Office         bool
	Week           int
	ISO            string // of the Monday.
}

// CalendarDay is a day with its sessions.
type CalendarDay struct {
	On       time.Time
	ISO      string
	Today    bool
	Past     bool
	Sessions []CalendarSession
}

// CalendarSession is a session with its place in the grid: the quarter of an hour it begins at, and how many it takes. The
// places are class names, because pages carry no inline style.
type CalendarSession struct {
	care.SessionView
	From, Span string
}

// CalendarHour is a line of the grid.
type CalendarHour struct{ Text, From string }

// deskCalendar shows a week's sessions.
func (s *Site) deskCalendar(r *Request) error {
	today := r.today()
	day, err := time.ParseInLocation(time.DateOnly, r.Query("week"), r.zone())
	if err != nil {
		day = today
	}
	monday := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	filter := care.SessionFilter{From: monday, Until: monday.AddDate(0, 0, 7), MemberID: idOf(r.Query("member"))}
	sessions, err := s.allSessions(r, filter)
	if err != nil {
		return err
	}
	members, err := s.care.ListMembers(r.Context(), r.Actor, care.Page{Limit: 100})
	if err := unlessRefused(err); err != nil {
		return err
	}
	data := CalendarPage{ISO: monday.Format(time.DateOnly), From: monday, To: monday.AddDate(0, 0, 6), Member: r.Query("member"), Count: len(sessions), Office: r.Actor.Role == models.RoleOffice}
	_, data.Week = monday.ISOWeek()
	data.Earlier, data.Later = r.with("week", monday.AddDate(0, 0, -7).Format(time.DateOnly)), r.with("week", monday.AddDate(0, 0, 7).Format(time.DateOnly))
	if today.Before(monday) || !today.Before(monday.AddDate(0, 0, 7)) {
		data.ThisWeek = r.with("week", "")
	}
	data.Members = []Choice{{Label: r.L.T("desk.calendar.everyone")}}
	for _, m := range treating(members.Data) {
		data.Members = append(data.Members, Choice{Value: m.ID.String(), Label: m.Name})
	}
	data.lay(sessions, monday, today, r.zone())
	return r.deskShow(deskCalendarPage, "web.desk.calendar", data)
}

// allSessions reads every part of a list of sessions; a week has few.
func (s *Site) allSessions(r *Request, filter care.SessionFilter) ([]care.SessionView, error) {
	var out []care.SessionView
	part := care.Page{Limit: 100}
	for {
		list, err := s.care.ListSessions(r.Context(), r.Actor, filter, part)
		if err != nil {
			return nil, err
		}
		out = append(out, list.Data...)
		if list.Next == nil {
			return out, nil
		}
		part.Cursor = *list.Next
	}
}

const (
	quarter  = 15
	dayStart = 8  // the grid shows working hours, and more when sessions ask for it.
	dayEnd   = 18 // of the clock.
)

// lay puts the sessions into their days. Saturday and Sunday are there when something is.
func (d *CalendarPage) lay(sessions []care.SessionView, monday, today time.Time, zone *time.Location) {
	first, last := dayStart, dayEnd
	for _, session := range sessions {
		from, to := session.StartsAt.In(zone), session.EndsAt.In(zone)
		first = min(first, from.Hour())
		end := to.Hour()
		if to.Minute() > 0 {
			end++
		}
		if to.Day() != from.Day() {
			end = 24
		}
		last = max(last, end)
	}
	for n := range 7 {
		on := monday.AddDate(0, 0, n)
		day := CalendarDay{On: on, ISO: on.Format(time.DateOnly), Today: sameDay(on, today), Past: on.Before(today)}
		for _, session := range sessions {
			from := session.StartsAt.In(zone)
			if !sameDay(from, on) {
				continue
			}
			span := max(2, int(session.EndsAt.Sub(session.StartsAt).Minutes())/quarter)
			row := ((from.Hour()-first)*60 + from.Minute()) / quarter
			day.Sessions = append(day.Sessions, CalendarSession{SessionView: session, From: "r" + strconv.Itoa(row), Span: "s" + strconv.Itoa(min(span, 24))})
		}
		if n < 5 || len(day.Sessions) > 0 || n == 5 && hasOn(sessions, on.AddDate(0, 0, 1), zone) {
			d.Days = append(d.Days, day)
		}
	}
	for hour := first; hour < last; hour++ {
		d.Hours = append(d.Hours, CalendarHour{Text: strconv.Itoa(hour) + ":00", From: "r" + strconv.Itoa((hour-first)*60/quarter)})
	}
	d.Rows = (last - first) * 60 / quarter
}

func hasOn(sessions []care.SessionView, day time.Time, zone *time.Location) bool {
	for _, session := range sessions {
		if sameDay(session.StartsAt.In(zone), day) {
			return true
		}
	}
	return false
}

// CoupleSessionsPage is a couple's sessions, those to come first.
type CoupleSessionsPage struct {
	Head   *CoupleHead
	Coming []care.SessionView
	Past   []care.SessionView
}

var deskCoupleSessionsPage = page("desk/couple-sessions")

// deskCoupleSessions lists a couple's sessions.
func (s *Site) deskCoupleSessions(r *Request) error {
	head, err := s.coupleHead(r, "sessions")
	if err != nil {
		return err
	}
	list, err := s.allSessions(r, care.SessionFilter{CoupleID: head.Couple.ID})
	if err != nil {
		return err
	}
	data := CoupleSessionsPage{Head: head}
	for _, session := range list {
		if session.StartsAt.Before(r.today()) {
			data.Past = append([]care.SessionView{session}, data.Past...)
		} else {
			data.Coming = append(data.Coming, session)
		}
	}
	return r.deskShow(deskCoupleSessionsPage, "desk.tab.sessions", data, head.crumbs(r)...)
}

// therapistChoice is a therapist who can be ticked for a session.
type therapistChoice struct {
	ID     uuid.UUID
	Name   string
	Chosen bool
}
