package evening

import (
	"context"
	"fmt"
	"net/http"

	"nianwei/cmd/festival/internal/client"
	"nianwei/cmd/festival/internal/material"
)

// cheat is something that must be refused, and the reasons that are right.
type cheat struct {
	what    string
	reasons []string
	call    func(ctx context.Context, c cast) (client.Call, error)
}

// cast are the people of a cheat.
type cast struct {
	early    *greeter // has greeted and played
	victim   *greeter // has, too
	later    *greeter // may greet, and has not
	stranger *guest   // is on the roster, and may not
	nobody   *client.Phone
}

// cheats gives every cheat as jobs, each tried by several people.
func (v *voices) cheats(early, later []*greeter) []func(context.Context) error {
	const times = 12
	var jobs []func(context.Context) error
	for i := range min(times, len(early)-1, len(later), len(v.strangers)) {
		c := cast{early: early[i], victim: early[i+1], later: later[i], stranger: v.strangers[i], nobody: v.nobody}
		for _, one := range v.cheatTable() {
			jobs = append(jobs, func(ctx context.Context) error {
				call, err := one.call(ctx, c)
				if err != nil {
					return fmt.Errorf("%s: %w", one.what, err)
				}
				reasons := one.reasons
				call.Op = "refused"
				answer, err := v.season.API.Do(ctx, call)
				if err != nil {
					return fmt.Errorf("%s: %w", one.what, err)
				}
				if call.Method == http.MethodPost && v.asked.Load() >= v.season.Scenario.Voices.Tickets { // when all is gone, that is said without looking further
					reasons = append(append([]string(nil), reasons...), "play.sold_out")
				}
				v.refused(one.what, answer.Ok(one.what), reasons...)
				return nil
			})
		}
		jobs = append(jobs, func(ctx context.Context) error { return v.previewer(ctx, c.stranger) })
	}
	return jobs
}

func (v *voices) cheatTable() []cheat {
	round := v.round.ID
	return []cheat{
		{"somebody else's number beside the input", []string{"request.invalid"}, func(_ context.Context, c cast) (client.Call, error) {
			call := client.JSON("", http.MethodPost, "/api/worker/rounds/"+round+"/entries", map[string]any{"input": c.victim.input, "workerId": c.victim.No})
			call.Key = client.NewKey()
			return c.later.phone.Own(call), nil
		}},
		{"somebody else's openid in the input", []string{"entry.input"}, func(_ context.Context, c cast) (client.Call, error) {
			return c.later.phone.EntryCall(round, client.NewKey(), map[string]any{"mediaIds": []string{c.victim.media}, "openid": c.victim.openID}), nil
		}},
		{"a forged session", []string{"session.invalid"}, func(_ context.Context, c cast) (client.Call, error) {
			call := c.early.phone.EntryCall(round, client.NewKey(), c.early.input)
			call.Cookie = "nianwei_worker=" + client.NewKey() + client.NewKey()
			return call, nil
		}},
		{"a worker who does not stay", []string{"round.not_eligible"}, func(ctx context.Context, c cast) (client.Call, error) {
			return freshEntry(ctx, c.stranger, round)
		}},
		{"an account that is bound to nobody", []string{"worker.unbound"}, func(_ context.Context, c cast) (client.Call, error) {
			return c.nobody.EntryCall(round, client.NewKey(), c.early.input), nil
		}},
		{"an upload by nobody", []string{"worker.unbound"}, func(_ context.Context, c cast) (client.Call, error) {
			return c.nobody.UploadCall("voice.mp3", "audio/mpeg", material.Voice(1))
		}},
		{"a second greeting", []string{"entry.already"}, func(ctx context.Context, c cast) (client.Call, error) {
			return freshEntry(ctx, c.early.guest, round)
		}},
		{"a second play with another key", []string{"play.already"}, func(_ context.Context, c cast) (client.Call, error) {
			return c.early.phone.PlayCall(round, c.early.entryID, client.NewKey()), nil
		}},
		{"an old key for something else", []string{"idempotency.reused"}, func(_ context.Context, c cast) (client.Call, error) {
			return c.early.phone.EntryCall(round, c.early.key, map[string]any{"mediaIds": []string{c.early.media}, "hometown": "另一个地方"}), nil
		}},
		{"no key", []string{"request.invalid"}, func(_ context.Context, c cast) (client.Call, error) {
			return c.early.phone.PlayCall(round, c.early.entryID, ""), nil
		}},
		{"a picture called a recording", []string{"media.type_mismatch"}, func(_ context.Context, c cast) (client.Call, error) {
			return c.later.phone.UploadCall("voice.mp3", "audio/mpeg", material.Picture())
		}},
		{"a recording of less than a second", []string{"media.too_short"}, func(_ context.Context, c cast) (client.Call, error) {
			return c.later.phone.UploadCall("voice.mp3", "audio/mpeg", material.TooShort(c.later.No))
		}},
		{"somebody else's recording", []string{"media.not_yours"}, func(_ context.Context, c cast) (client.Call, error) {
			return c.later.phone.EntryCall(round, client.NewKey(), map[string]any{"mediaIds": []string{c.victim.media}}), nil
		}},
		{"a play for somebody else's entry", []string{"entry.unknown"}, func(_ context.Context, c cast) (client.Call, error) {
			return c.early.phone.PlayCall(round, c.victim.entryID, client.NewKey()), nil
		}},
		{"reading somebody else's entry", []string{"entry.unknown"}, func(_ context.Context, c cast) (client.Call, error) {
			return get(c.early.phone, fmt.Sprintf("/api/worker/rounds/%s/entries/%d", round, c.victim.entryID)), nil
		}},
		{"somebody else's receipt", []string{"receipt.unknown"}, func(_ context.Context, c cast) (client.Call, error) {
			return get(c.later.phone, fmt.Sprintf("/api/worker/rounds/%s/plays/%d/receipt", round, c.victim.play.Seq)), nil
		}},
		{"listening to what is not public", []string{"media.unknown"}, func(_ context.Context, c cast) (client.Call, error) {
			return get(c.later.phone, "/api/media/"+c.victim.media), nil
		}},
		{"a worker in the console", []string{"session.invalid"}, func(_ context.Context, c cast) (client.Call, error) {
			return get(c.early.phone, "/api/admin/rounds"), nil
		}},
	}
}

