package worker

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"nianwei/api/gen"
	"nianwei/model/fault"
	"nianwei/service/account"
	"nianwei/service/activity"
	"nianwei/service/media"
	"nianwei/service/upload"
)

// Media is uploading and fetching recordings and photos.
type Media struct {
	Shelf  *upload.Shelf
	Studio *media.Studio
	URL    func(id string) string
}

var errForm = fault.New(fault.Invalid, "media.form", "上传的内容不完整，请重新选择文件。")

// UploadMedia takes in one file. The purpose comes first, so that the file is
// streamed and never held whole.
func (h Media) UploadMedia(ctx context.Context, r gen.UploadMediaRequestObject) (gen.UploadMediaResponseObject, error) {
	w := me(ctx)
	if w.ID == 0 {
		return nil, activity.ErrUnbound
	}
	part, err := r.Body.NextPart()
	if err != nil || part.FormName() != "purpose" {
		return nil, errForm
	}
	purpose, err := io.ReadAll(io.LimitReader(part, 20))
	if err != nil {
		return nil, errForm.Because(err)
	}
	file, err := r.Body.NextPart()
	if err != nil || file.FormName() != "file" {
		return nil, errForm
	}
	u, err := h.Shelf.Receive(ctx, w.ID, upload.Kind(purpose), file)
	if err != nil {
		return nil, err
	}
	return gen.UploadMedia201JSONResponse(h.encode(u)), nil
}

func (h Media) encode(u upload.Upload) gen.Media {
	out := gen.Media{Id: u.ID, Kind: gen.MediaKind(u.Kind), Url: h.URL(u.ID)}
	if u.Kind == upload.Voice {
		out.DurationMs = &u.DurationMs
		return out
	}
	thumb := out.Url + "?size=thumb"
	out.Width, out.Height, out.ThumbUrl = &u.Width, &u.Height, &thumb
	return out
}

// GetMedia serves a file to its owner, to who moderates, and of an approved
// work to every worker.
func (h Media) GetMedia(ctx context.Context, r gen.GetMediaRequestObject) (gen.GetMediaResponseObject, error) {
	var u upload.Upload
	var err error
	if o, ok := account.OfficerFrom(ctx); ok && o.Has(account.Administrator, account.Organiser, account.Auditor) {
		u, err = h.Shelf.FindAny(ctx, r.Media)
	} else {
		u, err = h.Shelf.Find(ctx, me(ctx).ID, r.Media)
	}
	if err != nil {
		return nil, err
	}
	key := u.Key
	if r.Params.Size != nil && *r.Params.Size == gen.Thumb && u.ThumbKey != "" {
		key = u.ThumbKey
	}
	file, attributes, err := h.Studio.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	c, ok := ctx.(*gin.Context)
	if !ok {
		return nil, errors.Join(errors.New("worker: media outside a request"), file.Close())
	}
	return served{file: file, attributes: attributes, request: c.Request}, nil
}

// served is a file with byte ranges and caching.
type served struct {
	file       io.ReadSeekCloser
	attributes media.Attributes
	request    *http.Request
}

// VisitGetMediaResponse serves the file.
func (s served) VisitGetMediaResponse(w http.ResponseWriter) error {
	h := w.Header()
	h.Set("Content-Type", s.attributes.ContentType)
	h.Set("ETag", s.attributes.ETag)
	h.Set("Cache-Control", "private, max-age=86400, immutable")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Disposition", "inline")
	http.ServeContent(w, s.request, "", s.attributes.ModTime, s.file)
	return s.file.Close()
}
