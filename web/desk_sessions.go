package web

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

var (
	deskPlanPickPage = page("desk/session-pick")
	deskPlanPage     = page("desk/session-new")
	deskSessionPage  = page("desk/session")
	deskMovePage     = page("desk/session-move")
)

// PlanPage is the form to plan or move a session, with what was typed.
type PlanPage struct {
	Head       *CoupleHead
	Session    *care.SessionView // the one that moves; nil for a new one.
	Who        string            // both, or a partner's id.
	Whom       []Choice
	On, At     string
	Minutes    string
	Lengths    []Choice
	Room       string
	Therapists []therapistChoice
	Stale      bool
}

// PlanPickPage asks for which couple a session is.
type PlanPickPage struct {
	On, At  string
	Couples []care.CoupleView
}

func lengths(r *Request, present string) []Choice {
	var out []Choice
	found := present == ""
	for _, n := range []int{30, 45, 50, 60, 75, 90, 120} {
		value := strconv.Itoa(n)
		found = found || value == present
		out = append(out, Choice{Value: value, Label: r.L.T("desk.minutes", "Count", n)})
	}
	if !found {
		out = append(out, Choice{Value: present, Label: r.L.T("desk.minutes", "Count", present)})
	}
	return out
}

// plan makes the form for the couple with the id.
func (s *Site) planPage(r *Request, coupleID uuid.UUID) (PlanPage, error) {
	couple, err := s.care.Couple(r.Context(), r.Actor, coupleID)
	if err != nil {
		return PlanPage{}, err
	}
	members, err := s.care.ListMembers(r.Context(), r.Actor, care.Page{Limit: 100})
	if err := unlessRefused(err); err != nil {
		return PlanPage{}, err
	}
	head := &CoupleHead{Couple: couple, Base: "/desk/couples/" + coupleID.String(), members: members.Data}
	d := PlanPage{Head: head, Who: "both", Minutes: "60", Whom: head.partnerChoices(r.L.T("desk.session.both"))}
	for i, c := range d.Whom {
		if c.Value != "both" {
			d.Whom[i].Label = r.L.T("desk.session.alone", "Name", c.Label)
		}
	}
	d.choose(couple.Therapists)
	return d, nil
}

// choose ticks the therapists with the ids.
func (d *PlanPage) choose(ids []uuid.UUID) {
	d.Therapists = nil
	for _, m := range treating(d.Head.members) {
		c := therapistChoice{ID: m.ID, Name: m.Name}
		for _, id := range ids {
			c.Chosen = c.Chosen || id == m.ID
		}
		d.Therapists = append(d.Therapists, c)
	}
}

// deskNewSession asks for whom, then when and where. The room and the length are those of the couple's last session.
func (s *Site) deskNewSession(r *Request) error {
	id := idOf(r.Query("couple"))
	if id == uuid.Nil {
		list, err := s.care.ListCouples(r.Context(), r.Actor, "", care.Page{Limit: 100})
		if err != nil {
			return err
		}
		data := PlanPickPage{On: r.Query("on"), At: r.Query("at"), Couples: list.Data}
		return r.deskShow(deskPlanPickPage, "desk.session.plan", data, r.crumb("web.desk.calendar", "/desk/calendar"), r.crumb("desk.session.plan", ""))
	}
	d, err := s.planPage(r, id)
	if err != nil {
		return err
	}
	d.On, d.At = r.Query("on"), r.Query("at")
	if err := s.likeLast(r, &d); err != nil {
		return err
	}
	d.Lengths = lengths(r, d.Minutes)
	return r.deskShow(deskPlanPage, "desk.session.plan", d, d.crumbs(r)...)
}

// likeLast fills in what the couple's newest session had: most couples come at the same hour, in the same room.
func (s *Site) likeLast(r *Request, d *PlanPage) error {
	list, err := s.care.ListSessions(r.Context(), r.Actor, care.SessionFilter{CoupleID: d.Head.Couple.ID, From: r.today().AddDate(0, -3, 0)}, care.Page{Limit: 100})
	if err != nil || len(list.Data) == 0 {
		return err
	}
	last := list.Data[len(list.Data)-1]
	d.Room, d.Minutes = last.Room, strconv.Itoa(int(last.EndsAt.Sub(last.StartsAt).Minutes()))
	if d.At == "" {
		d.At = last.StartsAt.In(r.zone()).Format("15:04")
	}
	return nil
}

func (d PlanPage) crumbs(r *Request) []Crumb {
	return []Crumb{r.crumb("web.desk.calendar", "/desk/calendar"), {Text: d.Head.Couple.Name, URL: d.Head.Base}, r.crumb("desk.session.plan", "")}
}

