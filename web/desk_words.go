package web

import (
	"slices"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/internal/locale"
	"tussentijds/models"
)

var deskOwnWordsPage = page("desk/settings-words")

// OwnWordsPage is what one kind of message says in one language, with how it arrives.
type OwnWordsPage struct {
	Tabs    SettingsTabs
	List    []care.WordsView
	W       care.WordsView // what is shown and edited.
	Gap     string         // what stands for the sender.
	Checked bool           // W was typed and would do.
	Owner   bool
	Try     []care.ChannelSetup
	Tests   []care.TestView
	Stale   bool
}

// Texts tells whether this kind goes as a text message too.
func (d OwnWordsPage) Texts() bool { return d.W.Kind == "ready" || d.W.Kind == "reminder" }

const deskWordsBase = "/desk/settings/words"

// address is the page of a kind and language.
func wordsAddress(kind, lang string) string { return deskWordsBase + "?kind=" + kind + "&lang=" + lang }

func (s *Site) ownWordsPage(r *Request, kind, lang string) (OwnWordsPage, error) {
	d := OwnWordsPage{Tabs: r.settingsTabs("words"), Owner: r.Actor.Role == models.RoleOwner}
	var err error
	if d.List, err = s.care.MessageWords(r.Context(), r.Actor); err != nil {
		return d, err
	}
	at := slices.IndexFunc(d.List, func(w care.WordsView) bool { return w.Kind == kind && w.Locale == lang })
	if at < 0 {
		return d, fault.Missing()
	}
	d.W = d.List[at]
	d.Gap = care.SenderGap[locale.Lang(lang)]
	if !d.Owner || !d.W.Own {
		return d, nil
	}
	preferences, err := s.care.ReminderPreferences(r.Context(), r.Actor)
	if err != nil {
		return d, err
	}
	d.Try = slices.DeleteFunc(preferences.Setup, func(c care.ChannelSetup) bool { return !c.Ready || c.Channel == "sms" && !d.Texts() })
	d.Tests, err = s.care.Tests(r.Context(), r.Actor)
	return d, err
}

// deskWordsOfMessages shows what a kind of message says; ?kind= and ?lang= choose, the first in the reader's language to begin
// with.
func (s *Site) deskWordsOfMessages(r *Request) error {
	d, err := s.ownWordsPage(r, r.Query("kind", care.OwnWordKinds[0]), r.Query("lang", string(r.L.Lang)))
	if err != nil {
		return err
	}
	return r.deskShow(deskOwnWordsPage, "desk.settings.words", d)
}

// wordsTyped is the form.
func (r *Request) wordsTyped() (kind, lang string, in care.ChangeWordsInput) {
	return r.Typed("kind"), r.Typed("lang"), care.ChangeWordsInput{Version: r.number("version"), MessageWords: models.MessageWords{
		Subject: r.FormValue("subject"), Body: r.FormValue("body"), Button: r.FormValue("button"), Note: r.FormValue("note"), Text: r.FormValue("text"),
	}}
}

// ownWordsAgain shows the form with what was typed, and what is wrong with it.
func (s *Site) ownWordsAgain(r *Request, wrong error, kind, lang string, in care.ChangeWordsInput) error {
	d, err := s.ownWordsPage(r, kind, lang)
	if err != nil {
		return err
	}
	d.W.Words, d.Stale = in.MessageWords, fault.Is(wrong, fault.Stale)
	return r.deskAgain(wrong, deskOwnWordsPage, "desk.settings.words", d)
}

// deskSaveWords keeps own words.
func (s *Site) deskSaveWords(r *Request) error {
	kind, lang, in := r.wordsTyped()
	if _, err := s.care.ChangeWords(r.Context(), r.Actor, kind, lang, in); err != nil {
		return s.ownWordsAgain(r, err, kind, lang, in)
	}
	return r.Go(wordsAddress(kind, lang), "desk.flash.saved")
}

// deskCheckWords shows how a draft would arrive. Nothing is kept.
func (s *Site) deskCheckWords(r *Request) error {
	kind, lang, in := r.wordsTyped()
	v, err := s.care.CheckWords(r.Context(), r.Actor, kind, lang, in)
	if err != nil {
		return s.ownWordsAgain(r, err, kind, lang, in)
	}
	d, err := s.ownWordsPage(r, kind, lang)
	if err != nil {
		return err
	}
	d.W.Words, d.W.Preview, d.Checked = v.Words, v.Preview, true
	d.W.Version = in.Version
	return r.deskShow(deskOwnWordsPage, "desk.settings.words", d)
}

// deskResetWords goes back to the standard words.
func (s *Site) deskResetWords(r *Request) error {
	kind, lang := r.Typed("kind"), r.Typed("lang")
	if err := s.care.ResetWords(r.Context(), r.Actor, kind, lang); err != nil {
		return err
	}
	return r.Go(wordsAddress(kind, lang), "desk.flash.saved")
}

// deskTryWords sends the practice's own words to whoever asks.
func (s *Site) deskTryWords(r *Request) error {
	kind, lang := r.Typed("kind"), r.Typed("lang")
	if _, err := s.care.TryWords(r.Context(), r.Actor, kind, lang, r.Typed("channel")); err != nil {
		d, failed := s.ownWordsPage(r, kind, lang)
		if failed != nil {
			return failed
		}
		return r.deskAgain(err, deskOwnWordsPage, "desk.settings.words", d)
	}
	return r.Go(wordsAddress(kind, lang)+"#tests", "web.flash.test")
}
