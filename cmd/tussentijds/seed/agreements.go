package seed

import (
	"context"
	"time"

	"tussentijds/care"
	"tussentijds/models"
)

// agreed is an agreement that a couple makes.
type agreed struct {
	exercise string
	points   string // in words.yaml.
	day      int
	signs    [2]bool
}

// propose writes an agreement on the desk, as it was made in the session; both sign at home in the evening.
func (l *life) propose(ctx context.Context, n int, a agreed) error {
	in := care.WriteAgreementInput{ExerciseID: a.exercise, Intro: l.w.words.Intro[a.points]}
	for _, p := range l.w.words.Points[a.points] {
		in.Points = append(in.Points, care.AgreementPoint{Area: p["area"], Agreement: p["agreement"], Measure: p["measure"]})
	}
	v, err := l.svc.ProposeAgreement(ctx, l.therapist, l.couple.ID, in)
	if err != nil {
		return err
	}
	for who, signs := range a.signs {
		if !signs {
			continue
		}
		l.plan(l.w.at(n, 19+who, 40+7*who), func(ctx context.Context) error {
			_, err := l.svc.SignAgreement(ctx, l.partners[who], v.ID, care.SignAgreementInput{Revision: v.Revision, Name: l.people[who].name})
			return err
		})
	}
	return nil
}

// lookBack goes through the active agreements in a session: which points were kept since the last time.
func (l *life) lookBack(ctx context.Context) error {
	list, err := l.svc.ListAgreements(ctx, l.therapist, l.couple.ID)
	if err != nil {
		return err
	}
	n := Days - int(l.w.today.Sub(l.clock.Now()).Hours()/24+0.999)
	for _, a := range list {
		if a.Status != models.AgreementActive {
			continue
		}
		in := care.ReviewAgreementInput{Kept: map[string]bool{}, ReviewOn: string(models.DayOf(l.clock.Now().In(l.w.zone).AddDate(0, 0, l.every)))}
		kept := 0
		for _, p := range a.Points {
			mood := (l.mood(0, n) + l.mood(1, n)) / 2
			in.Kept[p.ID] = l.dice("kept", n, p.ID).Float64() < 0.25+0.8*mood
			if in.Kept[p.ID] {
				kept++
			}
		}
		looks := l.w.words.Looks[l.noteLang()+".good"]
		if kept*2 < len(a.Points) {
			looks = l.w.words.Looks[l.noteLang()+".hard"]
		}
		if len(looks) > 0 {
			in.Words = looks[(n+len(l.key))%len(looks)]
		}
		if _, err := l.svc.ReviewAgreement(ctx, l.therapist, a.ID, in); err != nil {
			return err
		}
	}
	return nil
}

// weekdays that stories name.
const (
	monday   = time.Monday
	friday   = time.Friday
	saturday = time.Saturday
	sunday   = time.Sunday
)
