package evening

import (
	"context"
	"fmt"

	"nianwei/cmd/festival/internal/client"
)

// crew are the officers; nobody has two roles.
type crew struct {
	organiser, auditor, finance *client.Officer
	drawers                     [2]*client.Officer
}

// hire makes an officer for each role by invitation.
func (s *Season) hire(ctx context.Context) error {
	for _, h := range []struct {
		to         **client.Officer
		word, name string
		role       string
	}{
		{&s.crew.organiser, "organiser", "周组织", "organiser"},
		{&s.crew.drawers[0], "drawer-a", "甲开奖", "drawer"},
		{&s.crew.drawers[1], "drawer-b", "乙开奖", "drawer"},
		{&s.crew.auditor, "auditor", "郑经审", "auditor"},
		{&s.crew.finance, "finance", "钱财务", "finance"},
	} {
		login := fmt.Sprintf("%s.%x", h.word, s.Seed)
		invite, err := client.Post[struct {
			URL string `json:"url"`
		}](ctx, s.Admin, "officer.invite", "/api/admin/officers", map[string]any{"login": login, "name": h.name, "roles": []string{h.role}})
		if err != nil {
			return err
		}
		if *h.to, err = s.API.Accept(ctx, invite.URL, login, client.NewKey()); err != nil {
			return err
		}
	}
	return nil
}
