package months_test

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/locale"
	"tussentijds/internal/seal"
	"tussentijds/internal/testkit"
	"tussentijds/library"
	"tussentijds/models"
	"tussentijds/reports"
	"tussentijds/tests/months"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// Readers of a report.
const (
	bothRead = "couple"
	firstOwn = "first"
	otherOwn = "second"
	staff    = "therapist"
)

var partnersRead = [2]string{firstOwn, otherOwn}

// secret is a word that was written somewhere, and the reports it may stand in. It is the rules of the design said once more, from
// the rows alone.
type secret struct {
	where string
	may   map[string]bool
}

// planted is a couple with what it must not give away.
type planted struct {
	*months.Couple
	secrets map[string]secret
	numbers map[string]secret // as they would stand in a snapshot.
	names   [2]string
	shows   [2]bool // who agreed to an own line.
	erased  int     // the partner whose key was destroyed; -1 for none.
}

type planter struct {
	r    *rand.Rand
	n    int
	c    *planted
	rows int
}

// word makes a canary: short and of one piece, so that no line breaks it.
func (p *planter) word(where string, may ...string) string {
	p.rows++
	w := fmt.Sprintf("Zq%03dx%03dk", p.n, p.rows)
	s := secret{where: where, may: map[string]bool{}}
	for _, who := range may {
		s.may[who] = true
	}
	p.c.secrets[w] = s
	return w
}

func (p *planter) chance(of int) bool { return p.r.IntN(of) == 0 }

// readers says in whose reports an answer may stand: of joint work both may read, in all; what only its writer and the therapists
// may read, in theirs; solo work never in the couple's or the other's.
func readers(i int, audience string, joint, opened, sessionOpened, neverShown, discreet bool) []string {
	if discreet {
		return nil
	}
	own, therapists := []string{partnersRead[i]}, []string{staff}
	if neverShown {
		own = nil
	}
	all := append(append([]string{}, own...), therapists...)
	if joint && !neverShown {
		all = append(all, bothRead, partnersRead[1-i])
	}
	switch {
	case audience == "me":
		return own
	case audience == "both", audience == "reveal" && opened, audience == "in_session" && sessionOpened:
		return all
	}
	return append(own, therapists...)
}

var audiences = []string{"me", "therapist", "reveal", "in_session", "both"}

// homework plants an occurrence of an exercise with audiences by chance, in every state it can be in.
func (p *planter) homework(t *testing.T, exercise string, whose []int, at time.Time, discreet bool) {
	t.Helper()
	narrow := map[string]string{}
	g, err := p.c.Give(exercise, whose, at.AddDate(0, 0, -1), narrow)
	require.NoError(t, err)
	g.Discreet = discreet
	e := g.Exercise()
	for _, q := range e.Questions {
		if p.chance(2) {
			narrow[q.ID] = audiences[p.r.IntN(len(audiences))]
		}
	}
	d := g.Due(at)
	opened := len(whose) == 2 && p.chance(2)
	var halves []*models.Response
	for _, i := range whose {
		switch {
		case !opened && p.chance(4):
			d.Draft(i, months.Fill(e.ForRole(p.c.Partners[i].Role), p.r, func(q library.Question) string { return p.word("a draft of " + exercise + "." + q.ID) }))
			continue
		case !opened && p.chance(6):
			d.Tasks[i].Status = models.TaskSkipped
			continue
		}
		sessionOpened := p.chance(3)
		answers := months.Fill(e.ForRole(p.c.Partners[i].Role), p.r, func(q library.Question) string {
			audience := d.Tasks[i].Audiences.V[q.ID]
			return p.word(fmt.Sprintf("%s.%s for %s, joint %v, opened %v, in session %v", exercise, q.ID, audience, len(whose) == 2, opened, sessionOpened),
				readers(i, audience, len(whose) == 2, opened, sessionOpened, e.Unreported || exercise == "why-stay", discreet)...)
		})
		if _, asked := answers["minutes"]; asked { // A figure that nobody else has: drawn or listed, it would be this one.
			value := 100 + float64(p.rows%140) + 0.0
			answers["minutes"] = value
			may := readers(i, d.Tasks[i].Audiences.V["minutes"], len(whose) == 2, opened, sessionOpened, false, discreet)
			key := `"value":` + strconv.FormatFloat(value, 'f', -1, 64)
			s, known := p.c.numbers[key]
			if !known {
				s = secret{where: exercise + ".minutes", may: map[string]bool{}}
			}
			for _, who := range may {
				s.may[who] = true
			}
			p.c.numbers[key] = s
		}
		half, err := d.Answer(i, answers, at.Add(time.Duration(i+1)*time.Hour))
		require.NoError(t, err)
		if sessionOpened {
			when := at.AddDate(0, 0, 2)
			half.SessionRevealedAt = &when
		}
		halves = append(halves, half)
	}
	switch {
	case opened:
		d.Reveal(at.Add(3*time.Hour), halves...)
	case p.chance(2):
		d.NeverReveals = true
	}
}

