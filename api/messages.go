package api

import (
	"context"

	"github.com/google/uuid"

	"tussentijds/care"
)

// threadInput names a thread of messages and a part of it.
type threadInput struct {
	Thread string `query:"thread" maxLength:"40" default:"together" doc:"together, alone (a partner's own), or to therapists the id of the partner whose own thread it is."`
	Paging
}

func (e *edge) showThread(ctx context.Context, couple uuid.UUID, in threadInput) (*listOutput[care.MessageView], error) {
	v, err := e.svc.Thread(ctx, reader(ctx), couple, in.Thread, in.page())
	if err != nil {
		return nil, err
	}
	return asList(care.List[care.MessageView]{Data: v.Messages, Next: v.Next}, same[care.MessageView]), nil
}

func (e *edge) listMessages(ctx context.Context, in *threadInput) (*listOutput[care.MessageView], error) {
	return e.showThread(ctx, uuid.Nil, *in)
}

type coupleThreadInput struct {
	Thing
	threadInput
}

func (e *edge) listCoupleMessages(ctx context.Context, in *coupleThreadInput) (*listOutput[care.MessageView], error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	return e.showThread(ctx, id, in.threadInput)
}

// toThread names the thread that a message goes to.
type toThread struct {
	Thread string `query:"thread" maxLength:"40" default:"together" doc:"As for reading."`
}

type messageBody struct {
	Body string `json:"body" doc:"Plain text of at most 4,000 characters."`
}

type sendMessageInput struct {
	toThread
	Body messageBody
}

type messageOutput struct {
	Made
	Body care.MessageView
}

func (e *edge) sendMessage(ctx context.Context, in *sendMessageInput) (*messageOutput, error) {
	v, err := e.svc.SendMessage(ctx, reader(ctx), uuid.Nil, in.Thread, care.SendMessageInput{Body: in.Body.Body})
	return &messageOutput{Made: madeAt("messages", v.ID.String()), Body: v}, err
}

type sendCoupleMessageInput struct {
	Thing
	toThread
	Body messageBody
}

func (e *edge) sendCoupleMessage(ctx context.Context, in *sendCoupleMessageInput) (*messageOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	v, err := e.svc.SendMessage(ctx, reader(ctx), id, in.Thread, care.SendMessageInput{Body: in.Body.Body})
	return &messageOutput{Made: madeAt("messages", v.ID.String()), Body: v}, err
}

func (e *edge) takeBackMessage(ctx context.Context, in *thingInput) (*nothing, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	_, err = e.svc.TakeBackMessage(ctx, reader(ctx), id)
	return nil, err
}
