package care_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/bounce"
	"tussentijds/internal/fault"
	"tussentijds/internal/local"
	"tussentijds/internal/locale"
	"tussentijds/internal/mailer"
	"tussentijds/internal/sms"
	"tussentijds/internal/testkit"
	"tussentijds/models"
	"tussentijds/worker"
)

func canReach(t *testing.T, k *testkit.Kit, who care.Actor, channel string) bool {
	t.Helper()
	_, _, can, err := k.Worker.Reach(k.Ctx, who.PracticeID, who.ID)
	require.NoError(t, err)
	return can[who.ID][channel]
}

func alertsOf(k *testkit.Kit, partner uuid.UUID) int {
	return k.Count("alerts where practice_id = $1 and kind = 'delivery_failed' and partner_id = $2 and acknowledged_at is null", k.Practice, partner)
}

var (
	unknown = bounce.Report{Action: "failed", Status: "5.1.1"}
	busy    = bounce.Report{Action: "failed", Status: "4.4.7"}
)

func TestAnAddressThatReturnsMailIsGivenUp(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	address := addressOf(t, k, k.PartnerA)
	token := k.Service.BounceToken(k.Practice, "partner", k.PartnerA.ID, address)
	require.LessOrEqual(t, len("bounce+"+token), 64, "a mailbox name has 64 octets")
	require.Regexp(t, "^[a-z2-7]+$", token)
	require.True(t, k.Service.OwnBounce(token))
	require.True(t, k.Service.OwnBounce(strings.ToUpper(token)), "some servers change the case")
	require.Equal(t, token, k.Service.BounceToken(k.Practice, "partner", k.PartnerA.ID, " "+strings.ToUpper(address)))

	require.NoError(t, k.Worker.NoteBounce(k.Ctx, token, bounce.Report{Action: "delayed", Status: "4.4.7"}))
	require.Zero(t, k.Count("delivery_states where practice_id = $1", k.Practice), "what is late may still come")
	require.NoError(t, k.Worker.NoteBounce(k.Ctx, token, unknown))
	require.NoError(t, k.Worker.NoteBounce(k.Ctx, token, unknown))
	require.False(t, canReach(t, k, k.PartnerA, "mail"))
	require.True(t, canReach(t, k, k.PartnerB, "mail"))
	require.Equal(t, 1, alertsOf(k, k.PartnerA.ID), "told once")
	require.Equal(t, 2, k.Count("reminders where practice_id = $1 and cause_kind = 'delivery' and moment = 'now'", k.Practice), "each of the two therapists")
	require.Equal(t, 1, k.Count("delivery_states where practice_id = $1 and bounces = 2 and reason = 'unknown' and channel = 'mail'", k.Practice))
	k.SQL(`update alerts set acknowledged_at = now() where practice_id = $1`, k.Practice)
	require.NoError(t, k.Worker.NoteBounce(k.Ctx, token, unknown))
	require.Zero(t, alertsOf(k, k.PartnerA.ID), "what was seen is not told again")
	require.NoError(t, k.Worker.NoteBounce(k.Ctx, token, busy))
	require.False(t, canReach(t, k, k.PartnerA, "mail"), "a milder report does not bring it back")
	require.Zero(t, k.Count("delivery_states where practice_id <> $1 and person_id = $2", k.Practice, k.PartnerA.ID))
	list, err := k.Service.CoupleDeadChannels(k.Ctx, k.Office, k.Couple)
	require.NoError(t, err)
	require.Equal(t, []care.DeadChannel{{PersonID: k.PartnerA.ID, Channel: "mail", Reason: "unknown", Since: list[0].Since}}, list)
	own, err := k.Service.DeadChannels(k.Ctx, k.PartnerA)
	require.NoError(t, err)
	require.Len(t, own, 1)
	others, err := k.Service.DeadChannels(k.Ctx, k.PartnerB)
	require.NoError(t, err)
	require.Empty(t, others)

	// Confirmed, it is tried again, and can be given up again.
	for _, confirm := range []func() error{
		func() error { return k.Service.ConfirmChannel(k.Ctx, k.PartnerA, "mail") },
		func() error {
			return k.Service.ConfirmPartnerChannel(k.Ctx, k.Office, k.Couple, k.PartnerA.ID, "mail")
		},
	} {
		require.NoError(t, confirm())
		require.NoError(t, confirm(), "again changes nothing")
		require.True(t, canReach(t, k, k.PartnerA, "mail"))
		require.NoError(t, k.Worker.NoteBounce(k.Ctx, token, unknown))
		require.False(t, canReach(t, k, k.PartnerA, "mail"))
	}
	// So does inviting once more.
	k.SQL(`update partners set status = 'invited' where id = $1`, k.PartnerA.ID)
	require.False(t, canReach(t, k, k.PartnerA, "mail"))
	require.NoError(t, k.Service.InvitePartner(k.Ctx, k.Therapist, k.Couple, k.PartnerA.ID))
	require.True(t, canReach(t, k, k.PartnerA, "mail"))
	require.True(t, fault.Is(k.Service.ConfirmPartnerChannel(k.Ctx, k.Colleague, k.Couple, k.PartnerA.ID, "mail"), fault.NotFound))
	require.True(t, fault.Is(k.Service.ConfirmPartnerChannel(k.Ctx, k.Therapist, k.Couple, k.Stranger.ID, "mail"), fault.NotFound))
	require.True(t, fault.Is(k.Service.ConfirmPartnerChannel(k.Ctx, k.PartnerB, k.Couple, k.PartnerA.ID, "mail"), fault.Forbidden))
	require.True(t, fault.Is(k.Service.ConfirmChannel(k.Ctx, k.PartnerA, "push"), fault.Invalid))
	_, err = k.Service.CoupleDeadChannels(k.Ctx, k.Colleague, k.Couple)
	require.True(t, fault.Is(err, fault.NotFound))
}

