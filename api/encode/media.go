package encode

import (
	"nianwei/api/gen"
	"nianwei/service/activity"
)

// Media gives an upload as clients show it.
func Media(u activity.Upload) gen.Media {
	return gen.Media{Id: u.ID, Kind: gen.MediaKind(u.Kind), Url: u.URL, ThumbUrl: Optional(u.ThumbURL),
		DurationMs: Optional(u.DurationMs), Width: Optional(u.Width), Height: Optional(u.Height)}
}

// MediaOf gives the uploads with these ids, in their order. An upload that is
// gone (its worker asked for it) is left out.
func MediaOf(ids []string, uploads activity.Uploads) []gen.Media {
	out := make([]gen.Media, 0, len(ids))
	for _, id := range ids {
		if u, ok := uploads[id]; ok {
			out = append(out, Media(u))
		}
	}
	return out
}
