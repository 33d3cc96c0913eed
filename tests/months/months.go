// Package months makes months of couples' work as rows, sealed as in earnest, faster than anybody could live them: for the
// benchmark of the month's end and for the leak test of reports. It writes what care's verbs would have written, with PostgreSQL's
// own bulk copy.
package months

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"tussentijds/internal/seal"
	"tussentijds/library"
	"tussentijds/models"
)

// Practice is where couples are made.
type Practice struct {
	ID        uuid.UUID
	Therapist uuid.UUID
	Zone      *time.Location
	Library   *library.Library
	key       *seal.Key
	forms     map[string]form
	rows      rows
}

type form struct {
	id       uuid.UUID
	exercise *library.Exercise
}

// Open takes a practice that exists, with the connection of a role that row security does not bind.
func Open(ctx context.Context, conn *pgx.Conn, master *seal.Master, lib *library.Library, id, therapist uuid.UUID, zone *time.Location) (*Practice, error) {
	p := &Practice{ID: id, Therapist: therapist, Zone: zone, Library: lib, forms: map[string]form{}}
	var keyID uuid.UUID
	var wrapped []byte
	err := conn.QueryRow(ctx, `select id, wrapped from keys.wrapped_keys where practice_id = $1 and owner_kind = 'practice' and destroyed_at is null`, id).Scan(&keyID, &wrapped)
	if err != nil {
		return nil, err
	}
	if p.key, err = master.Key().Unwrap(keyID, wrapped, id, id); err != nil {
		return nil, err
	}
	known, err := conn.Query(ctx, `select id, definition from exercise_forms where practice_id = $1`, id)
	if err != nil {
		return nil, err
	}
	defer known.Close()
	for known.Next() {
		f := form{exercise: &library.Exercise{}}
		var raw []byte
		if err := known.Scan(&f.id, &raw); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(raw, f.exercise); err != nil {
			return nil, err
		}
		p.forms[f.exercise.ID] = f
	}
	return p, known.Err()
}

// Seal seals text for a place under the practice's own key.
func (p *Practice) Seal(table, column string, row uuid.UUID, plain []byte) models.Sealed {
	return sealed(p.key, seal.Binding{Practice: p.ID, Owner: p.ID, Table: table, Column: column, Row: row}, plain)
}

func sealed(key *seal.Key, at seal.Binding, plain []byte) models.Sealed {
	out, err := key.Seal(plain, at)
	if err != nil {
		panic(err) // Only without a source of chance.
	}
	return out
}

// Form freezes an exercise of the library, once, and gives it.
func (p *Practice) Form(exercise string) (*library.Exercise, error) {
	f, err := p.form(exercise)
	return f.exercise, err
}

func (p *Practice) form(exercise string) (form, error) {
	if f, ok := p.forms[exercise]; ok {
		return f, nil
	}
	e, ok := p.Library.Exercise(exercise)
	if !ok {
		return form{}, fmt.Errorf("months: no exercise %s", exercise)
	}
	raw, err := json.Marshal(e)
	if err != nil {
		return form{}, err
	}
	row := models.ExerciseForm{Row: models.NewRow(p.ID), ExerciseID: e.ID, Version: e.Version, Definition: models.JSON[json.RawMessage]{V: raw}, CreatedBy: &p.Therapist, CreatedAt: time.Now()}
	p.rows.forms = append(p.rows.forms, row)
	p.forms[exercise] = form{row.ID, e}
	return p.forms[exercise], nil
}

// Partner is one of a couple, with the key to what is that person's.
type Partner struct {
	models.Partner
	key *seal.Key
}

// Couple is a couple, with its rows still to be written. What is set in its structs before Flush is written.
type Couple struct {
	models.Couple
	Partners [2]*Partner
	practice *Practice
	key      *seal.Key
}