// plant makes one couple with a secret in every private place, in a state by chance.
func plant(t *testing.T, practice *months.Practice, seed uint64, n int) *planted {
	t.Helper()
	p := &planter{r: rand.New(rand.NewPCG(seed, uint64(n))), n: n}
	p.c = &planted{secrets: map[string]secret{}, numbers: map[string]secret{}, shows: [2]bool{true, true}, erased: -1}
	since := time.Date(2026, 7, 6, 8, 0, 0, 0, time.UTC)
	for i := range p.c.names {
		p.c.names[i] = p.word("a name", bothRead, firstOwn, otherOwn, staff)
	}
	var err error
	p.c.Couple, err = practice.NewCouple(since, p.c.names, [2]string{"nl", []string{"nl", "en"}[p.r.IntN(2)]})
	require.NoError(t, err)
	p.states(since)
	october := func(day, hour int) time.Time { return time.Date(2026, 10, day, hour, 7, 0, 0, practice.Zone) }
	joint := []int{0, 1}
	for week := range 4 {
		p.homework(t, "small-wins", joint, october(3+7*week, 10), false)
		p.homework(t, "weekly-checkin", joint, october(4+7*week, 20), false)
	}
	p.homework(t, "small-wins", []int{0}, october(8, 10), false)
	p.homework(t, "small-wins", []int{1}, october(9, 10), false)
	p.homework(t, "weekly-checkin", joint, october(13, 20).AddDate(0, -1, 0), false)
	for _, exercise := range []string{"appreciation", "daily-checkin", "why-stay", "relationship-checklist", "trust-recovery-signs", "promise-log", "disclosure-prep"} {
		if p.chance(2) {
			p.homework(t, exercise, joint, october(5+p.r.IntN(20), 19), false)
		}
	}
	p.homework(t, "safety-screening", []int{p.r.IntN(2)}, october(14, 10), true)
	p.agreements(october)
	p.sessions(practice, october)
	return p.c
}

// states gives the couple and its partners a state by chance.
func (p *planter) states(since time.Time) {
	switch p.r.IntN(6) {
	case 0:
		p.c.Status = models.CoupleSeparated
	case 1:
		p.c.Status = models.CouplePaused
	case 2:
		p.c.Status = models.CoupleClosed
	case 3:
		held := since.AddDate(0, 3, 2)
		p.c.SafetyHoldAt = &held
	}
	for i, one := range p.c.Partners {
		one.Status = []models.PartnerStatus{models.PartnerActive, models.PartnerActive, models.PartnerPaused, models.PartnerWithdrawn}[p.r.IntN(4)]
		one.Role = []string{"", "hurt", "repairing"}[p.r.IntN(3)]
		if p.chance(3) {
			p.c.TakeBack(i, models.ConsentReportLine, since.AddDate(0, 1, 0))
			p.c.shows[i] = false
		}
	}
	if p.chance(10) {
		p.c.erased = p.r.IntN(2)
	}
}

