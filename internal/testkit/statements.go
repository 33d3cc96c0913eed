package testkit

import (
	"context"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// tracer counts the statements of a context made by CountStatements.
type tracer struct{}

type (
	counterKey struct{}
	everyKey   struct{}
)

// CountStatements gives a context whose round trips are counted: a page that asks more the more it shows has an N+1.
func CountStatements(ctx context.Context) (context.Context, func() int) {
	return counted(ctx, counterKey{})
}

// CountEveryStatement gives a context whose statements are counted, those of a batch each for itself.
func CountEveryStatement(ctx context.Context) (context.Context, func() int) {
	return counted(ctx, everyKey{})
}

func counted(ctx context.Context, key any) (context.Context, func() int) {
	n := &atomic.Int64{}
	return context.WithValue(ctx, key, n), func() int { return int(n.Load()) }
}

func count(ctx context.Context, keys ...any) context.Context {
	for _, key := range keys {
		if n, ok := ctx.Value(key).(*atomic.Int64); ok {
			n.Add(1)
		}
	}
	return ctx
}

// TraceQueryStart counts a statement.
func (tracer) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return count(ctx, counterKey{}, everyKey{})
}

// TraceQueryEnd does nothing.
func (tracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart counts a whole batch as the one round trip it is.
func (tracer) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return count(ctx, counterKey{})
}

// TraceBatchQuery counts a statement of a batch.
func (tracer) TraceBatchQuery(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchQueryData) {
	count(ctx, everyKey{})
}

// TraceBatchEnd does nothing.
func (tracer) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}