// NewCouple makes a couple in therapy of two partners with names, languages and all consents.
func (p *Practice) NewCouple(since time.Time, names, locales [2]string) (*Couple, error) {
	c := &Couple{practice: p, Couple: models.Couple{
		Row: models.NewRow(p.ID), Status: models.CoupleActive, StartedOn: models.DayOf(since.In(p.Zone)), Version: 1, CreatedAt: since, UpdatedAt: since,
	}}
	var err error
	if c.key, err = p.newKey("couple", c.ID, since); err != nil {
		return nil, err
	}
	p.rows.therapists = append(p.rows.therapists, models.CoupleTherapist{Row: models.NewRow(p.ID), CoupleID: c.ID, MemberID: p.Therapist, CreatedAt: since})
	for i := range c.Partners {
		one := &Partner{Partner: models.Partner{
			Row: models.NewRow(p.ID), CoupleID: c.ID, Position: i + 1, Locale: locales[i], Status: models.PartnerActive, Version: 1, CreatedAt: since,
		}}
		if one.key, err = p.newKey("person", one.ID, since); err != nil {
			return nil, err
		}
		one.Name = c.Own(one, "partners", "name", one.ID, []byte(names[i]))
		one.Email = c.Own(one, "partners", "email", one.ID, []byte(one.ID.String()+"@client.example"))
		c.Partners[i] = one
		for _, kind := range []models.ConsentKind{models.ConsentTreatment, models.ConsentSecretsPolicy, models.ConsentReportLine} {
			p.rows.consents = append(p.rows.consents, &models.Consent{Row: models.NewRow(p.ID), PartnerID: one.ID, Kind: kind, Version: 1, GivenAt: since})
		}
	}
	p.rows.couples = append(p.rows.couples, c)
	return c, nil
}

func (p *Practice) newKey(kind string, owner uuid.UUID, at time.Time) (*seal.Key, error) {
	key, err := seal.NewKey()
	if err != nil {
		return nil, err
	}
	wrapped, err := p.key.Wrap(key, p.ID, owner)
	if err != nil {
		return nil, err
	}
	p.rows.keys = append(p.rows.keys, models.WrappedKey{Row: models.Row{PracticeID: p.ID, ID: key.ID}, OwnerKind: kind, OwnerID: owner, Wrapped: wrapped, CreatedAt: at})
	return key, nil
}

// Own seals what is one partner's.
func (c *Couple) Own(one *Partner, table, column string, row uuid.UUID, plain []byte) models.Sealed {
	return sealed(one.key, seal.Binding{Practice: c.PracticeID, Owner: one.ID, Table: table, Column: column, Row: row}, plain)
}

// Joint seals what is both partners'.
func (c *Couple) Joint(table, column string, row uuid.UUID, plain []byte) models.Sealed {
	return sealed(c.key, seal.Binding{Practice: c.PracticeID, Owner: c.ID, Table: table, Column: column, Row: row}, plain)
}

// TakeBack takes back a partner's consent to a kind, at a moment.
func (c *Couple) TakeBack(i int, kind models.ConsentKind, at time.Time) {
	for _, row := range c.practice.rows.consents {
		if row.PartnerID == c.Partners[i].ID && row.Kind == kind {
			row.WithdrawnAt = &at
		}
	}
}

// Given is homework of a couple, or of one partner.
type Given struct {
	models.Assignment
	couple   *Couple
	exercise *library.Exercise
	whose    []int
}

// Give assigns an exercise, to both or to one of them. Narrow is the practice's choice of a narrower audience a question.
func (c *Couple) Give(exercise string, whose []int, since time.Time, narrow map[string]string) (*Given, error) {
	f, err := c.practice.form(exercise)
	if err != nil {
		return nil, err
	}
	g := &Given{couple: c, exercise: f.exercise, whose: whose, Assignment: models.Assignment{
		Row: models.NewRow(c.PracticeID), CoupleID: c.ID, FormID: f.id, ExerciseID: exercise, ScheduleKind: "daily", At: "20:00",
		StartsOn: models.DayOf(since.In(c.practice.Zone)), AudienceOverrides: models.JSON[map[string]string]{V: map[string]string{}}, Status: "active",
		CreatedBy: c.practice.Therapist, Version: 1, CreatedAt: since,
	}}
	if narrow != nil {
		g.AudienceOverrides.V = narrow
	}
	if len(whose) == 1 {
		g.PartnerID = &c.Partners[whose[0]].ID
	}
	c.practice.rows.assignments = append(c.practice.rows.assignments, g)
	return g, nil
}