func TestAnAddressIsGivenUpAfterTheFifthTime(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	token := k.Service.BounceToken(k.Practice, "partner", k.PartnerA.ID, addressOf(t, k, k.PartnerA))
	bounces := func(n int) {
		for range n {
			require.NoError(t, k.Worker.NoteBounce(k.Ctx, token, busy))
			k.Clock.Add(24 * time.Hour)
		}
	}
	bounces(4)
	require.True(t, canReach(t, k, k.PartnerA, "mail"))
	k.Clock.Add(40 * 24 * time.Hour) // What lies longer back no longer counts.
	bounces(4)
	require.True(t, canReach(t, k, k.PartnerA, "mail"))
	require.Zero(t, alertsOf(k, k.PartnerA.ID))
	require.NoError(t, k.Worker.NoteBounce(k.Ctx, token, bounce.Report{Action: "failed", Status: "5.7.1"}))
	require.False(t, canReach(t, k, k.PartnerA, "mail"))
	require.Equal(t, 1, alertsOf(k, k.PartnerA.ID))
}

func TestABounceOfNobodyChangesNothing(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	good := k.Service.BounceToken(k.Practice, "partner", k.PartnerA.ID, addressOf(t, k, k.PartnerA))
	for i := range good {
		changed := []byte(good)
		changed[i] = 'a'
		if good[i] == 'a' {
			changed[i] = 'b'
		}
		if i < len(good)-1 {
			require.NoError(t, k.Worker.NoteBounce(k.Ctx, string(changed), unknown), "letter %d", i)
		}
	}
	for _, token := range []string{
		"", "a", strings.Repeat("a", 55), good + "a", good[1:], strings.Repeat("é", 55),
		k.Service.BounceToken(k.Practice, "partner", k.PartnerA.ID, "old-"+addressOf(t, k, k.PartnerA)), // The address has changed since.
		k.Service.BounceToken(k.ForeignPractice, "partner", k.PartnerA.ID, addressOf(t, k, k.PartnerA)),
		k.Service.BounceToken(k.Practice, "member", k.PartnerA.ID, addressOf(t, k, k.PartnerA)),
		k.Service.BounceToken(uuid.New(), "partner", k.PartnerA.ID, addressOf(t, k, k.PartnerA)),
	} {
		require.NoError(t, k.Worker.NoteBounce(k.Ctx, token, unknown))
	}
	require.Zero(t, k.Count("delivery_states where practice_id = $1", k.Practice))
	k.SQL(`update keys.wrapped_keys set wrapped = null, destroyed_at = now() where practice_id = $1 and owner_id = $2`, k.Practice, k.PartnerA.ID)
	require.NoError(t, k.Worker.NoteBounce(k.Ctx, good, unknown), "an erased person has no address")
	require.Zero(t, k.Count("delivery_states where practice_id = $1", k.Practice))
}

