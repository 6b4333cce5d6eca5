package steward_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"nianwei/model/store"
	"nianwei/model/store/storetest"
	"nianwei/service/steward"
)

// Many servers ask at once, again and again; while a lease runs exactly one has it.
func TestLease_OneHolderAtATime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		lease, ctx := steward.NewLease(s), context.Background()
		var held atomic.Int64
		var wg sync.WaitGroup
		gate := make(chan struct{})
		for i := range 10 {
			wg.Go(func() {
				<-gate
				ok, err := lease.Acquire(ctx, "tick", fmt.Sprint("server ", i), time.Hour)
				if err != nil {
					t.Error(err)
				}
				if ok {
					held.Add(1)
				}
			})
		}
		close(gate)
		wg.Wait()
		if held.Load() != 1 {
			t.Fatalf("%d of 10 servers hold the lease, want 1", held.Load())
		}
	})
}

func TestLease_IsRenewedByItsHolderAndFreeWhenItRunsOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		lease, ctx := steward.NewLease(s), context.Background()
		for _, step := range []struct {
			holder string
			ttl    time.Duration
			want   bool
		}{
			{"a", time.Hour, true}, {"a", time.Hour, true}, {"b", time.Hour, false},
			{"a", -time.Second, true}, // given up
			{"b", time.Hour, true}, {"a", time.Hour, false},
		} {
			got, err := lease.Acquire(ctx, "tick", step.holder, step.ttl)
			if err != nil {
				t.Fatal(err)
			}
			if got != step.want {
				t.Fatalf("%s asking for %v: got %v, want %v", step.holder, step.ttl, got, step.want)
			}
		}
	})
}
