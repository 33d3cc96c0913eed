package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"tussentijds/internal/fault"
)

// calendar hands out a calendar. It is for programs: it has no sign-in but its address, and no page when there is none.
func (s *Site) calendar(r *Request) error {
	r.Set("X-Robots-Tag", "noindex, nofollow")
	file, err := s.care.Calendar(r.Context(), r.Params("token"))
	if err != nil {
		f := fault.From(err)
		if f.Code == fault.RateLimited {
			r.retryAfter(f)
		}
		if f.Code == fault.Internal {
			return err
		}
		return r.Status(f.Code.Status()).SendString("")
	}
	changed := file.ChangedAt.UTC().Truncate(time.Second)
	r.Set(fiber.HeaderETag, file.ETag)
	r.Set(fiber.HeaderLastModified, changed.Format(http.TimeFormat))
	if unchanged(r.Get(fiber.HeaderIfNoneMatch), r.Get(fiber.HeaderIfModifiedSince), file.ETag, changed) {
		return r.SendStatus(fiber.StatusNotModified)
	}
	r.Set(fiber.HeaderContentType, "text/calendar; charset=utf-8")
	r.Set(fiber.HeaderContentDisposition, `inline; filename="calendar.ics"`)
	return r.Send(file.Body)
}

// unchanged reads the two conditions of RFC 9110, 13.1: the tag, and only without one the moment.
func unchanged(tags, since, tag string, changed time.Time) bool {
	if tags != "" {
		for one := range strings.SplitSeq(tags, ",") {
			if one = strings.TrimPrefix(strings.TrimSpace(one), "W/"); one == tag || one == "*" {
				return true
			}
		}
		return false
	}
	at, err := http.ParseTime(since)
	return err == nil && !changed.After(at)
}
