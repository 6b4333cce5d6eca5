package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
)

// Phone is one person's WeChat with the product's page open.
type Phone struct {
	Cookie string
	From   string // address
	client *Client
}

// Phone gives the phone that comes from an address; nobody is signed in.
func (c *Client) Phone(from string) *Phone { return &Phone{client: c, From: from} }

// NewKey gives a fresh Idempotency-Key.
func NewKey() string {
	var b [18]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Me is who the session belongs to.
type Me struct {
	Bound bool `json:"bound"`
}

// Upload is a stored recording.
type Upload struct {
	ID         string `json:"id"`
	DurationMs int64  `json:"durationMs"`
}

// Entry is an entry as its worker sees it.
type Entry struct {
	ID          int64  `json:"id"`
	State       string `json:"state"`
	ChancesLeft int    `json:"chancesLeft"`
	Raffle      bool   `json:"raffle"`
	View        Paper  `json:"view"`
}

// Paper is what a quiz shows; empty for other kinds.
type Paper struct {
	Deadline  int64 `json:"deadline"`
	Answered  int   `json:"answered"`
	Passed    *bool `json:"passed"`
	Right     *int  `json:"right"`
	Questions []struct {
		Text    string   `json:"text"`
		Options []string `json:"options"`
		Chosen  []int    `json:"chosen"`
	} `json:"questions"`
}

// Play is the outcome of a play.
type Play struct {
	RoundID   string `json:"roundId"`
	Seq       int64  `json:"seq"`
	EntryID   int64  `json:"entryId"`
	At        int64  `json:"at"`
	Won       bool   `json:"won"`
	PrizeCode string `json:"prizeCode"`
	AmountFen int64  `json:"amountFen"`
}

// Round is a round with what the worker has done in it.
type Round struct {
	Card struct {
		State          string `json:"state"`
		Standing       string `json:"standing"`
		Participations int64  `json:"participations"`
	} `json:"card"`
	Entries []Entry `json:"entries"`
	Plays   []Play  `json:"plays"`
}

// Awards are a worker's prizes.
type Awards struct {
	TotalFen int64 `json:"totalFen"`
	Items    []struct {
		RoundID    string `json:"roundId"`
		No         int64  `json:"no"`
		AmountFen  int64  `json:"amountFen"`
		State      string `json:"state"`
		ReceiptURL string `json:"receiptUrl"`
	} `json:"items"`
}

// Answered is a choice on a paper.
type Answered struct {
	Question int   `json:"question"`
	Options  []int `json:"options"`
}

// Own signs a call with the phone's session and address.
func (p *Phone) Own(call Call) Call {
	call.Cookie, call.From = p.Cookie, p.From
	return call
}

// Client gives the way to the server.
func (p *Phone) Client() *Client { return p.client }

// Bind binds the WeChat account to the worker of that name and number.
func (p *Phone) Bind(ctx context.Context, name, number string) (Me, error) {
	return Ask[Me](ctx, p.client, p.Own(JSON("binding", http.MethodPost, "/api/worker/binding", map[string]string{"name": name, "phone": number})))
}

// UploadCall is the sending of one recording. Sent twice it is two recordings,
// of which the unused one is swept, so it may be tried again.
func (p *Phone) UploadCall(name, contentType string, file []byte) (Call, error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if err := form.WriteField("purpose", "voice"); err != nil {
		return Call{}, err
	}
	head := textproto.MIMEHeader{}
	head.Set("Content-Disposition", fmt.Sprintf(`form-data; name="file"; filename=%q`, name))
	head.Set("Content-Type", contentType)
	part, err := form.CreatePart(head)
	if err != nil {
		return Call{}, err
	}
	if _, err := part.Write(file); err != nil {
		return Call{}, err
	}
	if err := form.Close(); err != nil {
		return Call{}, err
	}
	return p.Own(Call{Op: "upload", Method: http.MethodPost, Path: "/api/worker/media", Type: form.FormDataContentType(), Body: body.Bytes()}), nil
}

// Upload sends a recording.
func (p *Phone) Upload(ctx context.Context, file []byte) (Upload, error) {
	call, err := p.UploadCall("voice.mp3", "audio/mpeg", file)
	if err != nil {
		return Upload{}, err
	}
	return Ask[Upload](ctx, p.client, call)
}

// EntryCall is taking part with an input of the round's kind.
func (p *Phone) EntryCall(round, key string, input any) Call {
	call := p.Own(JSON("entry", http.MethodPost, "/api/worker/rounds/"+round+"/entries", map[string]any{"input": input}))
	call.Key = key
	return call
}

// StepCall is the next step of an entry.
func (p *Phone) StepCall(round string, entry int64, key string, input any) Call {
	call := p.Own(JSON("step", http.MethodPost, fmt.Sprintf("/api/worker/rounds/%s/entries/%d/steps", round, entry), map[string]any{"input": input}))
	call.Key = key
	return call
}

// PlayCall is drawing for an entry.
func (p *Phone) PlayCall(round string, entry int64, key string) Call {
	return p.Own(Call{Op: "play", Method: http.MethodPost, Path: fmt.Sprintf("/api/worker/rounds/%s/entries/%d/play", round, entry), Key: key})
}

// GetCall is reading something of the worker's own.
func (p *Phone) GetCall(op, path string) Call {
	return p.Own(Call{Op: op, Method: http.MethodGet, Path: path})
}

// Cut sends a call and breaks the connection as soon as it has left, as a lost
// network does: the product may have done it, and the phone does not know.
func (p *Phone) Cut(ctx context.Context, call Call) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { cancel() }})
	call.Op += ".cut"
	_, _ = p.client.Once(ctx, call) // the answer is lost, that is the point
}

// Twice sends a call twice at once, as an impatient finger does, and gives both answers.
func (p *Phone) Twice(ctx context.Context, call Call) (a, b Answer, err error) {
	type result struct {
		answer Answer
		err    error
	}
	other := make(chan result, 1)
	go func() {
		answer, err := p.client.Do(ctx, call)
		other <- result{answer, err}
	}()
	a, err = p.client.Do(ctx, call)
	second := <-other
	if err == nil {
		err = second.err
	}
	return a, second.answer, err
}
