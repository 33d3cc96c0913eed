package care

import (
	"encoding/json"
	"strings"
	"unicode"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"tussentijds/library"
	"tussentijds/models"
)

// knownWords is what own words are held against: names of people, and titles of what is given. All of it is bare: see bareWords.
type knownWords struct {
	names  map[string]bool // a part of a name each.
	titles []string
}

// namesAtOnce is how many names are opened together.
const namesAtOnce = 500

// knownWords reads them: the names of all the practice's partners and members, and the titles of the library's exercises and
// programmes and of the practice's own, in both languages.
func (t *txn) knownWords() (knownWords, error) {
	known := knownWords{names: map[string]bool{}}
	for after := uuid.Nil; ; {
		partners, err := models.PartnerNames(t.DB, after, namesAtOnce)
		if err != nil {
			return known, err
		}
		names, err := t.partnerNames(partners...)
		if err != nil {
			return known, err
		}
		for _, name := range names {
			known.addName(name)
		}
		if len(partners) < namesAtOnce {
			break
		}
		after = partners[len(partners)-1].ID
	}
	members, err := models.Members(t.DB)
	if err != nil {
		return known, err
	}
	for _, m := range members {
		known.addName(m.Name)
	}
	for _, e := range t.s.Library.List() {
		known.addTitle(e.Title)
	}
	for _, p := range library.Programmes() {
		known.addTitle(p.Title)
	}
	return known, t.ownTitles(&known)
}

// ownTitles adds the titles of the practice's own exercises, as they are edited and as they were published.
func (t *txn) ownTitles(known *knownWords) error {
	drafts, err := models.OwnExercises(t.DB)
	if err != nil {
		return err
	}
	forms, err := models.OwnForms(t.DB)
	if err != nil {
		return err
	}
	raw := make([]json.RawMessage, 0, len(drafts)+len(forms))
	for _, d := range drafts {
		raw = append(raw, d.Draft.V)
	}
	for _, f := range forms {
		raw = append(raw, f.Definition.V)
	}
	for _, one := range raw {
		var titled struct {
			Title library.Text `json:"title"`
		}
		if json.Unmarshal(one, &titled) == nil { // A draft may lack parts.
			known.addTitle(titled.Title)
		}
	}
	return nil
}

// addName adds the parts of a name that can tell whose it is.
func (k knownWords) addName(name string) {
	for _, part := range strings.Fields(bareWords(name)) {
		if len(part) > 1 && !particles[part] {
			k.names[part] = true
		}
	}
}

// addTitle adds a title in both languages. One that is a single everyday word tells nothing.
func (k *knownWords) addTitle(title library.Text) {
	for _, text := range []string{title.NL, title.EN} {
		if bare := bareWords(text); bare != "" && !everyday[bare] {
			k.titles = append(k.titles, bare)
		}
	}
}

// bareWords writes a text as its words alone, in small letters without accents, with one space between.
func bareWords(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(unaccented.Replace(strings.ToLower(text))) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		default:
			gap = true
		}
	}
	return b.String()
}

// unaccented are letters that are no letter with a mark, and are written so by who has no such key.
var unaccented = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ß", "ss", "æ", "ae", "œ", "oe", "ı", "i", "ij", "ij")
