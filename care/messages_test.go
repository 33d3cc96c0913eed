package care_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
	"tussentijds/models"
)

func write(t *testing.T, k *testkit.Kit, who care.Actor, thread, text string) care.MessageView {
	t.Helper()
	m, err := k.Service.SendMessage(k.Ctx, who, k.Couple, thread, care.SendMessageInput{Body: text})
	require.NoError(t, err)
	return m
}

// read opens a thread and gives what it says, newest first.
func read(t *testing.T, k *testkit.Kit, who care.Actor, thread string) (care.ThreadView, []string) {
	t.Helper()
	who.FreshAt = k.Clock.Now()
	v, err := k.Service.Thread(k.Ctx, who, k.Couple, thread, care.Page{})
	require.NoError(t, err)
	texts := []string{}
	for _, m := range v.Messages {
		texts = append(texts, m.Body)
	}
	return v, texts
}

func TestAnOwnThreadIsReadByItsPartnerAndTheTherapistsAlone(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	own := k.PartnerA.ID.String()
	write(t, k, k.PartnerA, care.ThreadAlone, "  Alleen\r\nvoor jou ")
	k.Clock.Add(time.Minute)
	write(t, k, k.Therapist, own, "Dank je")
	k.Clock.Add(time.Minute)
	write(t, k, k.PartnerB, care.ThreadTogether, "Voor ons allemaal")

	v, texts := read(t, k, k.PartnerA, care.ThreadAlone)
	require.Equal(t, []string{"Dank je", "Alleen\nvoor jou"}, texts)
	require.True(t, v.Messages[0].New)
	require.False(t, v.Messages[1].New, "one's own is never new")
	require.Equal(t, []string{"Sam"}, v.Partners)
	require.Equal(t, []string{"Noor", "Lina"}, v.Therapists)
	v, _ = read(t, k, k.PartnerA, care.ThreadAlone)
	require.False(t, v.Messages[0].New, "once shown")
	_, texts = read(t, k, k.Trainee, own)
	require.Len(t, texts, 2)
	for _, who := range []care.Actor{k.PartnerA, k.PartnerB, k.Therapist, k.Trainee} {
		_, texts = read(t, k, who, care.ThreadTogether)
		require.Equal(t, []string{"Voor ons allemaal"}, texts)
	}
	_, texts = read(t, k, k.PartnerB, care.ThreadAlone)
	require.Empty(t, texts, "everybody has an own thread")

	// Whoever may not is told the same whatever the thread holds, and whether it is read or written.
	nobody := uuid.NewString()
	for name, c := range map[string]struct {
		who   care.Actor
		codes map[string]fault.Code // by thread.
	}{
		"the other partner":    {k.PartnerB, map[string]fault.Code{own: fault.NotFound, nobody: fault.NotFound}},
		"another couple":       {k.Stranger, map[string]fault.Code{own: fault.NotFound, nobody: fault.NotFound}},
		"another practice":     {k.ForeignTherapist, map[string]fault.Code{own: fault.NotFound, care.ThreadTogether: fault.NotFound}},
		"its partner":          {k.ForeignPartner, map[string]fault.Code{own: fault.NotFound}},
		"a colleague":          {k.Colleague, map[string]fault.Code{own: fault.NotFound, care.ThreadTogether: fault.NotFound, nobody: fault.NotFound}},
		"the owner":            {k.Owner, map[string]fault.Code{own: fault.NotFound, care.ThreadTogether: fault.NotFound, nobody: fault.NotFound}},
		"the office":           {k.Office, map[string]fault.Code{own: fault.Forbidden, care.ThreadTogether: fault.Forbidden, nobody: fault.Forbidden}},
		"a therapist, nowhere": {k.Therapist, map[string]fault.Code{nobody: fault.NotFound, care.ThreadAlone: fault.NotFound}},
		"nobody":               {care.Actor{Kind: "partner", PracticeID: k.Practice, CoupleID: k.Couple, ID: k.PartnerA.ID, Stage: "factor"}, map[string]fault.Code{own: fault.NotFound, care.ThreadTogether: fault.NotFound}},
	} {
		for thread, code := range c.codes {
			_, err := k.Service.Thread(k.Ctx, c.who, k.Couple, thread, care.Page{})
			require.True(t, fault.Is(err, code), "%s reads %s: %v", name, thread, err)
			_, err = k.Service.SendMessage(k.Ctx, c.who, k.Couple, thread, care.SendMessageInput{Body: "x"})
			require.True(t, fault.Is(err, code), "%s writes %s: %v", name, thread, err)
		}
	}
	_, err := k.Service.Threads(k.Ctx, k.PartnerA, k.Couple)
	require.True(t, fault.Is(err, fault.Forbidden))

	// An own thread opens to its partner behind a fresh sign-in; writing asks for none.
	k.Clock.Add(6 * time.Minute)
	_, err = k.Service.Thread(k.Ctx, k.PartnerA, k.Couple, care.ThreadAlone, care.Page{})
	require.True(t, fault.Is(err, fault.Forbidden))
	_, err = k.Service.Thread(k.Ctx, k.PartnerA, k.Couple, care.ThreadTogether, care.Page{})
	require.NoError(t, err)
	write(t, k, k.PartnerA, care.ThreadAlone, "Nog iets")
}

