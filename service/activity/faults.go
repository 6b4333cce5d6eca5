package activity

import "nianwei/model/fault"

// What a worker can be told about an entry or a play. Copies of these may
// carry more detail; errors.Is still finds them.
var (
	ErrInput       = fault.New(fault.Invalid, "entry.input", "提交的内容有误，请检查后重试。")
	ErrNotOpen     = fault.New(fault.Conflict, "round.not_open", "活动还没有开始，请稍后再来。")
	ErrClosed      = fault.New(fault.Conflict, "round.closed", "本场活动已经结束。")
	ErrNoRound     = fault.New(fault.NotFound, "round.unknown", "没有找到这场活动。")
	ErrNotEligible = fault.New(fault.Forbidden, "round.not_eligible", "本场活动只面向指定人群，您不在参加范围内。")
	ErrUnbound     = fault.New(fault.Forbidden, "worker.unbound", "请先绑定职工身份。")
	ErrAlready     = fault.New(fault.Conflict, "entry.already", "您已经参加过本场活动。")
	ErrTodayDone   = fault.New(fault.Conflict, "entry.today_done", "今天的次数已经用完，请明天再来。")
	ErrUnfinished  = fault.New(fault.Conflict, "entry.unfinished", "您有一次还没有完成，请先继续完成。")
	ErrNoEntry     = fault.New(fault.NotFound, "entry.unknown", "没有找到这次参与记录。")
	ErrFinished    = fault.New(fault.Conflict, "entry.finished", "这次参与已经完成，不能再修改。")
	ErrExpired     = fault.New(fault.Conflict, "entry.expired", "时间已到，已按保存的内容交卷。")
	ErrReviewing   = fault.New(fault.Conflict, "entry.reviewing", "作品正在审核，通过后即可抽奖。")
	ErrRefused     = fault.New(fault.Conflict, "entry.refused", "作品没有通过审核，不能抽奖。")
	ErrKeyReused   = fault.New(fault.Conflict, "idempotency.reused", "同一请求编号被用于不同内容，请刷新页面后重试。")
	ErrNoDraw      = fault.New(fault.Conflict, "play.none", "本场活动没有现场抽奖。")
	ErrNoChance    = fault.New(fault.Conflict, "play.no_chance", "这次参与没有抽奖机会。")
	ErrPlayed      = fault.New(fault.Conflict, "play.already", "这次参与已经抽过奖了。")
	ErrCap         = fault.New(fault.Conflict, "play.cap_reached", "您在本场的中奖次数已达上限。")
	ErrAllGone     = fault.New(fault.Conflict, "play.sold_out", "红包已经全部抽完，感谢您的参与。")
	ErrBusy        = fault.New(fault.Unavailable, "busy", "参与的人太多，请稍等片刻，系统会自动重试。")
	ErrMedia       = fault.New(fault.Invalid, "media.not_yours", "上传的文件不存在、已使用过，或不是您本人上传的。")
)
