package care_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/testkit"
)

// Homework on paper: a form for each piece of homework of the week, for that partner alone; no answer is on it, nobody else gets
// it, and the private questions are on no paper.
func TestHomeworkOnPaperIsForItsPartnerAlone(t *testing.T) {
	t.Parallel()
	k := testkit.New(t)
	k.Assign("weekly-checkin", "both", "once")
	k.Assign("impact-inventory", k.PartnerB.ID.String(), "once")
	task := k.FirstTask(k.PartnerA, "weekly-checkin")
	_, err := k.Service.SaveDraft(k.Ctx, k.PartnerA, task.ID, testkit.Fill(task.Exercise, "kladgeheim"), 0)
	require.NoError(t, err)
	_, err = k.Service.SendScreening(k.Ctx, k.Therapist, k.Couple, care.SendScreeningInput{})
	require.NoError(t, err)
	inventory, ok := k.Library.Exercise("impact-inventory")
	require.True(t, ok)
	title := squeezed(inventory.Title.NL)
	private := k.IDs(`select id from tasks where practice_id = $1 and discreet and partner_id = $2`, k.Practice, k.PartnerA.ID)
	require.Len(t, private, 1)
	before := k.Count("audit_events where practice_id = $1 and act = 'print' and object_kind = 'tasks'", k.Practice)

	own, err := k.Service.HomeworkSheet(k.Ctx, k.PartnerA, k.Couple, care.HomeworkSheetInput{})
	require.NoError(t, err)
	text := care.WrittenIn(t, own)
	require.Contains(t, text, "Wekelijksrelatiegesprek")
	require.Contains(t, text, "Wieleestdit?")
	require.NotContains(t, text, "kladgeheim")
	require.NotContains(t, text, "Eenmomentvoorjezelf", "the private questions are on no paper")
	require.NotContains(t, text, title, "that is the other's")
	desk, err := k.Service.HomeworkSheet(k.Ctx, k.Therapist, k.Couple, care.HomeworkSheetInput{PartnerID: k.PartnerB.ID})
	require.NoError(t, err)
	require.Contains(t, care.WrittenIn(t, desk), squeezed(inventory.Title.EN), "in the language of whose paper it is")
	one, err := k.Service.HomeworkSheet(k.Ctx, k.PartnerA, k.Couple, care.HomeworkSheetInput{TaskID: task.ID})
	require.NoError(t, err)
	require.Contains(t, care.WrittenIn(t, one), "Wekelijksrelatiegesprek")
	require.Equal(t, before+3, k.Count("audit_events where practice_id = $1 and act = 'print' and object_kind = 'tasks'", k.Practice))

	for name, refused := range map[string]struct {
		who  care.Actor
		in   care.HomeworkSheetInput
		code fault.Code
	}{
		"the other partner's task":  {k.PartnerB, care.HomeworkSheetInput{TaskID: task.ID}, fault.NotFound},
		"for the other":             {k.PartnerB, care.HomeworkSheetInput{PartnerID: k.PartnerA.ID}, fault.NotFound},
		"the private questions":     {k.PartnerA, care.HomeworkSheetInput{TaskID: private[0]}, fault.NotFound},
		"nothing at all":            {k.PartnerA, care.HomeworkSheetInput{TaskID: uuid.New()}, fault.NotFound},
		"the office":                {k.Office, care.HomeworkSheetInput{PartnerID: k.PartnerA.ID}, fault.Forbidden},
		"a colleague":               {k.Colleague, care.HomeworkSheetInput{PartnerID: k.PartnerA.ID}, fault.NotFound},
		"the owner":                 {k.Owner, care.HomeworkSheetInput{PartnerID: k.PartnerA.ID}, fault.NotFound},
		"another practice":          {k.ForeignTherapist, care.HomeworkSheetInput{PartnerID: k.PartnerA.ID}, fault.NotFound},
		"a partner of other people": {k.Therapist, care.HomeworkSheetInput{PartnerID: k.Stranger.ID}, fault.NotFound},
		"a stranger without work":   {k.Stranger, care.HomeworkSheetInput{}, fault.Conflict},
	} {
		_, err := k.Service.HomeworkSheet(k.Ctx, refused.who, k.Couple, refused.in)
		require.Equal(t, refused.code, fault.From(err).Code, name)
	}
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }
