package care

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"

	"tussentijds/library"
	"tussentijds/models"
)

// ownShelf is what one member may use of the practice's own exercises, with an index of exactly that: what a colleague keeps
// private is not even a word that a search could be corrected to.
type ownShelf struct {
	stamp     string
	exercises []*library.Exercise
	index     *library.Index
}

// shelfKey is whose shelf it is. The practice stands in it although members have ids of their own: nothing kept in memory
// may rest on row security alone.
type shelfKey struct{ practice, member uuid.UUID }

// shelves keeps the shelves of who searched lately. Whether one is still true is read from the rows each time; only the
// definitions and the index are saved from being made again.
type shelves struct {
	mu   sync.Mutex
	kept map[shelfKey]ownShelf
}

// How many shelves are kept. One holds some tens of exercises, so all together stay below some tens of megabytes.
const maxShelves = 256

func (c *shelves) get(key shelfKey, stamp string) (ownShelf, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	shelf, ok := c.kept[key]
	return shelf, ok && shelf.stamp == stamp
}

func (c *shelves) put(key shelfKey, shelf ownShelf) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil {
		c.kept = map[shelfKey]ownShelf{}
	}
	for other := range c.kept {
		if len(c.kept) < maxShelves {
			break
		}
		delete(c.kept, other)
	}
	c.kept[key] = shelf
}

// ownShelf gives the own exercises that the actor may use. It asks one statement while nothing changed.
func (t *txn) ownShelf() (ownShelf, error) {
	states, err := models.OwnExerciseStates(t.DB)
	if err != nil {
		return ownShelf{}, err
	}
	var offered []string
	for _, o := range states {
		if mayGiveOwn(t.actor, standingOnOwn(t.actor, o), o.Status == models.OwnArchived) {
			offered = append(offered, fmt.Sprint(o.ID, " ", o.PublishedVersion))
		}
	}
	slices.Sort(offered) // The database gives them in any order.
	stamp := strings.Join(offered, "\n")
	key := shelfKey{practice: t.PracticeID, member: t.actor.ID}
	if shelf, ok := t.s.shelves.get(key, stamp); ok {
		return shelf, nil
	}
	shelf := ownShelf{stamp: stamp}
	if shelf.stamp != "" {
		forms, err := t.ownForms()
		if err != nil {
			return ownShelf{}, err
		}
		for _, f := range forms {
			e, err := decodeForm(f)
			if err != nil {
				return ownShelf{}, err
			}
			shelf.exercises = append(shelf.exercises, e)
		}
	}
	docs := make([]library.Document, len(shelf.exercises))
	for i, e := range shelf.exercises {
		docs[i] = library.DocumentOf(e)
	}
	shelf.index = library.NewIndex(docs)
	t.s.shelves.put(key, shelf)
	return shelf, nil
}
