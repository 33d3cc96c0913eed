package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/internal/testkit"
	"tussentijds/models"
)

// A month with a poisoned report among good ones: all others are built and written, what failed is told with a reason and
// without a name, and the command ends with an error.
func TestAMonthWithAPoisonedReportEndsWithItsReason(t *testing.T) {
	k := testkit.New(t)
	k.SQL(`update practices set created_at = '2026-09-01' where id = $1`, k.Practice)
	k.SQL(`insert into sessions (practice_id, id, couple_id, kind, starts_at, ends_at, status) values ($1, $2, $3, 'conjoint', '2026-10-08 10:00Z', '2026-10-08 11:00Z', 'held')`,
		k.Practice, models.NewID(), k.Couple)
	k.Clock.Set(time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC))
	require.NoError(t, k.Worker.RequestMonth(k.Ctx, k.Practice, "2026-10"))
	var poison uuid.UUID
	k.OwnerRow([]any{&poison}, "select id from reports where practice_id = $1 and audience = 'therapist'", k.Practice)
	// Sealed for another place, the note does not open in this one.
	k.SQL(`update reports set note = (select email from members where practice_id = $2 limit 1) where id = $1`, poison, k.Practice)

	dir := filepath.Join(t.TempDir(), "month")
	var out, progress bytes.Buffer
	err := reportCmd{Practice: k.Practice, All: true, Now: true, Month: "2026-10", Out: dir}.month(k.Ctx, k.Worker, &out, &progress)
	require.EqualError(t, err, "1 of 5 reports could not be built")
	require.Contains(t, out.String(), "failed "+poison.String()+" (therapist, nl): internal: Drawing the report went wrong.")
	require.Contains(t, out.String(), "2026-10: 5 reports, 4 written, 1 failed")
	require.Contains(t, progress.String(), "5 of 5, 1 failed")
	for _, name := range []string{"Sam", "Robin"} {
		require.NotContains(t, out.String()+progress.String(), name)
	}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 4)

	out.Reset()
	require.Error(t, reportCmd{Practice: k.Practice, All: true, Month: "2026-10"}.month(k.Ctx, k.Worker, &out, &progress), "it stays failed until somebody has it built anew")
	require.Contains(t, out.String(), "0 written, 1 failed")
}
