package sms

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
)

// Receipt is what a gateway tells afterwards of one message.
type Receipt struct {
	ID        string // the message's own.
	Delivered bool
	Permanent bool // of one that was not delivered: the number takes no messages, now or later.
	Final     bool // whether it is the last word; on its way is not.
}

// Signed is a receipt as it came, with the three headers of Standard Webhooks, which also our own webhooks carry.
type Signed struct {
	ID        string // webhook-id.
	Timestamp string // webhook-timestamp: seconds since 1970.
	Signature string // webhook-signature: one or more "v1,<base64>", with spaces between.
	Body      []byte
}

// window is how far the gateway's clock may be from ours, and how long a receipt that somebody recorded can be played again.
// What it says is true whenever it comes, so within the window that changes nothing.
const window = 5 * time.Minute

// ErrUnsigned says that a receipt is not the gateway's, or not of now.
var ErrUnsigned = errors.New("sms: a receipt without a good signature")

// ErrReceipt says that a receipt is the gateway's and cannot be read.
var ErrReceipt = errors.New("sms: a receipt that cannot be read")

// Sign makes the signature of a receipt, as the gateway does.
func Sign(secret []byte, id, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Read checks the signature over id, moment and body, and the moment, and reads the receipt: {"id", "status", "permanent"?},
// where status is delivered, failed, or anything else for on its way. It gives ErrUnsigned or ErrReceipt.
func Read(secret []byte, s Signed, now time.Time) (Receipt, error) {
	at, err := strconv.ParseInt(s.Timestamp, 10, 64)
	if err != nil || len(secret) == 0 || s.ID == "" || now.Sub(time.Unix(at, 0)).Abs() > window {
		return Receipt{}, ErrUnsigned
	}
	want := []byte(Sign(secret, s.ID, s.Timestamp, s.Body))
	good := false
	for one := range strings.FieldsSeq(s.Signature) {
		good = hmac.Equal([]byte(one), want) || good
	}
	if !good {
		return Receipt{}, ErrUnsigned
	}
	var in struct {
		ID        string `json:"id"`
		Status    string `json:"status"`
		Permanent bool   `json:"permanent"`
	}
	if err := json.Unmarshal(s.Body, &in); err != nil || in.ID == "" || len(in.ID) > 200 {
		return Receipt{}, ErrReceipt
	}
	switch strings.ToLower(in.Status) {
	case "delivered":
		return Receipt{ID: in.ID, Delivered: true, Final: true}, nil
	case "failed", "undelivered", "rejected", "expired":
		return Receipt{ID: in.ID, Permanent: in.Permanent, Final: true}, nil
	}
	return Receipt{ID: in.ID}, nil
}
