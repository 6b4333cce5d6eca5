package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"nianwei/model/fault"
)

// What WeChat's answers mean to the rest of the product.
var (
	// ErrSnapshotUser refuses a visitor of WeChat's preview page (快照页): the openid
	// is a virtual one that belongs to nobody, so nothing may be given to it.
	ErrSnapshotUser = fault.New(fault.Forbidden, "wechat.snapshot_user", "现在是预览页面的虚拟账号，请点页面下方「使用完整服务」再参加")

	// ErrCodeInvalid says that a login code is wrong, too old or used already (a
	// reload of the callback): authorisation starts again.
	ErrCodeInvalid = fault.New(fault.Unauthorized, "wechat.code_invalid", "登录凭证已经失效，请重新进入")

	// ErrUnavailable says that WeChat did not answer, or not sensibly.
	ErrUnavailable = fault.New(fault.Unavailable, "wechat.unavailable", "微信暂时没有回应，请稍后再试")

	// ErrQuota says that a quota of the application at WeChat is used up.
	ErrQuota = fault.New(fault.Unavailable, "wechat.quota", "参加的人太多，微信接口忙，请稍后再试")

	// ErrUserBlocked says that WeChat holds this account for a risk.
	ErrUserBlocked = fault.New(fault.Forbidden, "wechat.user_blocked", "微信提示这个账号有风险，暂时不能登录")

	// ErrMisconfigured says that appid, secret, address list or permissions at
	// WeChat are wrong: only an operator can help.
	ErrMisconfigured = fault.New(fault.Internal, "wechat.misconfigured", "")

	// ErrUnexpected is an answer that WeChat does not document.
	ErrUnexpected = fault.New(fault.Internal, "wechat.unexpected", "")

	// ErrMiniOff says that this union has no mini-program.
	ErrMiniOff = fault.New(fault.NotFound, "wechat.mini_off", "还没有开通小程序，请从公众号进入")

	// ErrMediaGone says that a recording is not at WeChat, or no longer: it is kept three days.
	ErrMediaGone = fault.New(fault.NotFound, "wechat.media_gone", "这段录音在微信里已经找不到了，请重新录一遍")

	// ErrMediaTooLarge says that a recording exceeds Config.MaxMediaBytes.
	ErrMediaTooLarge = fault.New(fault.TooLarge, "wechat.media_too_large", "录音太大了，请录短一些")

	// ErrMediaKind says that the media is a video or something else that is no plain file.
	ErrMediaKind = fault.New(fault.Invalid, "wechat.media_kind", "只能上传录音")

	// ErrPageURL says that a page's address cannot be signed.
	ErrPageURL = fault.New(fault.Invalid, "wechat.page_url", "页面地址不正确")
)

// CodeError is WeChat's own refusal, the cause of a fault. Its text holds no secret.
type CodeError struct {
	API     string // path of the interface, e.g. "/sns/jscode2session"
	Code    int    // errcode
	Message string // errmsg with WeChat's request id (rid), which its support asks for
}

// Error gives interface, code and message, for the log.
func (e *CodeError) Error() string {
	return fmt.Sprintf("wechat %s: errcode %d: %s", e.API, e.Code, e.Message)
}

// fault gives what the refusal means. Codes: WeChat's global return codes and
// the pages of the interfaces used here.
func (e *CodeError) fault() *fault.Fault {
	switch e.Code {
	case -1:
		return ErrUnavailable.After(2 * time.Second)
	case 40029, 40163, 42003, 41008:
		return ErrCodeInvalid
	case 40226:
		return ErrUserBlocked
	case 40007:
		return ErrMediaGone
	case 45011:
		return ErrQuota.After(time.Minute)
	case 45009, 48006:
		return ErrQuota.After(10 * time.Minute)
	case 40001, 40014, 42001: // a second time, with a new token
		return ErrUnavailable.After(time.Minute)
	case 40002, 40013, 40125, 40164, 41002, 41004, 48001, 48004, 50002, 61024:
		return ErrMisconfigured
	}
	return ErrUnexpected
}

// answer is the notebook of one call: what really came back, written down by the
// transport. The library turns an answer into text with the whole address in it;
// faults are made from the notebook instead.
type answer struct {
	api       string
	transport http.RoundTripper

	err    error // the transport's
	status int   // 0 until something came back
	isJSON bool
	code   int
	msg    string
}

// read notes a response down and gives the body back to be read again.
func (a *answer) read(resp *http.Response, limit int64) error {
	a.status = resp.StatusCode
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	_ = resp.Body.Close()
	if err != nil {
		return err
	}
	if int64(len(body)) > limit {
		return errors.New("the answer is too long")
	}
	a.note(body)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

func (a *answer) note(body []byte) {
	var head struct {
		Code int    `json:"errcode"`
		Msg  string `json:"errmsg"`
	}
	if err := json.Unmarshal(body, &head); err != nil {
		return
	}
	a.isJSON, a.code, a.msg = true, head.Code, head.Msg
}

// fault says what the call came to: nil, or a fault whose text is clean. failed
// tells whether the library was content.
func (a *answer) fault(failed bool) error {
	switch {
	case a.err != nil:
		return ErrUnavailable.After(2 * time.Second).Because(a.broken())
	case a.status == 0:
		return ErrUnexpected.Because(fmt.Errorf("wechat %s: the request was not sent", a.api))
	case a.status != http.StatusOK:
		return ErrUnavailable.After(2 * time.Second).Because(fmt.Errorf("wechat %s: HTTP %d", a.api, a.status))
	case !a.isJSON:
		return ErrUnavailable.After(2 * time.Second).Because(fmt.Errorf("wechat %s: the answer is not JSON", a.api))
	case a.code != 0:
		refusal := &CodeError{API: a.api, Code: a.code, Message: redact(a.msg)}
		return refusal.fault().Because(refusal)
	case failed:
		return ErrUnexpected.Because(fmt.Errorf("wechat %s: the answer has another shape", a.api))
	}
	return nil
}

// broken keeps the identity of the errors that callers look for, and their text only when redacted.
func (a *answer) broken() error {
	err := a.err
	var withAddress *url.Error
	if errors.As(err, &withAddress) {
		err = withAddress.Err
	}
	for _, known := range []error{context.Canceled, context.DeadlineExceeded, io.ErrUnexpectedEOF} {
		if errors.Is(err, known) {
			return fmt.Errorf("wechat %s: %w", a.api, known)
		}
	}
	return fmt.Errorf("wechat %s: %s", a.api, redact(err.Error()))
}

// redact blanks the values that give access, wherever an address or a JSON body is quoted.
func redact(s string) string {
	re := regexp.MustCompile(`(?i)\b((?:app_?)?secret|access_token|refresh_token|js_code|code|ticket|session_key)("?\s*[=:]\s*"?)[^&\s",}]+`)
	return re.ReplaceAllString(s, "${1}${2}***")
}
