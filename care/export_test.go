package care_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"tussentijds/care"
	"tussentijds/internal/testkit"
)

// Every table says whether one person's export holds what it keeps of that person, and why not: a new one fails here until
// somebody has thought about it.
func TestEveryTableSaysWhatAnExportHoldsOfIt(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	said := care.ExportTables()
	var tables []string
	k.OwnerRow([]any{&tables}, `select array_agg(c.relname::text order by c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname in ('public', 'keys') and c.relkind in ('r', 'p')`)
	for _, name := range tables {
		_, known := said[name]
		assert.True(t, known, "what does one person's export hold of %s? Say so in care/export_tables.go", name)
		delete(said, name)
	}
	for name := range said {
		assert.Fail(t, "no such table", name)
	}
}
