package template

import (
	"encoding/json"

	"nianwei/service/activity"
	"nianwei/service/award"
)

// quiz is the two rounds of 2021 in Zhenjiang, with their figures: 1,000
// workers, 20 yuan of phone credit each. Its public numbers are drand's: the
// lotteries pause over the Spring Festival, and the first round has to be drawn
// before the second opens, or nobody could be kept from winning twice.
func quiz() Template {
	return Template{
		ID:    "quiz",
		Title: "知识问答",
		Summary: "随机试卷、限时作答，合格的职工进入抽奖名单，每场截止后抽出 500 人送话费。发布前请选择题库，并核对时间、合格题数和奖品。" +
			"开奖用的公开号码必须在该场截止以后才产生：这里按当前时间安排填了 drand 公共随机数（每场截止 10 分钟后的那一轮），" +
			"因为春节期间彩票休市。改了时间，就要换成新的轮次；不在休市期间举办时，可以改成截止后才开奖的双色球、大乐透、排列5 各一期，如 1:ssq/2027016、1:dlt/2027016、1:pl5/2027046（前面的数字是第几场）。",
		Draft: activity.Draft{
			TemplateID: "quiz",
			Title:      "知识问答",
			Summary:    "答对 6 题，抽 20 元话费",
			Intro: "每份试卷 10 道题，5 分钟，题目从题库里随机抽取，每个人都不一样。\n\n" +
				"答对 6 题就进入抽奖名单。两场各抽 500 名幸运职工，每人 20 元话费。正确答案和解析在本场结束后公布。",
			Rules:     quizRules,
			Kind:      "quiz",
			Settings:  json.RawMessage(`{"questions":10,"seconds":300,"attempts":1,"attemptsPerDay":1,"passScore":6,"shuffle":true}`),
			Timetable: "初二 09:00 至 21:00；初五 09:00 至 21:00",
			Reward: award.Reward{
				Kind:            award.Raffle,
				Cap:             1,
				OncePerActivity: true,
				Prizes:          []award.Prize{{Code: "credit", Name: "20 元话费", Kind: award.Credit, Count: 500, AmountFen: 2_000}},
			},
		},
	}
}

const quizRules = `一、参加对象
已在本平台绑定身份、在职工名册内的职工。

二、参加办法
1. 活动共两场，每人每场可以答题一次。
2. 每份试卷 10 道题，从题库中随机抽取，限时 5 分钟，从打开试卷算起。每答一题自动保存；时间到或本场截止时，按已保存的答案交卷。
3. 单选题选对得分；多选题全部选对才得分，多选、少选都不得分。
4. 在本场截止前交卷并答对 6 题及以上的，进入本场抽奖名单，每人一个名额。请尽量提前交卷。
5. 本场结束后公布试卷的正确答案和解析。

三、奖品
每场抽取 500 名，两场共 1000 名，每人 20 元话费，合计 20000 元。第一场中奖的职工可以继续答题，但不再进入第二场的抽奖名单。

四、抽奖办法
1. 奖品和抽奖密钥的指纹（哈希值）在每场开始前签名公布，不能更改。
2. 每场截止后名单封存，再用事先写明、截止以后才产生的公开号码，与密钥一起决定名次。公开号码由两名开奖员分别录入，一致才能开奖；主办方不能指定中奖人。
3. 排在中奖名次之后的是候补，顺序同时产生。中奖人经核实不符合条件的，由两名工作人员确认后取消资格，由候补依次递补，其他人的名次不变。
4. 每场的名单（不含个人信息）、密钥和公开号码在开奖后公布，任何人都可以重新计算。
5. 公开号码因故没有产生，或者密钥没有在截止后 24 小时内公布的，本场不开奖：由主办工会说明原因，在经费审查委员会监督下另设一场，原名单内的职工全部参加。

五、奖品发放
1. 中奖结果可在“我的奖品”中查看。话费在开奖后 15 个工作日内充入中奖职工在名册中登记的手机号。
2. 手机号有误无法充值的，工会会通过职工所在的基层工会联系；30 日内仍无法联系的，视为放弃，由候补递补。

六、其他
1. 利用外挂、冒用他人身份、一人多号等方式参加的，取消资格；已发放的，依法追回。
2. 答题记录只用于本次活动，中奖名单只公布隐去部分文字的姓名。
3. 本活动由主办工会负责解释，咨询请联系所在的基层工会。`
