package account

import "nianwei/model/fault"

// What can be wrong with a session.
var (
	ErrSession = fault.New(fault.Unauthorized, "session.invalid", "登录已失效，请重新进入。")
)

// What can be wrong with a binding.
var (
	ErrNoMatch      = fault.New(fault.Invalid, "binding.no_match", "姓名或手机号与名册不一致，请核对后重试；仍不一致请联系所在工会。")
	ErrTooManyBinds = fault.New(fault.TooMany, "binding.too_many", "尝试次数过多，请稍后再试，或联系所在工会核对名册。")
	ErrTaken        = fault.New(fault.Conflict, "binding.taken", "这位职工已经绑定了另一个微信号。如果不是您本人操作，请联系所在工会解除绑定。")
	ErrAlreadyBound = fault.New(fault.Conflict, "binding.already", "这个微信号已经绑定了职工身份，不需要重复绑定。")
	ErrNotBound     = fault.New(fault.NotFound, "binding.none", "这位职工没有绑定微信号。")
)

// What can be wrong with an officer's sign-in or account.
var (
	ErrWrongPassword  = fault.New(fault.Unauthorized, "officer.wrong_password", "账号或密码不正确。")
	ErrOldPassword    = fault.New(fault.Invalid, "password.old_wrong", "原密码不正确。")
	ErrLocked         = fault.New(fault.Forbidden, "officer.locked", "账号已停用，请联系管理员。")
	ErrTooManySignIns = fault.New(fault.TooMany, "officer.too_many", "尝试次数过多，请稍后再试。")
	ErrBusy           = fault.New(fault.Unavailable, "officer.busy", "登录的人太多，请稍后再试。")
	ErrUnknownOfficer = fault.New(fault.NotFound, "officer.unknown", "没有找到这个账号。")
	ErrLoginTaken     = fault.New(fault.Conflict, "officer.login_taken", "这个登录名已经有人使用，请换一个。")
	ErrLastAdmin      = fault.New(fault.Conflict, "officer.last_administrator", "至少要保留一位可以登录的管理员。")
	ErrInvalid        = fault.New(fault.Invalid, "officer.invalid", "账号信息有误，请检查后重试。")
	ErrLink           = fault.New(fault.NotFound, "link.invalid", "链接已经失效或使用过，请向管理员索取新的链接。")
	ErrSetUp          = fault.New(fault.Conflict, "setup.done", "系统已经完成首次设置，请直接登录。")
)

// What can be wrong with a new password.
var (
	ErrPasswordShort  = fault.New(fault.Invalid, "password.too_short", "密码至少 12 个字符。")
	ErrPasswordLong   = fault.New(fault.Invalid, "password.too_long", "密码最多 200 个字符。")
	ErrPasswordLogin  = fault.New(fault.Invalid, "password.is_login", "密码不能和登录名相同。")
	ErrPasswordCommon = fault.New(fault.Invalid, "password.common", "这个密码太常见，容易被猜到，请换一个。")
)
