package care

import "github.com/google/uuid"

// mayExport tells whether an actor may take one person's data out: the person, who treats the couple and decides there, and the
// operator. A colleague, an owner who does not treat and the other partner do not learn that there is such a person.
func mayExport(a Actor, st standing, partnerID uuid.UUID) verdict {
	switch {
	case !a.Full():
		return hidden
	case a.Kind == "system":
		return allowed
	case a.Partner():
		if a.ID == partnerID {
			return allowed
		}
		return hidden
	}
	return mayOnCouple(a, st, decide)
}
