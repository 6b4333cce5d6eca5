package main

import (
	"io"
	"testing"
)

// BenchmarkRound checks whole rounds: two signatures, two passes over the log, the
// tree, and every ticket and result.
func BenchmarkRound(b *testing.B) {
	const plays = 100_000
	for _, c := range []struct {
		name  string
		level int
		batch int
	}{{"level 0", 0, 1}, {"level 1, batches of 1,000", 1, 1000}} {
		b.Run(c.name, func(b *testing.B) {
			m := newMaker(b, kindDeck, 1, "-")
			m.level, m.tickets = c.level, plays
			var batches []int
			for range plays / c.batch {
				batches = append(batches, c.batch)
			}
			m.playDeck(plays, batches...)
			dir := writeFiles(b, b.TempDir(), m.files())
			for b.Loop() {
				if status := run([]string{"round", dir, "--origin", testOrigin}, io.Discard, io.Discard); status != exitHolds {
					b.Fatal(status)
				}
			}
			b.ReportMetric(float64(b.N*plays)/b.Elapsed().Seconds(), "plays/s")
		})
	}
}
