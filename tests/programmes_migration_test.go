package tests

import (
	"context"
	"database/sql"
	"net/url"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"

	"tussentijds/internal/db"
	"tussentijds/internal/testkit"
	"tussentijds/migrations"
)

// A practice that is upgraded keeps its couples' programmes: each gets a row, the ten steps that were three go on where they
// mean the same, and a phase that was never set is the first.
func TestCouplesKeepTheirProgrammeThroughTheUpgrade(t *testing.T) {
	t.Parallel()
	testkit.New(t)
	ctx := context.Background()
	const old = "tussentijds_before_programmes"
	super := connect(t, testkit.SuperURL(t))
	_, err := super.Exec(ctx, `create database `+pgx.Identifier{old}.Sanitize()+` owner tt_owner`)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.DropDatabase(ctx, testkit.SuperURL(t), old)) })
	address, err := url.Parse(testkit.RoleURL(t, "tt_owner"))
	require.NoError(t, err)
	address.Path = "/" + old

	pool, err := sql.Open("pgx", address.String())
	require.NoError(t, err)
	provider, err := goose.NewProvider(goose.DialectPostgres, pool, migrations.FS)
	require.NoError(t, err)
	_, err = provider.UpTo(ctx, 13)
	require.NoError(t, err)
	require.NoError(t, pool.Close())

	conn, err := pgx.Connect(ctx, address.String())
	require.NoError(t, err)
	defer func() { _ = conn.Close(ctx) }()
	practice := uuid.New()
	_, err = conn.Exec(ctx, `insert into practices (id, name, sender_name) values ($1, 'De Brug', 'De Brug')`, practice)
	require.NoError(t, err)
	cases := []struct {
		programme any
		phase     any
		want      int
	}{{"rescue-10", 1, 1}, {"rescue-10", 2, 3}, {"rescue-10", 3, 7}, {"communication-repair", 4, 4}, {"infidelity-3-phase", 3, 3}, {"infidelity-3-phase", nil, 1}, {nil, nil, 0}}
	ids := make([]uuid.UUID, len(cases))
	for i, c := range cases {
		ids[i] = uuid.New()
		_, err = conn.Exec(ctx, `insert into couples (practice_id, id, programme, programme_phase, started_on) values ($1, $2, $3, $4, '2026-03-02')`, practice, ids[i], c.programme, c.phase)
		require.NoError(t, err)
	}
	_, err = db.Migrate(ctx, address.String())
	require.NoError(t, err)
	for i, c := range cases {
		phases := column[int](t, conn, `select phase from couple_programmes where couple_id = $1 and status = 'active' and started_on = '2026-03-02' and ended_on is null and body is null`, ids[i])
		if c.want == 0 {
			require.Empty(t, phases)
			continue
		}
		require.Equal(t, []int{c.want}, phases, "%v, phase %v", c.programme, c.phase)
		if c.phase != nil {
			require.Equal(t, []int{c.want}, column[int](t, conn, `select programme_phase from couples where id = $1`, ids[i]))
		}
	}
}
