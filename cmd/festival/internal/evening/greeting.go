package evening

import (
	"context"
	"fmt"
	"net/http"

	"nianwei/cmd/festival/internal/client"
	"nianwei/cmd/festival/internal/material"
)

// manner is how somebody behaves at the button.
type manner int

const (
	plain manner = iota
	doubleTap
	cutOff
)

// greeter is a guest with what the product has acknowledged to them.
type greeter struct {
	*guest
	manner manner

	media   string
	key     string // of the entry
	input   any    // of the entry
	entryID int64
	greeted bool
	playKey string
	play    *client.Play // nil: not played, or all was gone
}

// greet goes the whole way: look, record, hand in, draw. Every answer is kept,
// because what was answered once must stay true.
func (v *voices) greet(ctx context.Context, g *greeter) error {
	if _, err := g.look(ctx, v.round.ID); err != nil {
		return err
	}
	if err := v.handIn(ctx, g); err != nil {
		return fmt.Errorf("greeting of %s: %w", g.Name, err)
	}
	if err := v.draw(ctx, g); err != nil {
		return fmt.Errorf("play of %s: %w", g.Name, err)
	}
	return nil
}

func (v *voices) handIn(ctx context.Context, g *greeter) error {
	recording, err := g.phone.Upload(ctx, material.Voice(g.No))
	if err != nil {
		return err
	}
	hometowns := v.season.Scenario.Voices.Hometowns
	g.media, g.key = recording.ID, client.NewKey()
	g.input = map[string]any{"mediaIds": []string{g.media}, "hometown": hometowns[g.No%len(hometowns)]}
	entry, err := answer[client.Entry](ctx, v, g, g.phone.EntryCall(v.round.ID, g.key, g.input), func(e client.Entry) any { return e.ID })
	if err != nil {
		return err
	}
	v.verdict.expect(entry.State == "done" && entry.ChancesLeft == 1, "entry %d is %s with %d chances", entry.ID, entry.State, entry.ChancesLeft)
	g.entryID, g.greeted = entry.ID, true
	v.tally.greeted(v.verdict, g)
	return nil
}

func (v *voices) draw(ctx context.Context, g *greeter) error {
	g.playKey = client.NewKey()
	v.asked.Add(1)
	play, err := answer[client.Play](ctx, v, g, g.phone.PlayCall(v.round.ID, g.entryID, g.playKey), func(p client.Play) any { return p })
	if client.Reason(err) == "play.sold_out" {
		v.tally.gone()
		return nil
	}
	if err != nil {
		return err
	}
	v.verdict.expect(play.EntryID == g.entryID && play.RoundID == v.round.ID, "play %d is for entry %d of %s", play.Seq, play.EntryID, play.RoundID)
	g.play = &play
	v.tally.played(v.verdict, g)
	v.played.Add(1)
	return nil
}

// answer gets an answer in the greeter's manner. However often a request
// arrives under one key, there is one answer.
func answer[T any](ctx context.Context, v *voices, g *greeter, call client.Call, what func(T) any) (T, error) {
	api := g.phone.Client()
	switch g.manner {
	case cutOff:
		g.phone.Cut(ctx, call)
		v.cuts.Add(1)
	case doubleTap:
		v.taps.Add(1)
		a, b, err := g.phone.Twice(ctx, call)
		if err != nil {
			var none T
			return none, err
		}
		first, errA := client.Decode[T](a, call.Op)
		second, errB := client.Decode[T](b, call.Op)
		if errA == nil && errB == nil {
			v.verdict.expect(what(first) == what(second), "a double tap of %s was answered %v and %v", call.Op, what(first), what(second))
		} else {
			v.verdict.expect(client.Reason(errA) == client.Reason(errB), "a double tap of %s was answered %v and %v", call.Op, errA, errB)
		}
		return first, errA
	}
	out, err := client.Ask[T](ctx, api, call)
	if g.manner == cutOff && err == nil { // and once more, when everything is known
		again, err := client.Ask[T](ctx, api, call)
		v.verdict.expect(err == nil && what(again) == what(out), "a repeated %s was answered %v and %v (%v)", call.Op, what(out), what(again), err)
	}
	return out, err
}

// mustRefuse makes a call that the product has to refuse for one of the reasons.
func (r *row) mustRefuse(ctx context.Context, what string, api *client.Client, call client.Call, reasons ...string) error {
	call.Op = "refused"
	answer, err := api.Do(ctx, call)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	r.refused(what, answer.Ok(call.Op), reasons...)
	return nil
}

// refused holds a refusal against the reasons that are right.
func (r *row) refused(what string, err error, reasons ...string) {
	if !r.verdict.expect(err != nil, "%s was not refused", what) {
		return
	}
	got := client.Reason(err)
	for _, want := range reasons {
		if got == want {
			r.refusals.add(got)
			return
		}
	}
	r.verdict.expect(false, "%s was refused as %q (%v), want %v", what, got, err, reasons)
}

// get is a read in a phone's name.
func get(p *client.Phone, path string) client.Call {
	return p.Own(client.Call{Op: "get", Method: http.MethodGet, Path: path})
}
