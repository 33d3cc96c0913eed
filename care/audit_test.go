package care_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
)

// recordKit is a practice with a sealed and anchored record, and some events that wait for their link.
func recordKit(t *testing.T) (*testkit.Kit, string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "anchor.json")
	k := testkit.New(t, func(d *care.Deps) { d.AnchorFile = file })
	for range 12 {
		_, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
		require.NoError(t, err)
		k.Clock.Add(time.Second)
	}
	require.NoError(t, k.Worker.SealAudit(k.Ctx, k.Practice))
	for range 3 {
		_, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
		require.NoError(t, err)
	}
	return k, file
}

func TestTheRecordIsSealedAnchoredAndProved(t *testing.T) {
	t.Parallel()
	k, file := recordKit(t)
	proof, err := k.Worker.VerifyAudit(k.Ctx, k.Practice)
	require.NoError(t, err)
	require.Empty(t, proof.Faults)
	require.Equal(t, k.Count("audit_events where practice_id = $1", k.Practice), proof.Events)
	require.Greater(t, proof.Events, proof.Linked, "some wait for their link")
	anchored, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(anchored), k.Practice.String())

	require.NoError(t, k.Worker.SealNewAudit(k.Ctx))
	require.NoError(t, k.Worker.SealAudit(k.Ctx, k.Practice), "again changes nothing")
	proof, err = k.Worker.VerifyAudit(k.Ctx, k.Practice)
	require.NoError(t, err)
	require.Empty(t, proof.Faults)
	require.Equal(t, proof.Events, proof.Linked)

	// Many sealers at the same time make one chain.
	for range 40 {
		_, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
		require.NoError(t, err)
	}
	failures := make(chan error, 6)
	for range cap(failures) {
		go func() { failures <- k.Worker.SealAudit(k.Ctx, k.Practice) }()
	}
	for range cap(failures) {
		require.NoError(t, <-failures)
	}
	proof, err = k.Worker.VerifyAudit(k.Ctx, k.Practice)
	require.NoError(t, err)
	require.Empty(t, proof.Faults)
	require.Equal(t, proof.Events, proof.Linked)
}

