package care

import (
	"testing"

	"github.com/stretchr/testify/require"

	"tussentijds/models"
)

// TestMayUseAndChangeAnOwnExercise is the table of who may do what with an exercise of the practice's own.
func TestMayUseAndChangeAnOwnExercise(t *testing.T) {
	member := func(role models.Role, clinician bool) Actor {
		return Actor{Kind: "member", Role: role, Clinician: clinician, Stage: "full"}
	}
	partner := Actor{Kind: "partner", Role: models.RolePartner, Stage: "full"}
	private, draft, shared := ownStanding{published: true}, ownStanding{shared: true}, ownStanding{shared: true, published: true}
	for _, c := range []struct {
		name         string
		actor        Actor
		st           ownStanding
		read, change verdict
		give         bool
	}{
		{"maker of a draft", member(models.RoleTherapist, true), ownStanding{maker: true}, allowed, allowed, false},
		{"maker of a private one", member(models.RoleTherapist, true), ownStanding{maker: true, published: true}, allowed, allowed, true},
		{"trainee who made it", member(models.RoleTrainee, true), ownStanding{maker: true, published: true}, allowed, allowed, true},
		{"owner who treats, private", member(models.RoleOwner, true), private, allowed, allowed, true},
		{"owner who does not treat", member(models.RoleOwner, false), shared, refused, refused, false},
		{"colleague, private", member(models.RoleTherapist, true), private, hidden, hidden, false},
		{"colleague, shared draft", member(models.RoleTherapist, true), draft, hidden, hidden, false},
		{"colleague, shared", member(models.RoleTherapist, true), shared, allowed, refused, true},
		{"trainee, shared", member(models.RoleTrainee, true), shared, allowed, refused, true},
		{"office", member(models.RoleOffice, false), shared, refused, refused, false},
		{"partner, private", partner, private, hidden, hidden, false},
		{"partner, for an agreement's text", partner, shared, hidden, hidden, true},
		{"half signed in", Actor{Kind: "member", Role: models.RoleTherapist, Clinician: true, Stage: "factor"}, shared, hidden, hidden, false},
		{"nobody", Actor{}, shared, hidden, hidden, false},
	} {
		require.Equal(t, c.read, mayReadOwn(c.actor, c.st), "%s reads", c.name)
		require.Equal(t, c.change, mayChangeOwn(c.actor, c.st), "%s changes", c.name)
		require.Equal(t, c.give, mayGiveOwn(c.actor, c.st, false), "%s gives", c.name)
		require.False(t, mayGiveOwn(c.actor, c.st, true), "%s gives what is archived", c.name)
	}
}