func TestAMessageIsUnderItsThreadsKeyAndOnTheRightFiles(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	own := k.PartnerA.ID.String()
	write(t, k, k.PartnerA, care.ThreadAlone, "geheim")
	write(t, k, k.Therapist, own, "antwoord")
	write(t, k, k.PartnerA, care.ThreadTogether, "samen")
	read(t, k, k.Therapist, own)
	read(t, k, k.Therapist, care.ThreadTogether)
	_, err := k.Service.Threads(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)

	acts := func(who care.Actor) string {
		list, err := k.Service.ListAudit(k.Ctx, who, care.Page{Limit: 100})
		require.NoError(t, err)
		var out []string
		for _, e := range list.Data {
			if strings.HasPrefix(e.ObjectKind, "message") {
				out = append(out, e.ActorName+" "+e.Act+" "+e.ObjectKind)
			}
		}
		return strings.Join(out, ", ")
	}
	require.Equal(t, "Noor read message_list, Noor read messages, Noor read messages, Sam create message, Noor create message, Sam create message", acts(k.PartnerA))
	require.Equal(t, "Noor read message_list, Noor read messages", acts(k.PartnerB), "nothing of the other's own thread, nor what the other did")

	// Erasing a partner closes that partner's own thread, the therapists' words in it too, and leaves the joint one whole.
	k.SQL(`update keys.wrapped_keys set wrapped = null, destroyed_at = $2 where owner_kind = 'person' and owner_id = $1`, k.PartnerA.ID, k.Clock.Now())
	v, texts := read(t, k, k.Therapist, own)
	require.Equal(t, []string{"", ""}, texts)
	require.True(t, v.Messages[0].Erased)
	_, texts = read(t, k, k.Therapist, care.ThreadTogether)
	require.Equal(t, []string{"samen"}, texts)
	_, err = k.Service.SendMessage(k.Ctx, k.Therapist, k.Couple, own, care.SendMessageInput{Body: "nog iets"})
	require.True(t, fault.Is(err, fault.Conflict))
}