// planFields are where care's words for a session stand in the form. A booking that clashes is told at the moment.
var planFields = map[string]string{"": "at", "starts_at": "at", "ends_at": "minutes", "partner_id": "who", "kind": "who"}

// typed reads the form into the page, so that it comes back as it was.
func (d *PlanPage) typed(r *Request) (starts, ends time.Time, therapists []uuid.UUID, err error) {
	d.Who, d.On, d.At, d.Minutes, d.Room = r.Typed("who"), r.Typed("on"), r.Typed("at"), r.Typed("minutes"), r.Typed("room")
	for _, text := range r.Values()["therapists"] {
		if id := idOf(text); id != uuid.Nil {
			therapists = append(therapists, id)
		}
	}
	d.choose(therapists)
	d.Lengths = lengths(r, d.Minutes)
	var c fault.Collector
	starts = r.momentOf(&c, "on", "at")
	minutes, bad := strconv.Atoi(d.Minutes)
	if bad != nil || minutes < 5 || minutes > 600 {
		c.Add("minutes", "error.field.number", map[string]any{"Min": 5, "Max": 600})
	}
	return starts, starts.Add(time.Duration(minutes) * time.Minute), therapists, c.Err()
}

// deskPlanSession books the session.
func (s *Site) deskPlanSession(r *Request) error {
	d, err := s.planPage(r, idOf(r.Typed("couple")))
	if err != nil {
		return err
	}
	starts, ends, therapists, err := d.typed(r)
	if err == nil {
		in := care.PlanSessionInput{CoupleID: d.Head.Couple.ID, Therapists: therapists, Room: d.Room, Kind: "conjoint", StartsAt: starts, EndsAt: ends}
		if id := idOf(d.Who); id != uuid.Nil {
			in.Kind, in.PartnerID = "individual", &id
		}
		_, err = s.care.PlanSession(r.Context(), r.Actor, in)
	}
	if err != nil {
		return r.deskAgain(at(err, planFields), deskPlanPage, "desk.session.plan", d, d.crumbs(r)...)
	}
	return r.Go("/desk/calendar?week="+starts.Format(time.DateOnly), "desk.flash.planned")
}

// SessionPage is one session with its notes.
type SessionPage struct {
	S          care.SessionView
	Partner    string
	Clinical   bool
	Notes      []care.NoteView
	Authors    map[uuid.UUID]string
	Body       string // of the open note, or what was typed.
	Version    int
	Open       bool // there is a note that can still be changed.
	CanSign    bool
	StaleNote  *care.NoteView // what a colleague saved meanwhile.
	StaleState bool
	Over       bool
}

func (s *Site) sessionPage(r *Request) (SessionPage, error) {
	id, err := r.ID("session")
	if err != nil {
		return SessionPage{}, err
	}
	session, err := s.care.Session(r.Context(), r.Actor, id)
	if err != nil {
		return SessionPage{}, err
	}
	d := SessionPage{S: session, Clinical: r.clinical(), Authors: map[uuid.UUID]string{}, Over: session.StartsAt.Before(r.now())}
	if session.PartnerID != nil {
		couple, err := s.care.Couple(r.Context(), r.Actor, session.CoupleID)
		if err != nil {
			return d, err
		}
		d.Partner = (&CoupleHead{Couple: couple}).Name(*session.PartnerID)
	}
	if !d.Clinical {
		return d, nil
	}
	if d.Notes, err = s.care.SessionNotes(r.Context(), r.Actor, id); unlessRefused(err) != nil {
		return d, err
	}
	members, err := s.care.ListMembers(r.Context(), r.Actor, care.Page{Limit: 100})
	if err := unlessRefused(err); err != nil {
		return d, err
	}
	for _, m := range members.Data {
		d.Authors[m.ID] = m.Name
	}
	if n := len(d.Notes); n > 0 {
		last := d.Notes[n-1]
		if last.SignedAt == nil {
			d.Open, d.CanSign, d.Body, d.Version = true, true, last.Body, last.Version
			d.Notes = d.Notes[:n-1]
		} else {
			d.CanSign = last.CosignedAt == nil && last.AuthorID != r.Actor.ID
		}
	}
	return d, nil
}

func (d SessionPage) crumbs(r *Request) []Crumb {
	return []Crumb{
		r.crumb("web.desk.calendar", "/desk/calendar?week="+d.S.StartsAt.In(r.zone()).Format(time.DateOnly)),
		{Text: d.S.CoupleName, URL: "/desk/couples/" + d.S.CoupleID.String() + "/sessions"},
		{Text: r.L.Day(d.S.StartsAt.In(r.zone()))},
	}
}

