package care

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/models"
)

// OwnWordKinds lists the kinds of messages that a practice can say in its own words: something is ready for a partner, a
// reminder of a session, something waits for a member, and an invitation. The one with a new password stays ours: people have
// to recognise it.
var OwnWordKinds = []string{"ready", "reminder", "invitation", "desk"}

// textKinds are those that can go as a text message.
var textKinds = []string{"ready", "reminder"}

// ownWords are a practice's, where it has any.
type ownWords []models.OwnWords

// says is what a kind of message says in a language: the practice's own words, or ours.
func (o ownWords) says(lang locale.Lang, kind, sender string) models.MessageWords {
	for _, w := range o {
		if w.Kind == kind && w.Locale == string(lang) {
			return filledIn(w.Words.V, sender)
		}
	}
	return standardWords(lang, kind)
}

// tried is what a test says: the own words that it tries, in their language, or our words for a test in the reader's.
func (o ownWords) tried(id uuid.UUID, lang locale.Lang) (kind string, in locale.Lang) {
	for _, w := range o {
		if w.ID == id {
			return w.Kind, locale.Lang(w.Locale)
		}
	}
	return "test", lang
}

// standardWords are ours.
func standardWords(lang locale.Lang, kind string) models.MessageWords {
	l := locale.For(lang)
	w := models.MessageWords{
		Subject: l.T("mail." + kind + ".subject"), Body: l.T("mail." + kind + ".body"), Button: l.T("mail." + kind + ".button"), Note: l.T("mail." + kind + ".note"),
	}
	if kind == "test" || slices.Contains(textKinds, kind) {
		w.Text = l.T("sms." + kind)
	}
	return w
}

// SenderGap is what stands for the practice's neutral name in own words, by language.
var SenderGap = map[locale.Lang]string{locale.NL: "{afzender}", locale.EN: "{sender}"}

// filledIn puts the sender's name into own words.
func filledIn(w models.MessageWords, sender string) models.MessageWords {
	fill := strings.NewReplacer(SenderGap[locale.NL], oneLine(sender), SenderGap[locale.EN], oneLine(sender)).Replace
	return models.MessageWords{Subject: fill(w.Subject), Body: fill(w.Body), Button: fill(w.Button), Note: fill(w.Note), Text: fill(w.Text)}
}

// paragraphs are the parts of a text between empty lines.
func paragraphs(text string) []string {
	var out []string
	for _, part := range strings.Split(text, "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// WordsView is what one kind of message says in one language.
type WordsView struct {
	Kind      string              `json:"kind" enum:"ready,reminder,invitation,desk"`
	Locale    string              `json:"locale" enum:"nl,en"`
	Own       bool                `json:"own"` // false: these words are ours.
	Words     models.MessageWords `json:"words"`
	Version   int                 `json:"version"` // 0 for ours.
	ChangedAt *time.Time          `json:"changed_at,omitempty"`
	Preview   WordsPreview        `json:"preview"`
	id        uuid.UUID
}

// WordsPreview is how a message arrives.
type WordsPreview struct {
	From    string   `json:"from"`
	Subject string   `json:"subject"`
	Body    []string `json:"body"` // paragraphs.
	Button  string   `json:"button"`
	Note    string   `json:"note"`
	Mail    string   `json:"mail"` // the text part, whole.
	HTML    string   `json:"html"` // the other part.
	Push    string   `json:"push"`
	Text    string   `json:"text,omitempty"` // a whole text message.
}

func (s *Service) wordsView(p models.Practice, kind string, lang locale.Lang, own *models.OwnWords) WordsView {
	v := WordsView{Kind: kind, Locale: string(lang), Words: standardWords(lang, kind)}
	if own != nil {
		v.Own, v.Words, v.Version, v.ChangedAt, v.id = true, own.Words.V, own.Version, inUTC(&own.ChangedAt), own.ID
	}
	v.Preview = s.preview(p, kind, lang, v.Words)
	return v
}

func (s *Service) preview(p models.Practice, kind string, lang locale.Lang, words models.MessageWords) WordsPreview {
	words = filledIn(words, p.SenderName)
	link, stop := s.BaseURL+"/portal", s.BaseURL+"/reminders/stop/…"
	switch kind {
	case "invitation":
		link, stop = s.BaseURL+"/invitation/…", ""
	case "desk":
		link = s.BaseURL + "/desk"
	}
	m := writeMail(locale.For(lang), words, p.SenderName, link, stop)
	v := WordsPreview{
		From: m.FromName, Subject: m.Subject, Body: paragraphs(words.Body), Button: words.Button, Note: words.Note, Mail: m.Text, HTML: m.HTML, Push: m.Subject,
	}
	if slices.Contains(textKinds, kind) {
		v.Text = s.textFor(words, p.SenderName)
	}
	return v
}

// MessageWords lists what each kind of message says in each language, with how it arrives. Faults: not_found for who is no
// member.
func (s *Service) MessageWords(ctx context.Context, actor Actor) ([]WordsView, error) {
	out := []WordsView{}
	if err := mayReadWords(actor).fault(); err != nil {
		return out, err
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		rows, err := models.AllOwnWords(t.DB)
		if err != nil {
			return err
		}
		for _, kind := range OwnWordKinds {
			for _, lang := range locale.Langs {
				var own *models.OwnWords
				if at := slices.IndexFunc(rows, func(w models.OwnWords) bool { return w.Kind == kind && w.Locale == string(lang) }); at >= 0 {
					own = &rows[at]
				}
				out = append(out, s.wordsView(practice, kind, lang, own))
			}
		}
		return nil
	})
	return out, err
}

// ChangeWordsInput is what a message is to say; Version is the one the reader saw, 0 for ours.
type ChangeWordsInput struct {
	models.MessageWords
	Version int `json:"-"`
}

// tidied takes away what a form adds, and what the kind has no place for.
func (in ChangeWordsInput) tidied(kind string) models.MessageWords {
	tidy := func(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) }
	w := models.MessageWords{Subject: tidy(in.Subject), Body: tidy(in.Body), Button: tidy(in.Button), Note: tidy(in.Note)}
	if slices.Contains(textKinds, kind) {
		w.Text = tidy(in.Text)
	}
	return w
}