// Due is one occurrence of homework, with a task for each partner whose it is.
type Due struct {
	*models.Occurrence
	Tasks [2]*models.Task // by the partner's place; nil where it is not that partner's.
	given *Given
}

// Due makes an occurrence that falls due at a moment; its tasks wait.
func (g *Given) Due(at time.Time) *Due {
	c := g.couple
	d := &Due{given: g, Occurrence: &models.Occurrence{
		Row: models.NewRow(c.PracticeID), AssignmentID: g.ID, CoupleID: c.ID, DueAt: at, OpensAt: at.Add(-20 * time.Hour), ClosesAt: at.Add(4 * time.Hour),
	}}
	c.practice.rows.occurrences = append(c.practice.rows.occurrences, d.Occurrence)
	for _, i := range g.whose {
		audiences := map[string]string{}
		for _, q := range g.exercise.ForRole(c.Partners[i].Role).Questions {
			audiences[q.ID] = string(q.Audience)
			if narrow, ok := g.AudienceOverrides.V[q.ID]; ok {
				audiences[q.ID] = narrow
			}
		}
		d.Tasks[i] = &models.Task{
			Row: models.NewRow(c.PracticeID), OccurrenceID: d.ID, AssignmentID: g.ID, CoupleID: c.ID, PartnerID: c.Partners[i].ID, FormID: g.FormID,
			DueAt: at, OpensAt: d.OpensAt, ClosesAt: d.ClosesAt, Status: models.TaskOpen, Discreet: g.Discreet, Version: 1, Audiences: models.JSON[map[string]string]{V: audiences},
		}
		c.practice.rows.tasks = append(c.practice.rows.tasks, d.Tasks[i])
	}
	return d
}

// Draft keeps typed answers in a task that is not done.
func (d *Due) Draft(i int, answers library.Answers) {
	raw, _ := json.Marshal(answers)
	task, c := d.Tasks[i], d.given.couple
	task.Status, task.Draft = models.TaskDraft, c.Own(c.Partners[i], "tasks", "draft", task.ID, raw)
}

// Answer completes a partner's task; what opens is the caller's to say, on the occurrence and the response.
func (d *Due) Answer(i int, answers library.Answers, at time.Time) (*models.Response, error) {
	task, c := d.Tasks[i], d.given.couple
	if task == nil {
		return nil, errors.New("months: not that partner's homework")
	}
	task.Status, task.DoneAt, task.Version = models.TaskDone, &at, 2
	r := &models.Response{
		Row: models.NewRow(c.PracticeID), TaskID: task.ID, OccurrenceID: d.ID, CoupleID: c.ID, PartnerID: task.PartnerID, FormID: task.FormID,
		SubmittedAt: at, Audiences: task.Audiences, Version: 1,
	}
	raw, err := json.Marshal(answers)
	if err != nil {
		return nil, err
	}
	r.Answers = c.Own(c.Partners[i], "responses", "answers", r.ID, raw)
	if raw, err = json.Marshal(d.given.exercise.ForRole(c.Partners[i].Role).MeasuresOf(answers)); err != nil {
		return nil, err
	}
	r.Measures = c.Own(c.Partners[i], "responses", "measures", r.ID, raw)
	c.practice.rows.responses = append(c.practice.rows.responses, r)
	return r, nil
}

// Reveal opens the reveal questions of both halves.
func (d *Due) Reveal(at time.Time, halves ...*models.Response) {
	d.RevealedAt = &at
	for _, r := range halves {
		r.RevealedAt = &at
	}
}

// Exercise is what was given, as it was frozen.
func (g *Given) Exercise() *library.Exercise { return g.exercise }
