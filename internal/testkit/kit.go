package testkit

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"tussentijds/care"
	"tussentijds/internal/locale"
	"tussentijds/library"
	"tussentijds/models"
)

// Clock is a clock that tests set. It is safe for several goroutines.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock starts a clock at a moment.
func NewClock(at time.Time) *Clock { return &Clock{now: at.UTC()} }

// Now is the moment it was set to.
func (c *Clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

// Set moves the clock to a moment.
func (c *Clock) Set(at time.Time) { c.mu.Lock(); defer c.mu.Unlock(); c.now = at.UTC() }

// Add moves the clock on.
func (c *Clock) Add(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.now = c.now.Add(d) }

// Start is when every kit's clock starts: a Monday in autumn, ten in the morning in Amsterdam.
var Start = time.Date(2026, 10, 5, 8, 0, 0, 0, time.UTC)

// Kit is a fresh practice with its people, on real PostgreSQL as the serving role, and a second practice beside it.
type Kit struct {
	t       testing.TB
	Ctx     context.Context
	Clock   *Clock
	Service *care.Service // as the serving role.
	Worker  *care.Service // as the worker's role, with the same clock.
	Library *library.Library

	Practice uuid.UUID
	Zone     *time.Location

	Owner     care.Actor // owner, and no clinician.
	Therapist care.Actor // of the couple.
	Colleague care.Actor // a therapist of the practice who does not treat the couple.
	Trainee   care.Actor // treats the couple too, supervised by Therapist.
	Office    care.Actor

	Couple   uuid.UUID
	PartnerA care.Actor
	PartnerB care.Actor
	// Stranger is a partner of another couple of the same practice, treated by Colleague.
	OtherCouple uuid.UUID
	Stranger    care.Actor

	// The other practice.
	ForeignPractice  uuid.UUID
	ForeignTherapist care.Actor
	ForeignCouple    uuid.UUID
	ForeignPartner   care.Actor
}

var libraryOnce = sync.OnceValues(library.Load)

// Option changes what the kit's services stand on.
type Option func(*care.Deps)

// New makes a kit. Everybody has accepted and signed in already: the actors are as Authenticate would give them.
func New(t testing.TB, options ...Option) *Kit {
	t.Helper()
	s := start(t)
	lib, err := libraryOnce()
	if err != nil {
		t.Fatalf("library: %v", err)
	}
	k := &Kit{t: t, Ctx: context.Background(), Clock: NewClock(Start), Library: lib}
	deps := care.Deps{DB: s.app, Master: s.master, Library: lib, Clock: k.Clock, Limiter: openGate{}, BaseURL: "http://localhost:8080"}
	for _, o := range options {
		o(&deps)
	}
	k.Service = care.New(deps)
	deps.DB = s.worker
	k.Worker = care.New(deps)

	k.Practice, k.Owner = k.practice("De Brug "+uuid.NewString()[:8], "nl")
	k.Zone = k.Owner.Zone
	k.Therapist = k.member(k.Owner, models.RoleTherapist, "Noor", nil)
	k.Colleague = k.member(k.Owner, models.RoleTherapist, "Joost", nil)
	k.Trainee = k.member(k.Owner, models.RoleTrainee, "Lina", &k.Therapist.ID)
	k.Office = k.member(k.Owner, models.RoleOffice, "Balie", nil)
	// The owner of this practice treats nobody: being owner alone gives no clinical rights.
	k.Owner.Clinician = false
	k.SQL(`update members set clinician = false where practice_id = $1 and id = $2`, k.Practice, k.Owner.ID)
	k.Couple, k.PartnerA, k.PartnerB = k.NewCouple(k.Therapist, "Sam", "Robin")
	k.SQL(`insert into couple_therapists (practice_id, id, couple_id, member_id, created_at) values ($1, $2, $3, $4, $5)`, k.Practice, models.NewID(), k.Couple, k.Trainee.ID, k.Clock.Now())
	k.OtherCouple, k.Stranger, _ = k.NewCouple(k.Colleague, "Kim", "Alex")

	var foreign care.Actor
	k.ForeignPractice, foreign = k.practice("Oever "+uuid.NewString()[:8], "en")
	k.ForeignTherapist = foreign
	k.ForeignCouple, k.ForeignPartner, _ = k.NewCouple(foreign, "Mo", "Jules")
	return k
}

// SQL runs SQL as the owner, past row security: for arranging and for looking, never for what is tested.
func (k *Kit) SQL(sql string, args ...any) { k.t.Helper(); k.exec(sql, args...) }

func (k *Kit) practice(name, lang string) (uuid.UUID, care.Actor) {
	k.t.Helper()
	id, _, err := k.Service.CreatePractice(k.Ctx, care.CreatePracticeInput{Name: name, Email: address("owner"), Owner: "Els", Locale: lang})
	if err != nil {
		k.t.Fatalf("practice: %v", err)
	}
	k.SQL(`update members set status = 'active' where practice_id = $1`, id)
	var member uuid.UUID
	k.OwnerRow([]any{&member}, `select id from members where practice_id = $1`, id)
	l, _ := locale.Parse(lang)
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		k.t.Fatal(err)
	}
	return id, care.Actor{Kind: "member", ID: member, Role: models.RoleOwner, Clinician: true, PracticeID: id, LoginID: models.NewID(), Locale: l, Zone: zone, Edge: "api", AccessPoint: "127.0.0.1", FreshAt: k.Clock.Now(), Stage: "full"}
}

