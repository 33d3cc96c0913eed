package care_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
)

// A draft is looked at as it is printed, and only while it can be: what is shown is the kept PDF or nothing.
func TestADraftIsReadAsItIsPrinted(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	look := care.LeafLook{Logo: "/logo", Page: func(n int) string { return "/at/" + strconv.Itoa(n) }}
	v := build(t, k, request(t, k, care.RequestReportInput{Audience: "couple"}).ID)
	_, left, err := k.Service.UnseenDrafts(k.Ctx, k.Therapist)
	require.NoError(t, err)
	require.Equal(t, 1, left)
	read, err := k.Service.ReadLeaves(k.Ctx, k.Therapist, v.ID, look)
	require.NoError(t, err)
	require.NotEmpty(t, read.Pages)
	require.Contains(t, read.Pages[0].SVG, read.Snapshot.CoupleName[:3])
	require.NotContains(t, read.Pages[0].SVG, "<image")
	require.Equal(t, v.ID, read.Report.ID)
	_, left, err = k.Service.UnseenDrafts(k.Ctx, k.Therapist)
	require.NoError(t, err)
	require.Zero(t, left, "it was looked at")
	for _, who := range []care.Actor{k.PartnerA, k.PartnerB, k.ForeignTherapist} {
		_, err = k.Service.ReadLeaves(k.Ctx, who, v.ID, look)
		requireCode(t, fault.NotFound, err)
	}
	_, err = k.Service.ReadLeaves(k.Ctx, k.Office, v.ID, look)
	requireCode(t, fault.Forbidden, err)

	b, err := k.Service.ChangeBrand(k.Ctx, k.Owner, care.ChangeBrandInput{Colour: "#123456", Logo: asPNG(t, noise(40, 20))})
	require.NoError(t, err)
	read, err = k.Service.ReadLeaves(k.Ctx, k.Therapist, v.ID, look)
	require.NoError(t, err)
	require.NotEmpty(t, read.Pages, "it is shown as it was drawn")
	require.NotContains(t, read.Pages[0].SVG, "<image")

	v, err = k.Service.RebuildReport(k.Ctx, k.Therapist, v.ID, v.Version)
	require.NoError(t, err)
	v = build(t, k, v.ID)
	read, err = k.Service.ReadLeaves(k.Ctx, k.Therapist, v.ID, look)
	require.NoError(t, err)
	require.Contains(t, read.Pages[0].SVG, `<image href="/logo"`)
	_, err = k.Service.ChangeBrand(k.Ctx, k.Owner, care.ChangeBrandInput{RemoveLogo: true, Version: b.Version})
	require.NoError(t, err)
	read, err = k.Service.ReadLeaves(k.Ctx, k.Therapist, v.ID, look)
	require.NoError(t, err)
	require.Nil(t, read.Pages, "what would look different is not shown")
	require.NotEmpty(t, read.Snapshot.CoupleName)
}
