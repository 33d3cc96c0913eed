package tests

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"tussentijds/internal/testkit"
)

// global are the only tables without row security: sign-in knows no practice yet, the schema's version is no secret, and the
// keys that sign pushes are the installation's own.
var global = []string{"accounts", "goose_db_version", "installation_keys", "logins", "mail_tokens", "memberships", "recovery_codes", "workers"}

// acrossPractices are the lists of ids and moments that the worker's role may read and claim across practices.
var acrossPractices = []string{"jobs", "practices", "reminders"}

// unsealed are the binary columns that are no ciphertext of the product: hashes, MACs and wrapped keys.
var unsealed = []string{
	"accounts.email_index", "audit_events.mac", "audit_links.hash", "idempotency_keys.body_hash", "logins.token_hash",
	"mail_tokens.token_hash", "practice_brands.logo", "push_subscriptions.endpoint_hash", "recovery_codes.code_hash", "report_fonts.octets", "report_fonts.sha256", "wrapped_keys.wrapped",
}

// readable are the text and JSON columns that hold something other than a word from a fixed list. None of them may hold
// what a client typed or said; a new one must be thought about before it is added here.
var readable = []string{
	"accounts.password_hash", "agreements.exercise_id", "assignments.at", "assignments.audience_overrides", "assignments.exercise_id", "assignments.rrule",
	"audit_events.access_point", "audit_events.act", "audit_events.edge", "audit_events.object_kind", "audit_events.reason", "audit_events.role",
	"audit_events.basis", "couple_programmes.programme_id", "couples.programme", "exercise_favourites.exercise_id", "exercise_forms.definition", "exercise_forms.exercise_id",
	"idempotency_keys.key", "idempotency_keys.location", "idempotency_keys.method", "idempotency_keys.path", "installation_keys.public_key",
	"jobs.error", "jobs.kind", "jobs.unique_key", "members.name", "own_exercises.copied_from", "own_exercises.draft", "own_words.words",
	"practice_brands.colour", "practice_brands.logo_id", "practices.helplines", "practices.name", "practices.reminder_leads", "practices.screening_exercise", "practices.secrets_policy_en", "practices.secrets_policy_nl", "practices.sender_name", "practices.time_zone",
	"reminder_preferences.channels", "reminder_preferences.leads", "reminder_preferences.quiet_from", "reminder_preferences.quiet_until", "reminders.reason", "report_revisions.sha256", "reports.error", "reports.sha256",
	"responses.audiences", "session_slots.resource", "sessions.room", "sessions.therapists", "tasks.audiences", "webhooks.events", "webhooks.url",
}

const ours = `n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and n.nspname not like 'pg\_%'`

var space = regexp.MustCompile(`[\s()]+`)

// bare makes two spellings of one SQL expression equal.
func bare(sql string) string {
	return space.ReplaceAllString(strings.ReplaceAll(sql, "::text", ""), "")
}

