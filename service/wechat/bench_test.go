package wechat_test

import (
	"testing"
	"time"

	"nianwei/model/clock"
	"nianwei/service/wechat"
	"nianwei/service/wechat/wechatsim"
)

// BenchmarkExchange is a login over real TLS against the simulator, with everything in one process.
func BenchmarkExchange(b *testing.B) {
	sim, err := wechatsim.Start(wechatsim.Options{
		Clock: clock.System{}, Apps: []wechatsim.App{{AppID: appID, Secret: appSecret, Kind: wechatsim.Official}},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = sim.Close() })
	chen := sim.AddPeople(wechatsim.Person{Nickname: "陈建国"})[0]
	client, err := wechat.New(wechat.Config{AppID: appID, AppSecret: appSecret, Clock: clock.System{}},
		wechat.NewCache(clock.System{}, nil, nil), sim.Client(5*time.Second))
	if err != nil {
		b.Fatal(err)
	}
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			code, err := sim.OAuthCode(appID, chen.OpenIDs[appID], false)
			if err != nil {
				b.Error(err)
				return
			}
			if _, err := client.Exchange(b.Context(), code); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
