package evening

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"nianwei/cmd/festival/internal/client"
	"nianwei/cmd/festival/internal/material"
)

// guest is a worker of the roster with a phone.
type guest struct {
	material.Person
	phone  *client.Phone
	openID string
}

// addressOf gives every guest an address of their own, as phones have.
func addressOf(no int) string {
	return fmt.Sprintf("10.%d.%d.%d", no>>16&255, no>>8&255, no&255)
}

// guests gives those of a city who stay or leave, in a chance order.
func (s *Season) guests(city string, staying bool) []*guest {
	var out []*guest
	for _, g := range s.crowd {
		if g.City == city && g.Staying == staying {
			out = append(out, g)
		}
	}
	s.chance.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// codesAtOnce is how many login codes are minted together: they live five
// minutes, so not more than can be spent in that time.
const codesAtOnce = 500

// signIn takes guests through WeChat's redirects and binds them to the roster
// by name and phone.
func (s *Season) signIn(ctx context.Context, guests []*guest) error {
	for chunk := range slices.Chunk(guests, codesAtOnce) {
		codes, err := s.codes(ctx, chunk, false)
		if err != nil {
			return err
		}
		at := make([]int, len(chunk))
		for i := range at {
			at[i] = i
		}
		err = each(ctx, s, at, func(ctx context.Context, i int) error { return s.enter(ctx, chunk[i], codes[i]) })
		if err != nil {
			return err
		}
	}
	return nil
}

// codes gives one login code for each guest.
func (s *Season) codes(ctx context.Context, guests []*guest, snapshot bool) ([]string, error) {
	names := make([]string, len(guests))
	for i, g := range guests {
		names[i] = fmt.Sprintf("w%x-%d", s.Seed, g.No)
	}
	openIDs, err := s.wechat.People(ctx, names)
	if err != nil {
		return nil, err
	}
	for i, g := range guests {
		g.openID = openIDs[i]
	}
	return s.wechat.Codes(ctx, openIDs, snapshot)
}

// enter signs one guest in and binds them. A code works once, so a broken
// connection begins again with a new one, as the page's own retry does.
func (s *Season) enter(ctx context.Context, g *guest, code string) error {
	const tries = 5
	for try := 1; ; try++ {
		err := g.phone.SignIn(ctx, code)
		if err == nil {
			break
		}
		if client.Reason(err) != "" && client.Reason(err) != "busy" || try == tries {
			return fmt.Errorf("sign in: %w", err)
		}
		codes, err := s.wechat.Codes(ctx, []string{g.openID}, false)
		if err != nil {
			return err
		}
		code = codes[0]
	}
	me, err := g.phone.Bind(ctx, g.Name, g.Person.Phone)
	if err != nil {
		return fmt.Errorf("bind %s: %w", g.Name, err)
	}
	if !me.Bound {
		return fmt.Errorf("bind %s: the answer says that nobody is bound", g.Name)
	}
	return nil
}

// signInUnbound makes a phone whose WeChat account belongs to nobody on the roster.
func (s *Season) signInUnbound(ctx context.Context) (*client.Phone, error) {
	openIDs, err := s.wechat.People(ctx, []string{fmt.Sprintf("stranger%x", s.Seed)})
	if err != nil {
		return nil, err
	}
	codes, err := s.wechat.Codes(ctx, openIDs, false)
	if err != nil {
		return nil, err
	}
	p := s.API.Phone("10.255.255.1")
	return p, p.SignIn(ctx, codes[0])
}

// look reads a round as its page does.
func (g *guest) look(ctx context.Context, round string) (client.Round, error) {
	return client.Ask[client.Round](ctx, g.phone.Client(), g.phone.GetCall("round", "/api/worker/rounds/"+round))
}

// entry reads one's own entry.
func (g *guest) entry(ctx context.Context, round string, id int64) (client.Entry, error) {
	return client.Ask[client.Entry](ctx, g.phone.Client(), g.phone.GetCall("entry.read", fmt.Sprintf("/api/worker/rounds/%s/entries/%d", round, id)))
}

// awards reads one's own prizes.
func (g *guest) awards(ctx context.Context) (client.Awards, error) {
	return client.Ask[client.Awards](ctx, g.phone.Client(), g.phone.GetCall("awards", "/api/worker/awards?limit=50"))
}

// receipt reads a receipt as its raw bytes.
func (g *guest) receipt(ctx context.Context, path string) ([]byte, error) {
	answer, err := g.phone.Client().Do(ctx, client.Call{Op: "receipt", Method: http.MethodGet, Path: path, Cookie: g.phone.Cookie, From: g.phone.From})
	if err != nil {
		return nil, err
	}
	return answer.Body, answer.Ok("receipt")
}
