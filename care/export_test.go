package care_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
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

// One person's data are exported six times an hour at most, whoever asks; what is asked for wrongly does not count, and the other
// person's are another matter.
func TestOnePersonsDataAreExportedSixTimesAnHour(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	deps := k.Service.Deps
	deps.Limiter = hourly{}
	svc := care.New(deps)
	for n := range 6 {
		who, in := k.PartnerA, care.ExportInput{}
		if n%2 == 1 {
			who, in = k.Therapist, care.ExportInput{PartnerID: k.PartnerA.ID, Reason: "Op verzoek"}
			_, err := svc.BeginExport(k.Ctx, who, care.ExportInput{PartnerID: k.PartnerA.ID})
			requireCode(t, fault.Invalid, err)
		}
		_, err := svc.BeginExport(k.Ctx, who, in)
		require.NoError(t, err, n)
	}
	_, err := svc.BeginExport(k.Ctx, k.PartnerA, care.ExportInput{})
	requireCode(t, fault.RateLimited, err)
	_, err = svc.BeginExport(k.Ctx, k.Therapist, care.ExportInput{PartnerID: k.PartnerA.ID, Reason: "Op verzoek"})
	requireCode(t, fault.RateLimited, err)
	_, err = svc.BeginExport(k.Ctx, k.PartnerB, care.ExportInput{})
	require.NoError(t, err)
	require.Equal(t, 7, k.Count("audit_events where practice_id = $1 and act = 'export' and object_kind = 'file'", k.Practice))
}
