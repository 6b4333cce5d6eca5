package main

// check is one thing that must hold. Its title is what the auditor reads.
type check int

const (
	checkKeys check = iota + 1
	checkOpen
	checkManifest
	checkPromise
	checkNumbers
	checkLog
	checkLogOpens
	checkTime
	checkEntropy
	checkSecret
	checkDeck
	checkBeats
	checkResults
	checkCap
	checkTotal
	checkClose
	checkFinal
	checkChain
	checkReceipt
	checkHead
	checkProof
	checkWho
	checkTicket
	checkVector
)

// title returns what holds, in English and Chinese.
func (c check) title() phrase {
	switch c {
	case checkKeys:
		return phrase{"the public keys can be read", "公钥文件可以读取"}
	case checkOpen:
		return phrase{"the manifest is signed by every key", "开场公示由每一把公钥签名"}
	case checkManifest:
		return phrase{"the manifest is complete and in order", "开场公示内容齐全、格式正确"}
	case checkPromise:
		return phrase{"the prizes add up to the published total", "奖品金额合计等于公布总额"}
	case checkNumbers:
		return phrase{"the public numbers are named by issue and strong enough", "公开数字写明期号，强度足够"}
	case checkLog:
		return phrase{"every line of the log is known, numbered and in its place", "抽奖日志每一行可识别、编号连续、次序正确"}
	case checkLogOpens:
		return phrase{"the log begins with the hash of the manifest", "抽奖日志首行是开场公示的哈希"}
	case checkTime:
		return phrase{"every play is inside the window and time never runs back", "每次参与都在开放时间内，时间不倒流"}
	case checkEntropy:
		return phrase{"every public number is given once, in its fixed format, on its side of close", "公开数字各填一次、格式固定、位置正确"}
	case checkSecret:
		return phrase{"the revealed secret is the one committed to before opening", "公布的秘密与开场前的承诺一致"}
	case checkDeck:
		return phrase{"every ticket was fixed before opening", "每一支签在开场前已经固定"}
	case checkBeats:
		return phrase{"the witness decided every batch", "每一批结果都有见证参与决定"}
	case checkResults:
		return phrase{"every result follows from the secret, the public numbers and the log", "每个结果都能重新推导出来"}
	case checkCap:
		return phrase{"nobody won more often than the cap", "无人超过中奖次数上限"}
	case checkTotal:
		return phrase{"the wins add up to the total line", "中奖数和金额与合计行一致"}
	case checkClose:
		return phrase{"the checkpoint signed at close is the head of this log", "截止时签名的检查点与抽奖日志一致"}
	case checkFinal:
		return phrase{"the final signed checkpoint is the head of this log", "最终签名的检查点与抽奖日志一致"}
	case checkChain:
		return phrase{"rounds are numbered without gaps and each names the one before", "场次编号连续，前后哈希相接"}
	case checkReceipt:
		return phrase{"the receipt is complete and in order", "凭证内容齐全、格式正确"}
	case checkHead:
		return phrase{"the receipt's checkpoint is signed", "凭证中的检查点有签名"}
	case checkProof:
		return phrase{"the line is in the signed log", "该行在已签名的抽奖日志中"}
	case checkWho:
		return phrase{"the play belongs to this salt and openid", "这次参与属于凭证中的盐值和 openid"}
	case checkTicket:
		return phrase{"the result was fixed before opening", "结果在开场前已经固定"}
	case checkVector:
		return phrase{"the test vector is reproduced", "测试向量可重现"}
	}
	return phrase{"", ""}
}
