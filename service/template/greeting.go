package template

import (
	"encoding/json"

	"nianwei/service/activity"
	"nianwei/service/award"
)

// greeting is the New Year's Eve of 2021 in Wuxi, with its figures: 4,574 red
// packets, 13,252.12 yuan in all. The deck has fewer tickets than workers came
// then (18,864), so that every packet finds somebody.
func greeting() Template {
	return Template{
		ID:    "greeting",
		Title: "除夕语音拜年",
		Summary: "职工用家乡话录一段语音拜年，提交后当场抽红包。发布前请核对：时间、红包个数和总金额、奖签总数、从哪笔资金列支，以及规则里的联系方式。" +
			"奖签总数请略少于预计参加人数，红包才能全部发出去。",
		Draft: activity.Draft{
			TemplateID: "greeting",
			Title:      "除夕语音拜年",
			Summary:    "用家乡话拜个年，红包当场抽",
			Intro: "除夕夜，用家乡话录一段语音，给家人、给工友、给这座城市拜个年。\n\n" +
				"录好就能抽红包，人人有机会。审核通过的祝福会出现在“乡音墙”上，大家一起听。",
			Rules:     greetingRules,
			Kind:      "work",
			Settings:  json.RawMessage(`{"medium":"voice","minSeconds":3,"maxSeconds":60,"review":"draw_first","prompt":"用家乡话给家人、工友拜个年","askHometown":true}`),
			Timetable: "除夕 20:00 至 次日 00:30",
			Reward: award.Reward{
				Kind:    award.Deck,
				Tickets: 18_000,
				Cap:     1,
				Prizes:  []award.Prize{{Code: "rp", Name: "新春红包", Kind: award.Cash, Count: 4_574, TotalFen: 1_325_212, MinFen: 30, MaxFen: 549, Split: "box"}},
			},
		},
	}
}

const greetingRules = `一、参加对象
已在本平台绑定身份、在职工名册内的职工。每人限参加一次。

二、参加办法
1. 活动时间内，录制一段 3 至 60 秒的语音祝福并提交，可以填写标题和家乡。
2. 提交成功即获得一次抽奖机会，请在活动结束前抽奖，过时作废。
3. 提交的语音应为本人录制，内容健康。语音经审核通过后才向大家展示；没有通过的不展示，已抽中的红包不受影响，但由他人代录、重复利用他人录音等作弊的除外。

三、奖品
1. 新春红包 4574 个，合计 13252.12 元，每个 0.30 元至 5.49 元。
2. 共 18000 支奖签，其中 4574 支有红包。先到先抽，每支奖签只抽一次，抽完为止。每人最多中一个。

四、抽奖办法
1. 奖品、奖签总数和抽奖密钥的指纹（哈希值）在活动开始前签名公布，活动中不能更改。
2. 奖签的顺序由密钥决定，主办方不能指定中奖人。每次抽奖都有凭证，活动结束后公布密钥，任何人都可以核对每一支奖签。
3. 密钥应在活动结束后 24 小时内公布。逾期没有公布的，由主办工会说明原因，在经费审查委员会监督下向全体参加者公开处理办法；已经抽中的红包照常发放。

五、红包发放
1. 中奖结果可在“我的奖品”中查看。红包在活动结束后 15 个工作日内由工会发放到中奖职工本人。
2. 因职工信息有误无法发放的，工会会通过职工所在的基层工会联系；30 日内仍无法联系的，视为放弃。放弃和没有抽出的红包金额退回活动经费。

六、其他
1. 利用外挂、冒用他人身份等方式参加的，取消资格；已发放的，依法追回。
2. 语音和家乡只用于本次活动的审核与展示，中奖名单只公布隐去部分文字的姓名。职工可以随时联系工会删除自己的作品。
3. 本活动由主办工会负责解释，咨询请联系所在的基层工会。`
