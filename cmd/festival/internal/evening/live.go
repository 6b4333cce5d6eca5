package evening

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"nianwei/cmd/festival/internal/client"
)

// watch reads the first event of the live stream, as the big screen does, and
// holds it against what was played.
func (v *voices) watch(ctx context.Context) error {
	got, err := v.firstEvent(ctx)
	if err != nil {
		return err
	}
	v.liveAgrees(got)
	return nil
}

func (v *voices) liveAgrees(got numbers) bool {
	sum, packets := v.tally.sum(), v.season.Scenario.Voices.Packets
	want := numbers{Participations: sum.Participations, People: sum.People, Reviewing: sum.Works - v.decided, Plays: sum.Plays, Wins: sum.Prizes, WonFen: sum.AmountFen,
		PrizesLeft: packets.Count - sum.Prizes, LeftFen: packets.TotalFen - sum.AmountFen}
	return same(v.verdict, "live numbers", got, want)
}

func (r *row) stream(round string) client.Call {
	return client.Call{Op: "live", Method: http.MethodGet, Path: "/api/admin/rounds/" + round + "/live"}
}

func (v *voices) firstEvent(ctx context.Context) (n numbers, err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	body, err := v.season.crew.auditor.Stream(ctx, v.stream(v.round.ID))
	if err != nil {
		return n, err
	}
	defer body.Close()
	lines := bufio.NewScanner(body)
	for lines.Scan() {
		if data, ok := strings.CutPrefix(lines.Text(), "data:"); ok {
			return n, json.Unmarshal([]byte(data), &n)
		}
	}
	return n, fmt.Errorf("live: the stream ended without an event: %w", lines.Err())
}
