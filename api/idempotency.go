package api

import (
	"context"
	"crypto/sha256"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"
)

const idempotencyHeader = "Idempotency-Key"

// reread names the operations whose Location shows, with GET, what the first answer's body showed. A repeat answers with
// that; other repeats answer with status and Location alone, for no body is kept (design decision 5).
var reread = map[string]bool{
	"createCouple": true, "planSession": true, "addExercise": true, "proposeAgreement": true, "requestReport": true,
}

// once makes a POST with an Idempotency-Key happen once. It counts per practice, person, method, path and key, and
// compares the body by its hash. A write that failed is forgotten, so that it can be tried again.
func (e *edge) once(ctx huma.Context, next func(huma.Context)) {
	op := ctx.Operation()
	key := ctx.Header(idempotencyHeader)
	if key == "" || op.Method != http.MethodPost || op.Metadata[accessKey] != SignedIn {
		next(ctx)
		return
	}
	c, k := humafiber.UnwrapV2(ctx), callOf(ctx.Context())
	hash := sha256.Sum256(c.Body())
	path := c.Path()
	earlier, err := e.svc.BeginWrite(ctx.Context(), k.actor, op.Method, path, key, hash[:])
	if err != nil {
		refuse(ctx, k.problem(ctx.Context(), err))
		return
	}
	if earlier.Done {
		repeat(c, k, op.OperationID, earlier.Status, earlier.Location)
		return
	}
	status, location := 0, ""
	defer func() {
		// The outcome is kept even when the request's own time is up, and in case of a panic it is that nothing was done.
		after, cancel := context.WithTimeout(context.WithoutCancel(ctx.Context()), 5*time.Second)
		defer cancel()
		if err := e.svc.EndWrite(after, k.actor, op.Method, path, key, status, location); err != nil {
			k.log.ErrorContext(after, "outcome of a write not kept", "route", k.pattern, "request_id", k.id, "cause", causeOf(err))
		}
	}()
	next(ctx)
	if done := c.Response().StatusCode(); done >= 200 && done < 300 {
		status, location = done, string(c.Response().Header.Peek(fiber.HeaderLocation))
	}
}

// repeat answers a write that was done before.
func repeat(c *fiber.Ctx, k *call, operation string, status int, location string) {
	if reread[operation] && location != "" {
		c.Method(http.MethodGet)
		c.Path(location)
		err := c.RestartRouting()
		if err != nil || c.Response().StatusCode() >= 300 { // It is gone, or no longer for this reader: say no more of it.
			return
		}
	} else {
		c.Response().ResetBody()
	}
	if location != "" {
		c.Set(fiber.HeaderLocation, location)
	}
	c.Status(status)
}