// The database itself holds what the code promises: whatever table is added next is held to the same.
func TestTheCatalogueKeepsPracticesApart(t *testing.T) {
	t.Parallel()
	testkit.New(t)
	conn := connect(t, testkit.SuperURL(t))
	all := column[string](t, conn, `select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'f', 'm') and `+ours+` order by 1`)
	tenants := slices.DeleteFunc(slices.Clone(all), func(name string) bool { return slices.Contains(global, name) })
	require.Greater(t, len(tenants), 25)
	for _, name := range global {
		require.Contains(t, all, name, "the list of global tables is out of date")
	}

	forced := column[string](t, conn, `select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where c.relkind in ('r', 'p') and c.relrowsecurity and c.relforcerowsecurity and `+ours+` order by 1`)
	assert.Equal(t, tenants, forced, "tables with forced row security")

	withPractice := column[string](t, conn, `select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
		join pg_attribute a on a.attrelid = c.oid and a.attname = 'practice_id' and a.attnotnull and a.atttypid = 'uuid'::regtype
		where c.relkind in ('r', 'p') and `+ours+` order by 1`)
	for _, name := range tenants {
		assert.True(t, name == "practices" || slices.Contains(withPractice, name), "%s has no practice_id that is never null", name)
	}

	type policy struct {
		Table, Name, Roles, Cmd, Permissive, Using, Check string
	}
	rows, err := conn.Query(context.Background(), `select tablename::text, policyname::text, array_to_string(roles, ','), cmd, permissive, coalesce(qual, ''), coalesce(with_check, '') from pg_policies order by 1, 2`)
	require.NoError(t, err)
	guarded := map[string]bool{}
	own := bare(`(practice_id = ( SELECT (NULLIF(current_setting('app.practice_id', true), ''))::uuid AS "nullif"))`)
	due := bare(`(( SELECT current_setting('app.due_list', true) AS current_setting) = 'on')`)
	for rows.Next() {
		var p policy
		require.NoError(t, rows.Scan(&p.Table, &p.Name, &p.Roles, &p.Cmd, &p.Permissive, &p.Using, &p.Check))
		assert.Equal(t, "ALL", p.Cmd, "%s.%s", p.Table, p.Name)
		switch p.Roles {
		case "public":
			assert.Equal(t, own, bare(p.Using), "%s.%s", p.Table, p.Name)
			assert.Equal(t, own, bare(p.Check), "%s.%s", p.Table, p.Name)
			guarded[p.Table] = true
		case "tt_worker":
			assert.Contains(t, acrossPractices, p.Table, p.Name)
			assert.Equal(t, due, bare(p.Using), "%s.%s", p.Table, p.Name)
		default:
			assert.Fail(t, "a policy for nobody we know", "%s.%s to %s", p.Table, p.Name, p.Roles)
		}
	}
	require.NoError(t, rows.Err())
	for _, name := range tenants {
		assert.True(t, guarded[name], "%s has no policy on its practice", name)
	}

	// A key that does not begin with the practice would let one practice find out what another has.
	assert.Equal(t, []string{"practices.practices_pkey(id)"}, column[string](t, conn, `select t.relname || '.' || i.relname || '(' || a.attname || ')'
		from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid join pg_namespace n on n.oid = t.relnamespace
		join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0]
		where (x.indisunique or x.indisexclusion) and a.attname <> 'practice_id' and t.relname <> all($1) and t.relkind in ('r', 'p') and `+ours+` order by 1`, global), "unique keys that do not begin with the practice")
	assert.Empty(t, column[string](t, conn, `select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where c.relkind in ('r', 'p') and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'p') and `+ours), "tables without a primary key")
	// A reference carries the practice along, so that a row cannot hang on another practice's.
	crossing := column[string](t, conn, `select k.conrelid::regclass || '.' || k.conname from pg_constraint k
		join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
		where k.contype = 'f' and c.relname <> all($1) and `+ours+` and not exists (
			select from generate_subscripts(k.conkey, 1) i
			join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[i]
			join pg_attribute f on f.attrelid = k.confrelid and f.attnum = k.confkey[i]
			where a.attname = 'practice_id' and (f.attname = 'practice_id' or k.confrelid = 'practices'::regclass and f.attname = 'id'))`, global)
	assert.Empty(t, crossing, "references that do not carry the practice")
	references := column[int64](t, conn, `select count(*) from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace where k.contype = 'f' and `+ours)

	views := column[string](t, conn, `select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where (c.relkind = 'v' and not coalesce('security_invoker=true' = any(c.reloptions) or 'security_invoker=on' = any(c.reloptions), false) or c.relkind = 'm') and `+ours)
	assert.Empty(t, views, "views that read as their owner")
	t.Logf("%d tables: %d tenant tables, %d without forced row security; %d references, %d without the practice; %d views that read as their owner",
		len(all), len(tenants), len(tenants)-len(forced), references[0], len(crossing), len(views))
}