func TestAMessageIsTakenBackUntilSomebodyElseIsShownIt(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	m := write(t, k, k.PartnerA, care.ThreadAlone, "Te snel")
	for _, who := range []care.Actor{k.PartnerB, k.Therapist, k.Stranger, k.ForeignPartner, k.Office} {
		_, err := k.Service.TakeBackMessage(k.Ctx, who, m.ID)
		require.True(t, fault.Is(err, fault.NotFound))
	}
	v, _ := read(t, k, k.PartnerA, care.ThreadAlone)
	require.True(t, v.Messages[0].CanTakeBack, "having read it oneself does not count")
	thread, err := k.Service.TakeBackMessage(k.Ctx, k.PartnerA, m.ID)
	require.NoError(t, err)
	require.Equal(t, care.ThreadAlone, thread)
	_, err = k.Service.TakeBackMessage(k.Ctx, k.PartnerA, m.ID)
	require.NoError(t, err, "again changes nothing")
	v, texts := read(t, k, k.PartnerA, care.ThreadAlone)
	require.Empty(t, texts)
	require.Equal(t, "Te snel", v.Draft, "its words stand in the box again")
	v, texts = read(t, k, k.Therapist, k.PartnerA.ID.String())
	require.Empty(t, texts)
	require.Empty(t, v.Draft)
	require.Equal(t, 1, k.Count("messages where practice_id = $1", k.Practice), "nothing is deleted")

	again := write(t, k, k.PartnerA, care.ThreadAlone, "Beter zo")
	v, _ = read(t, k, k.PartnerA, care.ThreadAlone)
	require.Empty(t, v.Draft)
	read(t, k, k.Trainee, k.PartnerA.ID.String())
	_, err = k.Service.TakeBackMessage(k.Ctx, k.PartnerA, again.ID)
	require.True(t, fault.Is(err, fault.Conflict))
	v, _ = read(t, k, k.PartnerA, care.ThreadAlone)
	require.False(t, v.Messages[0].CanTakeBack)

	own := write(t, k, k.Therapist, k.PartnerB.ID.String(), "Verkeerde draad")
	thread, err = k.Service.TakeBackMessage(k.Ctx, k.Therapist, own.ID)
	require.NoError(t, err)
	require.Equal(t, k.PartnerB.ID.String(), thread)
	v, _ = read(t, k, k.Therapist, k.PartnerB.ID.String())
	require.Equal(t, "Verkeerde draad", v.Draft)

	// In the joint thread the end of taking back would tell a partner when the other was here.
	joint := write(t, k, k.PartnerA, care.ThreadTogether, "Samen gezegd")
	v, _ = read(t, k, k.PartnerA, care.ThreadTogether)
	require.False(t, v.Messages[0].CanTakeBack)
	_, err = k.Service.TakeBackMessage(k.Ctx, k.PartnerA, joint.ID)
	require.True(t, fault.Is(err, fault.Conflict))
	said := write(t, k, k.Therapist, care.ThreadTogether, "Verkeerd koppel")
	_, err = k.Service.TakeBackMessage(k.Ctx, k.Therapist, said.ID)
	require.NoError(t, err)
}

// A form that comes a second time answers for what was sent, and never says "sent" of what was not.
func TestARepeatedIDNeverAnswersForAnotherMessage(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	send := func(who care.Actor, thread, body string, id uuid.UUID) (care.MessageView, error) {
		return k.Service.SendMessage(k.Ctx, who, k.Couple, thread, care.SendMessageInput{Body: body, ID: id})
	}
	id := models.NewID()
	first, err := send(k.PartnerA, care.ThreadAlone, "Iets van mij", id)
	require.NoError(t, err)
	require.True(t, first.CanTakeBack)
	k.Clock.Add(time.Minute)
	again, err := send(k.PartnerA, care.ThreadAlone, " Iets van mij\r\n", id)
	require.NoError(t, err)
	require.Equal(t, first, again)
	for _, c := range []struct{ thread, body, key string }{
		{care.ThreadTogether, "Iets van mij", "message.repeated.elsewhere"},
		{care.ThreadAlone, "Iets anders", "message.repeated.changed"},
	} {
		_, err = send(k.PartnerA, c.thread, c.body, id)
		require.True(t, fault.Is(err, fault.Conflict))
		require.Equal(t, c.key, fault.From(err).Key)
	}
	for _, who := range []care.Actor{k.PartnerB, k.Therapist} { // Somebody else's id tells nothing.
		_, err = send(who, care.ThreadTogether, "Iets van mij", id)
		require.True(t, fault.Is(err, fault.Conflict))
		require.Empty(t, fault.From(err).Key)
	}
	read(t, k, k.Therapist, k.PartnerA.ID.String())
	again, err = send(k.PartnerA, care.ThreadAlone, "Iets van mij", id)
	require.NoError(t, err)
	require.False(t, again.CanTakeBack, "it was read meanwhile")

	own := models.NewID()
	_, err = send(k.Therapist, k.PartnerA.ID.String(), "Te snel", own)
	require.NoError(t, err)
	_, err = k.Service.TakeBackMessage(k.Ctx, k.Therapist, own)
	require.NoError(t, err)
	_, err = send(k.Therapist, k.PartnerA.ID.String(), "Te snel", own)
	require.True(t, fault.Is(err, fault.Conflict))
	require.Equal(t, "message.repeated.taken_back", fault.From(err).Key)
	v, texts := read(t, k, k.Therapist, k.PartnerA.ID.String())
	require.Equal(t, []string{"Iets van mij"}, texts)
	require.Equal(t, "Te snel", v.Draft)
	require.Equal(t, 2, k.Count("messages where practice_id = $1", k.Practice))
}

