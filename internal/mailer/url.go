package mailer

import (
	"errors"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
)

// server is where mail goes.
type server struct {
	host       string
	port       int
	user       string
	password   string
	implicit   bool // TLS from the first octet.
	starttls   gomail.TLSPolicy
	pool       int // connections.
	domainPool int // conversations at the same time about recipients of one domain; 0 for no bound.
	domainRate int // mails a second to one domain; 0 for no bound.
}

// What a server and a domain get when nobody says otherwise. A connection rests while its mail is looked at once more (Before),
// which is why there are some more of them than keep a server busy. Large mail providers slow down who comes with more.
const (
	usualPool       = 12
	usualDomainPool = 6
	usualDomainRate = 40
)

// parseURL reads smtp://user:password@host:port?starttls=required|auto|off and smtps://…, both with pool (connections),
// domain_pool and domain_rate (conversations at once with, and mails a second to, the recipients of one domain; 0 for no
// bound). Its errors never hold the URL, which may hold a password. Without a word on starttls it is required, except on this
// very machine, where a relay of one's own also keeps the pace.
func parseURL(raw string) (server, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return server{}, errors.New("mailer: the SMTP URL cannot be read")
	}
	s := server{host: u.Hostname(), user: u.User.Username(), port: 587, starttls: gomail.TLSMandatory, pool: usualPool}
	s.password, _ = u.User.Password()
	switch u.Scheme {
	case "smtp":
		if loopback(s.host) {
			s.starttls = gomail.TLSOpportunistic
		}
	case "smtps":
		s.port, s.implicit = 465, true
	default:
		return server{}, errors.New("mailer: the SMTP URL must start with smtp:// or smtps://")
	}
	if !loopback(s.host) {
		s.domainPool, s.domainRate = usualDomainPool, usualDomainRate
	}
	if s.host == "" || strings.Trim(u.Path, "/") != "" {
		return server{}, errors.New("mailer: the SMTP URL names no host, or more than one")
	}
	if p := u.Port(); p != "" {
		if s.port, err = strconv.Atoi(p); err != nil || s.port < 1 || s.port > 65535 {
			return server{}, errors.New("mailer: the SMTP URL has a bad port")
		}
	}
	for name, values := range u.Query() {
		if !s.option(name, values[0]) {
			return server{}, errors.New("mailer: the SMTP URL has an option that means nothing")
		}
	}
	return s, nil
}

// option sets what a part of the URL's query says; ok is false for what means nothing.
func (s *server) option(name, value string) (ok bool) {
	if name == "starttls" {
		s.starttls, ok = map[string]gomail.TLSPolicy{"required": gomail.TLSMandatory, "auto": gomail.TLSOpportunistic, "off": gomail.NoTLS}[value]
		return ok && !s.implicit
	}
	n, err := strconv.Atoi(value)
	switch name {
	case "pool":
		s.pool = n
		return err == nil && n >= 1 && n <= 100
	case "domain_pool":
		s.domainPool = n
	case "domain_rate":
		s.domainRate = n
	default:
		return false
	}
	return err == nil && n >= 0 && n <= 10_000
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (s server) options(from mail.Address, cfg Config) []gomail.Option {
	// Neither NOOP nor RSET between mails: each costs a round trip, and a dead connection shows itself at once.
	o := []gomail.Option{
		gomail.WithPort(s.port), gomail.WithTimeout(cfg.Timeout), gomail.WithoutNoop(), gomail.WithoutRset(),
		gomail.WithHELO(from.Address[strings.LastIndex(from.Address, "@")+1:]), // The machine's own name is nobody's business.
	}
	if s.implicit {
		o = append(o, gomail.WithSSL())
	} else {
		o = append(o, gomail.WithTLSPolicy(s.starttls))
	}
	if cfg.TLS != nil {
		o = append(o, gomail.WithTLSConfig(cfg.TLS))
	}
	if s.user != "" {
		o = append(o, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.user), gomail.WithPassword(s.password))
	}
	return o
}

// plain tells whether text can stand in a header: valid, on one line, no control characters.
func plain(text string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	for _, r := range text {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return false
		}
	}
	return true
}
