package work

import (
	"fmt"
	"unicode/utf8"

	"github.com/invopop/jsonschema"

	"nianwei/model/fault"
)

// Medium is what a work consists of.
type Medium string

// The media.
const (
	Voice Medium = "voice"
	Photo Medium = "photo"
)

// Review tells whether an entry waits for moderation before it counts.
type Review string

// The ways of reviewing. Either way nobody else sees a work before it was approved.
const (
	DrawFirst    Review = "draw_first"
	ApproveFirst Review = "approve_first"
)

// The bounds of the settings. They stand in the tags of Settings too, which
// cannot name constants; a test holds the two together.
const (
	mostPhotos  = 9
	mostSeconds = 60 // WeChat records no longer: developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/JS-SDK.html, startRecord
	promptRunes = 60
)

// Settings are what an organiser chooses (WorkSettings in the contract). Of
// MaxPhotos and the seconds only those of the chosen medium mean anything.
type Settings struct {
	Medium      Medium `json:"medium" jsonschema:"title=作品形式,enum=voice,enum=photo,default=voice" jsonschema_extras:"x-enum-titles=语音,x-enum-titles=照片"`
	MaxPhotos   int    `json:"maxPhotos,omitempty" jsonschema:"title=最多几张照片,minimum=1,maximum=9,default=3" jsonschema_extras:"x-unit=张"`
	MinSeconds  int    `json:"minSeconds,omitempty" jsonschema:"title=语音最短时长,minimum=1,maximum=60,default=3" jsonschema_extras:"x-unit=秒"`
	MaxSeconds  int    `json:"maxSeconds,omitempty" jsonschema:"title=语音最长时长,description=微信录音最长 60 秒。,minimum=1,maximum=60,default=60" jsonschema_extras:"x-unit=秒"`
	Review      Review `json:"review" jsonschema:"title=审核与抽奖的先后,description=无论哪种，作品都要审核通过才会展示给大家。,enum=draw_first,enum=approve_first,default=draw_first" jsonschema_extras:"x-enum-titles=提交后马上抽奖，作品稍后审核,x-enum-titles=审核通过后才能抽奖"`
	Prompt      string `json:"prompt,omitempty" jsonschema:"title=提示语,description=请职工说什么、拍什么，例如：用家乡话说一句祝福。,maxLength=60"`
	AskHometown bool   `json:"askHometown,omitempty" jsonschema:"title=询问家乡,description=请职工填写家乡（选填），作品展示时一起显示,default=false"`
}

// JSONSchemaExtend shows a medium's own settings only while it is chosen.
func (Settings) JSONSchemaExtend(s *jsonschema.Schema) {
	for name, medium := range map[string]Medium{"maxPhotos": Photo, "minSeconds": Voice, "maxSeconds": Voice} {
		if p, ok := s.Properties.Get(name); ok {
			p.Extras["x-when"] = map[string]any{"medium": medium}
		}
	}
}

// Public is what every worker may know of the settings.
type Public struct {
	Medium      Medium `json:"medium"`
	MaxPhotos   int    `json:"maxPhotos"`
	MinSeconds  int    `json:"minSeconds,omitempty"`
	MaxSeconds  int    `json:"maxSeconds,omitempty"`
	Review      Review `json:"review"`
	Prompt      string `json:"prompt,omitempty"`
	AskHometown bool   `json:"askHometown"`
}

// Check names every wrong value of the settings, with paths below /settings.
func (Kind) Check(s Settings) []fault.Field {
	var wrong []fault.Field
	bad := func(name, reason, detail string) {
		wrong = append(wrong, fault.Field{Path: "/settings/" + name, Reason: reason, Detail: detail})
	}
	switch s.Medium {
	case Photo:
		if s.MaxPhotos < 1 || s.MaxPhotos > mostPhotos {
			bad("maxPhotos", "range", fmt.Sprintf("最多照片数应为 1 到 %d 张。", mostPhotos))
		}
	case Voice:
		if s.MaxSeconds < 1 || s.MaxSeconds > mostSeconds {
			bad("maxSeconds", "range", fmt.Sprintf("语音最长时长应为 1 到 %d 秒。", mostSeconds))
		}
		if s.MinSeconds < 1 || s.MinSeconds > mostSeconds || s.MinSeconds > s.MaxSeconds {
			bad("minSeconds", "range", "语音最短时长至少 1 秒，不能超过最长时长。")
		}
	default:
		bad("medium", "unknown", "请选择作品形式：语音或照片。")
	}
	if s.Review != DrawFirst && s.Review != ApproveFirst {
		bad("review", "unknown", "请选择先抽奖还是先审核。")
	}
	switch clean, err := tidy(s.Prompt); {
	case err != nil || clean != s.Prompt:
		bad("prompt", "format", "提示语里有看不见的字符或多余的空格，请重新输入。")
	case utf8.RuneCountInString(s.Prompt) > promptRunes:
		bad("prompt", "too_long", fmt.Sprintf("提示语最多 %d 个字。", promptRunes))
	}
	return wrong
}
