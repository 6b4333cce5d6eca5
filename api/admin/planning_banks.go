package admin

import (
	"bytes"
	"context"

	"nianwei/api/encode"
	"nianwei/api/gen"
	"nianwei/service/activity"
)

// Template is a ready-made activity, to begin a draft with.
type Template struct {
	ID      string
	Title   string
	Summary string
	Draft   activity.Draft
}

// Templates has the ready-made activities.
type Templates interface{ All() []Template }

// Bank is a question bank.
type Bank struct {
	ID        int64
	Name      string
	Questions int
	CreatedAt int64
}

// BankProblem is one wrong row of a question bank.
type BankProblem struct {
	Row                    int // as the spreadsheet counts
	Column, Reason, Detail string
}

// BankReport is what importing a bank did, or would do.
type BankReport struct {
	DryRun, Imported bool
	BankID           int64 // 0 unless imported
	Rows, Good, Bad  int
	Problems         []BankProblem
}

// Banks keeps the question banks.
type Banks interface {
	List(ctx context.Context) ([]Bank, error)
	// Import checks a spreadsheet and, unless dryRun, makes a bank of it and
	// records that in the operators' log.
	Import(ctx context.Context, officerID int64, name string, file []byte, dryRun bool) (BankReport, error)
	// Sheet gives an empty bank with the columns and examples, as XLSX.
	Sheet() ([]byte, error)
}

// maxBank bounds a question bank's file; a thousand questions have about 200 KB.
const maxBank = 10 << 20

// ListTemplates gives the ready-made activities.
func (h Planning) ListTemplates(context.Context, gen.ListTemplatesRequestObject) (gen.ListTemplatesResponseObject, error) {
	out := gen.ListTemplates200JSONResponse{Items: []gen.Template{}}
	for _, t := range h.Templates.All() {
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
		out.Items = append(out.Items, gen.Bank{Id: b.ID, Name: b.Name, Questions: b.Questions, CreatedAt: b.CreatedAt})
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

func bankReportOf(r BankReport) gen.ImportReport {
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
	sheet, err := h.Banks.Sheet()
	if err != nil {
		return nil, err
	}
	name := encode.Attachment("题库模板.xlsx")
	return gen.GetBankTemplate200ApplicationvndOpenxmlformatsOfficedocumentSpreadsheetmlSheetResponse{
		Body: bytes.NewReader(sheet), ContentLength: int64(len(sheet)), Headers: gen.GetBankTemplate200ResponseHeaders{ContentDisposition: &name}}, nil
}
