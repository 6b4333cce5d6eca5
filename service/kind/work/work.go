// Package work is 作品: a voice greeting or photos that a worker hands in, and
// that others may see once moderation has said yes.
package work

import (
	"fmt"
	"unicode/utf8"

	"nianwei/model/fault"
	"nianwei/model/store"
	"nianwei/service/activity"
)

const (
	lineRunes = 40
	lineBytes = 1000 // refused unread: no 40 characters need more
	// slackMs is how far a re-encoded recording may miss its length: encoders
	// work in frames, and WeChat stops its 60 seconds a little late.
	slackMs = 500
)

// What can be wrong with a work.
var (
	ErrCount    = fault.New(fault.Invalid, "work.count", "作品的数量不对。")
	ErrMedium   = fault.New(fault.Invalid, "work.medium", "上传的文件不是本场要求的形式。")
	ErrRepeated = fault.New(fault.Invalid, "work.repeated", "同一个文件提交了两次。")
	ErrUnknown  = fault.New(fault.Invalid, "work.unknown", "没有找到上传的文件，请重新上传。")
	ErrTooShort = fault.New(fault.Invalid, "work.too_short", "录音太短了，请重新录制。")
	ErrTooLong  = fault.New(fault.Invalid, "work.too_long", "录音太长了，请重新录制。")
	ErrText     = fault.New(fault.Invalid, "work.text", "文字里有不能使用的字符，请重新输入。")
	ErrTextLong = fault.New(fault.Invalid, "work.text_long", "文字太长，最多 40 个字。")
	ErrHandedIn = fault.New(fault.Conflict, "work.handed_in", "作品已经提交，不能再修改。")
)

// Input is a work as its worker hands it in (WorkInput in the contract).
type Input struct {
	Media    []string `json:"mediaIds"`
	Title    string   `json:"title,omitempty"`
	Hometown string   `json:"hometown,omitempty"`
}

// MediaIDs gives the uploads that the input refers to: one more than could be
// right at most, so that nobody makes the server look up thousands.
func (in Input) MediaIDs() []string { return in.Media[:min(len(in.Media), mostPhotos+1)] }

// Progress is a work that was handed in.
type Progress struct {
	Media    []string `json:"m"`
	Title    string   `json:"t,omitempty"`
	Hometown string   `json:"h,omitempty"`
}

// MediaIDs gives the uploads of the work.
func (p Progress) MediaIDs() []string { return p.Media }

// View is what a worker sees of their own work (WorkView in the contract).
type View struct {
	Media    []activity.Upload `json:"media"`
	Title    string            `json:"title,omitempty"`
	Hometown string            `json:"hometown,omitempty"`
	Public   bool              `json:"public"` // moderation said yes
}

// Kind implements activity.Kind.
type Kind struct{}

var _ activity.Kind[Settings, struct{}, Progress, Input] = Kind{}

// Name is the kind's word in code, API and database.
func (Kind) Name() string { return "work" }

// Title is what an organiser calls it.
func (Kind) Title() string { return "作品征集" }

// Limits lets everyone hand in one work in a round. The engine lets a refused
// one be replaced.
func (Kind) Limits(Settings) activity.Limits { return activity.Limits{PerRound: 1} }

// Stock reads nothing: a work comes from its worker alone.
func (Kind) Stock(*store.Tx, Settings) (struct{}, error) { return struct{}{}, nil }

// Public gives all settings: none of them is a secret.
func (Kind) Public(s Settings) any {
	p := Public{Medium: s.Medium, MaxPhotos: 1, Review: s.Review, Prompt: s.Prompt, AskHometown: s.AskHometown}
	if s.Medium == Photo {
		p.MaxPhotos = s.MaxPhotos
	} else {
		p.MinSeconds, p.MaxSeconds = s.MinSeconds, s.MaxSeconds
	}
	return p
}