// TestEveryTamperingWithTheRecordIsFound changes the record as a superuser, a thousand times in as many ways as there are,
// and puts the rows back each time. What is looked at is the proof alone. It does not run beside others: constraints that
// would stop a superuser are taken away for its time.
func TestEveryTamperingWithTheRecordIsFound(t *testing.T) {
	k, _ := recordKit(t)
	ctx := context.Background()
	super, err := pgx.Connect(ctx, testkit.SuperURL(t))
	require.NoError(t, err)
	defer func() { _ = super.Close(ctx) }()
	_, err = super.Exec(ctx, `set session_replication_role = replica`) // Foreign keys and triggers do not hold a superuser.
	require.NoError(t, err)
	// Two copies to put things back from, after each tampering.
	for _, table := range []string{"audit_events", "audit_links"} {
		_, err := super.Exec(ctx, fmt.Sprintf(`create temporary table kept_%s as select * from %s where practice_id = '%s'`, table, table, k.Practice))
		require.NoError(t, err)
	}
	restore := func() {
		for _, sql := range []string{
			`delete from audit_links where practice_id = $1`, `delete from audit_events where practice_id = $1`,
		} {
			_, err := super.Exec(ctx, sql, k.Practice)
			require.NoError(t, err)
		}
		for _, table := range []string{"audit_events", "audit_links"} {
			// A row that was moved to another practice is taken out there first.
			_, err := super.Exec(ctx, fmt.Sprintf(`delete from %s where id in (select id from kept_%s)`, table, table))
			require.NoError(t, err)
			_, err = super.Exec(ctx, fmt.Sprintf(`insert into %s select * from kept_%s`, table, table))
			require.NoError(t, err)
		}
	}
	random := rand.New(rand.NewPCG(7, 7)) // The same each time, so that a failure can be repeated.
	event := `(select id from audit_events e where practice_id = $1 and exists (select from audit_links l where l.event_id = e.id) order by id offset %d limit 1)`
	link := `(select id from audit_links where practice_id = $1 order by seq offset %d limit 1)`
	linked := k.Count("audit_links where practice_id = $1", k.Practice)
	edit := func(column, value string) func() string {
		return func() string {
			return fmt.Sprintf(`update audit_events set %s = %s where id = `+event, column, value, random.IntN(linked))
		}
	}
	editLink := func(set string) func() string {
		return func() string {
			return fmt.Sprintf(`update audit_links set `+set+` where id = `+link, random.IntN(linked))
		}
	}
	tamperings := []func() string{
		edit("at", "at + interval '1 microsecond'"), edit("act", "act || 'x'"), edit("object_kind", "'note'"), edit("object_id", "gen_random_uuid()"),
		edit("couple_id", "gen_random_uuid()"), edit("partner_id", "gen_random_uuid()"), edit("actor_kind", "case actor_kind when 'member' then 'system' else 'member' end"),
		edit("actor_id", "gen_random_uuid()"), edit("responsible_id", "gen_random_uuid()"), edit("role", "role || 'x'"), edit("edge", "edge || 'x'"),
		edit("access_point", "access_point || '1'"), edit("login_id", "gen_random_uuid()"), edit("basis", "'consent'"), edit("emergency", "not emergency"),
		edit("reason", "reason || 'x'"), edit("restricted", "not restricted"), edit("mac", "set_byte(mac, 3, (get_byte(mac, 3) + 1) % 256)"), edit("id", "gen_random_uuid()"),
		edit("practice_id", "'"+k.ForeignPractice.String()+"'"), edit("actor_id", "null, object_id = gen_random_uuid()"),
		editLink("hash = set_byte(hash, 0, (get_byte(hash, 0) + 1) %% 256)"), editLink("seq = seq + 1000000"), editLink("event_id = gen_random_uuid()"),
		editLink("sealed_at = sealed_at - interval '1 day'"), editLink("id = gen_random_uuid()"), editLink("practice_id = '" + k.ForeignPractice.String() + "'"),
		func() string { return fmt.Sprintf(`delete from audit_events where id = `+event, random.IntN(linked)) },
		func() string { return fmt.Sprintf(`delete from audit_links where id = `+link, random.IntN(linked)) },
		func() string { // An event and its link together.
			return fmt.Sprintf(`with gone as (delete from audit_links where id = `+link+` returning event_id) delete from audit_events where id in (select event_id from gone)`, random.IntN(linked))
		},
		func() string { // The same, with the numbers closed up behind it.
			n := random.IntN(linked) + 1
			return fmt.Sprintf(`with gone as (delete from audit_links where practice_id = $1 and seq = %d returning event_id),
				closed as (update audit_links set seq = seq - 1 where practice_id = $1 and seq > %d)
				delete from audit_events where id in (select event_id from gone)`, n, n)
		},
		func() string { // The tail, events and links.
			return fmt.Sprintf(`with gone as (delete from audit_links where practice_id = $1 and seq > %d returning event_id) delete from audit_events where id in (select event_id from gone)`, random.IntN(linked))
		},
		func() string { // The links of the tail alone.
			return fmt.Sprintf(`delete from audit_links where practice_id = $1 and seq > %d`, random.IntN(linked))
		},
		func() string { return `delete from audit_links where practice_id = $1` },
		func() string { // Two links swap their events.
			a := random.IntN(linked) + 1
			b := (a+random.IntN(linked-1))%linked + 1
			return fmt.Sprintf(`update audit_links l set event_id = o.event_id from audit_links o
				where l.practice_id = $1 and o.practice_id = $1 and (l.seq = %d and o.seq = %d or l.seq = %d and o.seq = %d)`, a, b, b, a)
		},
		func() string { // Two links swap their numbers.
			a := random.IntN(linked) + 1
			b := (a+random.IntN(linked-1))%linked + 1
			return fmt.Sprintf(`update audit_links set seq = case seq when %d then %d else %d end where practice_id = $1 and seq in (%d, %d)`, a, b, a, a, b)
		},
		func() string { // An event put there by someone without the key.
			return fmt.Sprintf(`insert into audit_events select practice_id, gen_random_uuid(), at, act, object_kind, object_id, couple_id, partner_id, actor_kind, actor_id,
				responsible_id, role, edge, access_point, login_id, basis, emergency, reason, restricted, mac from audit_events where id = `+event, random.IntN(linked))
		},
		func() string { // An event that waits for its link.
			return fmt.Sprintf(`update audit_events set reason = 'x' where id = (select id from audit_events e where practice_id = $1
				and not exists (select from audit_links l where l.event_id = e.id) order by id offset %d limit 1)`, random.IntN(3))
		},
	}
	// Unique numbers must not stand in a superuser's way.
	drop := []string{`alter table audit_links drop constraint audit_links_practice_id_seq_key`, `alter table audit_links drop constraint audit_links_practice_id_event_id_key`}
	back := []string{`alter table audit_links add unique (practice_id, seq)`, `alter table audit_links add unique (practice_id, event_id)`}
	for _, sql := range drop {
		_, err := super.Exec(ctx, sql)
		require.NoError(t, err)
	}
	defer func() {
		restore()
		for _, sql := range back {
			_, err := super.Exec(ctx, sql)
			require.NoError(t, err)
		}
	}()
	proof, err := k.Worker.VerifyAudit(k.Ctx, k.Practice)
	require.NoError(t, err)
	require.Empty(t, proof.Faults)
	const times = 1000
	found := 0
	for i := range times {
		sql := tamperings[i%len(tamperings)]()
		args := []any{}
		if strings.Contains(sql, "$1") {
			args = append(args, k.Practice)
		}
		tag, err := super.Exec(ctx, sql, args...)
		require.NoError(t, err, sql)
		proof, err := k.Worker.VerifyAudit(k.Ctx, k.Practice)
		require.NoError(t, err)
		if len(proof.Faults) > 0 {
			found++
		} else {
			t.Errorf("not found (%s): %s", tag, sql)
		}
		restore()
	}
	require.Equal(t, times, found)
	t.Logf("tampered %d times, found %d", times, found)
	proof, err = k.Worker.VerifyAudit(k.Ctx, k.Practice)
	require.NoError(t, err)
	require.Empty(t, proof.Faults)
}

