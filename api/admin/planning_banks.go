package admin

import (
	"bytes"
	"context"

	"nianwei/api/encode"
	"nianwei/api/gen"
	"nianwei/service/quizbank"
)

// maxBank bounds a question bank's file; a thousand questions have about 200 KB.
const maxBank = 10 << 20

// ListTemplates gives the ready-made activities.
func (h Planning) ListTemplates(context.Context, gen.ListTemplatesRequestObject) (gen.ListTemplatesResponseObject, error) {
	out := gen.ListTemplates200JSONResponse{Items: []gen.Template{}}
	list, err := h.Templates()
	if err != nil {
		return nil, err
	}
	for _, t := range list {
		draft, err := draftFor(t.Draft)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, gen.Template{Id: t.ID, Title: t.Title, Summary: t.Summary, Draft: draft})
	}
	return out, nil
}

// ListBanks gives the question banks.
func (h Planning) ListBanks(ctx context.Context, _ gen.ListBanksRequestObject) (gen.ListBanksResponseObject, error) {
	list, err := h.Banks.List(ctx)
	if err != nil {
		return nil, err
	}
	out := gen.ListBanks200JSONResponse{Items: make([]gen.Bank, 0, len(list))}
	for _, b := range list {
		out.Items = append(out.Items, gen.Bank{Id: b.ID, Name: b.Name, Questions: int(b.Questions), CreatedAt: b.CreatedAt})
	}
	return out, nil
}

// ImportBank checks or imports a question bank.
func (h Planning) ImportBank(ctx context.Context, r gen.ImportBankRequestObject) (gen.ImportBankResponseObject, error) {
	file, err := encode.File(r.Body, maxBank)
	if err != nil {
		return nil, err
	}
	dryRun := r.Params.DryRun == nil || *r.Params.DryRun
	report, err := h.Banks.Import(ctx, officer(ctx).ID, r.Params.Name, file, dryRun)
	if err != nil {
		return nil, err
	}
	return gen.ImportBank200JSONResponse(bankReportOf(report)), nil
}

func bankReportOf(r *quizbank.Report) gen.ImportReport {
	out := gen.ImportReport{DryRun: r.DryRun, Imported: r.Imported, Rows: r.Rows, Good: r.Good, Bad: r.Bad, Added: r.Good, BankId: encode.Optional(r.BankID)}
	out.Problems = encode.Empty(out.Problems)
	for _, p := range r.Problems {
		one := encode.Add(&out.Problems)
		one.Row, one.Column, one.Reason, one.Detail = p.Row, encode.Optional(p.Column), p.Reason, p.Detail
	}
	return out
}

// GetBankTemplate gives an empty question bank to fill in.
func (h Planning) GetBankTemplate(context.Context, gen.GetBankTemplateRequestObject) (gen.GetBankTemplateResponseObject, error) {
	var file bytes.Buffer
	if err := quizbank.WriteTemplate(&file); err != nil {
		return nil, err
	}
	name := encode.Attachment("题库模板.xlsx")
	return gen.GetBankTemplate200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		Body: &file, ContentLength: int64(file.Len()), Headers: gen.GetBankTemplate200ResponseHeaders{ContentDisposition: &name}}, nil
}
