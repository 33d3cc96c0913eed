package care

import "tussentijds/models"

// ownStanding is how an actor relates to an exercise of the practice's own.
type ownStanding struct {
	maker     bool // the actor made it.
	shared    bool // it is for the whole practice.
	published bool // there is a version to give.
}

func standingOnOwn(a Actor, o models.OwnExercise) ownStanding {
	return ownStanding{maker: a.Member() && o.MadeBy(a.ID), shared: o.Shared, published: o.PublishedVersion > 0}
}

// mayReadOwn tells whether the actor may know of an own exercise: its maker and the practice's owner always, colleagues
// once it is shared and published. What somebody keeps to themselves is not there for colleagues.
func mayReadOwn(a Actor, o ownStanding) verdict {
	if v := mayUseLibrary(a); v != allowed {
		return v
	}
	if o.maker || a.Role == models.RoleOwner || o.shared && o.published {
		return allowed
	}
	return hidden
}

// mayChangeOwn tells whether the actor may change, publish, share or archive an own exercise: its maker, and the
// practice's owner. Whoever may only use it, copies it.
func mayChangeOwn(a Actor, o ownStanding) verdict {
	if v := mayReadOwn(a, o); v != allowed {
		return v
	}
	if o.maker || a.Role == models.RoleOwner {
		return allowed
	}
	return refused
}

// mayGiveOwn tells whether an own exercise may be given to a couple, or taken by a partner for an agreement's text: not
// once it is archived, and not somebody else's private one.
func mayGiveOwn(a Actor, o ownStanding, archived bool) bool {
	if archived || !o.published {
		return false
	}
	if a.Partner() {
		return o.shared
	}
	return mayReadOwn(a, o) == allowed
}