func (p *planter) agreements(october func(day, hour int) time.Time) {
	all := []string{bothRead, firstOwn, otherOwn, staff}
	point := func(may ...string) []months.Point {
		return []months.Point{{ID: "p1", Area: "x", Agreement: p.word("a point", may...), Measure: p.word("a measure", may...)}}
	}
	a := p.c.Agree(p.word("an agreement's title", all...), point(all...), october(1, 9).AddDate(0, -1, 0))
	p.c.LookBack(a, nil, "", map[string]bool{"p1": true}, p.word("words in session", all...), october(12, 12))
	half := october(19, 12)
	p.c.LookBack(a, p.c.Partners[p.r.IntN(2)], models.DayOf(half), map[string]bool{"p1": false}, p.word("one half of a look back"), half)
	draft := p.c.Agree(p.word("a draft's title"), point(), october(2, 9))
	draft.Status = []models.AgreementStatus{models.AgreementDraft, models.AgreementProposed}[p.r.IntN(2)]
	for i, s := range p.c.Signatures(a) {
		s.Withdrawal = p.c.Own(p.c.Partners[i], "agreement_signatures", "withdrawal", s.ID, []byte(p.word("why a yes was taken back")))
	}
}

func (p *planter) sessions(practice *months.Practice, october func(day, hour int) time.Time) {
	held := p.c.Meet(nil, october(6, 14), models.SessionHeld)
	p.c.Note(held, p.word("a working note"))
	for i, one := range p.c.Partners {
		alone := time.Date(2026, 11, 3+i, 11, 23+i, 0, 0, practice.Zone)
		p.c.Note(p.c.Meet(one, october(20+i, 9), models.SessionHeld), p.word("a note on a session with one"))
		p.c.Meet(one, alone, models.SessionPlanned)
		// When the other is seen alone is nobody's to know.
		p.c.numbers[alone.Format("2006-01-02T15:04")] = secret{where: "a session with one", may: map[string]bool{partnersRead[i]: true, staff: true}}
		p.c.Alarm(one, map[string]any{"kind": "flag", "level": 1, "flags": []string{p.word("an alert")}, "band": p.word("an alert's band"), "reach": p.word("how to be reached"), "screening": p.chance(2)}, october(15, 9))
	}
	p.c.Meet(nil, time.Date(2026, 11, 5, 14, 0, 0, 0, practice.Zone), models.SessionPlanned)
}

// A secret in every private, therapist-only, unrevealed, safety and note field stands in no report of who may not read it, whatever
// the state of the couple, nor does anything of another couple of the same batch.
func TestNoReportTellsWhatItsReaderMayNotKnow(t *testing.T) {
	if testing.Short() {
		t.Skip("makes many reports")
	}
	count := 24
	if n, err := strconv.Atoi(os.Getenv("LEAK_COUPLES")); err == nil && n > 0 {
		count = n
	}
	seed := uint64(20261101)
	if n, err := strconv.ParseUint(os.Getenv("LEAK_SEED"), 10, 64); err == nil {
		seed = n
	}
	k := testkit.New(t)
	couples := map[uuid.UUID]*planted{}
	testkit.Owner(t, func(conn *pgx.Conn, master *seal.Master) error {
		practice, err := months.Open(k.Ctx, conn, master, k.Library, k.Practice, k.Therapist.ID, k.Zone)
		if err != nil {
			return err
		}
		for n := range count {
			c := plant(t, practice, seed, n)
			couples[c.ID] = c
		}
		return practice.Flush(k.Ctx, conn)
	})
	k.Clock.Set(time.Date(2026, 11, 1, 7, 0, 0, 0, time.UTC))
	for id, c := range couples {
		k.SQL(`insert into reports (practice_id, id, couple_id, month, audience, partner_id, locale)
			select practice_id, gen_random_uuid(), id, '2026-10-01'::date, a.audience, null::uuid, a.locale from couples, (values ('couple', 'nl'), ('couple', 'en'), ('therapist', 'nl')) a (audience, locale) where id = $1
			union all select practice_id, gen_random_uuid(), couple_id, '2026-10-01'::date, 'partner', id, locale from partners where couple_id = $1`, id)
		if c.erased >= 0 {
			k.SQL(`update keys.wrapped_keys set destroyed_at = $2, wrapped = null where owner_id = $1`, c.Partners[c.erased].ID, k.Clock.Now())
		}
	}
	buildAll(t, k)
	look := &looker{t: t, k: k, couples: couples, seen: map[string]bool{}, text: max(1, count/24)}
	for _, c := range couples {
		look.at(c)
	}
	t.Logf("%d couples, %d reports, %d secrets; %d may be read in some report, of those %d stand in one; text of %d reports", count, look.reports, look.secrets, look.readable, len(look.seen), look.texts)
	require.Greater(t, len(look.seen), 8*count, "what may be read is there: names, agreements and wins")
	require.Empty(t, look.leaks)
}

