package care

import "context"

// Repeat is what is remembered of an earlier identical write.
type Repeat struct {
	Done     bool // the earlier write finished: answer with Status and Location.
	Status   int
	Location string
}

// BeginWrite remembers a write by (practice, person, method, path, key). Faults: conflict when the same key came with
// another body, or the first is still running.
func (s *Service) BeginWrite(ctx context.Context, actor Actor, method, path, key string, bodyHash []byte) (Repeat, error) {
	return Repeat{}, errUnbuilt
}

// EndWrite keeps status and location of a finished write; no body is kept. A failed write (status 0) is forgotten.
func (s *Service) EndWrite(ctx context.Context, actor Actor, method, path, key string, status int, location string) error {
	return errUnbuilt
}
