package admin

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"

	"nianwei/api/encode"
	"nianwei/api/gen"
	"nianwei/model/fault"
	"nianwei/service/account"
	"nianwei/service/roster"
)

// ErrUpload refuses a form that holds no file.
var ErrUpload = fault.New(fault.Invalid, "upload.missing", "没有收到文件，请重新选择后上传。")

// Roster is unions, workers and groups.
type Roster struct {
	roster  *roster.Roster
	workers *account.Workers
}

// NewRoster makes the handlers.
func NewRoster(r *roster.Roster, workers *account.Workers) Roster {
	return Roster{roster: r, workers: workers}
}

// ImportRoster checks or imports a file.
func (h Roster) ImportRoster(ctx context.Context, r gen.ImportRosterRequestObject) (gen.ImportRosterResponseObject, error) {
	by, err := mustOfficer(ctx)
	if err != nil {
		return nil, err
	}
	file, err := readUpload(r.Body, h.roster.MaxBytes())
	if err != nil {
		return nil, err
	}
	o := roster.ImportOptions{DryRun: r.Params.DryRun == nil || *r.Params.DryRun, SkipBad: encode.Value(r.Params.SkipBad)}
	report, err := h.roster.Import(ctx, by.ID, file, o)
	if err != nil {
		return nil, err
	}
	return gen.ImportRoster200JSONResponse(reportOf(report)), nil
}

// readUpload gives the form's file, at most one byte longer than it may be.
func readUpload(form *multipart.Reader, maxBytes int64) ([]byte, error) {
	if form == nil {
		return nil, ErrUpload
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, ErrUpload
		}
		if err != nil {
			return nil, ErrUpload.Because(err)
		}
		if part.FormName() != "file" {
			continue
		}
		file, err := io.ReadAll(io.LimitReader(part, maxBytes+1))
		if err != nil {
			return nil, ErrUpload.Because(err)
		}
		return file, nil
	}
}

func reportOf(r *roster.Report) gen.ImportReport {
	out := gen.ImportReport{DryRun: r.DryRun, Imported: r.Imported, Rows: r.Rows, Good: r.Good, Added: r.Added,
		Changed: r.Changed, Unchanged: r.Unchanged, Bad: r.Bad}
	if len(r.UnionsAdded) > 0 {
		out.UnionsAdded = &r.UnionsAdded
	}
	out.Problems = encode.Empty(out.Problems)
	for i := range r.Problems {
		p := encode.Add(&out.Problems)
		p.Row, p.Reason, p.Detail = r.Problems[i].Row, r.Problems[i].Reason, r.Problems[i].Detail
		p.Column = encode.Optional(r.Problems[i].Column)
	}
	return out
}

// GetRosterTemplate gives an empty roster file.
func (h Roster) GetRosterTemplate(context.Context, gen.GetRosterTemplateRequestObject) (gen.GetRosterTemplateResponseObject, error) {
	var file bytes.Buffer
	if err := roster.WriteTemplate(&file); err != nil {
		return nil, err
	}
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": roster.TemplateName})
	return gen.GetRosterTemplate200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		Body: &file, ContentLength: int64(file.Len()), Headers: gen.GetRosterTemplate200ResponseHeaders{ContentDisposition: &disposition},
	}, nil
}

// ListWorkers gives a page of workers with masked personal columns.
func (h Roster) ListWorkers(ctx context.Context, r gen.ListWorkersRequestObject) (gen.ListWorkersResponseObject, error) {
	page, err := h.roster.Workers(ctx, roster.Filter{UnionID: encode.Value(r.Params.UnionId), Phone: encode.Value(r.Params.Phone),
		Cursor: encode.Value(r.Params.Cursor), Limit: encode.Limit(r.Params.Limit)})
	if err != nil {
		return nil, err
	}
	out := gen.ListWorkers200JSONResponse{Next: encode.Optional(page.Next)}
	if page.Total >= 0 {
		out.Total = &page.Total
	}
	out.Items = encode.Empty(out.Items)
	for i := range page.Items {
		w, item := &page.Items[i], encode.Add(&out.Items)
		item.Id, item.Name, item.Phone = w.WorkerID, w.NameMask, w.PhoneMask
		item.UnionId, item.UnionName, item.Trade, item.Type, item.Staying = w.UnionID, w.UnionName, w.Trade, w.Type, w.Staying
		item.Bound, item.BoundAt = w.Bound, encode.Optional(w.BoundAt)
	}
	return out, nil
}

// UnbindWorker releases a worker from a WeChat account.
func (h Roster) UnbindWorker(ctx context.Context, r gen.UnbindWorkerRequestObject) (gen.UnbindWorkerResponseObject, error) {
	by, err := mustOfficer(ctx)
	if err != nil {
		return nil, err
	}
	if err := h.workers.Unbind(ctx, by.ID, r.Worker, r.Params.Reason); err != nil {
		return nil, err
	}
	return gen.UnbindWorker204Response{}, nil
}

// ListUnions gives the tree of unions.
func (h Roster) ListUnions(ctx context.Context, _ gen.ListUnionsRequestObject) (gen.ListUnionsResponseObject, error) {
	unions, err := h.roster.Unions(ctx)
	if err != nil {
		return nil, err
	}
	out := gen.ListUnions200JSONResponse{Items: make([]gen.Union, len(unions))}
	for i, u := range unions {
		out.Items[i] = gen.Union{Id: u.ID, ParentId: encode.Optional(u.ParentID), Name: u.Name, Level: u.Level, Workers: u.Workers}
	}
	return out, nil
}

// ListGroups gives all groups.
func (h Roster) ListGroups(ctx context.Context, _ gen.ListGroupsRequestObject) (gen.ListGroupsResponseObject, error) {
	groups, err := h.roster.Groups(ctx)
	if err != nil {
		return nil, err
	}
	out := gen.ListGroups200JSONResponse{Items: make([]gen.Group, len(groups))}
	for i := range groups {
		out.Items[i] = groupOf(&groups[i])
	}
	return out, nil
}

// CreateGroup makes a group.
func (h Roster) CreateGroup(ctx context.Context, r gen.CreateGroupRequestObject) (gen.CreateGroupResponseObject, error) {
	by, err := mustOfficer(ctx)
	if err != nil {
		return nil, err
	}
	g, err := h.roster.CreateGroup(ctx, by.ID, r.Body.Name, roster.Rule{Trades: encode.Value(r.Body.Trades), Types: encode.Value(r.Body.Types),
		UnionIDs: encode.Value(r.Body.UnionIds), Staying: r.Body.Staying})
	if err != nil {
		return nil, err
	}
	return gen.CreateGroup201JSONResponse(groupOf(&g)), nil
}

func groupOf(g *roster.Group) gen.Group {
	return gen.Group{Id: g.ID, Name: g.Name, Trades: orEmpty(g.Rule.Trades), Types: orEmpty(g.Rule.Types), UnionIds: orEmpty(g.Rule.UnionIDs),
		Staying: g.Rule.Staying, Workers: g.Workers}
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