func TestABadMessageIsRefusedAndOneSentTwiceIsOne(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	for _, text := range []string{"", " \n ", strings.Repeat("é", 4001), "\xff", "a\x00b"} {
		_, err := k.Service.SendMessage(k.Ctx, k.PartnerA, k.Couple, care.ThreadAlone, care.SendMessageInput{Body: text})
		require.True(t, fault.Is(err, fault.Invalid), "%.9q", text)
		require.Equal(t, "body", fault.From(err).Fields[0].Location)
	}
	in := care.SendMessageInput{Body: strings.Repeat("é", 4000), ID: models.NewID()}
	for range 2 {
		m, err := k.Service.SendMessage(k.Ctx, k.PartnerA, k.Couple, care.ThreadAlone, in)
		require.NoError(t, err)
		require.Equal(t, in.ID, m.ID)
	}
	_, err := k.Service.SendMessage(k.Ctx, k.PartnerB, k.Couple, care.ThreadAlone, in)
	require.True(t, fault.Is(err, fault.Conflict), "somebody else's id")
	_, texts := read(t, k, k.PartnerA, care.ThreadAlone)
	require.Len(t, texts, 1)

	// A long thread comes in parts, and only what was shown counts as read.
	for range 3 {
		k.Clock.Add(time.Minute)
		write(t, k, k.Therapist, care.ThreadTogether, "Hallo")
	}
	v, err := k.Service.Thread(k.Ctx, k.PartnerA, k.Couple, care.ThreadTogether, care.Page{Limit: 2})
	require.NoError(t, err)
	require.Len(t, v.Messages, 2)
	require.True(t, waits(t, k, k.PartnerA))
	v, err = k.Service.Thread(k.Ctx, k.PartnerA, k.Couple, care.ThreadTogether, care.Page{Limit: 2, Cursor: *v.Next})
	require.NoError(t, err)
	require.True(t, v.Messages[0].New)
	require.Nil(t, v.Next)
	require.False(t, waits(t, k, k.PartnerA))
}

func waits(t *testing.T, k *testkit.Kit, who care.Actor) bool {
	t.Helper()
	v, err := k.Service.PortalToday(k.Ctx, who)
	require.NoError(t, err)
	return v.Message
}

