package api

import (
	"context"

	"tussentijds/care"
)

func (e *edge) listAudit(ctx context.Context, in *listInput) (*listOutput[care.AuditView], error) {
	v, err := e.svc.ListAudit(ctx, reader(ctx), in.page())
	if err != nil {
		return nil, err
	}
	return asList(v, same[care.AuditView]), nil
}