func TestAMembersAddressIsGivenUpToo(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	members, err := k.Service.ListMembers(k.Ctx, k.Owner, care.Page{})
	require.NoError(t, err)
	for _, m := range members.Data {
		if m.ID == k.Therapist.ID {
			require.NoError(t, k.Worker.NoteBounce(k.Ctx, k.Service.BounceToken(k.Practice, "member", m.ID, m.Email), unknown))
		}
	}
	require.False(t, canReach(t, k, k.Therapist, "mail"))
	require.Equal(t, 1, k.Count("alerts where practice_id = $1 and kind = 'delivery_failed' and subject_id = $2 and couple_id is null", k.Practice, k.Therapist.ID), "the owner's to see")
	require.NoError(t, k.Service.ConfirmChannel(k.Ctx, k.Therapist, "mail"))
	require.True(t, canReach(t, k, k.Therapist, "mail"))
}

// The whole way: a reminder goes out with our mark on its envelope, and a mail server sends it back to that mark.
func TestAMailThatComesBackFindsItsPerson(t *testing.T) {
	box, err := local.StartMailbox(t.Context(), local.MailboxOptions{})
	require.NoError(t, err)
	out, err := mailer.New(mailer.Config{URL: box.URL(), From: "noreply@example.test", BounceDomain: "bounce.example.test", Timeout: 5 * time.Second})
	require.NoError(t, err)
	t.Cleanup(func() { _ = out.Close(); _ = box.Stop(context.Background()) })
	k := testkit.New(t, func(d *care.Deps) { d.Mailer = worker.Mailer{SMTP: out} })
	k.SQL(`update reminders set state = 'skipped', reason = 'arranged' where practice_id = $1`, k.Practice)
	receiver, err := bounce.Start(t.Context(), bounce.Options{Listen: "127.0.0.1:0", Domain: "bounce.example.test", Ours: k.Worker.OwnBounce, Take: k.Worker.NoteBounce})
	require.NoError(t, err)
	t.Cleanup(func() { _ = receiver.Stop(context.Background()) })
	k.Assign("appreciation", "both", "once")
	k.Clock.Set(atClock(k, 5, 20, 0))
	require.Equal(t, 2, sendDue(t, k))
	mails := box.Mails(local.SentTo(addressOf(t, k, k.PartnerA)))
	require.Len(t, mails, 1)
	for _, canary := range []string{k.PartnerA.ID.String(), k.Practice.String(), strings.Split(addressOf(t, k, k.PartnerA), "@")[0]} {
		require.NotContains(t, mails[0].EnvelopeFrom, canary)
	}
	conn, err := net.DialTimeout("tcp", receiver.Addr(), 5*time.Second)
	require.NoError(t, err)
	client := smtp.NewClient(conn)
	t.Cleanup(func() { _ = client.Close() })
	require.NoError(t, client.SendMail("", []string{mails[0].EnvelopeFrom}, strings.NewReader("Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; "+addressOf(t, k, k.PartnerA)+"\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--x--\r\n")))
	require.False(t, canReach(t, k, k.PartnerA, "mail"))
	require.Equal(t, 1, alertsOf(k, k.PartnerA.ID))
	require.True(t, canReach(t, k, k.PartnerB, "mail"))
}

// gatewayKit is a kit with a gateway for text messages on this machine.
func gatewayKit(t *testing.T) (*testkit.Kit, func() []map[string]string) {
	t.Helper()
	var heard []map[string]string
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		var body map[string]string
		_ = json.Unmarshal(raw, &body)
		heard = append(heard, body)
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(gateway.Close)
	g, err := sms.New(sms.Config{URL: gateway.URL, Token: "geheim"})
	require.NoError(t, err)
	return testkit.New(t, func(d *care.Deps) { d.Texter, d.ReceiptSecret = g, "een lang geheim van de poort" }), func() []map[string]string { return heard }
}

// textReminder makes a reminder that went out as a text.
func textReminder(k *testkit.Kit, who care.Actor) uuid.UUID {
	id := models.NewID()
	k.SQL(`insert into reminders (practice_id, id, cause_kind, cause_id, recipient_kind, recipient_id, channel, due_at, expires_at, state, not_before, sent_at)
		values ($1, $2, 'task', $2, 'partner', $3, 'sms', $4, $4, 'sent', $4, $4)`, k.Practice, id, who.ID, k.Clock.Now())
	return id
}

