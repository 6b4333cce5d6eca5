package redraw

import (
	"fmt"

	"nianwei/model/fault"
)

// The faults that an organiser or officer can act on.
var (
	ErrSplitImpossible = fault.New(fault.Invalid, "draw.split_impossible", "这笔钱按这样的份数和上下限分不出来，请调整总额、份数或上下限。")
	ErrSplitTooRare    = fault.New(fault.Invalid, "draw.split_too_rare", "按这样的上限几乎抽不出合格的分法，请把上限改为平均数的两倍减去下限。")
	ErrTooLarge        = fault.New(fault.Invalid, "draw.too_large", "奖品或奖券的数量太大，请分成几场。")
	ErrNotWinner       = fault.New(fault.Conflict, "draw.not_winner", "这个名次现在没有奖品，不能作废。")
	ErrWeight          = fault.New(fault.Invalid, "draw.weight", "每条参与记录的权重须为正整数，总和不得超过四十亿。")
	ErrEntropyFormat   = fault.New(fault.Invalid, "draw.entropy_format", "公开号码的写法不对。")
	ErrVRF             = fault.New(fault.Invalid, "draw.vrf", "见证人的证明不成立。")
)

// LineError names the first line of a file that does not hold, so that a person
// can open the file and look at it.
type LineError struct {
	Line    int64  // counted from 1
	Check   string // which rule, one of the Check… names; empty for a manifest
	Problem string // a Chinese sentence
}

func (e *LineError) Error() string { return fmt.Sprintf("第 %d 行：%s", e.Line, e.Problem) }
