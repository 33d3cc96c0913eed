package care_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
)

// TestReportsShareTheirFonts builds and approves reports: their files are kept without the fonts, those stand in the practice's
// table once, and what is downloaded is whole, to the octet of the hash. Without the fonts nothing is given at all.
func TestReportsShareTheirFonts(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v := build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID)
	kept := func(from string) (octets int, hash string) {
		k.OwnerRow([]any{&octets, &hash}, "select octet_length(pdf), sha256 from "+from, v.ID)
		return octets, hash
	}
	draft, hash := kept("reports where id = $1")
	pdf, _, err := k.Service.ReportPDF(k.Ctx, k.Therapist, v.ID)
	require.NoError(t, err)
	require.Equal(t, hash, hashOf(pdf))
	require.Less(t, draft, len(pdf)*2/3)
	require.Equal(t, 2, k.Count("report_fonts where practice_id = $1", k.Practice), "regular and semibold")

	build(t, k, request(t, k, care.RequestReportInput{Audience: "therapist"}).ID)
	require.Equal(t, 2, k.Count("report_fonts where practice_id = $1", k.Practice), "the same ones")
	require.Zero(t, k.Count("report_fonts where practice_id = $1", k.ForeignPractice))

	approve(t, k, v)
	approved, sealed := kept("report_revisions where report_id = $1")
	require.Equal(t, []any{draft, hash}, []any{approved, sealed}, "moved as it was kept")
	got, _, err := k.Service.ReportPDF(k.Ctx, k.PartnerA, v.ID)
	require.NoError(t, err)
	require.Equal(t, hash, hashOf(got))

	k.SQL(`delete from report_fonts where practice_id = $1`, k.Practice)
	_, _, err = k.Service.ReportPDF(k.Ctx, k.PartnerA, v.ID)
	requireCode(t, fault.Internal, err)
}
