package seed

import (
	"context"

	"tussentijds/care"
)

// letter is a message that somebody writes on a day.
type letter struct {
	Day    int    `yaml:"day"`
	Hour   int    `yaml:"hour"`
	From   string `yaml:"from"`   // therapist, 1 or 2.
	Thread string `yaml:"thread"` // together, or 1 or 2: that partner's own.
	Text   string `yaml:"text"`
	New    bool   `yaml:"new"` // nobody but its writer has read it.
}

// threadOf is a thread as a therapist names it.
func (l *life) threadOf(name string) string {
	switch name {
	case "1", "2":
		return l.partners[name[0]-'1'].ID.String()
	}
	return care.ThreadTogether
}

// correspond plans what is written on a day, and that the others read it: partners in the evening, the therapist the next
// morning.
func (l *life) correspond(n int) {
	for _, m := range l.w.words.Messages[l.key] {
		if m.Day != n {
			continue
		}
		thread := l.threadOf(m.Thread)
		l.plan(l.w.at(n, m.Hour, 22), func(ctx context.Context) error {
			writer := l.therapist
			if m.From != "therapist" {
				writer = l.partners[m.From[0]-'1']
			}
			_, err := l.svc.SendMessage(ctx, writer, l.couple.ID, thread, care.SendMessageInput{Body: m.Text})
			return err
		})
		if m.New {
			continue
		}
		for who := range l.partners {
			if id := l.partners[who].ID.String(); thread == care.ThreadTogether || thread == id {
				l.plan(l.w.at(n, 22, 5+who), func(ctx context.Context) error { return l.reads(ctx, l.partners[who], thread) })
			}
		}
		l.plan(l.w.at(n+1, 8, 50), func(ctx context.Context) error { return l.reads(ctx, l.therapist, thread) })
	}
}

// reads opens a thread, just after signing in.
func (l *life) reads(ctx context.Context, who care.Actor, thread string) error {
	who.FreshAt = l.clock.Now()
	_, err := l.svc.Thread(ctx, who, l.couple.ID, thread, care.Page{})
	return err
}