// Begin takes a work as a whole: it counts at once, or as soon as it is approved.
func (Kind) Begin(f activity.Facts, s Settings, _ struct{}, in Input) (activity.Outcome[Progress], error) {
	p := Progress{Media: in.Media}
	if err := s.checkMedia(f.Media, in.Media); err != nil {
		return activity.Outcome[Progress]{}, err
	}
	var err error
	if p.Title, err = line("/input/title", in.Title); err != nil {
		return activity.Outcome[Progress]{}, err
	}
	if s.AskHometown { // what was not asked for is not kept
		if p.Hometown, err = line("/input/hometown", in.Hometown); err != nil {
			return activity.Outcome[Progress]{}, err
		}
	}
	o := activity.Outcome[Progress]{Progress: p, State: activity.Done, Chances: 1, Work: &activity.Work{Title: p.Title, Hometown: p.Hometown, MediaIDs: p.Media}}
	if s.Review == ApproveFirst {
		o.State = activity.Reviewing
	}
	return o, nil
}

// checkMedia returns the fault of the first upload that the settings do not admit.
func (s Settings) checkMedia(uploads activity.Uploads, ids []string) error {
	most := 1
	if s.Medium == Photo {
		most = s.MaxPhotos
	}
	if len(ids) < 1 || len(ids) > most {
		detail := "请提交一段录音。"
		if s.Medium == Photo {
			detail = fmt.Sprintf("请提交 1 到 %d 张照片。", most)
		}
		return ErrCount.With(fault.Field{Path: "/input/mediaIds", Reason: ErrCount.Reason, Detail: detail})
	}
	seen := map[string]bool{}
	for i, id := range ids {
		wrong := s.checkUpload(uploads, id)
		if seen[id] {
			wrong = ErrRepeated
		}
		if seen[id] = true; wrong != nil {
			return wrong.With(fault.Field{Path: fmt.Sprintf("/input/mediaIds/%d", i), Reason: wrong.Reason, Detail: wrong.Detail})
		}
	}
	return nil
}

func (s Settings) checkUpload(uploads activity.Uploads, id string) *fault.Fault {
	u, ok := uploads[id]
	switch {
	case !ok:
		return ErrUnknown
	case u.Kind != string(s.Medium):
		return ErrMedium
	case s.Medium == Photo:
		return nil
	case u.DurationMs < int64(s.MinSeconds)*1000-slackMs:
		return ErrTooShort
	case u.DurationMs > int64(s.MaxSeconds)*1000+slackMs:
		return ErrTooLong
	}
	return nil
}

// line gives one line of text as it is kept; what shows nothing is empty.
func line(path, text string) (string, error) {
	refuse := func(f *fault.Fault) (string, error) {
		return "", f.With(fault.Field{Path: path, Reason: f.Reason, Detail: f.Detail})
	}
	if len(text) > lineBytes {
		return refuse(ErrTextLong)
	}
	clean, err := tidy(text)
	switch {
	case err != nil:
		return refuse(ErrText)
	case utf8.RuneCountInString(clean) > lineRunes:
		return refuse(ErrTextLong)
	case blank(clean):
		return "", nil
	}
	return clean, nil
}

// Step is refused: a work is handed in as a whole.
func (Kind) Step(activity.Facts, Settings, struct{}, Progress, Input) (activity.Outcome[Progress], error) {
	return activity.Outcome[Progress]{}, ErrHandedIn
}

// Expire ends an entry that never got its work. There is none, because Begin
// leaves nothing open.
func (Kind) Expire(_ activity.Facts, _ Settings, _ struct{}, p Progress) (activity.Outcome[Progress], error) {
	return activity.Outcome[Progress]{Progress: p, State: activity.Expired}, nil
}

// Show gives the work with its uploads, and whether others may see it.
func (Kind) Show(f activity.Facts, _ Settings, _ struct{}, p Progress) any {
	v := View{Media: []activity.Upload{}, Title: p.Title, Hometown: p.Hometown, Public: f.Public}
	for _, id := range p.Media {
		if u, ok := f.Media[id]; ok {
			v.Media = append(v.Media, u)
		}
	}
	return v
}
