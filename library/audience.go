package library

// Audience says who may read an answer; the rules are those of the audiences in the design.
type Audience string

// The audiences.
const (
	AudienceMe        Audience = "me"         // the writer alone.
	AudienceTherapist Audience = "therapist"  // the writer and the couple's therapists.
	AudienceInSession Audience = "in_session" // those two, until a therapist opens it in a session.
	AudienceReveal    Audience = "reveal"     // hidden until both partners have answered.
	AudienceBoth      Audience = "both"       // both partners and the therapists, at once.
)

// Audiences lists the audiences from narrow to wide.
var Audiences = []Audience{AudienceMe, AudienceTherapist, AudienceInSession, AudienceReveal, AudienceBoth}

func (a Audience) width() int {
	for i, other := range Audiences {
		if a == other {
			return i
		}
	}
	return -1
}

// Valid tells whether a is one of the audiences.
func (a Audience) Valid() bool { return a.width() >= 0 }

// NarrowerOrEqual tells whether a lets nobody read who could not read under b. An invalid audience on either side is
// never narrower: false.
func (a Audience) NarrowerOrEqual(b Audience) bool {
	return a.Valid() && b.Valid() && a.width() <= b.width()
}