func receiptOf(k *testkit.Kit, body string) care.TextReceipt {
	at := strconv.FormatInt(k.Clock.Now().Unix(), 10)
	return care.TextReceipt{ID: "msg_1", Timestamp: at, Body: []byte(body), Signature: sms.Sign([]byte("een lang geheim van de poort"), "msg_1", at, []byte(body))}
}

func TestATextSaysNothingAndItsReceiptIsBelievedOnlySigned(t *testing.T) {
	t.Parallel()
	k, heard := gatewayKit(t)
	id := textReminder(k, k.PartnerA)
	require.NoError(t, k.Worker.TextTo(k.Ctx, k.Practice, id, "+31612345678", locale.NL, "ready", "Praktijk Zoë"))
	require.NoError(t, k.Worker.TextTo(k.Ctx, k.Practice, id, "+31612345678", locale.NL, "ready", "Praktijk Zoë"))
	got := heard()
	require.Len(t, got, 2)
	require.Equal(t, got[0]["id"], got[1]["id"], "the same row is the same message")
	require.Equal(t, "Praktijk Zoe: er staat iets voor je klaar. Bekijk het wanneer het jou uitkomt: http://localhost:8080/portal", got[0]["text"])
	for _, lang := range locale.Langs {
		for _, words := range []string{"ready", "reminder"} {
			require.NoError(t, k.Worker.TextTo(k.Ctx, k.Practice, id, "+31612345678", lang, words, strings.Repeat("Lange naam €", 10)))
		}
	}
	for _, m := range heard() {
		n := sms.Length(m["text"])
		require.True(t, n > 0 && n <= sms.Longest, m["text"])
		require.True(t, strings.HasSuffix(m["text"], "http://localhost:8080/portal"))
	}

	delivered := `{"id":"` + got[0]["id"] + `","status":"delivered"}`
	forged := receiptOf(k, delivered)
	forged.Body = []byte(strings.Replace(delivered, "delivered", "failed", 1))
	require.True(t, fault.Is(k.Service.NoteTextReceipt(k.Ctx, forged), fault.Unauthenticated))
	old := receiptOf(k, delivered)
	k.Clock.Add(6 * time.Minute)
	require.True(t, fault.Is(k.Service.NoteTextReceipt(k.Ctx, old), fault.Unauthenticated))
	for _, body := range []string{`x`, `{"id":"niets","status":"delivered"}`, `{"id":"` + got[0]["id"][1:] + `A","status":"delivered"}`} {
		require.True(t, fault.Is(k.Service.NoteTextReceipt(k.Ctx, receiptOf(k, body)), fault.Invalid), body)
	}
	state := func() (delivery string) {
		k.OwnerRow([]any{&delivery}, `select delivery from reminders where id = $1`, id)
		return delivery
	}
	require.NoError(t, k.Service.NoteTextReceipt(k.Ctx, receiptOf(k, `{"id":"`+got[0]["id"]+`","status":"sent"}`)))
	require.Empty(t, state(), "on its way is no news")
	require.NoError(t, k.Service.NoteTextReceipt(k.Ctx, receiptOf(k, delivered)))
	require.Equal(t, "delivered", state())
	require.NoError(t, k.Service.NoteTextReceipt(k.Ctx, receiptOf(k, `{"id":"`+got[0]["id"]+`","status":"failed","permanent":true}`)))
	require.Equal(t, "delivered", state(), "what arrived stays so")
	require.Zero(t, k.Count("delivery_states where practice_id = $1", k.Practice))

	bare := testkit.New(t)
	require.True(t, fault.Is(bare.Service.NoteTextReceipt(k.Ctx, receiptOf(k, delivered)), fault.NotFound), "no gateway, no door")
}