// deskSession shows a session: what it is, how it went, and the working note.
func (s *Site) deskSession(r *Request) error {
	d, err := s.sessionPage(r)
	if err != nil {
		return err
	}
	return r.deskShow(deskSessionPage, "desk.session.title", d, d.crumbs(r)...)
}

// movePage is the form with the session's own moment in it.
func (s *Site) movePage(r *Request) (PlanPage, error) {
	id, err := r.ID("session")
	if err != nil {
		return PlanPage{}, err
	}
	session, err := s.care.Session(r.Context(), r.Actor, id)
	if err != nil {
		return PlanPage{}, err
	}
	d, err := s.planPage(r, session.CoupleID)
	if err != nil {
		return d, err
	}
	start := session.StartsAt.In(r.zone())
	d.Session, d.Room, d.On, d.At = &session, session.Room, start.Format(time.DateOnly), start.Format("15:04")
	d.Minutes = strconv.Itoa(int(session.EndsAt.Sub(session.StartsAt).Minutes()))
	d.Lengths = lengths(r, d.Minutes)
	d.choose(session.Therapists)
	return d, nil
}

// deskAskMove is the form to move a session.
func (s *Site) deskAskMove(r *Request) error {
	d, err := s.movePage(r)
	if err != nil {
		return err
	}
	return r.deskShow(deskMovePage, "desk.session.move", d, d.crumbs(r)...)
}

// deskMoveSession moves it; its reminders move along.
func (s *Site) deskMoveSession(r *Request) error {
	d, err := s.movePage(r)
	if err != nil {
		return err
	}
	starts, ends, therapists, err := d.typed(r)
	if err == nil {
		in := care.ChangeSessionInput{Therapists: &therapists, Room: &d.Room, StartsAt: &starts, EndsAt: &ends, Version: r.version()}
		_, err = s.care.ChangeSession(r.Context(), r.Actor, d.Session.ID, in)
	}
	if err != nil {
		d.Stale = fault.Is(err, fault.Stale)
		return r.deskAgain(at(err, planFields), deskMovePage, "desk.session.move", d, d.crumbs(r)...)
	}
	return r.Go("/desk/calendar/"+d.Session.ID.String(), "desk.flash.moved")
}

// sessionDone ends an act on a session.
func (s *Site) sessionDone(r *Request, d SessionPage, err error, flash string) error {
	if err != nil {
		d.StaleState = fault.Is(err, fault.Stale)
		return r.deskAgain(err, deskSessionPage, "desk.session.title", d, d.crumbs(r)...)
	}
	return r.Go("/desk/calendar/"+d.S.ID.String(), flash)
}

// deskSessionStatus records how it went.
func (s *Site) deskSessionStatus(r *Request) error {
	d, err := s.sessionPage(r)
	if err != nil {
		return err
	}
	status := known(r.Typed("status"), string(models.SessionHeld), string(models.SessionNoShow), string(models.SessionPlanned))
	_, err = s.care.ChangeSession(r.Context(), r.Actor, d.S.ID, care.ChangeSessionInput{Status: &status, Version: r.version()})
	return s.sessionDone(r, d, err, "desk.flash.saved")
}

// deskCancelSession cancels; the slot is free again.
func (s *Site) deskCancelSession(r *Request) error {
	d, err := s.sessionPage(r)
	if err != nil {
		return err
	}
	_, err = s.care.CancelSession(r.Context(), r.Actor, d.S.ID, r.version())
	return s.sessionDone(r, d, err, "desk.flash.session.cancelled")
}

// deskWriteNote saves the working note. When a colleague saved first, both texts are shown and nothing is lost.
func (s *Site) deskWriteNote(r *Request) error {
	d, err := s.sessionPage(r)
	if err != nil {
		return err
	}
	typed := r.Typed("body")
	_, err = s.care.WriteNote(r.Context(), r.Actor, d.S.ID, typed, r.version())
	if err != nil {
		if fault.Is(err, fault.Stale) && d.Open {
			d.StaleNote = &care.NoteView{Body: d.Body, Version: d.Version}
		}
		d.Body = typed
		return r.deskAgain(err, deskSessionPage, "desk.session.title", d, d.crumbs(r)...)
	}
	if r.Typed("sign") != "" {
		_, err = s.care.SignNote(r.Context(), r.Actor, d.S.ID)
		return s.sessionDone(r, d, err, "desk.flash.signed")
	}
	return r.Go("/desk/calendar/"+d.S.ID.String()+"#note", "desk.flash.note")
}

// deskSignNote signs the newest note, as its writer or as the supervisor.
func (s *Site) deskSignNote(r *Request) error {
	d, err := s.sessionPage(r)
	if err != nil {
		return err
	}
	_, err = s.care.SignNote(r.Context(), r.Actor, d.S.ID)
	return s.sessionDone(r, d, err, "desk.flash.signed")
}
