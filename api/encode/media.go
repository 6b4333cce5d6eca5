package encode

import (
	"nianwei/api/gen"
	"nianwei/service/upload"
)

// Media gives an upload as clients show it. url gives the address of an
// upload's file.
func Media(u upload.Upload, url func(id string) string) gen.Media {
	out := gen.Media{Id: u.ID, Kind: gen.MediaKind(u.Kind), Url: url(u.ID),
		DurationMs: Optional(u.DurationMs), Width: Optional(u.Width), Height: Optional(u.Height)}
	if u.ThumbKey != "" {
		out.ThumbUrl = Optional(out.Url + "?size=thumb")
	}
	return out
}

// MediaOf gives the uploads with these ids, in their order. An upload that is
// gone (its worker asked for that) is left out.
func MediaOf(ids []string, uploads map[string]upload.Upload, url func(id string) string) []gen.Media {
	out := make([]gen.Media, 0, len(ids))
	for _, id := range ids {
		if u, ok := uploads[id]; ok {
			out = append(out, Media(u, url))
		}
	}
	return out
}
