package seed

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/models"
)

// found makes the practices on the first morning, with their staff and settings.
func (w *world) found(ctx context.Context) error {
	hand := &clock{}
	hand.set(w.at(0, 7, 30))
	svc := w.service(hand)
	for _, f := range []struct {
		key   string
		in    care.CreatePracticeInput
		staff []care.AddMemberInput
		lines []models.Helpline
		owner string
	}{
		{
			key: "brug", owner: "noor",
			in: care.CreatePracticeInput{Name: "De Brug", Email: Owner, Owner: "Noor", Locale: "nl", TimeZone: "Europe/Amsterdam", Country: "NL"},
			staff: []care.AddMemberInput{
				{Role: "therapist", Name: "Joost", Email: "joost@debrug.example", Locale: "nl"},
				{Role: "trainee", Name: "Lina", Email: "lina@debrug.example", Locale: "nl"},
				{Role: "office", Name: "Balie", Email: "balie@debrug.example", Locale: "nl"},
			},
			lines: []models.Helpline{
				{Key: "emergency", NameNL: "Direct gevaar", NameEN: "Immediate danger", Number: "112"},
				{Key: "domestic_abuse", NameNL: "Veilig Thuis", NameEN: "Veilig Thuis (violence at home)", Number: "0800-2000", URL: "https://veiligthuis.nl", Hours: "24/7"},
				{Key: "suicide", NameNL: "113 Zelfmoordpreventie", NameEN: "113 Suicide Prevention", Number: "0800-0113", URL: "https://www.113.nl", Hours: "24/7"},
				{Key: "sexual_violence", NameNL: "Centrum Seksueel Geweld", NameEN: "Sexual Assault Centre", Number: "0800-0188", URL: "https://centrumseksueelgeweld.nl", Hours: "24/7"},
				{Key: "children", NameNL: "Kindertelefoon", NameEN: "Kindertelefoon (for children)", Number: "0800-0432", URL: "https://www.kindertelefoon.nl", Hours: "11:00–21:00"},
				{Key: "gp", NameNL: "Je huisarts of de huisartsenpost", NameEN: "Your doctor or the out-of-hours surgery", URL: "https://www.thuisarts.nl"},
			},
		},
		{
			key: "oever", owner: "els",
			in: care.CreatePracticeInput{Name: "Oever", Email: "els@oever.example", Owner: "Els", Locale: "en", TimeZone: "Europe/Brussels", Country: "BE"},
			lines: []models.Helpline{
				{Key: "emergency", NameNL: "Direct gevaar", NameEN: "Immediate danger", Number: "112"},
				{Key: "domestic_abuse", NameNL: "1712, over geweld", NameEN: "1712, about violence", Number: "1712", URL: "https://1712.be"},
				{Key: "suicide", NameNL: "Zelfmoordlijn 1813", NameEN: "Suicide line 1813", Number: "1813", URL: "https://www.zelfmoord1813.be", Hours: "24/7"},
				{Key: "sexual_violence", NameNL: "Zorgcentrum na Seksueel Geweld", NameEN: "Sexual Assault Care Centre", URL: "https://www.seksueelgeweld.be"},
				{Key: "children", NameNL: "Awel", NameEN: "Awel (for children)", Number: "102", URL: "https://awel.be"},
				{Key: "gp", NameNL: "Huisarts van wacht", NameEN: "Doctor on call", Number: "1733"},
			},
		},
	} {
		id, link, err := svc.CreatePractice(ctx, f.in)
		if err != nil {
			return err
		}
		h := &house{id: id, staff: map[string]care.Actor{}}
		w.houses[f.key] = h
		owner, err := w.welcome(ctx, svc, f.in.Email, link[strings.LastIndex(link, "/")+1:], f.in.Locale, false)
		if err != nil {
			return err
		}
		h.staff[f.owner] = owner
		if err := settle(ctx, svc, owner, f.lines); err != nil {
			return err
		}
		for i, m := range f.staff {
			if m.Role == "trainee" {
				f.staff[i].SupervisorID = &owner.ID
			}
			if _, err := svc.AddMember(ctx, owner, f.staff[i]); err != nil {
				return err
			}
		}
		w.hand.set(hand.Now().Add(time.Minute))
		if err := w.post(ctx); err != nil {
			return err
		}
		hand.set(hand.Now().Add(5 * time.Minute))
		for _, m := range f.staff {
			if h.staff[strings.ToLower(m.Name)], err = w.welcome(ctx, svc, m.Email, "", m.Locale, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// settle gives a practice its help lines and its own words on secrets.
func settle(ctx context.Context, svc *care.Service, owner care.Actor, lines []models.Helpline) error {
	p, err := svc.Practice(ctx, owner)
	if err != nil {
		return err
	}
	nl := "Wat je alleen aan je therapeut vertelt, blijft in principe tussen jullie tweeën. Raakt het aan de veiligheid, of kunnen we zonder dat de ander het weet niet eerlijk verder werken, dan zoeken we samen met jou een manier en een moment om het zelf te vertellen. Je therapeut vertelt het nooit buiten jou om, behalve als er direct gevaar is."
	en := "What you tell your therapist alone stays between the two of you as a rule. If it touches on safety, or if we cannot go on honestly while the other does not know, we look for a way and a moment for you to tell it yourself. Your therapist never tells it without you, except where there is immediate danger."
	for i := range lines { // Somebody called them all on the first morning.
		lines[i].CheckedOn = models.DayOf(svc.Clock.Now())
	}
	_, err = svc.ChangePractice(ctx, owner, care.ChangePracticeInput{SecretsPolicyNL: &nl, SecretsPolicyEN: &en, Helplines: &lines, Version: p.Version})
	return err
}

// join opens a couple's file in the morning, sends the invitations and lets both accept, unless they were only just invited.
func (w *world) join(ctx context.Context, l *life, n int) error {
	h := w.houses[l.house]
	l.therapist, l.office = h.staff[l.by], h.staff[l.by]
	if desk, ok := h.staff["balie"]; ok {
		l.office = desk
	}
	l.clock.set(w.at(n, 9, 10))
	in := care.CreateCoupleInput{Invite: true, StartedOn: string(models.DayOf(w.day(n - 7*l.earlier)))}
	for _, p := range l.people {
		in.Partners = append(in.Partners, care.PartnerInput{Name: p.name, Email: p.email(), Phone: p.phone, Role: p.role, Locale: p.lang})
	}
	var err error
	if l.couple, err = l.svc.CreateCouple(ctx, l.therapist, in); err != nil {
		return err
	}
	if l.with != "" {
		l.second = h.staff[l.with]
		both := []uuid.UUID{l.therapist.ID, l.second.ID}
		if l.couple, err = l.svc.ChangeCouple(ctx, l.therapist, l.couple.ID, care.ChangeCoupleInput{Therapists: &both, Version: l.couple.Version}); err != nil {
			return err
		}
	}
	w.hand.set(w.at(n, 9, 11))
	if err := w.post(ctx); err != nil {
		return err
	}
	if l.waits {
		return nil
	}
	for i, p := range l.people {
		l.clock.set(w.at(n, 9+i, 20+25*i))
		if l.partners[i], err = w.welcome(ctx, l.svc, p.email(), "", p.lang, true); err != nil {
			return err
		}
	}
	return nil
}
