// Package migrations holds the numbered SQL of the schema, applied in order by `tussentijds migrate up`.
package migrations

import "embed"

// FS holds the migration files, NNNN_noun.sql in goose's format.
//
//go:embed *.sql
var FS embed.FS
