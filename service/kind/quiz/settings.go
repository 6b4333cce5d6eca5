package quiz

import (
	"fmt"

	"nianwei/model/fault"
)

// The bounds of the settings. They stand in the tags of Settings too, which
// cannot name constants; a test holds the two together.
const (
	maxQuestions = 100
	minSeconds   = 30
	maxSeconds   = 7200
	maxAttempts  = 100
)

// Settings are what an organiser chooses.
type Settings struct {
	BankID         int64 `json:"bankId" jsonschema:"title=题库,description=题目从这个题库里随机抽取；多场共用一个题库时，前一场结束后公布的答案后面几场可能再次遇到。" jsonschema_extras:"format=bank"`
	Questions      int   `json:"questions" jsonschema:"title=每份试卷的题数,description=每位职工抽到的题目各不相同。,minimum=1,maximum=100,default=10" jsonschema_extras:"x-unit=题"`
	Seconds        int   `json:"seconds" jsonschema:"title=答题时间,description=整份试卷的时间，从打开试卷算起；时间一到，按已保存的答案交卷。,minimum=30,maximum=7200,default=300" jsonschema_extras:"x-unit=秒"`
	Attempts       int   `json:"attempts" jsonschema:"title=每人每场可答几次,description=每次合格都得到一次抽奖机会；要让每位合格职工机会均等，请填 1。,minimum=1,maximum=100,default=1" jsonschema_extras:"x-unit=次"`
	AttemptsPerDay int   `json:"attemptsPerDay" jsonschema:"title=每人每天可答几次,minimum=1,maximum=100,default=1" jsonschema_extras:"x-unit=次"`
	PassScore      int   `json:"passScore" jsonschema:"title=答对几题合格,description=合格才有抽奖机会。填 0 表示交卷即可。,minimum=0,maximum=100,default=6" jsonschema_extras:"x-unit=题"`
	Shuffle        bool  `json:"shuffle,omitempty" jsonschema:"title=打乱选项顺序,description=打乱每道题的选项顺序（题库里有“以上都对”这类选项时请不要打乱）。,default=true"`
}

// Public is what every worker may know of the settings.
type Public struct {
	Questions      int `json:"questions"`
	Seconds        int `json:"seconds"`
	Attempts       int `json:"attempts"`
	AttemptsPerDay int `json:"attemptsPerDay"`
	PassScore      int `json:"passScore"`
}

// Check names every wrong value of the settings, with paths below /settings.
func (Kind) Check(s Settings) []fault.Field {
	var wrong []fault.Field
	if s.BankID < 1 {
		wrong = append(wrong, fault.Field{Path: "/settings/bankId", Reason: "required", Detail: "请选择题库。"})
	}
	between := func(name, what string, value, least, most int) {
		if value < least || value > most {
			wrong = append(wrong, fault.Field{Path: "/settings/" + name, Reason: "range", Detail: fmt.Sprintf("%s应为 %d 到 %d。", what, least, most)})
		}
	}
	between("questions", "每份试卷的题数", s.Questions, 1, maxQuestions)
	between("seconds", "答题时间（秒）", s.Seconds, minSeconds, maxSeconds)
	between("attempts", "每人每场可答的次数", s.Attempts, 1, maxAttempts)
	between("attemptsPerDay", "每人每天可答的次数", s.AttemptsPerDay, 1, maxAttempts)
	between("passScore", "合格题数", s.PassScore, 0, max(s.Questions, 0))
	return wrong
}
