package care

import (
	"encoding/json"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"tussentijds/library"
	"tussentijds/models"
)

// knownWords are the titles that own words are held against, bare: see bareWords.
type knownWords struct{ titles []string }

// knownWords reads them: the titles of the library's exercises and programmes and of the practice's own, in both languages.
func (t *txn) knownWords() (knownWords, error) {
	var known knownWords
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