func TestTheRolesHoldNoMoreThanTheirDuty(t *testing.T) {
	t.Parallel()
	testkit.New(t)
	conn := connect(t, testkit.SuperURL(t))
	serving := []string{"tt_app", "tt_worker", "tt_metrics"}
	assert.Empty(t, column[string](t, conn, `select rolname::text from pg_roles where rolname = any($1) and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)`, serving))
	assert.Empty(t, column[string](t, conn, `select m.roleid::regrole || ' to ' || m.member::regrole from pg_auth_members m where m.member::regrole::text = any($1)`, serving), "a role that inherits another")
	assert.Empty(t, column[string](t, conn, `select d.classid::regclass || ' ' || d.objid from pg_shdepend d join pg_roles r on r.oid = d.refobjid
		where d.refclassid = 'pg_authid'::regclass and d.deptype = 'o' and r.rolname = any($1)`, serving), "what the serving roles own")
	assert.Empty(t, column[string](t, conn, `select r || ' in ' || n.nspname from pg_namespace n, unnest($1::text[]) r where has_schema_privilege(r, n.oid, 'create') and `+ours, serving), "schemas where a serving role may make things")

	definers := column[string](t, conn, `select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prosecdef and `+ours+` order by 1`)
	assert.Equal(t, []string{"audit_unsealed(timestamp with time zone)", "metrics_due()", "metrics_watch()"}, definers)
	loose := column[string](t, conn, `select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
		where p.prosecdef and `+ours+` and (has_function_privilege('public', p.oid, 'execute') or not exists (select from unnest(p.proconfig) c where c like 'search_path=%'))`)
	assert.Empty(t, loose, "definer functions that anyone may call, or with an open search path")
	assert.Empty(t, column[string](t, conn, `select p.oid::regprocedure || ' by ' || r from pg_proc p join pg_namespace n on n.oid = p.pronamespace, unnest($1::text[]) r
		where p.proname in ('protect', 'due_list') and has_function_privilege(r, p.oid, 'execute') and `+ours, serving), "who may change row security")

	assert.Empty(t, column[string](t, conn, `select r || ' ' || p || ' ' || c from unnest(array['tt_app', 'tt_worker']) r, unnest(array['update', 'delete', 'truncate']) p, unnest(array['audit_events', 'audit_links']) c
		where has_table_privilege(r, c, p) or p = 'update' and has_any_column_privilege(r, c, p)`), "who may change the record")
	assert.Empty(t, column[string](t, conn, `select r || ' ' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace, unnest($1::text[]) r
		where c.relkind in ('r', 'p', 'v', 'm') and has_table_privilege(r, c.oid, 'truncate, references, trigger') and `+ours, serving), "row security does not bind TRUNCATE")
	assert.Empty(t, column[string](t, conn, `select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where c.relkind in ('r', 'p', 'v', 'm') and (has_table_privilege('tt_metrics', c.oid, 'select, insert, update, delete') or has_any_column_privilege('tt_metrics', c.oid, 'select')) and `+ours), "tables the metrics role reads")
	assert.Equal(t, []string{"metrics_due()", "metrics_watch()"}, column[string](t, conn, `select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
		where has_function_privilege('tt_metrics', p.oid, 'execute') and not has_function_privilege('public', p.oid, 'execute') and `+ours), "functions of the metrics role")
	metrics := connect(t, testkit.RoleURL(t, "tt_metrics"))
	for _, counts := range []string{"metrics_due()", "metrics_watch()"} {
		_, err := metrics.Exec(context.Background(), `select * from `+counts)
		require.NoError(t, err)
	}
	_, err := metrics.Exec(context.Background(), `select count(*) from reminders`)
	require.ErrorContains(t, err, "permission denied")
	t.Logf("%d serving roles own nothing and bypass nothing; %d definer functions, %d open to everybody", len(serving), len(definers), len(loose))
}

func TestWhatIsPrivateIsSealed(t *testing.T) {
	t.Parallel()
	testkit.New(t)
	conn := connect(t, testkit.SuperURL(t))
	binary := column[string](t, conn, `select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
		where c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped and a.atttypid = 'bytea'::regtype and `+ours+` order by 1`)
	sealed := column[string](t, conn, `select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
		where c.relkind in ('r', 'p') and a.attnum > 0 and a.atttypid = 'bytea'::regtype and `+ours+`
		and exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and k.convalidated and pg_get_constraintdef(k.oid) = 'CHECK (is_sealed(' || a.attname || '))') order by 1`)
	open := slices.DeleteFunc(slices.Clone(binary), func(c string) bool { return slices.Contains(sealed, c) })
	assert.Equal(t, unsealed, open, "binary columns that PostgreSQL does not hold to the seal")
	assert.False(t, column[bool](t, conn, `select is_sealed('plain text that a mistake would leave in a column of answers, long enough'::bytea)`)[0])

	// Words from a fixed list and patterns of a clock are checked by the database; everything else that can be read is named above.
	texts := column[string](t, conn, `select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
		where c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped and a.atttypid in ('text'::regtype, 'varchar'::regtype, 'json'::regtype, 'jsonb'::regtype) and c.relname <> 'goose_db_version' and `+ours+`
		and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum] and pg_get_constraintdef(k.oid) like 'CHECK (('||a.attname||' = ANY (ARRAY%')
		and not exists (select from pg_constraint k where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum] and pg_get_constraintdef(k.oid) like 'CHECK (('||a.attname||' = ''%''::text))') order by 1`)
	slices.Sort(readable)
	assert.Equal(t, readable, texts, "columns that a thief of the database could read")
	t.Logf("%d sealed columns, %d hashes and wrapped keys, %d readable columns, all named", len(sealed), len(open), len(texts))
}
