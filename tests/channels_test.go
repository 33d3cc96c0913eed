package tests

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/testkit"
)

// A calendar that fetches the sessions of a whole file tells nobody anything but when, and each only of the own ones.
func TestCalendarsTellNothing(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	h := open(t, k)
	f := newCouple(t, k, k.Therapist, &k.Trainee, k.Office).fill().deepen()
	anybody := h.signIn(nil)
	appointments := map[string]int{}
	hits, octets := 0, 0
	for name, who := range map[string]care.Actor{"partner A": f.a, "partner B": f.b, "therapist": f.therapist, "trainee": k.Trainee, "office": k.Office} {
		v, err := k.Service.RenewFeed(k.Ctx, who)
		require.NoError(t, err)
		r := anybody.get(strings.TrimPrefix(v.URL, "http://localhost:8080"))
		require.Equal(t, 200, r.status)
		unfolded := strings.ReplaceAll(r.body, "\r\n ", "")
		appointments[name] = strings.Count(unfolded, "BEGIN:VEVENT")
		octets += len(unfolded)
		for _, c := range f.canaries {
			if strings.Contains(strings.ToLower(unfolded), strings.ToLower(c.text)) {
				hits++
				assert.Fail(t, "a calendar tells", "%s to %s", c.what, name)
			}
		}
		for _, id := range []string{f.couple.String(), f.a.ID.String(), f.b.ID.String(), f.therapist.ID.String(), k.Practice.String(), f.ids["session"], f.ids["sessionB"]} {
			assert.NotContains(t, unfolded, id)
		}
		assert.NotContains(t, h.log.String(), strings.TrimPrefix(v.URL, "http://localhost:8080/calendar/"))
	}
	require.Equal(t, map[string]int{"partner A": 1, "partner B": 2, "therapist": 2, "trainee": 2, "office": 0}, appointments)
	t.Logf("%d calendars of %d octets: %d of %d canaries", len(appointments), octets, hits, len(f.canaries))
}
