package api_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"tussentijds/api"
	"tussentijds/care"
	"tussentijds/internal/testkit"
	"tussentijds/library"
)

// An instrument's outcome over the API: the writer's at once, the other's and the therapist's when the answers have opened,
// and what is for therapists alone in no partner's.
func TestOutcomes(t *testing.T) {
	k := testkit.New(t)
	k.SQL(`update partners set locale = 'en' where practice_id = $1`, k.Practice)
	k.PartnerA.Locale, k.PartnerB.Locale = "en", "en"
	k.Assign("relationship-checklist", "both", "once")
	k.Assign("repairability", k.PartnerA.ID.String(), "once")
	k.Clock.Set(time.Date(2026, 10, 5, 18, 0, 0, 0, time.UTC))
	s := serve(t, k.Service)
	sam, robin, therapist := tokenOf(k, k.PartnerA), tokenOf(k, k.PartnerB), tokenOf(k, k.Therapist)
	task := func(who care.Actor, exercise string) string {
		return api.Prefix + "/tasks/" + k.FirstTask(who, exercise).ID.String()
	}
	// The last item is a no where yes is good: what it comes to differs between the two.
	answers := func(last string) map[string]any {
		e, _ := k.Library.Exercise("relationship-checklist")
		a := testkit.Fill(e, "x")
		a["E4"] = last
		return map[string]any{"answers": a}
	}
	of := func(exercise string) map[string]any {
		for _, r := range entries(s.get(therapist, api.Prefix+"/couples/"+k.Couple.String()+"/responses").is(200)) {
			if text(object(r, "exercise"), "id") == exercise {
				return r
			}
		}
		return nil
	}
	a, b := task(k.PartnerA, "relationship-checklist"), task(k.PartnerB, "relationship-checklist")
	before := s.get(robin, b).raw

	sent := object(s.post(sam, a+"/response", answers("yes")).is(201), "outcome")
	require.NotEmpty(t, text(object(sent, "band"), "label"))
	require.Equal(t, "sum", sent["method"])
	require.Len(t, sent["sections"], 5)
	require.NotEmpty(t, text(sent, "caveat"))
	for _, hidden := range []string{"raw", "cutoff", "within_days"} {
		require.NotContains(t, sent, hidden)
	}
	require.Equal(t, string(before), string(s.get(robin, b).raw), "octet for octet what it was")
	require.NotContains(t, of("relationship-checklist"), "outcome")

	s.post(robin, b+"/response", answers("no")).is(201)
	own := s.get(sam, a).is(200)
	require.Equal(t, sent["score"], object(object(own, "response"), "outcome")["score"])
	theirs := object(object(own, "partner"), "outcome")
	require.InDelta(t, sent["score"].(float64)-1, theirs["score"], 0.001)
	require.NotContains(t, theirs, "raw")
	read := object(of("relationship-checklist"), "outcome")
	require.Contains(t, read, "raw")

	// A list has no number for anybody.
	s.post(sam, task(k.PartnerA, "repairability")+"/response", map[string]any{"answers": library.Answers{"R1": "yes", "N1": "no"}}).is(201)
	list := object(of("repairability"), "outcome")
	require.Equal(t, "list", list["method"])
	require.NotContains(t, list, "score")
	require.NotContains(t, list, "max")
	for _, section := range list["sections"].([]any) {
		require.Zero(t, section.(map[string]any)["score"])
	}
	require.NotContains(t, string(s.get(robin, api.Prefix+"/tasks?status=all").raw), "repairability")
}