func TestTheStartPagesTellThatAMessageWaitsAndNoMore(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	desk := func(who care.Actor) (list []care.WaitingItem) {
		v, err := k.Service.DeskToday(k.Ctx, who)
		require.NoError(t, err)
		for _, w := range v.Waiting {
			if w.Kind == "message" {
				list = append(list, w)
			}
		}
		return list
	}
	write(t, k, k.PartnerA, care.ThreadAlone, "Een")
	require.False(t, waits(t, k, k.PartnerA))
	require.False(t, waits(t, k, k.PartnerB))
	write(t, k, k.PartnerA, care.ThreadTogether, "Twee")
	require.True(t, waits(t, k, k.PartnerB))
	require.Empty(t, desk(k.Colleague))
	for _, who := range []care.Actor{k.Therapist, k.Trainee} {
		require.Len(t, desk(who), 1, "one line a couple")
		require.Equal(t, "Sam & Robin", desk(who)[0].CoupleName)
	}
	lines, err := k.Service.Threads(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	require.Equal(t, []int{1, 1, 0}, []int{lines[0].Unread, lines[1].Unread, lines[2].Unread})
	require.Nil(t, lines[2].LastAt)
	read(t, k, k.Therapist, care.ThreadTogether)
	require.Len(t, desk(k.Therapist), 1)
	read(t, k, k.Therapist, k.PartnerA.ID.String())
	require.Empty(t, desk(k.Therapist))
	require.Len(t, desk(k.Trainee), 1, "each reads for himself or herself")

	// A colleague who takes over gets what nobody of the practice has read, and not what was read before.
	write(t, k, k.PartnerB, care.ThreadAlone, "Drie")
	k.Clock.Add(time.Hour)
	v, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
	require.NoError(t, err)
	_, err = k.Service.ChangeCouple(k.Ctx, k.Therapist, k.Couple, care.ChangeCoupleInput{Therapists: &[]uuid.UUID{k.Colleague.ID, k.Therapist.ID}, Version: v.Version})
	require.NoError(t, err)
	require.Len(t, desk(k.Colleague), 1)
	require.Empty(t, desk(k.Trainee), "who treats no more hears no more")
	read(t, k, k.Colleague, k.PartnerB.ID.String())
	require.Empty(t, desk(k.Colleague))
	require.Len(t, desk(k.Therapist), 1, "who stayed has not read it")
}

// stopsJoint are the ways in which joint work stops, and what undoes them.
var stopsJoint = map[string]func(*testing.T, *testkit.Kit) (undo func()){
	"a pause": func(t *testing.T, k *testkit.Kit) func() {
		require.NoError(t, k.Service.PausePartner(k.Ctx, k.PartnerB))
		return func() { require.NoError(t, k.Service.ResumePartner(k.Ctx, k.PartnerB)) }
	},
	"a withdrawal": func(t *testing.T, k *testkit.Kit) func() {
		require.NoError(t, k.Service.WithdrawPartner(k.Ctx, k.PartnerB))
		return nil
	},
	"a hold": func(t *testing.T, k *testkit.Kit) func() {
		hold(t, k)
		return func() {
			_, err := k.Service.LiftSafetyHold(k.Ctx, k.Therapist, k.Couple, "Besproken")
			require.NoError(t, err)
		}
	},
	"a separation":      func(t *testing.T, k *testkit.Kit) func() { return statusOf(t, k, "separated") },
	"a rest of the two": func(t *testing.T, k *testkit.Kit) func() { return statusOf(t, k, "paused") },
}

// statusOf sets a couple's status, and gives what sets it back.
func statusOf(t *testing.T, k *testkit.Kit, status string) func() {
	t.Helper()
	set := func(status string) {
		v, err := k.Service.Couple(k.Ctx, k.Therapist, k.Couple)
		require.NoError(t, err)
		_, err = k.Service.ChangeCouple(k.Ctx, k.Therapist, k.Couple, care.ChangeCoupleInput{Status: &status, Version: v.Version})
		require.NoError(t, err)
	}
	set(status)
	return func() { set("active") }
}

// planned counts the messages that are to go to somebody about messages.
func planned(k *testkit.Kit, who care.Actor) int {
	return k.Count("reminders where cause_kind = 'message' and moment = 'now' and state in ('planned', 'claimed') and recipient_id = $1", who.ID)
}

func TestTheJointThreadStandsStillWithJointWorkAndAnOwnOneStaysOpen(t *testing.T) {
	t.Parallel()
	for name, stop := range stopsJoint {
		k := testkit.New(t)
		write(t, k, k.Therapist, care.ThreadTogether, "Tot volgende week")
		require.Equal(t, 1, planned(k, k.PartnerA), name)
		undo := stop(t, k)
		require.Zero(t, planned(k, k.PartnerA), name)
		require.True(t, waits(t, k, k.PartnerA), "%s: what was seen stays seen", name)
		for _, who := range []care.Actor{k.PartnerA, k.PartnerB, k.Therapist} {
			_, err := k.Service.SendMessage(k.Ctx, who, k.Couple, care.ThreadTogether, care.SendMessageInput{Body: "Hoort iemand mij?"})
			require.Equal(t, "message.stopped", fault.From(err).Key, "%s: the same to everybody", name)
		}
		v, err := k.Service.ThreadForm(k.Ctx, k.PartnerA, k.Couple, care.ThreadTogether)
		require.NoError(t, err)
		require.Equal(t, care.ThreadStopped, v.State, name)
		write(t, k, k.PartnerA, care.ThreadAlone, "Ik wil je iets vragen")
		write(t, k, k.PartnerB, care.ThreadAlone, "Ik ook")
		write(t, k, k.Therapist, k.PartnerA.ID.String(), "Vraag maar")
		require.Equal(t, 1, planned(k, k.PartnerA), "%s: of the own one", name)
		if undo == nil {
			continue
		}
		read(t, k, k.PartnerA, care.ThreadAlone)
		require.Zero(t, planned(k, k.PartnerA), name)
		undo()
		require.Equal(t, 1, planned(k, k.PartnerA), "%s: it waits again", name)
		_, texts := read(t, k, k.PartnerA, care.ThreadTogether)
		require.Equal(t, []string{"Tot volgende week"}, texts)
		require.Zero(t, planned(k, k.PartnerA), name)
		write(t, k, k.PartnerB, care.ThreadTogether, "Daar ben ik weer")
	}
}

func TestInAClosedCaseAndWithoutMessagesNothingIsWritten(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	own := k.PartnerA.ID.String()
	write(t, k, k.Therapist, own, "Tot ziens")
	back := statusOf(t, k, "closed")
	shut := func() {
		for _, thread := range []string{own, care.ThreadTogether} {
			_, err := k.Service.SendMessage(k.Ctx, k.Therapist, k.Couple, thread, care.SendMessageInput{Body: "x"})
			require.Equal(t, "message.closed", fault.From(err).Key)
		}
		v, texts := read(t, k, k.Therapist, own)
		require.Equal(t, care.ThreadClosed, v.State)
		require.Equal(t, []string{"Tot ziens"}, texts, "what was written stays to be read")
	}
	shut()
	require.Zero(t, planned(k, k.PartnerA))
	back()
	require.Equal(t, 1, planned(k, k.PartnerA))
	p, err := k.Service.Practice(k.Ctx, k.Owner)
	require.NoError(t, err)
	off, days := false, 11
	_, err = k.Service.ChangePractice(k.Ctx, k.Owner, care.ChangePracticeInput{MessageDays: &days, Version: p.Version})
	require.True(t, fault.Is(err, fault.Invalid))
	days = 5
	p, err = k.Service.ChangePractice(k.Ctx, k.Owner, care.ChangePracticeInput{MessagesOn: &off, MessageDays: &days, Version: p.Version})
	require.NoError(t, err)
	require.False(t, p.MessagesOn)
	shut()
	v, _ := read(t, k, k.PartnerA, care.ThreadAlone)
	require.Equal(t, 5, v.Days)
}

func TestWhatWasTypedIsKeptWithATokenThatReadsNothing(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	own := k.PartnerA.ID.String()
	for _, c := range []struct {
		who    care.Actor
		thread string
	}{{k.PartnerA, care.ThreadAlone}, {k.PartnerB, care.ThreadTogether}, {k.Therapist, own}, {k.Therapist, care.ThreadTogether}} {
		form, err := k.Service.ThreadForm(k.Ctx, c.who, k.Couple, c.thread)
		require.NoError(t, err)
		require.Empty(t, form.Messages)
		token := k.Service.MessageToken(c.who, form)
		require.NoError(t, k.Service.KeepMessageByToken(k.Ctx, token, "Bijna af"))
		require.NoError(t, k.Service.KeepMessageByToken(k.Ctx, token, " Helemaal af\r\n"))
		require.NoError(t, k.Service.KeepMessageByToken(k.Ctx, token, ""), "an empty box forgets nothing")
		v, texts := read(t, k, c.who, c.thread)
		require.Equal(t, "Helemaal af", v.Draft)
		require.Empty(t, texts, "nothing was sent")
		require.True(t, fault.Is(k.Service.KeepMessageByToken(k.Ctx, "B"+token[1:], "x"), fault.Unauthenticated))
		require.True(t, fault.Is(k.Service.KeepMessageByToken(k.Ctx, token, "\xff"), fault.Invalid))
	}
	v, _ := read(t, k, k.Trainee, own)
	require.Empty(t, v.Draft, "a draft is the writer's own")

	form, err := k.Service.ThreadForm(k.Ctx, k.Therapist, k.Couple, own)
	require.NoError(t, err)
	token := k.Service.MessageToken(k.Therapist, form)
	k.SQL(`delete from couple_therapists where practice_id = $1 and member_id = $2`, k.Practice, k.Therapist.ID)
	require.True(t, fault.Is(k.Service.KeepMessageByToken(k.Ctx, token, "x"), fault.NotFound), "a right withdrawn counts at once")
	k.Clock.Add(13 * time.Hour)
	require.True(t, fault.Is(k.Service.KeepMessageByToken(k.Ctx, token, "x"), fault.Unauthenticated))
}

func TestOneReminderStandsHoweverManyMessagesWait(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	mine := func() [4]int {
		return [4]int{planned(k, k.PartnerA), planned(k, k.PartnerB), planned(k, k.Therapist), planned(k, k.Trainee)}
	}
	first := write(t, k, k.Therapist, care.ThreadTogether, "Een")
	require.Equal(t, [4]int{1, 1, 0, 1}, mine())
	k.Clock.Add(time.Minute)
	write(t, k, k.Therapist, care.ThreadTogether, "Twee")
	write(t, k, k.Therapist, k.PartnerA.ID.String(), "Drie")
	require.Equal(t, [4]int{1, 1, 0, 1}, mine())
	_, err := k.Service.TakeBackMessage(k.Ctx, k.Therapist, first.ID)
	require.NoError(t, err)
	require.Equal(t, [4]int{1, 1, 0, 1}, mine(), "another still waits")
	read(t, k, k.PartnerB, care.ThreadTogether)
	read(t, k, k.PartnerA, care.ThreadTogether)
	require.Equal(t, [4]int{1, 0, 0, 1}, mine(), "the own one still waits for A")
	read(t, k, k.PartnerA, care.ThreadAlone)
	require.Equal(t, [4]int{0, 0, 0, 1}, mine())

	// What is sent waits for the reader; it is not said again. What the sender left out is said with the next message.
	k.Clock.Add(time.Minute)
	write(t, k, k.PartnerA, care.ThreadTogether, "Vier")
	require.Equal(t, [4]int{0, 1, 1, 1}, mine())
	k.SQL(`update reminders set state = 'sent', sent_at = due_at where practice_id = $1 and cause_kind = 'message' and recipient_id = $2 and state = 'planned'`, k.Practice, k.PartnerB.ID)
	k.SQL(`update reminders set state = 'skipped', reason = 'quiet' where practice_id = $1 and cause_kind = 'message' and recipient_id = $2 and state = 'planned'`, k.Practice, k.Therapist.ID)
	k.Clock.Add(time.Minute)
	write(t, k, k.PartnerA, care.ThreadTogether, "Vijf")
	require.Equal(t, [4]int{0, 0, 1, 1}, mine())
	m := write(t, k, k.Therapist, k.PartnerA.ID.String(), "Zes")
	require.Equal(t, [4]int{1, 0, 1, 1}, mine())
	_, err = k.Service.TakeBackMessage(k.Ctx, k.Therapist, m.ID)
	require.NoError(t, err)
	require.Equal(t, [4]int{0, 0, 1, 1}, mine())
}

// Whatever runs at the same moment, a message is shown to the other or taken back, and never both.
func TestAMessageIsNeverShownAndTakenBack(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	shown := 0
	for range 12 {
		m := write(t, k, k.Therapist, care.ThreadTogether, "Toch maar niet")
		var wait sync.WaitGroup
		var back error
		var seen care.ThreadView
		var failed error
		wait.Go(func() { _, back = k.Service.TakeBackMessage(k.Ctx, k.Therapist, m.ID) })
		wait.Go(func() {
			seen, failed = k.Service.Thread(k.Ctx, k.PartnerB, k.Couple, care.ThreadTogether, care.Page{Limit: 1})
		})
		wait.Wait()
		require.NoError(t, failed)
		met := len(seen.Messages) == 1 && seen.Messages[0].ID == m.ID
		require.Equal(t, met, fault.Is(back, fault.Conflict), "%v", back)
		if met {
			shown++
		}
		require.False(t, waits(t, k, k.PartnerB), "what was read or taken back waits for nobody")
	}
	t.Logf("12 messages read and taken back at the same moment: %d were read first", shown)
}