// freshEntry uploads a recording and gives the entry that hands it in.
func freshEntry(ctx context.Context, g *guest, round string) (client.Call, error) {
	recording, err := g.phone.Upload(ctx, material.Voice(g.No+1_000_000))
	if err != nil {
		return client.Call{}, err
	}
	return g.phone.EntryCall(round, client.NewKey(), map[string]any{"mediaIds": []string{recording.ID}}), nil
}

// previewer tries to sign in as WeChat's preview page does, with a virtual account.
func (v *voices) previewer(ctx context.Context, g *guest) error {
	codes, err := v.season.codes(ctx, []*guest{g}, true)
	if err != nil {
		return err
	}
	err = v.season.API.Phone("10.255.255.2").SignIn(ctx, codes[0])
	v.refused("a virtual account of the preview page", err, "wechat.snapshot_user")
	return nil
}

// early are those who cannot wait for the opening.
func (v *voices) early(ctx context.Context) error {
	return v.outside(ctx, guestsOf(v.greeters[len(v.greeters)-3:]), "round.not_open", "entry.unknown")
}

// late are those who come after the close.
func (v *voices) late(ctx context.Context) error {
	if err := v.outside(ctx, v.strangers[:min(3, len(v.strangers))], "round.closed", "entry.unknown"); err != nil {
		return err
	}
	g := v.greeters[0]
	return v.mustRefuse(ctx, "a play after the close", v.season.API, g.phone.PlayCall(v.round.ID, g.entryID, client.NewKey()), "round.closed", "play.already", "play.sold_out")
}

// outside tries to take part while the round is not open.
func (v *voices) outside(ctx context.Context, guests []*guest, entry, play string) error {
	for _, g := range guests {
		call, err := freshEntry(ctx, g, v.round.ID)
		if err != nil {
			return err
		}
		if err := v.mustRefuse(ctx, "a greeting outside the hours", v.season.API, call, entry); err != nil {
			return err
		}
		if err := v.mustRefuse(ctx, "a play outside the hours", v.season.API, g.phone.PlayCall(v.round.ID, 0, client.NewKey()), play, "play.sold_out"); err != nil {
			return err
		}
	}
	return nil
}

func guestsOf(greeters []*greeter) []*guest {
	out := make([]*guest, 0, len(greeters))
	for _, g := range greeters {
		out = append(out, g.guest)
	}
	return out
}