// buildAll builds all reports of the practice, as a worker does.
func buildAll(t *testing.T, k *testkit.Kit) {
	t.Helper()
	k.SQL(`insert into jobs (practice_id, id, kind, subject_id, run_at, unique_key)
		select practice_id, gen_random_uuid(), 'build_report', id, $2, id::text from reports where practice_id = $1`, k.Practice, k.Clock.Now())
	for {
		batches, err := k.Worker.ClaimReportBuilds(k.Ctx, 4)
		require.NoError(t, err)
		if len(batches) == 0 {
			break
		}
		for _, b := range batches {
			require.NoError(t, k.Worker.BuildReports(k.Ctx, b))
		}
	}
}

// looker reads reports and finds what should not be in them.
type looker struct {
	t        *testing.T
	k        *testkit.Kit
	couples  map[uuid.UUID]*planted
	text     int // of every so many reports the text is taken by a program of others' too.
	reports  int
	texts    int
	secrets  int
	readable int
	seen     map[string]bool
	leaks    []string
}

var canaries = regexp.MustCompile(`(?i)zq\d{3}x\d{3}k`)

func (l *looker) at(c *planted) {
	for _, s := range c.secrets {
		l.secrets++
		if len(s.may) > 0 {
			l.readable++
		}
	}
	var list []struct {
		id        uuid.UUID
		audience  string
		partner   *uuid.UUID
		status, l string
	}
	testkit.Owner(l.t, func(conn *pgx.Conn, _ *seal.Master) error {
		rows, err := conn.Query(l.k.Ctx, `select id, audience, partner_id, status, locale from reports where couple_id = $1 order by id`, c.ID)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var one struct {
				id        uuid.UUID
				audience  string
				partner   *uuid.UUID
				status, l string
			}
			if err := rows.Scan(&one.id, &one.audience, &one.partner, &one.status, &one.l); err != nil {
				return err
			}
			list = append(list, one)
		}
		return rows.Err()
	})
	require.Len(l.t, list, 5)
	for _, r := range list {
		reader := r.audience
		if r.partner != nil {
			reader = partnersRead[0]
			if *r.partner == c.Partners[1].ID {
				reader = partnersRead[1]
			}
			if c.erased >= 0 && *r.partner == c.Partners[c.erased].ID {
				require.Equal(l.t, "failed", r.status, "an erased person gets no report")
				continue
			}
		}
		require.Equal(l.t, "draft", r.status, "%s of couple %s", reader, c.ID)
		l.read(c, r.id, reader)
	}
}

