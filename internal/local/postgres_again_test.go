//go:build unix

package local

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// A server that was killed at work is started again at once: what it leaves behind may take a moment to go, and its memory longer
// than its processes show.
func TestPostgresStartsRightAfterItWasKilled(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(tempDir(t), "pg")
	p := startPostgres(t, dir)
	execSQL(t, p.SuperURL("postgres"), "create table work (v text)")
	for range 4 {
		for range 8 {
			conn, err := pgx.Connect(soon(t), p.SuperURL("postgres"))
			require.NoError(t, err)
			go func() { // Whatever becomes of it.
				_, _ = conn.Exec(soon(t), "insert into work select repeat('x', 500) from generate_series(1, 200000)")
			}()
		}
		require.Eventually(t, func() bool {
			return query[int](t, p, "select count(*)::int from pg_stat_activity where query like 'insert%' and state = 'active'") > 4
		}, 20*time.Second, 20*time.Millisecond)
		require.NoError(t, syscall.Kill(p.PID(), syscall.SIGKILL))
		<-p.Done()
		p = startPostgres(t, dir)
	}
}
