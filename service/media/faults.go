package media

import (
	"fmt"
	"time"

	"nianwei/model/fault"
)

// What can be wrong with an upload. Compare with errors.Is; the faults that are
// returned say in their detail what was found and what is wanted.
var (
	ErrTooLarge          = fault.New(fault.TooLarge, "media.too_large", "文件太大")
	ErrEmpty             = fault.New(fault.Invalid, "media.empty", "文件是空的，请重新选择")
	ErrInterrupted       = fault.New(fault.Invalid, "media.interrupted", "上传中断了，请重新上传")
	ErrNotAudio          = fault.New(fault.Invalid, "media.not_audio", "这不是录音文件")
	ErrNotImage          = fault.New(fault.Invalid, "media.not_image", "这不是图片文件")
	ErrNotVideo          = fault.New(fault.Invalid, "media.not_video", "这不是视频文件")
	ErrHEVC              = fault.New(fault.Invalid, "media.hevc", "这段视频是 HEVC（H.265）格式，很多手机放不了。请在手机“设置 › 相机 › 格式”里选“兼容性最佳”后重拍，或在微信里选“压缩”后再上传")
	ErrTypeMismatch      = fault.New(fault.Invalid, "media.type_mismatch", "文件类型不对")
	ErrUnsupported       = fault.New(fault.Invalid, "media.unsupported", "暂不支持这种格式")
	ErrHEIC              = fault.New(fault.Invalid, "media.heic", "这是 HEIC 格式的照片，很多手机打不开。请在手机“设置 › 相机 › 格式”里选“兼容性最佳”后重拍，或把照片另存为 JPEG 再上传")
	ErrBroken            = fault.New(fault.Invalid, "media.broken", "文件已损坏，无法打开，请重新录制或选择")
	ErrTooShort          = fault.New(fault.Invalid, "media.too_short", "时间太短")
	ErrTooLong           = fault.New(fault.Invalid, "media.too_long", "时间太长")
	ErrTooManyPixels     = fault.New(fault.Invalid, "media.too_many_pixels", "图片的尺寸太大")
	ErrBusy              = fault.New(fault.Unavailable, "media.busy", "上传的人太多，请稍后再试")
	ErrTranscoderMissing = fault.New(fault.Unavailable, "media.transcoder_missing", "服务器暂时只能接收 MP3 录音，请改用 MP3 上传")
	ErrNotFound          = fault.New(fault.NotFound, "media.not_found", "文件不存在或已删除")
)

// because gives a copy of f with a detail of its own.
func because(f *fault.Fault, format string, args ...any) *fault.Fault {
	c := *f
	c.Detail = fmt.Sprintf(format, args...)
	return &c
}

// megabytes writes a byte limit as people say it.
func megabytes(n int64) string { return fmt.Sprintf("%.3g MB", float64(n)/(1<<20)) }

// seconds writes a length as people say it.
func seconds(d time.Duration) string { return fmt.Sprintf("%.3g 秒", d.Seconds()) }
