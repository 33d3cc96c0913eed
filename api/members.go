package api

import (
	"context"

	"github.com/google/uuid"

	"tussentijds/care"
)

type listInput struct{ Paging }

func (e *edge) listMembers(ctx context.Context, in *listInput) (*listOutput[care.MemberView], error) {
	v, err := e.svc.ListMembers(ctx, reader(ctx), in.page())
	if err != nil {
		return nil, err
	}
	return asList(v, same[care.MemberView]), nil
}

type addMemberInput struct{ Body addMemberBody }

type addMemberBody struct {
	Role         string     `json:"role" enum:"owner,therapist,trainee,office"`
	Clinician    bool       `json:"clinician,omitempty" doc:"An owner who also treats couples."`
	Name         string     `json:"name"`
	Email        string     `json:"email"`
	Locale       string     `json:"locale,omitempty" enum:"nl,en"`
	SupervisorID *uuid.UUID `json:"supervisor_id,omitempty" doc:"A trainee's supervisor, who signs their notes too."`
}

type memberMadeOutput struct {
	Tag
	Made
	Body care.MemberView
}

func (e *edge) addMember(ctx context.Context, in *addMemberInput) (*memberMadeOutput, error) {
	v, err := e.svc.AddMember(ctx, reader(ctx), care.AddMemberInput(in.Body))
	return &memberMadeOutput{Tag: tagged(v.Version), Made: madeAt("members", v.ID.String()), Body: v}, err
}

type changeMemberInput struct {
	Thing
	Match
	Body changeMemberBody
}

type changeMemberBody struct {
	Role         *string    `json:"role,omitempty" enum:"owner,therapist,trainee,office"`
	Clinician    *bool      `json:"clinician,omitempty"`
	Name         *string    `json:"name,omitempty"`
	Status       *string    `json:"status,omitempty" doc:"ended: the rights go with the next request."`
	SupervisorID *uuid.UUID `json:"supervisor_id,omitempty"`
	Version      int        `json:"-"`
}

type memberOutput struct {
	Tag
	Body care.MemberView
}

func (e *edge) changeMember(ctx context.Context, in *changeMemberInput) (*memberOutput, error) {
	id, err := pathID(in.ID)
	if err != nil {
		return nil, err
	}
	if in.Body.Version, err = in.needed(ctx, func() (int, error) { return e.memberVersion(ctx, id) }); err != nil {
		return nil, err
	}
	v, err := e.svc.ChangeMember(ctx, reader(ctx), id, care.ChangeMemberInput(in.Body))
	return &memberOutput{Tag: tagged(v.Version), Body: v}, err
}

// memberVersion looks a member up in the list: there is no reading of one alone. An unknown one gets a version too, so
// that ChangeMember is the one to answer.
func (e *edge) memberVersion(ctx context.Context, id uuid.UUID) (int, error) {
	page := care.Page{Limit: 100}
	for {
		v, err := e.svc.ListMembers(ctx, reader(ctx), page)
		if err != nil {
			return 0, err
		}
		for _, m := range v.Data {
			if m.ID == id {
				return m.Version, nil
			}
		}
		if v.Next == nil {
			return 1, nil
		}
		page.Cursor = *v.Next
	}
}

// Thing is the id of what a route is about.
type Thing struct {
	ID string `path:"id"`
}