func (l *looker) read(c *planted, id uuid.UUID, reader string) {
	l.reports++
	doc, err := l.k.Service.ReadReport(l.k.Ctx, l.k.Therapist, id)
	require.NoError(l.t, err)
	pdf, _, err := l.k.Service.ReportPDF(l.k.Ctx, l.k.Therapist, id)
	require.NoError(l.t, err)
	snapshot, err := json.Marshal(doc.Snapshot)
	require.NoError(l.t, err)
	// What the page in the browser is made of.
	outline := []byte(strings.Join(words(reflect.ValueOf(doc.Snapshot.Outline(locale.For(doc.Snapshot.Locale)))), "\n"))
	inside := unpacked(pdf)
	if l.reports%l.text == 0 {
		inside = append(inside, l.pdftotext(pdf)...)
	}
	for place, found := range map[string][]byte{"snapshot": snapshot, "outline": outline, "pdf": inside} {
		for _, w := range canaries.FindAllString(string(found), -1) {
			s, mine := c.secrets[w]
			switch {
			case !mine:
				l.leak("%s of %s: a word of another couple: %s", place, reader, w)
			case !s.may[reader]:
				l.leak("%s of %s: %s", place, reader, s.where)
			default:
				l.seen[w] = true
			}
			if mine && c.erased >= 0 && strings.EqualFold(w, c.names[c.erased]) {
				l.leak("%s of %s: the name of an erased person", place, reader)
			}
		}
	}
	for number, s := range c.numbers {
		if !s.may[reader] && regexp.MustCompile(regexp.QuoteMeta(number)+`\b`).Match(snapshot) {
			l.leak("snapshot of %s: %s, %s", reader, s.where, number)
		}
	}
	if doc.Snapshot.Audience == reports.ForCouple {
		l.lines(c, doc)
	}
}

// lines wants nobody's own line in the couple's report without that person's yes.
func (l *looker) lines(c *planted, doc care.ReportDocument) {
	whose := func(name, what string) {
		for i, n := range c.names {
			if n == name && !c.shows[i] {
				l.leak("couple: %s of one who did not agree", what)
			}
		}
	}
	for _, trend := range doc.Snapshot.Trends {
		for _, line := range trend.Lines {
			whose(line.Label, "a line")
		}
	}
	for _, i := range doc.Snapshot.Instruments {
		whose(i.Who, "a score")
	}
	for _, m := range doc.Snapshot.Months {
		whose(m.Who, "a month's figure")
		if m.Who == "" && !(c.shows[0] && c.shows[1]) {
			l.leak("couple: what two see of a promise, and one did not agree to an own line")
		}
	}
}

func (l *looker) leak(format string, args ...any) {
	l.leaks = append(l.leaks, fmt.Sprintf(format, args...))
}

// words are all strings in a value.
func words(v reflect.Value) (out []string) {
	switch v.Kind() {
	case reflect.String:
		out = append(out, v.String())
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			out = words(v.Elem())
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			out = append(out, words(v.Index(i))...)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			out = append(append(out, words(k)...), words(v.MapIndex(k))...)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return nil
		}
		for i := range v.NumField() {
			out = append(out, words(v.Field(i))...)
		}
	}
	return out
}

// unpacked is a PDF with all its streams unpacked, and once more with text of two octets a letter read as such.
func unpacked(pdf []byte) []byte {
	out := bytes.Clone(pdf)
	for rest := pdf; ; {
		at := bytes.Index(rest, []byte("stream"))
		if at < 0 {
			break
		}
		rest = bytes.TrimLeft(rest[at+len("stream"):], "\r\n")
		if r, err := zlib.NewReader(bytes.NewReader(rest)); err == nil {
			plain, _ := io.ReadAll(r) // What follows the stream is no fault.
			out = append(append(out, '\n'), plain...)
		}
	}
	return append(out, wide(out)...)
}

// wide finds runs of letters of two octets, as fonts beyond Latin have them.
func wide(raw []byte) []byte {
	var out []byte
	for _, run := range regexp.MustCompile(`(?:\x00[\x20-\x7e]){4,}`).FindAll(raw, -1) {
		units := make([]uint16, len(run)/2)
		for i := range units {
			units[i] = uint16(run[2*i])<<8 | uint16(run[2*i+1])
		}
		out = append(append(out, '\n'), string(utf16.Decode(units))...)
	}
	return out
}

func (l *looker) pdftotext(pdf []byte) []byte {
	program, err := exec.LookPath("pdftotext")
	if err != nil {
		return nil
	}
	file := filepath.Join(l.t.TempDir(), "report.pdf")
	require.NoError(l.t, os.WriteFile(file, pdf, 0o600))
	text, err := exec.CommandContext(l.t.Context(), program, "-q", file, "-").Output()
	require.NoError(l.t, err)
	l.texts++
	return text
}
