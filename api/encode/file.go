package encode

import (
	"errors"
	"io"
	"mime/multipart"
	"net/url"

	"nianwei/model/fault"
)

// What can be wrong with an uploaded form.
var (
	ErrNoFile       = fault.New(fault.Invalid, "upload.no_file", "请选择要上传的文件。")
	ErrFileTooLarge = fault.New(fault.TooLarge, "upload.too_large", "文件太大，请拆分后再上传。")
	ErrCutOff       = fault.New(fault.Invalid, "request.cut_off", "网络中断，内容没有传完，请重试。")
)

// File reads the part "file" of a form into memory, up to limit bytes.
func File(form *multipart.Reader, limit int64) ([]byte, error) {
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, ErrNoFile
		}
		if err != nil {
			return nil, ErrCutOff.Because(err)
		}
		if part.FormName() != "file" {
			continue
		}
		file, err := io.ReadAll(io.LimitReader(part, limit+1))
		switch {
		case err != nil:
			return nil, ErrCutOff.Because(err)
		case len(file) == 0:
			return nil, ErrNoFile
		case int64(len(file)) > limit:
			return nil, ErrFileTooLarge
		}
		return file, nil
	}
}

// Attachment gives the Content-Disposition of a download whose name may be
// Chinese (RFC 6266, RFC 8187).
func Attachment(name string) string { return "attachment; filename*=UTF-8''" + url.PathEscape(name) }
