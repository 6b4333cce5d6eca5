package evening

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"nianwei/cmd/festival/internal/client"
)

// queue is one page of the moderation queue.
type queue struct {
	Next  string `json:"next"`
	Total int64  `json:"total"`
	Items []struct {
		ID    int64 `json:"id"`
		Media []struct {
			ID string `json:"id"`
		} `json:"media"`
	} `json:"items"`
}

// moderate looks at a share of the works as an organiser does, oldest first:
// some are refused with a reason, the others are shown to all.
func (v *voices) moderate(ctx context.Context) error {
	w, organiser := v.season.Scenario.Voices, v.season.crew.organiser
	want := max(int(float64(w.Greetings)*w.Approve), w.Refuse+1)
	refused, approved := 0, 0
	for refused+approved < want {
		page, err := client.Get[queue](ctx, organiser, "works", "/api/admin/works?"+url.Values{"state": {"waiting"}, "roundId": {v.round.ID}, "limit": {"200"}}.Encode())
		if err != nil {
			return err
		}
		same(v.verdict, "works that wait for moderation", page.Total, int64(w.Greetings-refused-approved))
		var no, yes []int64
		for _, one := range page.Items[:min(len(page.Items), want-refused-approved)] {
			if refused+len(no) < w.Refuse {
				no = append(no, one.ID)
			} else {
				yes = append(yes, one.ID)
			}
		}
		if len(no)+len(yes) == 0 {
			return fmt.Errorf("the queue is empty after %d works", refused+approved)
		}
		for _, d := range []struct {
			ids      []int64
			decision map[string]any
			done     *int
		}{
			{no, map[string]any{"decision": "refuse", "reason": "录音里没有声音，请重新录制。"}, &refused},
			{yes, map[string]any{"decision": "approve"}, &approved},
		} {
			if len(d.ids) == 0 {
				continue
			}
			d.decision["workIds"] = d.ids
			got, err := client.Post[struct {
				Decided int `json:"decided"`
			}](ctx, organiser, "decide", "/api/admin/works/decisions", d.decision)
			if err != nil {
				return err
			}
			same(v.verdict, "works decided", got.Decided, len(d.ids))
			*d.done += got.Decided
		}
	}
	v.decided = int64(refused + approved)
	return v.gallery(ctx, approved)
}

// gallery reads what is public: exactly the approved works, to be heard by every worker.
func (v *voices) gallery(ctx context.Context, approved int) error {
	g, shown, cursor := v.greeters[0], 0, ""
	for {
		page, err := client.Ask[queue](ctx, v.season.API, get(g.phone, "/api/worker/rounds/"+v.round.ID+"/works?limit=200&cursor="+url.QueryEscape(cursor)))
		if err != nil {
			return err
		}
		if shown == 0 && len(page.Items) > 0 {
			answer, err := v.season.API.Do(ctx, get(g.phone, "/api/media/"+page.Items[0].Media[0].ID))
			if err != nil {
				return err
			}
			v.verdict.expect(answer.Status == http.StatusOK && len(answer.Body) > 1000, "a public greeting cannot be heard: %d, %d bytes", answer.Status, len(answer.Body))
		}
		shown += len(page.Items)
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	same(v.verdict, "works in the gallery", shown, approved)
	return nil
}