func TestATamperedEndIsNotHiddenBySealingOn(t *testing.T) {
	t.Parallel()
	k, _ := recordKit(t)
	k.SQL(`with gone as (delete from audit_links where practice_id = $1 and seq > 5 returning event_id) delete from audit_events where id in (select event_id from gone)`, k.Practice)
	for range 60 {
		_, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
		require.NoError(t, err)
	}
	require.NoError(t, k.Worker.SealAudit(k.Ctx, k.Practice))
	proof, err := k.Worker.VerifyAudit(k.Ctx, k.Practice)
	require.NoError(t, err)
	require.Contains(t, proof.Faults, "anchor", "the chain is long again, but not the one that was anchored")
}

func TestWhoMaySeeTheRecord(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	_, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	_, err = k.Service.ReminderPreferences(k.Ctx, k.PartnerB)
	require.NoError(t, err)
	yes := true
	for _, p := range []care.Actor{k.PartnerA, k.PartnerB} {
		_, err = k.Service.ChangeReminderPreferences(k.Ctx, p, care.ChangePreferenceInput{Mail: &yes})
		require.NoError(t, err)
	}
	all, err := k.Service.ListAudit(k.Ctx, k.Owner, care.Page{Limit: 100})
	require.NoError(t, err)
	require.NotEmpty(t, all.Data)
	for _, who := range []care.Actor{k.Therapist, k.Trainee, k.Office} {
		_, err := k.Service.ListAudit(k.Ctx, who, care.Page{})
		require.True(t, fault.Is(err, fault.Forbidden), who.Role)
	}
	// The pages of the list, one after another, are the list.
	var seen []string
	for page := (care.Page{Limit: 2}); ; {
		part, err := k.Service.ListAudit(k.Ctx, k.Owner, page)
		require.NoError(t, err)
		for _, v := range part.Data {
			if v.ObjectKind != "audit" {
				seen = append(seen, v.ID.String())
			}
		}
		if part.Next == nil {
			break
		}
		page.Cursor = *part.Next
	}
	var want []string
	for _, v := range all.Data {
		want = append(want, v.ID.String())
	}
	require.Equal(t, want, seen)
	_, err = k.Service.ListAudit(k.Ctx, k.Owner, care.Page{Cursor: "x"})
	require.True(t, fault.Is(err, fault.Invalid))

	// A partner sees the own and the joint file, and nothing restricted, of the other, or of another couple.
	k.SQL(`update audit_events set restricted = true where practice_id = $1 and act = 'create'`, k.Practice)
	for _, who := range []care.Actor{k.PartnerA, k.PartnerB} {
		mine, err := k.Service.ListAudit(k.Ctx, who, care.Page{Limit: 100})
		require.NoError(t, err)
		own := 0
		for _, v := range mine.Data {
			require.NotEqual(t, "create", v.Act)
			require.Empty(t, v.Reason)
			require.NotEmpty(t, v.ActorName)
			if v.PartnerID != nil {
				require.Equal(t, who.ID, *v.PartnerID)
				own++
			} else {
				require.Equal(t, k.Couple, *v.CoupleID)
			}
		}
		require.Positive(t, own)
	}
	foreign, err := k.Service.ListAudit(k.Ctx, k.ForeignTherapist, care.Page{Limit: 100})
	require.NoError(t, err)
	for _, v := range foreign.Data {
		require.NotContains(t, want, v.ID.String())
	}
}
