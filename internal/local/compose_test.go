//go:build unix

package local_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"tussentijds/internal/config"
	"tussentijds/internal/db"
	"tussentijds/internal/local"
)

const root = "../.."

// makeSecrets runs scripts/secrets.sh and gives what it made, by file name.
func makeSecrets(t *testing.T, dir string) map[string]string {
	t.Helper()
	out, err := exec.Command(filepath.Join(root, "scripts", "secrets.sh"), dir).CombinedOutput()
	require.NoError(t, err, string(out))
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	secrets := map[string]string{}
	for _, f := range files {
		raw, err := os.ReadFile(filepath.Join(dir, f.Name()))
		require.NoError(t, err)
		secrets[f.Name()] = string(raw)
		require.NotContains(t, string(out), strings.TrimSpace(string(raw)), "a secret was printed")
	}
	return secrets
}

func roleAttributes(t *testing.T, url string) []string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer func() { _ = conn.Close(context.Background()) }()
	rows, err := conn.Query(t.Context(), `select format('%s login=%s super=%s createdb=%s createrole=%s bypassrls=%s inherit=%s limit=%s',
		rolname, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolinherit, rolconnlimit)
		from pg_roles where rolname like 'tt\_%' order by 1`)
	require.NoError(t, err)
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return out
}

// The compose file makes roles and database with SQL, the demo with Go: both must come to the same, and the migrations
// must run on what the SQL made.
func TestComposeMakesTheSameRolesAsBootstrap(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts real servers")
	}
	dir, err := local.TempDir("tt-compose")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	var servers []*local.Postgres
	for _, name := range []string{"compose", "bootstrap"} {
		p, err := local.StartPostgres(ctx, local.PostgresOptions{Dir: filepath.Join(dir, name)})
		require.NoError(t, err)
		t.Cleanup(func() { _ = p.Stop(context.Background()) })
		servers = append(servers, p)
	}
	composed, booted := servers[0], servers[1]

	secrets := makeSecrets(t, filepath.Join(dir, "secrets"))
	raw, err := os.ReadFile(filepath.Join(root, "scripts", "compose", "roles.sql"))
	require.NoError(t, err)
	script := strings.ReplaceAll(string(raw), "/run/secrets", filepath.Join(dir, "secrets"))
	psql := exec.CommandContext(ctx, "psql", "-v", "ON_ERROR_STOP=1", "--no-psqlrc", composed.SuperURL("postgres"))
	psql.Stdin = strings.NewReader(script)
	out, err := psql.CombinedOutput()
	require.NoError(t, err, string(out))
	require.NoError(t, db.Bootstrap(ctx, booted.SuperURL("postgres"), "tussentijds", db.Passwords{}))
	require.Equal(t, roleAttributes(t, booted.SuperURL("postgres")), roleAttributes(t, composed.SuperURL("postgres")))

	n, err := db.Migrate(ctx, composed.URL("tt_owner", secrets["owner_password"], "tussentijds"))
	require.NoError(t, err)
	require.Positive(t, n)
	for _, role := range []string{"app", "worker", "metrics"} {
		conn, err := pgx.Connect(ctx, composed.TCPURL("tt_"+role, secrets[role+"_password"], "tussentijds"))
		require.NoError(t, err, role)
		require.NoError(t, conn.Close(ctx))
	}
}

func TestSecretsAreMadeOnceAndFitTheProgram(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "secrets")
	first := makeSecrets(t, dir)
	require.Equal(t, first, makeSecrets(t, dir), "a second run changes nothing")
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())

	compose, err := os.ReadFile(filepath.Join(root, "docker-compose.yml"))
	require.NoError(t, err)
	named := regexp.MustCompile(`file: \./secrets/(\w+)`).FindAllStringSubmatch(string(compose), -1)
	require.Len(t, named, len(first), "the compose file and the script know the same secrets")
	for _, m := range named {
		require.Contains(t, first, m[1])
		require.NotEmpty(t, first[m[1]])
	}
	_, err = config.Load([]string{
		"TUSSENTIJDS_DATABASE_URL_FILE=" + filepath.Join(dir, "app_database_url"),
		"TUSSENTIJDS_WORKER_DATABASE_URL_FILE=" + filepath.Join(dir, "worker_database_url"),
		"TUSSENTIJDS_METRICS_DATABASE_URL_FILE=" + filepath.Join(dir, "metrics_database_url"),
		"TUSSENTIJDS_MIGRATE_DATABASE_URL_FILE=" + filepath.Join(dir, "migrate_database_url"),
		"TUSSENTIJDS_REDIS_URL_FILE=" + filepath.Join(dir, "redis_url"),
		"TUSSENTIJDS_SMTP_URL_FILE=" + filepath.Join(dir, "smtp_url"),
	})
	require.NoError(t, err)
	for _, key := range regexp.MustCompile(`TUSSENTIJDS_\w+`).FindAllString(string(compose), -1) {
		_, err := config.Load([]string{key + "="})
		if err != nil {
			require.NotContains(t, err.Error(), "unknown setting", key)
		}
	}
}
