package months_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"tussentijds/internal/locale"
	"tussentijds/internal/seal"
	"tussentijds/internal/testkit"
	"tussentijds/library"
	"tussentijds/models"
	"tussentijds/reports"
	"tussentijds/tests/months"
)

// week is one time of a promise's two halves: whether it was kept by its maker, whether the other saw so, and whether both may
// read both by now.
type week struct{ kept, seen, opened bool }

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// repairing makes a couple in which one keeps promises and the other looks; narrow is who reads less than the exercise says.
func repairing(t *testing.T, practice *months.Practice, narrow map[string]string, weeks []week) *months.Couple {
	t.Helper()
	c, err := practice.NewCouple(time.Date(2026, 7, 6, 8, 0, 0, 0, time.UTC), [2]string{"Ada", "Bo"}, [2]string{"nl", "nl"})
	require.NoError(t, err)
	c.Partners[0].Role, c.Partners[1].Role = library.RoleRepairing, library.RoleHurt
	g, err := c.Give("promise-log", []int{0, 1}, c.CreatedAt, narrow)
	require.NoError(t, err)
	for i, w := range weeks {
		at := time.Date(2026, 10, 4+6*i, 19, 0, 0, 0, practice.Zone)
		d := g.Due(at)
		one, err := d.Answer(0, library.Answers{"promises": []any{map[string]any{"promise": "bellen", "kept": yes(w.kept)}}}, at)
		require.NoError(t, err)
		two, err := d.Answer(1, library.Answers{"saw": yes(w.seen)}, at.Add(time.Hour))
		require.NoError(t, err)
		if w.opened {
			d.Reveal(at.Add(2*time.Hour), one, two)
		}
	}
	return c
}

// Whether the two say the same of a promise is taken from answers that are open to both, and stands where both agree to an own line;
// what was told later is for therapists alone. Each has its rows.
func TestPromisesAndLaterTruthsForWhoMayKnow(t *testing.T) {
	k := testkit.New(t)
	yesses := func(n int, opened bool) []week { return slices.Repeat([]week{{true, true, opened}}, n) }
	couples := map[string]*months.Couple{}
	testkit.Owner(t, func(conn *pgx.Conn, master *seal.Master) error {
		practice, err := months.Open(k.Ctx, conn, master, k.Library, k.Practice, k.Therapist.ID, k.Zone)
		require.NoError(t, err)
		couples["open"] = repairing(t, practice, nil, append(yesses(3, true), week{true, false, true}, week{false, true, false}))
		couples["closed"] = repairing(t, practice, nil, yesses(4, false))
		couples["narrowed"] = repairing(t, practice, map[string]string{"saw": "therapist"}, yesses(4, true))
		couples["few"] = repairing(t, practice, nil, append(yesses(2, true), yesses(2, false)...))
		couples["one line"] = repairing(t, practice, nil, yesses(4, true))
		couples["one line"].TakeBack(1, models.ConsentReportLine, time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC))
		g, err := couples["open"].Give("disclosure-prep", []int{0}, couples["open"].CreatedAt, nil)
		require.NoError(t, err)
		at := time.Date(2026, 10, 20, 20, 0, 0, 0, practice.Zone)
		_, err = g.Due(at).Answer(0, library.Answers{"later": 2.0}, at)
		require.NoError(t, err)
		return practice.Flush(k.Ctx, conn)
	})
	k.Clock.Set(time.Date(2026, 11, 1, 7, 0, 0, 0, time.UTC))
	for _, c := range couples {
		k.SQL(`insert into reports (practice_id, id, couple_id, month, audience, partner_id, locale)
			select practice_id, gen_random_uuid(), id, '2026-10-01'::date, a.audience, null::uuid, 'nl' from couples, (values ('couple'), ('therapist')) a (audience) where id = $1
			union all select practice_id, gen_random_uuid(), couple_id, '2026-10-01'::date, 'partner', id, 'nl' from partners where couple_id = $1`, c.ID)
	}
	buildAll(t, k)
	l := locale.For(locale.NL)
	same, later := l.T("progress.sign.same"), l.N("progress.flag.later", 2, "Name", "Ada")
	for name, c := range couples {
		for reader, snap := range snapshots(t, k, c.ID) {
			at := slices.IndexFunc(snap.Months, func(m reports.MonthFigure) bool { return m.Title == same })
			shows := name == "open" || name == "one line" && reader == "therapist"
			require.Equal(t, shows, at >= 0, "%s, for %s", name, reader)
			if shows {
				m := snap.Months[at].Months
				want := map[string]float64{"open": 0.75, "one line": 1}[name]
				require.Equal(t, []any{true, true, want}, []any{m[0].Gap, m[1].Gap, m[2].Value}, "%s, for %s", name, reader)
				require.Empty(t, snap.Months[at].Who, "it is nobody's own")
				origin := snap.Origins(reports.Numbered("month", at))
				require.Len(t, origin, 1)
				require.Len(t, origin[0].IDs, 8, "two answers each time; what is not open is not in the trace either")
			}
			flag := slices.Index(snap.Flags, later)
			require.Equal(t, name == "open" && reader == "therapist", flag >= 0, "%s, for %s", name, reader)
			for i := range snap.Flags {
				require.NotEmpty(t, snap.Origins(reports.Numbered("flag", i)), snap.Flags[i])
			}
			if reader != "therapist" {
				require.Empty(t, snap.Flags)
				require.False(t, slices.ContainsFunc(snap.Months, func(m reports.MonthFigure) bool { return m.Title == "Later nog iets toegevoegd" && reader == "couple" }))
			}
		}
	}
}

// snapshots gives a couple's reports by who reads them.
func snapshots(t *testing.T, k *testkit.Kit, couple uuid.UUID) map[string]reports.Snapshot {
	t.Helper()
	out := map[string]reports.Snapshot{}
	ids := map[uuid.UUID]string{}
	testkit.Owner(t, func(conn *pgx.Conn, _ *seal.Master) error {
		rows, err := conn.Query(k.Ctx, `select id, audience || coalesce((select position::text from partners p where p.practice_id = r.practice_id and p.id = r.partner_id), '') from reports r where couple_id = $1`, couple)
		require.NoError(t, err)
		defer rows.Close()
		for rows.Next() {
			var id uuid.UUID
			var reader string
			require.NoError(t, rows.Scan(&id, &reader))
			ids[id] = reader
		}
		return rows.Err()
	})
	for id, reader := range ids {
		doc, err := k.Service.ReadReport(k.Ctx, k.Therapist, id)
		require.NoError(t, err)
		out[reader] = doc.Snapshot
	}
	require.Len(t, out, 4)
	return out
}
