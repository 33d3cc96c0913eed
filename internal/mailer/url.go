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
	host     string
	port     int
	user     string
	password string
	implicit bool // TLS from the first octet.
	starttls gomail.TLSPolicy
}

// parseURL reads smtp://user:password@host:port?starttls=required|auto|off and smtps://…. Its errors never hold the URL,
// which may hold a password. Without a word on starttls it is required, except on this very machine.
func parseURL(raw string) (server, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return server{}, errors.New("mailer: the SMTP URL cannot be read")
	}
	s := server{host: u.Hostname(), user: u.User.Username(), port: 587, starttls: gomail.TLSMandatory}
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
	if s.host == "" || strings.Trim(u.Path, "/") != "" {
		return server{}, errors.New("mailer: the SMTP URL names no host, or more than one")
	}
	if p := u.Port(); p != "" {
		if s.port, err = strconv.Atoi(p); err != nil || s.port < 1 || s.port > 65535 {
			return server{}, errors.New("mailer: the SMTP URL has a bad port")
		}
	}
	for name, values := range u.Query() {
		policy, known := map[string]gomail.TLSPolicy{"required": gomail.TLSMandatory, "auto": gomail.TLSOpportunistic, "off": gomail.NoTLS}[values[0]]
		if name != "starttls" || !known || s.implicit {
			return server{}, errors.New("mailer: the SMTP URL has an option that means nothing")
		}
		s.starttls = policy
	}
	return s, nil
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
