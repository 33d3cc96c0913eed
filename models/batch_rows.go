package models

import (
	"context"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/schema"
)

// table is what GORM knows of a struct: its table, and where each column's value goes.
type table struct {
	name   string
	list   string // the columns, separated by commas.
	fields []*schema.Field
}

type tableKey struct {
	of      reflect.Type
	columns string
}

var (
	tables  sync.Map // tableKey to *table.
	schemas sync.Map // GORM's own.
)

// tableOf reads T's columns as GORM maps them, so that a batch and an ordinary query cannot come to differ. It panics on a
// struct that GORM cannot map or a column that is not there, which the first test shows.
func tableOf[T any](columns []string) *table {
	key := tableKey{reflect.TypeFor[T](), strings.Join(columns, ",")}
	if known, ok := tables.Load(key); ok {
		return known.(*table)
	}
	s, err := schema.Parse(new(T), &schemas, schema.NamingStrategy{})
	if err != nil {
		panic(err)
	}
	if len(columns) == 0 {
		columns = s.DBNames
	}
	t := &table{name: s.Table, list: strings.Join(columns, ", ")}
	for _, column := range columns {
		field := s.FieldsByDBName[column]
		if field == nil {
			panic("models: no column " + column + " in " + s.Table)
		}
		t.fields = append(t.fields, field)
	}
	known, _ := tables.LoadOrStore(key, t)
	return known.(*table)
}

// without lists all columns of T but some.
func without[T any](columns ...string) []string {
	return slices.DeleteFunc(slices.Clone(strings.Split(tableOf[T](nil).list, ", ")), func(c string) bool { return slices.Contains(columns, c) })
}

// into scans rows of T, each into a value of its own.
func into[T any](t *table, each func(T)) func(pgx.Rows) error {
	targets := make([]any, 0, len(t.fields))
	return func(rows pgx.Rows) error {
		var row T
		targets = t.targets(targets[:0], reflect.ValueOf(&row).Elem())
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		each(row)
		return nil
	}
}

// targets adds where the columns of one row go.
func (t *table) targets(list []any, row reflect.Value) []any {
	for _, f := range t.fields {
		list = append(list, quickly(f.ReflectValueOf(context.Background(), row).Addr().Interface()))
	}
	return list
}

// quickly gives a target a type that pgx scans into as it is, instead of through database/sql's values.
func quickly(target any) any {
	switch v := target.(type) {
	case *uuid.UUID:
		return (*[16]byte)(v)
	case *Sealed:
		return (*[]byte)(v)
	}
	return target
}

// BatchRows reads rows in a batch: the named columns only, or all when none is named; where is a condition with $1 and so on.
func BatchRows[T any](b Batch, each func(T), columns []string, where string, args ...any) {
	t := tableOf[T](columns)
	b.Query(into(t, each), "select "+t.list+" from "+t.name+" where "+where, args...)
}

// BatchByID is RowsByID in a batch: the rows come into the map when the batch has run.
func BatchByID[T interface{ Key() uuid.UUID }](b Batch, rows map[uuid.UUID]T, columns []string, where string, args ...any) {
	BatchRows(b, func(row T) { rows[row.Key()] = row }, columns, where, args...)
}

// BatchPairs reads rows of A, each with the row of B that it belongs to; on joins them as a and b, where is about a.
func BatchPairs[A, B any](batch Batch, each func(A, B), columnsA, columnsB []string, on, where string, args ...any) {
	ta, tb := tableOf[A](columnsA), tableOf[B](columnsB)
	batch.Query(func(rows pgx.Rows) error {
		var a A
		var b B
		targets := make([]any, 0, len(ta.fields)+len(tb.fields))
		targets = ta.targets(targets, reflect.ValueOf(&a).Elem())
		targets = tb.targets(targets, reflect.ValueOf(&b).Elem())
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		each(a, b)
		return nil
	}, "select a."+strings.ReplaceAll(ta.list, ", ", ", a.")+", b."+strings.ReplaceAll(tb.list, ", ", ", b.")+
		" from "+ta.name+" a join "+tb.name+" b on "+on+" where "+where, args...)
}

// batchInsert writes a row of T with all its columns; tail is what stands after the values.
func batchInsert[T any](b Batch, row T, tail string) {
	t := tableOf[T](nil)
	value := reflect.ValueOf(&row).Elem()
	args := make([]any, len(t.fields))
	marks := make([]string, len(t.fields))
	for i, f := range t.fields {
		args[i] = f.ReflectValueOf(context.Background(), value).Interface()
		marks[i] = "$" + strconv.Itoa(i+1)
	}
	b.Exec("insert into "+t.name+" ("+t.list+") values ("+strings.Join(marks, ", ")+")"+tail, args...)
}