func TestANumberThatTakesNothingIsGivenUp(t *testing.T) {
	t.Parallel()
	k, heard := gatewayKit(t)
	require.NoError(t, k.Service.ChangePhone(k.Ctx, k.PartnerA, "06 12345678"))
	require.True(t, canReach(t, k, k.PartnerA, "sms"))
	fail := func(permanent bool) {
		id := textReminder(k, k.PartnerA)
		require.NoError(t, k.Worker.TextTo(k.Ctx, k.Practice, id, "+31612345678", locale.NL, "ready", "x"))
		all := heard()
		for range 2 {
			require.NoError(t, k.Service.NoteTextReceipt(k.Ctx, receiptOf(k, `{"id":"`+all[len(all)-1]["id"]+`","status":"failed","permanent":`+strconv.FormatBool(permanent)+`}`)))
		}
	}
	fail(false)
	require.True(t, canReach(t, k, k.PartnerA, "sms"))
	require.Equal(t, 1, k.Count("delivery_states where practice_id = $1 and bounces = 1", k.Practice), "told twice, counted once")
	fail(true)
	require.False(t, canReach(t, k, k.PartnerA, "sms"))
	require.True(t, canReach(t, k, k.PartnerA, "mail"), "the other channels go on")
	require.Equal(t, 1, alertsOf(k, k.PartnerA.ID))
	require.NoError(t, k.Service.ChangePartnerPhone(k.Ctx, k.Office, k.Couple, k.PartnerA.ID, "+32 470 12 34 56"))
	require.True(t, canReach(t, k, k.PartnerA, "sms"), "another number is alive")
	_, numbers, _, err := k.Worker.Reach(k.Ctx, k.Practice, k.PartnerA.ID, k.PartnerB.ID)
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID]string{k.PartnerA.ID: "+32470123456"}, numbers)
	k.SQL(`update keys.wrapped_keys set wrapped = null, destroyed_at = now() where practice_id = $1 and owner_id = $2`, k.Practice, k.PartnerA.ID)
	require.False(t, canReach(t, k, k.PartnerA, "sms"), "an erased person's number opens to nothing")
}

func TestNumbersAreBroughtIntoOneForm(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	v, err := k.Service.Phone(k.Ctx, k.PartnerA)
	require.NoError(t, err)
	require.Equal(t, care.PhoneView{}, v, "no gateway here")
	for typed, want := range map[string]string{
		"0612345678": "+31612345678", "06-1234 5678": "+31612345678", "+31 (0)6 12345678": "+31612345678", "0031 6 12345678": "+31612345678",
		"+32 470/12.34.56": "+32470123456", "030-1234567": "+31301234567", " ": "",
	} {
		require.NoError(t, k.Service.ChangePhone(k.Ctx, k.PartnerA, typed), typed)
		v, err := k.Service.Phone(k.Ctx, k.PartnerA)
		require.NoError(t, err)
		require.Equal(t, want, v.Phone, typed)
	}
	for _, typed := range []string{"x", "12", "06123", "06123456789012345", "+999 1234567", "06 12345678 toestel 3", "06\r\n12345678", strings.Repeat("0", 41), "<script>", "=1+1"} {
		err := k.Service.ChangePhone(k.Ctx, k.PartnerA, typed)
		require.True(t, fault.Is(err, fault.Invalid), typed)
		require.Equal(t, "phone", fault.From(err).Fields[0].Location)
	}
	k.SQL(`update practices set country = 'BE' where id = $1`, k.Practice)
	_, err = k.Service.CreateCouple(k.Ctx, k.Therapist, care.CreateCoupleInput{Partners: []care.PartnerInput{
		{Name: "An", Email: "an@client.example", Phone: "0470 12 34 56"}, {Name: "Bo", Email: "bo@client.example", Phone: "06 12345678"},
	}})
	require.True(t, fault.Is(err, fault.Invalid), "a Dutch number in Belgium")
	require.Equal(t, "partners.1.phone", fault.From(err).Fields[0].Location)
	couple, err := k.Service.CreateCouple(k.Ctx, k.Therapist, care.CreateCoupleInput{Partners: []care.PartnerInput{
		{Name: "An", Email: "an@client.example", Phone: "0470 12 34 56"}, {Name: "Bo", Email: "bo@client.example", Phone: "+31 6 12345678"},
	}})
	require.NoError(t, err)
	require.Equal(t, []string{"+32470123456", "+31612345678"}, []string{couple.Partners[0].Phone, couple.Partners[1].Phone})
	for number, takes := range map[string]bool{"+31612345678": true, "+32470123456": true, "+31301234567": false, "0612345678": false, "": false, "+31": false, "+3161234": false} {
		require.Equal(t, takes, care.TakesTexts(number), number)
	}
	for _, who := range []care.Actor{k.Colleague, k.PartnerB, k.ForeignTherapist} {
		require.Error(t, k.Service.ChangePartnerPhone(k.Ctx, who, k.Couple, k.PartnerA.ID, "0470123456"))
	}
	_, err = k.Service.Phone(k.Ctx, k.Therapist)
	require.True(t, fault.Is(err, fault.NotFound))
}
