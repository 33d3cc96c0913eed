package api

import (
	"context"

	"tussentijds/care"
	"tussentijds/internal/fault"
	"tussentijds/models"
)

type wordsListOutput struct{ Body wordsListBody }

type wordsListBody struct {
	Data []care.WordsView `json:"data"`
	Next *string          `json:"next" doc:"Always null: there are few."`
}

func (e *edge) listWords(ctx context.Context, _ *nothing) (*wordsListOutput, error) {
	all, err := e.svc.MessageWords(ctx, reader(ctx))
	return &wordsListOutput{Body: wordsListBody{Data: all}}, err
}

type wordsInput struct{ Body wordsBody }

type changeWordsInput struct {
	Match
	Body wordsBody
}

type wordsBody struct {
	Kind    string `json:"kind" enum:"ready,reminder,invitation,desk"`
	Locale  string `json:"locale" enum:"nl,en"`
	Subject string `json:"subject" doc:"Of a mail, and all that a notification says. {sender} (or {afzender}) stands for the practice's neutral name, here and in the other texts."`
	Body    string `json:"body" doc:"An empty line begins a paragraph."`
	Button  string `json:"button"`
	Note    string `json:"note" doc:"Below the button."`
	Text    string `json:"text,omitempty" doc:"Of a text message, before the address; for ready and reminder alone."`
}

func (b wordsBody) change(version int) care.ChangeWordsInput {
	return care.ChangeWordsInput{MessageWords: models.MessageWords{Subject: b.Subject, Body: b.Body, Button: b.Button, Note: b.Note, Text: b.Text}, Version: version}
}

type wordsOutput struct {
	Tag
	Body care.WordsView
}

func (e *edge) changeWords(ctx context.Context, in *changeWordsInput) (*wordsOutput, error) {
	version, err := in.needed(ctx, func() (int, error) {
		all, err := e.svc.MessageWords(ctx, reader(ctx))
		for _, v := range all {
			if v.Kind == in.Body.Kind && v.Locale == in.Body.Locale {
				return v.Version, nil
			}
		}
		if err == nil {
			err = fault.Missing()
		}
		return 0, err
	})
	if err != nil {
		return nil, err
	}
	v, err := e.svc.ChangeWords(ctx, reader(ctx), in.Body.Kind, in.Body.Locale, in.Body.change(version))
	return &wordsOutput{Tag: tagged(v.Version), Body: v}, err
}

type checkedWordsOutput struct{ Body care.WordsView }

func (e *edge) checkWords(ctx context.Context, in *wordsInput) (*checkedWordsOutput, error) {
	v, err := e.svc.CheckWords(ctx, reader(ctx), in.Body.Kind, in.Body.Locale, in.Body.change(0))
	return &checkedWordsOutput{Body: v}, err
}

type resetWordsInput struct{ Body resetWordsBody }

type resetWordsBody struct {
	Kind   string `json:"kind" enum:"ready,reminder,invitation,desk"`
	Locale string `json:"locale" enum:"nl,en"`
}

func (e *edge) resetWords(ctx context.Context, in *resetWordsInput) (*nothing, error) {
	return nil, e.svc.ResetWords(ctx, reader(ctx), in.Body.Kind, in.Body.Locale)
}

type tryWordsInput struct{ Body tryWordsBody }

type tryWordsBody struct {
	Kind    string `json:"kind" enum:"ready,reminder,invitation,desk"`
	Locale  string `json:"locale" enum:"nl,en"`
	Channel string `json:"channel" enum:"mail,push,sms"`
}

func (e *edge) tryWords(ctx context.Context, in *tryWordsInput) (*testOutput, error) {
	v, err := e.svc.TryWords(ctx, reader(ctx), in.Body.Kind, in.Body.Locale, in.Body.Channel)
	return &testOutput{Body: v}, err
}

type testOutput struct{ Body care.TestView }

type sendTestInput struct{ Body sendTestBody }

type sendTestBody struct {
	Channel string `json:"channel" enum:"mail,push,sms"`
}

func (e *edge) sendTest(ctx context.Context, in *sendTestInput) (*testOutput, error) {
	v, err := e.svc.SendTest(ctx, reader(ctx), in.Body.Channel)
	return &testOutput{Body: v}, err
}

type testsOutput struct{ Body testsBody }

type testsBody struct {
	Data []care.TestView `json:"data"`
	Next *string         `json:"next" doc:"Always null: only the last few are told."`
}

func (e *edge) listTests(ctx context.Context, _ *nothing) (*testsOutput, error) {
	v, err := e.svc.Tests(ctx, reader(ctx))
	return &testsOutput{Body: testsBody{Data: v}}, err
}

type queueOutput struct{ Body care.QueueView }

func (e *edge) getQueue(ctx context.Context, _ *nothing) (*queueOutput, error) {
	v, err := e.svc.ReminderQueue(ctx, reader(ctx))
	return &queueOutput{Body: v}, err
}
