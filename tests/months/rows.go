package months

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/schema"

	"tussentijds/models"
)

// rows are what is made and not written yet.
type rows struct {
	keys        []models.WrappedKey
	forms       []models.ExerciseForm
	couples     []*Couple
	therapists  []models.CoupleTherapist
	consents    []*models.Consent
	assignments []*Given
	occurrences []*models.Occurrence
	tasks       []*models.Task
	responses   []*models.Response
	agreements  []*models.Agreement
	signatures  []*models.AgreementSignature
	reviews     []*models.AgreementReview
	sessions    []*models.Session
	notes       []*models.SessionNote
	alerts      []*models.Alert
	programmes  []*models.CoupleProgramme
}

// Flush writes all that was made since, in an order that references allow.
func (p *Practice) Flush(ctx context.Context, conn *pgx.Conn) error {
	r := p.rows
	p.rows = rows{}
	var couples []models.Couple
	var partners []models.Partner
	for _, c := range r.couples {
		couples = append(couples, c.Couple)
		for _, one := range c.Partners {
			partners = append(partners, one.Partner)
		}
	}
	var assignments []models.Assignment
	for _, g := range r.assignments {
		assignments = append(assignments, g.Assignment)
	}
	for _, write := range []func() error{
		func() error { return write(ctx, conn, r.keys) },
		func() error { return write(ctx, conn, r.forms) },
		func() error { return write(ctx, conn, couples) },
		func() error { return write(ctx, conn, r.therapists) },
		func() error { return write(ctx, conn, partners) },
		func() error { return write(ctx, conn, values(r.consents)) },
		func() error { return write(ctx, conn, values(r.programmes)) },
		func() error { return write(ctx, conn, assignments) },
		func() error { return write(ctx, conn, values(r.occurrences)) },
		func() error { return write(ctx, conn, values(r.tasks)) },
		func() error { return write(ctx, conn, values(r.responses)) },
		func() error { return write(ctx, conn, values(r.agreements)) },
		func() error { return write(ctx, conn, values(r.signatures)) },
		func() error { return write(ctx, conn, values(r.reviews)) },
		func() error { return write(ctx, conn, values(r.sessions)) },
		func() error { return write(ctx, conn, values(r.notes)) },
		func() error { return write(ctx, conn, values(r.alerts)) },
	} {
		if err := write(); err != nil {
			return err
		}
	}
	return nil
}

func values[T any](list []*T) []T {
	out := make([]T, len(list))
	for i, v := range list {
		out[i] = *v
	}
	return out
}

var schemas sync.Map

// write copies rows of T with all their columns.
func write[T any](ctx context.Context, conn *pgx.Conn, list []T) error {
	if len(list) == 0 {
		return nil
	}
	s, err := schema.Parse(new(T), &schemas, schema.NamingStrategy{})
	if err != nil {
		return err
	}
	fields := make([]*schema.Field, len(s.DBNames))
	for i, name := range s.DBNames {
		fields[i] = s.FieldsByDBName[name]
	}
	_, err = conn.CopyFrom(ctx, pgx.Identifier(strings.Split(s.Table, ".")), s.DBNames, pgx.CopyFromSlice(len(list), func(i int) ([]any, error) {
		out := make([]any, len(fields))
		of := reflect.ValueOf(&list[i]).Elem()
		for k, f := range fields {
			out[k] = plain(f.ReflectValueOf(ctx, of).Interface())
		}
		return out, nil
	}))
	if err != nil {
		return fmt.Errorf("months: %s: %w", s.Table, err)
	}
	return nil
}

// plain gives a value as PostgreSQL's binary copy wants it.
func plain(v any) any {
	switch v := v.(type) {
	case models.Sealed:
		if len(v) == 0 {
			return nil
		}
		return []byte(v)
	case models.Day:
		if v == "" {
			return nil
		}
		return v.In(time.UTC)
	case models.JSON[map[string]string]:
		raw, _ := json.Marshal(v.V)
		return raw
	case models.JSON[json.RawMessage]:
		return []byte(v.V)
	case models.JSON[[]uuid.UUID]:
		raw, _ := json.Marshal(v.V)
		return raw
	case uuid.UUID:
		return [16]byte(v)
	case *uuid.UUID:
		if v == nil {
			return nil
		}
		return [16]byte(*v)
	}
	return v
}
