package seed

import (
	"context"
	"time"

	"tussentijds/care"
	"tussentijds/models"
)

// planDesk plans what the therapist does for a couple outside sessions on a day, and what a couple decides by itself.
func (l *life) planDesk(n int) {
	for _, h := range l.homework {
		if h.from == n {
			l.plan(l.w.at(n, 12, 5), func(ctx context.Context) error { return l.give(ctx, h) })
		}
	}
	for i, p := range l.phases {
		if p.day == n {
			l.plan(l.w.at(n, 11, 50), func(ctx context.Context) error { return l.follow(ctx, i) })
		}
	}
	for _, a := range l.agreements {
		if a.day == n {
			l.plan(l.w.at(n, 12, 20), func(ctx context.Context) error { return l.propose(ctx, n, a) })
		}
	}
	if l.stops != nil && l.stops.day == n {
		l.plan(l.w.at(n, 13, 5), l.stop)
	}
	if n%6 == 0 && n < Days-6-l.unread { // Every sixth day the therapist looks at what waits; not in the last days.
		l.plan(l.w.at(n, 12, 40), l.clear)
	}
}

// follow starts the couple's programme, or moves it on with a reason once what there was to notice in a phase was reached.
func (l *life) follow(ctx context.Context, i int) error {
	p := l.phases[i]
	if i == 0 {
		if err := l.reload(ctx); err != nil {
			return err
		}
		var err error
		if l.couple, err = l.svc.StartProgramme(ctx, l.therapist, l.couple.ID, l.programme, p.phase, l.couple.Version); err != nil {
			return err
		}
	}
	v, err := l.svc.ProgrammeOfCouple(ctx, l.therapist, l.couple.ID)
	if err != nil {
		return err
	}
	for _, phase := range v.Phases {
		if i == 0 && phase.Number >= p.phase || i > 0 && phase.Number != v.Phase {
			continue // What came before the programme was begun here, or what they leave now.
		}
		for _, m := range phase.Milestones {
			if m.Private || m.ReachedOn != "" {
				continue
			}
			if v, err = l.svc.TickMilestone(ctx, l.therapist, l.couple.ID, care.TickMilestoneInput{Milestone: m.ID, Reached: true, Version: v.Version}); err != nil {
				return err
			}
		}
	}
	if i == 0 {
		return nil
	}
	_, err = l.svc.MoveProgramme(ctx, l.therapist, l.couple.ID, care.MoveProgrammeInput{Phase: p.phase, Reason: p.why, Version: v.Version})
	return err
}

// planReports plans the days after a month's end: a word to the couple on the second, and the approval on the third.
func (l *life) planReports(n int) {
	switch l.w.day(n).Day() {
	case 2:
		l.plan(l.w.at(n, 12, 45), l.annotate)
	case 3:
		l.plan(l.w.at(n, 12, 50), l.approve)
	}
}

func (l *life) reload(ctx context.Context) error {
	var err error
	l.couple, err = l.svc.Couple(ctx, l.therapist, l.couple.ID)
	return err
}

// stop is the turn a story takes: a pause, an end, or one partner who withdraws.
func (l *life) stop(ctx context.Context) error {
	if l.stops.withdraws > 0 {
		l.gone[l.stops.withdraws-1] = true
		return l.svc.WithdrawPartner(ctx, l.partners[l.stops.withdraws-1])
	}
	if err := l.reload(ctx); err != nil {
		return err
	}
	status := string(l.stops.status)
	var err error
	l.couple, err = l.svc.ChangeCouple(ctx, l.therapist, l.couple.ID, care.ChangeCoupleInput{Status: &status, Version: l.couple.Version})
	if err != nil {
		return err
	}
	for i := range l.visits {
		v := &l.visits[i]
		if v.done || v.view.Status != models.SessionPlanned {
			continue
		}
		v.done = true
		if _, err := l.svc.CancelSession(ctx, l.office, v.view.ID, v.view.Version); err != nil {
			return err
		}
	}
	return nil
}

// breaks tells whether the couple does nothing now because its work stands still.
func (l *life) breaks(n int) bool {
	return l.stops != nil && n >= l.stops.day
}

// waiting gives what waits for the couple's therapist about this couple, of one kind.
func (l *life) waiting(ctx context.Context, kind string) ([]care.WaitingItem, error) {
	desk, err := l.svc.DeskToday(ctx, l.therapist)
	var out []care.WaitingItem
	for _, item := range desk.Waiting {
		if item.Kind == kind && item.CoupleID == l.couple.ID {
			out = append(out, item)
		}
	}
	return out, err
}

// clear acknowledges the couple's alerts.
func (l *life) clear(ctx context.Context) error {
	items, err := l.waiting(ctx, "alert")
	if err != nil {
		return err
	}
	for _, item := range items {
		if err := l.svc.AcknowledgeAlert(ctx, l.therapist, item.SubjectID); err != nil {
			return err
		}
	}
	return nil
}

// openLetters reveals, in a session, what waited for it; a letter of the last days waits for the next one.
func (l *life) openLetters(ctx context.Context, session care.SessionView) error {
	if !l.letters || session.PartnerID != nil {
		return nil
	}
	items, err := l.waiting(ctx, "reveal")
	if err != nil {
		return err
	}
	for _, item := range items {
		if l.w.Now.Sub(item.At) < 9*24*time.Hour {
			continue
		}
		if _, err := l.svc.RevealResponse(ctx, l.therapist, item.SubjectID); err != nil {
			return err
		}
	}
	return nil
}

// latestReports is the last month whose reports the history's worker has made: on the first of a month, only once it has been at
// work that morning.
func (w *world) latestReports() string {
	worked := w.Now.In(w.zone)
	if morning := w.at(Days, workerHour, workerMinute); morning.After(w.Now) {
		worked = w.day(Days - 1)
	}
	return time.Date(worked.Year(), worked.Month()-1, 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
}

// finished tells whether a month's reports are to be approved: those of the latest month wait in some files, for whoever
// looks at the demo.
func (l *life) finished(month string) bool {
	return month < l.w.latestReports() || !l.waitsApproval
}

// drafts gives the couple's reports that wait for approval.
func (l *life) drafts(ctx context.Context) ([]care.ReportView, error) {
	list, err := l.svc.ListReports(ctx, l.therapist, care.ReportFilter{CoupleID: l.couple.ID}, care.Page{Limit: 100})
	var out []care.ReportView
	for _, r := range list.Data {
		if r.Status == models.ReportDraft && l.finished(r.Month) {
			out = append(out, r)
		}
	}
	return out, err
}

// annotate writes a word to the couple in the report; it is built anew.
func (l *life) annotate(ctx context.Context) error {
	list, err := l.drafts(ctx)
	if err != nil {
		return err
	}
	for _, r := range list {
		if r.Audience != "couple" || !l.letters && r.Locale != l.noteLang() {
			continue
		}
		words := l.w.words.Reports[l.key]
		if len(words) == 0 {
			words = l.w.words.Reports[r.Locale]
		}
		month, _ := time.Parse("2006-01", r.Month)
		note := words[(int(month.Month())+len(l.key))%len(words)]
		if _, err := l.svc.WriteReportNote(ctx, l.therapist, r.ID, note, r.Version); err != nil {
			return err
		}
	}
	return nil
}

func (l *life) approve(ctx context.Context) error {
	list, err := l.drafts(ctx)
	if err != nil {
		return err
	}
	for _, r := range list {
		if _, err := l.svc.ApproveReport(ctx, l.therapist, r.ID, nil, r.Version); err != nil {
			return err
		}
	}
	return nil
}
