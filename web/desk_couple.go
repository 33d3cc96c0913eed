package web

import (
	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

var (
	deskCouplePage         = page("desk/couple")
	deskContactPage        = page("desk/couple-contact")
	deskSentPage           = page("desk/couple-sent")
	deskCoupleSettingsPage = page("desk/couple-settings")
)

// OverviewPage is the couple at a glance: what runs, what came in, what is agreed, what is planned.
type OverviewPage struct {
	Head       *CoupleHead
	Homework   []care.AssignmentView
	Suggested  []care.SuggestedExercise // what may come next, and can be given.
	Answers    []ResponseLines
	Agreements []care.AgreementView
	Sessions   []care.SessionView
	Reports    []care.ReportView
}

// deskCouple is the overview. The office gets names, contact and calendar.
func (s *Site) deskCouple(r *Request) error {
	head, err := s.coupleHead(r, "overview")
	if err != nil {
		return err
	}
	ctx, id := r.Context(), head.Couple.ID
	data := OverviewPage{Head: head}
	sessions, err := s.care.ListSessions(ctx, r.Actor, care.SessionFilter{CoupleID: id, From: r.today().AddDate(0, 0, -60)}, care.Page{Limit: 20})
	if err != nil {
		return err
	}
	data.Sessions = lastOf(sessions.Data, 4)
	if !head.Clinical {
		return r.deskShow(deskCouplePage, "desk.couple.title", data, head.crumbs(r)...)
	}
	homework, err := s.care.ListAssignments(ctx, r.Actor, id, care.Page{Limit: 50})
	if err != nil {
		return err
	}
	for _, a := range homework.Data {
		if a.Status == "active" {
			data.Homework = append(data.Homework, a)
		}
	}
	suggested, err := s.care.SuggestExercises(ctx, r.Actor, id)
	if err != nil {
		return err
	}
	for _, e := range suggested {
		if e.Blocked == "" && len(data.Suggested) < 3 {
			data.Suggested = append(data.Suggested, e)
		}
	}
	responses, err := s.care.CoupleResponses(ctx, r.Actor, id, care.Page{Limit: 5})
	if err != nil {
		return err
	}
	for _, response := range responses.Data {
		data.Answers = append(data.Answers, responseLines(r, head, response))
	}
	agreements, err := s.care.ListAgreements(ctx, r.Actor, id)
	if err != nil {
		return err
	}
	for _, a := range agreements {
		if a.Status != models.AgreementEnded && a.Status != models.AgreementChanged {
			data.Agreements = append(data.Agreements, a)
		}
	}
	reports, err := s.care.ListReports(ctx, r.Actor, care.ReportFilter{CoupleID: id}, care.Page{Limit: 3})
	if err != nil {
		return err
	}
	data.Reports = reports.Data
	return r.deskShow(deskCouplePage, "desk.couple.title", data, head.crumbs(r)...)
}

// lastOf keeps the end of a list.
func lastOf[T any](list []T, n int) []T { return list[max(0, len(list)-n):] }

// SentPage is what went out to the two, or why it did not, and what is still to go.
type SentPage struct {
	Head   *CoupleHead
	Gone   []care.ReminderView
	Coming []care.ReminderView // soonest first.
}

// deskSent lists the messages to a couple. It never shows a text: messages carry none.
func (s *Site) deskSent(r *Request) error {
	head, err := s.coupleHead(r, "sent")
	if err != nil {
		return err
	}
	list, err := s.care.CoupleReminders(r.Context(), r.Actor, head.Couple.ID)
	if err != nil {
		return err
	}
	data := SentPage{Head: head}
	for _, m := range list {
		if m.State == models.ReminderPlanned || m.State == models.ReminderClaimed {
			data.Coming = append([]care.ReminderView{m}, data.Coming...)
		} else {
			data.Gone = append(data.Gone, m)
		}
	}
	return r.deskShow(deskSentPage, "desk.tab.sent", data, head.crumbs(r)...)
}

// CoupleSettingsPage is how the work with a couple is arranged, with what was typed.
type CoupleSettingsPage struct {
	Head     *CoupleHead
	Status   string
	Chosen   map[uuid.UUID]bool
	Members  []care.MemberView // who can treat.
	Statuses []Choice
	Stale    bool
}

func (s *Site) coupleSettings(r *Request) (CoupleSettingsPage, error) {
	head, err := s.coupleHead(r, "settings")
	if err != nil {
		return CoupleSettingsPage{}, err
	}
	data := CoupleSettingsPage{Head: head, Status: string(head.Couple.Status), Chosen: map[uuid.UUID]bool{}, Statuses: r.choices("desk.couple.status", "intake", "active", "paused", "closed", "separated")}
	for i := range data.Statuses {
		data.Statuses[i].Hint = r.L.T("desk.couple.status." + data.Statuses[i].Value + ".hint")
	}
	for _, id := range head.Couple.Therapists {
		data.Chosen[id] = true
	}
	data.Members = treating(head.members)
	return data, nil
}

// treating are the members who can treat a couple.
func treating(members []care.MemberView) []care.MemberView {
	var out []care.MemberView
	for _, m := range members {
		if m.Status != "ended" && (m.Role == models.RoleTherapist || m.Role == models.RoleTrainee || m.Role == models.RoleOwner && m.Clinician) {
			out = append(out, m)
		}
	}
	return out
}

// deskCoupleSettings shows status, therapists, programme and the safety hold.
func (s *Site) deskCoupleSettings(r *Request) error {
	data, err := s.coupleSettings(r)
	if err != nil {
		return err
	}
	return r.deskShow(deskCoupleSettingsPage, "desk.tab.settings", data, data.Head.crumbs(r)...)
}

// deskChangeCouple changes status and therapists. Who loses against a colleague's change sees the new state beside what
// was chosen.
func (s *Site) deskChangeCouple(r *Request) error {
	data, err := s.coupleSettings(r)
	if err != nil {
		return err
	}
	data.Status = r.Typed("status")
	data.Chosen = map[uuid.UUID]bool{}
	var therapists []uuid.UUID
	for _, text := range r.Values()["therapists"] {
		if id := idOf(text); id != uuid.Nil {
			data.Chosen[id] = true
			therapists = append(therapists, id)
		}
	}
	in := care.ChangeCoupleInput{Status: &data.Status, Therapists: &therapists, Version: r.version()}
	_, err = s.care.ChangeCouple(r.Context(), r.Actor, data.Head.Couple.ID, in)
	return s.coupleChanged(r, data, err)
}

// coupleChanged ends a change of a couple's arrangements.
func (s *Site) coupleChanged(r *Request, data CoupleSettingsPage, err error) error {
	if err != nil {
		data.Stale = fault.Is(err, fault.Stale)
		return r.deskAgain(err, deskCoupleSettingsPage, "desk.tab.settings", data, data.Head.crumbs(r)...)
	}
	return r.Go(data.Head.Base+"/settings", "desk.flash.saved")
}
