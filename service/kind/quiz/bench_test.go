package quiz_test

import (
	"testing"

	"nianwei/service/kind/quiz"
)

func BenchmarkBegin_PaperOfTenFromABankOf5000(b *testing.B) {
	stock := bank(5000)
	for i := range b.N {
		begin(b, settings(), stock, uint64(i))
	}
}

func BenchmarkShow_OpenPaper(b *testing.B) {
	stock := bank(40)
	p := begin(b, settings(), stock, 1).Progress
	for b.Loop() {
		_ = quiz.Kind{}.Show(facts(1), settings(), stock, p)
	}
}
