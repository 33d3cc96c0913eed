package care_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/internal/testkit"
	"tussentijds/library"
	"tussentijds/models"
)

// Every agreement of the library can be filled in by one partner and signed by the other, whatever its form looks like.
func TestEveryAgreementOfTheLibraryCanBeMade(t *testing.T) {
	l, err := library.Load()
	require.NoError(t, err)
	k := testkit.New(t)
	for _, e := range l.List() {
		if e.Kind != library.KindAgreement || e.Signers != "" {
			continue
		}
		t.Run(e.ID, func(t *testing.T) {
			k.Assign(e.ID, "both", "once")
			task := k.FirstTask(k.PartnerA, e.ID)
			words := testkit.Fill(task.Exercise, "Elke zondag om 20.00 uur")
			_, err := k.Service.CompleteTask(k.Ctx, k.PartnerA, task.ID, words)
			require.NoError(t, err)
			_, err = k.Service.CompleteTask(k.Ctx, k.PartnerB, k.FirstTask(k.PartnerB, e.ID).ID, words)
			require.NoError(t, err)
			list, err := k.Service.ListAgreements(k.Ctx, k.PartnerA, k.Couple)
			require.NoError(t, err)
			for _, a := range list {
				if a.ExerciseID == e.ID {
					require.NotEmpty(t, a.Points)
					require.Equal(t, models.AgreementActive, a.Status)
					require.Len(t, a.Signatures, 2)
				}
			}
		})
	}
}