func (k *Kit) member(owner care.Actor, role models.Role, name string, supervisor *uuid.UUID) care.Actor {
	k.t.Helper()
	v, err := k.Service.AddMember(k.Ctx, owner, care.AddMemberInput{Role: string(role), Clinician: role != models.RoleOffice, Name: name, Email: address(name), Locale: "nl", SupervisorID: supervisor})
	if err != nil {
		k.t.Fatalf("member: %v", err)
	}
	k.SQL(`update members set status = 'active' where practice_id = $1 and id = $2`, owner.PracticeID, v.ID)
	a := owner
	a.ID, a.Role, a.Clinician, a.LoginID = v.ID, role, v.Clinician, models.NewID()
	return a
}

// NewCouple makes an active couple with two active partners of a therapist.
func (k *Kit) NewCouple(therapist care.Actor, first, second string) (uuid.UUID, care.Actor, care.Actor) {
	k.t.Helper()
	v, err := k.Service.CreateCouple(k.Ctx, therapist, care.CreateCoupleInput{Partners: []care.PartnerInput{
		{Name: first, Email: address(first), Locale: "nl"}, {Name: second, Email: address(second), Locale: "en"},
	}})
	if err != nil {
		k.t.Fatalf("couple: %v", err)
	}
	k.SQL(`update partners set status = 'active' where practice_id = $1 and couple_id = $2`, therapist.PracticeID, v.ID)
	k.SQL(`update couples set status = 'active' where practice_id = $1 and id = $2`, therapist.PracticeID, v.ID)
	partner := func(p care.PartnerView) care.Actor {
		l, _ := locale.Parse(p.Locale)
		for _, kind := range []string{"treatment", "secrets_policy", "report_line"} {
			k.SQL(`insert into consents (practice_id, id, partner_id, kind, version, given_at) values ($1, $2, $3, $4, 1, $5)`, therapist.PracticeID, models.NewID(), p.ID, kind, k.Clock.Now())
		}
		return care.Actor{Kind: "partner", ID: p.ID, Role: models.RolePartner, PracticeID: therapist.PracticeID, LoginID: models.NewID(), CoupleID: v.ID, Locale: l, Zone: therapist.Zone, Edge: "web", AccessPoint: "127.0.0.1", FreshAt: k.Clock.Now(), Stage: "full"}
	}
	return v.ID, partner(v.Partners[0]), partner(v.Partners[1])
}

// Assign gives an exercise to the kit's couple from today, at 20:00.
func (k *Kit) Assign(exercise, forWhom, kind string) care.AssignmentView {
	k.t.Helper()
	v, err := k.Service.AssignExercise(k.Ctx, k.Therapist, k.Couple, care.AssignExerciseInput{
		ExerciseID: exercise, For: forWhom, StartsOn: string(models.DayOf(k.Clock.Now().In(k.Zone))),
		Schedule: care.ScheduleInput{Kind: kind, Times: 2, At: "20:00", RRule: "FREQ=WEEKLY;INTERVAL=2"},
	})
	if err != nil {
		k.t.Fatalf("assign %s: %v", exercise, err)
	}
	return v
}

// FirstTask gives a partner's first open task of an exercise.
func (k *Kit) FirstTask(partner care.Actor, exercise string) care.TaskView {
	k.t.Helper()
	list, err := k.Service.ListTasks(k.Ctx, partner, "open", care.Page{})
	if err != nil {
		k.t.Fatalf("tasks: %v", err)
	}
	for _, task := range list.Data {
		if task.Exercise.ID == exercise {
			return task
		}
	}
	k.t.Fatalf("no open task of %s among %d", exercise, len(list.Data))
	return care.TaskView{}
}

// Fill makes a valid answer to every question of a form; free text holds the given words.
func Fill(e *library.Exercise, words string) library.Answers {
	a := library.Answers{}
	for _, q := range e.Questions {
		a[q.ID] = fillOne(q.Type, q.Options, q.Columns, q.Min, q.Max, words)
	}
	clean, wrong := e.Check(a, false)
	if len(wrong) > 0 {
		panic(fmt.Sprintf("testkit: %s is not filled well: %v", e.ID, wrong))
	}
	return clean
}

func fillOne(kind library.FieldType, options []library.Option, columns []library.Column, low, high *float64, words string) any {
	switch kind {
	case library.FieldScale, library.FieldNumber, library.FieldCounter, library.FieldTimer:
		v := 7.0
		if low != nil && v < *low {
			v = *low
		}
		if high != nil && v > *high {
			v = *high
		}
		return v
	case library.FieldYesNo:
		return "yes"
	case library.FieldChoice:
		return options[0].ID
	case library.FieldMulti, library.FieldChecklist:
		return []any{options[0].ID}
	case library.FieldDate:
		return "2026-10-12"
	case library.FieldTime:
		return "20:00"
	case library.FieldSignature:
		return map[string]any{"name": "Ondertekend", "agreed": true}
	case library.FieldRows:
		row := map[string]any{}
		for _, c := range columns {
			row[c.ID] = fillOne(c.Type, c.Options, nil, c.Min, c.Max, words)
		}
		return []any{row}
	}
	if r := []rune(words); len(r) > 40 {
		words = string(r[:40])
	}
	return words
}

func address(name string) string {
	return strings.ToLower(name) + "-" + uuid.NewString()[:12] + "@client.example"
}

// openGate lets every try through; what the real limiter does has tests of its own.
type openGate struct{}

// Allow allows.
func (openGate) Allow(context.Context, string, int, time.Duration) (bool, time.Duration, error) {
	return true, 0, nil
}