// wordChecks is how many drafts a person may have checked in an hour: what a checker refuses must not become a way to ask what
// colleagues give here.
const wordChecks = 60

// CheckWords tells what is wrong with words before they are kept, and how they would arrive (owner, who alone can keep them: a
// refused title tells that such an exercise exists). Faults: invalid (fields subject, body, button, note, text: which word,
// and why not), forbidden, not_found, rate_limited.
func (s *Service) CheckWords(ctx context.Context, actor Actor, kind, lang string, in ChangeWordsInput) (WordsView, error) {
	return s.withWords(ctx, actor, mayManagePractice(actor), kind, lang, in, func(t *txn, _ models.MessageWords) error {
		t.note(act{verb: "check", object: "message_words", objectID: t.PracticeID})
		return nil
	})
}

// ChangeWords keeps a practice's own words for a kind of message in a language (owner). They count from the next message on.
// Faults: those of CheckWords, forbidden, stale.
func (s *Service) ChangeWords(ctx context.Context, actor Actor, kind, lang string, in ChangeWordsInput) (WordsView, error) {
	var kept models.OwnWords
	v, err := s.withWords(ctx, actor, mayManagePractice(actor), kind, lang, in, func(t *txn, words models.MessageWords) error {
		row, found, err := models.FindOwnWords(t.DB, kind, lang)
		if err != nil {
			return err
		}
		if in.Version != row.Version {
			return fault.New(fault.Stale, "")
		}
		if !found {
			row = models.OwnWords{Row: models.NewRow(t.PracticeID), Kind: kind, Locale: lang, Version: 1}
		}
		row.Words.V, row.ChangedAt, row.ChangedBy = words, t.now, actor.ID
		saved, err := models.SaveOwnWords(t.DB, &row, !found)
		if err != nil {
			return err
		}
		if !saved {
			return fault.New(fault.Stale, "")
		}
		t.note(act{verb: "change", object: "message_words", objectID: row.ID})
		kept = row
		return nil
	})
	if err == nil {
		v.Own, v.Version, v.ChangedAt, v.id = true, kept.Version, inUTC(&kept.ChangedAt), kept.ID
	}
	return v, err
}

// withWords checks words and does something with them in the same transaction.
func (s *Service) withWords(ctx context.Context, actor Actor, may verdict, kind, lang string, in ChangeWordsInput, then func(*txn, models.MessageWords) error) (WordsView, error) {
	var v WordsView
	if err := may.fault(); err != nil {
		return v, err
	}
	parsed, ok := locale.Parse(lang)
	if !ok || string(parsed) != lang || !slices.Contains(OwnWordKinds, kind) {
		return v, fault.Missing()
	}
	if err := s.allow(ctx, "words:"+actor.ID.String(), wordChecks, time.Hour); err != nil {
		return v, err
	}
	err := s.inPractice(ctx, actor, func(t *txn) error {
		practice, err := t.thePractice()
		if err != nil {
			return err
		}
		words := in.tidied(kind)
		known, err := t.knownWords()
		if err != nil {
			return err
		}
		if err := s.checkOwnWords(practice, kind, words, known); err != nil {
			return err
		}
		v = WordsView{Kind: kind, Locale: lang, Words: words, Version: in.Version, Preview: s.preview(practice, kind, parsed, words)}
		return then(t, words)
	})
	if fault.Is(err, fault.Invalid) { // A refused title tells that it exists: each asking is on the record.
		refused := s.inPractice(ctx, actor, func(t *txn) error {
			t.note(act{verb: "check", object: "message_words", objectID: t.PracticeID})
			return nil
		})
		if refused != nil {
			return v, refused
		}
	}
	return v, err
}

// ResetWords goes back to our words (owner); where ours stand it changes nothing. Faults: forbidden, not_found.
func (s *Service) ResetWords(ctx context.Context, actor Actor, kind, lang string) error {
	if err := mayManagePractice(actor).fault(); err != nil {
		return err
	}
	if _, ok := locale.Parse(lang); !ok || !slices.Contains(OwnWordKinds, kind) {
		return fault.Missing()
	}
	return s.inPractice(ctx, actor, func(t *txn) error {
		dropped, err := models.DropOwnWords(t.DB, kind, lang)
		if err != nil || !dropped {
			return err
		}
		t.note(act{verb: "reset", object: "message_words", objectID: t.PracticeID})
		return nil
	})
}
