package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
)

// What is no request of ours is refused by name, before anything is done.
func TestBadInput_IsRefusedByName(t *testing.T) {
	eachDatabase(t, func(t *testing.T, w *world) {
		w.at(t, "20:05")
		e, _ := w.sing(t, "李秀英", "voice", 1)
		post, get, entries := http.MethodPost, http.MethodGet, w.path("voice", "/entries")
		fine := `{"input":{"mediaIds":["0123456789abcdef"]}}`
		huge := `{"input":{"mediaIds":["` + strings.Repeat("a", 10<<20) + `"]}}`
		w.refuses(t, []scenario{
			{name: "JSON that breaks off", who: "陈建国", method: post, path: entries, header: key("a"), body: `{"input":{"mediaIds":[`, status: 422, reason: "request.cut_off"},
			{name: "no JSON", who: "陈建国", method: post, path: entries, header: key("a"), body: `input=1`, status: 422, reason: "request.invalid"},
			{name: "nothing", who: "陈建国", method: post, path: entries, header: append(key("a"), "Content-Type", "application/json"), status: 422, reason: "request.invalid"},
			{name: "null", who: "陈建国", method: post, path: entries, header: key("a"), body: `null`, status: 422, reason: "request.invalid"},
			{name: "a list", who: "陈建国", method: post, path: entries, header: key("a"), body: `[]`, status: 422, reason: "request.invalid"},
			{name: "not a number", who: "陈建国", method: post, path: entries, header: key("a"), body: `{"input":{"mediaIds":[NaN]}}`, status: 422, reason: "request.invalid"},
			{name: "infinity", who: "organiser", method: post, path: "/api/admin/funds", body: `{"name":"无限","budgetFen":Infinity}`, status: 422, reason: "request.invalid"},
			{name: "an unknown field", who: "陈建国", method: post, path: entries, header: key("a"), body: `{"input":{},"extra":1}`, status: 422, reason: "request.invalid", has: []string{"不认识"}},
			{name: "an unknown field of the input", who: "陈建国", method: post, path: entries, header: key("a"), body: `{"input":{"mediaIds":["x"],"extra":1}}`, status: 422, reason: "entry.input"},
			{name: "ten thousand brackets", who: "陈建国", method: post, path: entries, header: key("a"), body: `{"input":{"mediaIds":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}}`, status: 422, reason: "request.invalid"},
			{name: "ten megabytes of JSON", who: "陈建国", method: post, path: entries, header: key("a"), body: huge, status: 413, reason: "request.too_large", hasNot: []string{"aaaa"}},
			{name: "ten megabytes of draft", who: "organiser", method: post, path: "/api/admin/activities", body: `{"title":"` + strings.Repeat("年", 4<<20) + `"}`, status: 413, reason: "request.too_large"},
			{name: "another content type", who: "陈建国", method: post, path: entries, header: key("a"), body: content{"text/plain", []byte(fine)}, status: 422, reason: "request.content_type"},
			{name: "a form for JSON", who: "陈建国", method: post, path: entries, header: key("a"), body: content{"application/x-www-form-urlencoded", []byte("input=1")}, status: 422, reason: "request.content_type"},
			{name: "no content type", who: "陈建国", method: post, path: entries, header: key("a"), body: content{"", []byte(fine)}, status: 422, reason: "request.content_type"},
			{name: "JSON for a form", who: "陈建国", method: post, path: "/api/worker/media", body: fine, status: 422, reason: "request.content_type"},
			{name: "no idempotency key", who: "陈建国", method: post, path: entries, body: fine, status: 422, reason: "request.invalid"},
			{name: "a short idempotency key", who: "陈建国", method: post, path: entries, header: []string{"Idempotency-Key", strings.Repeat("a", 15)}, body: fine, status: 422, reason: "request.invalid"},
			{name: "an overlong idempotency key", who: "陈建国", method: post, path: entries, header: []string{"Idempotency-Key", strings.Repeat("a", 65)}, body: fine, status: 422, reason: "request.invalid"},
			{name: "an idempotency key with other characters", who: "陈建国", method: post, path: entries, header: []string{"Idempotency-Key", "aaaaaaaa aaaaaaaa'--"}, body: fine, status: 422, reason: "request.invalid"},
			{name: "a play without a key", who: "李秀英", method: post, path: w.path("voice", "/entries/%d/play", e.ID), status: 422, reason: "request.invalid"},
			{name: "a payment without a key", who: "finance", method: post, path: w.adminPath("voice", "/payments"), body: `{"reference":"付 1"}`, status: 422, reason: "request.invalid"},

			{name: "a path out of the product", who: "陈建国", method: get, path: "/api/worker/rounds/../../../etc/passwd", status: 404, reason: "route.unknown", hasNot: []string{"root:"}},
			{name: "an escaped path out of the product", who: "陈建国", method: get, path: "/api/worker/rounds/..%2f..%2f..%2fetc%2fpasswd", status: 404, reason: "route.unknown"},
			{name: "a medium out of the product", who: "陈建国", method: get, path: "/api/media/..%2f..%2f..%2fetc%2fpasswd", status: 404, reason: "route.unknown"},
			{name: "dots for a medium", who: "陈建国", method: get, path: "/api/media/................", status: 422, reason: "request.invalid"},
			{name: "a round with a quote", who: "陈建国", method: get, path: "/api/worker/rounds/a1-1'%20OR%20'1'='1", status: 422, reason: "request.invalid"},
			{name: "a round with a zero byte", who: "陈建国", method: get, path: "/api/worker/rounds/a1-1%00", status: 422, reason: "request.invalid"},
			{name: "a round in capitals", who: "陈建国", method: get, path: "/api/worker/rounds/A1-1", status: 422, reason: "request.invalid"},
			{name: "a round's name without end", who: "陈建国", method: get, path: "/api/worker/rounds/" + strings.Repeat("a", 4000), status: 422, reason: "request.invalid"},
			{name: "an entry before the first", who: "陈建国", method: get, path: w.path("voice", "/entries/-1"), status: 422, reason: "request.invalid"},
			{name: "an entry that is no number", who: "陈建国", method: get, path: w.path("voice", "/entries/NaN"), status: 422, reason: "request.invalid"},
			{name: "an entry beyond all numbers", who: "陈建国", method: get, path: w.path("voice", "/entries/9223372036854775808"), status: 422, reason: "request.invalid"},
			{name: "half an entry", who: "陈建国", method: get, path: w.path("voice", "/entries/0.5"), status: 422, reason: "request.invalid"},
			{name: "a play before the first", who: "陈建国", method: get, path: w.path("voice", "/plays/-1/receipt"), status: 422, reason: "request.invalid"},
			{name: "an activity that is none", who: "organiser", method: get, path: "/api/admin/activities/-5", status: 404, reason: "activity.unknown"},
			{name: "a fund that is none", who: "auditor", method: get, path: "/api/audit/funds/-5/statement", status: 404, reason: "fund.unknown"},
			{name: "a page of no works", who: "organiser", method: get, path: "/api/admin/works?limit=0", status: 422, reason: "request.invalid"},
			{name: "a page before the first", who: "organiser", method: get, path: "/api/admin/works?limit=-1", status: 422, reason: "request.invalid"},
			{name: "a page of everything", who: "organiser", method: get, path: "/api/admin/works?limit=1000000", status: 422, reason: "request.invalid"},
			{name: "a page of NaN", who: "organiser", method: get, path: "/api/admin/works?limit=NaN", status: 422, reason: "request.invalid"},
			{name: "a cursor that no page gave", who: "organiser", method: get, path: "/api/admin/works?cursor=%27%3B--", status: 422, reason: "cursor.invalid"},
			{name: "a cursor of the prizes that no page gave", who: "陈建国", method: get, path: "/api/worker/awards?cursor=1.2", status: 422, reason: "cursor.invalid"},
			{name: "a cursor of the log that no page gave", who: "auditor", method: get, path: "/api/audit/log?cursor=-1", status: 422, reason: "cursor.invalid"},

			{name: "a fund below nothing", who: "organiser", method: post, path: "/api/admin/funds", body: `{"name":"负数","budgetFen":-1}`, status: 422, reason: "request.invalid", has: []string{"不能小于"}},
			{name: "a fund of half a fen", who: "organiser", method: post, path: "/api/admin/funds", body: `{"name":"半分","budgetFen":0.5}`, status: 422, reason: "request.invalid"},
			{name: "a fund beyond all", who: "organiser", method: post, path: "/api/admin/funds", body: `{"name":"太多","budgetFen":1e300}`, status: 422, reason: "request.invalid"},
			{name: "a prize of less than nothing", who: "organiser", method: post, path: "/api/admin/activities", body: w.drafted(t, func(d, _, prize map[string]any) { prize["amountFen"] = -1 }), status: 422, reason: "request.invalid", has: []string{"/reward/prizes/0/amountFen"}},
			{name: "fewer tickets than prizes", who: "organiser", method: post, path: "/api/admin/activities", body: w.drafted(t, func(_, reward, _ map[string]any) { reward["tickets"] = 499 }), status: 422, reason: "activity.invalid", has: []string{"/reward/tickets"}},
			{name: "a timetable that nobody can read", who: "organiser", method: post, path: "/api/admin/activities", body: w.drafted(t, func(d, _, _ map[string]any) { d["timetable"] = "等有空的时候" }), status: 422, reason: "activity.invalid", has: []string{"/timetable"}},
			{name: "a kind that is none", who: "organiser", method: post, path: "/api/admin/activities", body: w.drafted(t, func(d, _, _ map[string]any) { d["kind"] = "../work" }), status: 422, reason: "activity.invalid", has: []string{"/kind"}},
			{name: "settings of another kind", who: "organiser", method: post, path: "/api/admin/activities", body: w.drafted(t, func(d, _, _ map[string]any) { d["settings"] = map[string]any{"winner": "陈"} }), status: 422, reason: "activity.invalid", has: []string{"/settings"}},
			{name: "a change of what is published", who: "organiser", method: http.MethodPut, path: fmt.Sprintf("/api/admin/activities/%d", w.ids["voice"]), body: w.draft("voice"), status: 409, reason: "activity.published"},
			{name: "a deletion of what is published", who: "organiser", method: http.MethodDelete, path: fmt.Sprintf("/api/admin/activities/%d", w.ids["voice"]), status: 409, reason: "activity.published"},
			{name: "an export without a reason", who: "auditor", method: get, path: "/api/audit/rounds/" + w.rounds["voice"] + "/directory", status: 422, reason: "request.invalid"},
			{name: "an export before the end", who: "auditor", method: get, path: "/api/audit/rounds/" + w.rounds["voice"] + "/directory?reason=early", status: 409, reason: "export.not_final"},
		})
	})
}

// drafted gives the voice activity's draft with something wrong in it.
func (w *world) drafted(t testing.TB, spoil func(draft, reward, prize map[string]any)) string {
	t.Helper()
	d := w.draft("voice")
	reward := d["reward"].(map[string]any)
	spoil(d, reward, reward["prizes"].([]any)[0].(map[string]any))
	return text(t, d)
}

// Files are what they are, not what they are called.
func TestBadInput_FilesAreRefusedByWhatTheyAre(t *testing.T) {
	eachDatabase(t, func(t *testing.T, w *world) {
		w.at(t, "20:05")
		post, media, imports := http.MethodPost, "/api/worker/media", "/api/admin/roster/imports?dryRun=false"
		twins := [][]string{{"姓名", "手机号", "工会"}, {"钱多多", "13861000011", "市总工会"}, {"吴小小", "13861000012", "市总工会"}, {"郑大大", "13861000011", "市总工会"}}
		cut := form(t, "voice", recording(1), "a.mp3")
		cut.data = cut.data[:len(cut.data)/2]
		w.refuses(t, []scenario{
			{name: "a picture called mp3", who: "陈建国", method: post, path: media, body: form(t, "voice", picture(t, 1), "voice.mp3"), status: 422, reason: "media.type_mismatch", has: []string{"PNG"}},
			{name: "a recording called photo", who: "陈建国", method: post, path: media, body: form(t, "photo", recording(1), "a.png"), status: 422, reason: "media.type_mismatch"},
			{name: "an empty file", who: "陈建国", method: post, path: media, body: form(t, "voice", nil, "voice.mp3"), status: 422, reason: "media.empty"},
			{name: "a page called mp3", who: "陈建国", method: post, path: media, body: form(t, "voice", []byte("<html><script>alert(1)</script></html>"), "voice.mp3"), status: 422, reason: "media.not_audio"},
			{name: "a drawing that could run scripts", who: "陈建国", method: post, path: media, body: form(t, "photo", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "a.svg"), status: 422, reason: "media.unsupported"},
			{name: "a recording of no length", who: "陈建国", method: post, path: media, body: form(t, "voice", recording(1)[:36*8], "voice.mp3"), status: 422, reason: "media.too_short"},
			{name: "a form that breaks off", who: "陈建国", method: post, path: media, body: cut, status: 422, reason: "media.interrupted"},
			{name: "a purpose that is none", who: "陈建国", method: post, path: media, body: form(t, "video", recording(1), "a.mp3"), status: 422, reason: "media.purpose"},
			{name: "a file before its purpose", who: "陈建国", method: post, path: media, body: form(t, "", recording(1), "a.mp3"), status: 422, reason: "media.form"},
			{name: "a form without a boundary", who: "陈建国", method: post, path: media, body: content{"multipart/form-data", []byte("x")}, status: 422, reason: "request.invalid"},

			{name: "an empty roster", who: "organiser", method: post, path: imports, body: fileForm(t, nil), status: 422, reason: "roster.empty"},
			{name: "a picture for a roster", who: "organiser", method: post, path: imports, body: fileForm(t, picture(t, 1)), status: 422, reason: "roster.encoding"},
			{name: "a roster without its columns", who: "organiser", method: post, path: imports, body: csvForm(t, [][]string{{"姓名", "年龄"}, {"钱多多", "30"}}), status: 422, reason: "roster.columns"},
			{name: "a form without a file", who: "organiser", method: post, path: imports, body: content{"multipart/form-data; boundary=b", []byte("--b--\r\n")}, status: 422, reason: "upload.missing"},
			{name: "a text for a question bank", who: "organiser", method: post, path: "/api/admin/banks?dryRun=false&name=x", body: fileForm(t, []byte("题目,答案")), status: 422, reason: "bank.format"},
			{name: "an empty question bank", who: "organiser", method: post, path: "/api/admin/banks?dryRun=false&name=x", body: fileForm(t, nil), status: 422, reason: "upload.no_file"},
		})
		before := w.snapshot(t)
		for _, dry := range []string{"true", "false"} {
			a := w.succeeds(t, "organiser", post, "/api/admin/roster/imports?dryRun="+dry, csvForm(t, twins))
			var r struct {
				Imported  bool
				Good, Bad int
				Problems  []struct{ Row int }
			}
			a.into(t, &r)
			if r.Imported || r.Bad != 2 || r.Good != 1 || len(r.Problems) != 2 || r.Problems[0].Row != 2 || r.Problems[1].Row != 4 || !strings.Contains(a.body, "第 2 行、第 4 行") {
				t.Errorf("two rows with one phone, dryRun=%s: %s", dry, a.body)
			}
			if strings.Contains(a.body, "13861000011") || strings.Contains(a.body, "钱多多") {
				t.Errorf("the report repeats personal data: %s", a.body)
			}
		}
		if changed := differences(before, w.snapshot(t)); changed != "" {
			t.Errorf("a roster with twins was refused whole, but changed %s", changed)
		}
	})
}

// A small file that would unpack to a gigabyte is refused before it does,
// whether it says so or lies about it. It is measured alone.
func TestBadInput_ZipBombIsRefusedBeforeItUnpacks(t *testing.T) {
	w := newWorld(t, "")
	const gigabyte = 1 << 30
	for _, claimed := range []uint64{gigabyte, 1000} {
		file := bomb(t, gigabyte, claimed)
		if len(file) > 5<<20 {
			t.Fatalf("the bomb has %d bytes", len(file))
		}
		reason, bank := "roster.zip_bomb", "bank.zip_bomb"
		if claimed < gigabyte {
			reason, bank = "roster.format", "bank.format"
		}
		allocated := allocates(func() {
			w.refuses(t, []scenario{
				{name: "a bomb for a roster", who: "organiser", method: http.MethodPost, path: "/api/admin/roster/imports?dryRun=false", body: fileForm(t, file), status: 422, reason: reason},
				{name: "a bomb for a question bank", who: "organiser", method: http.MethodPost, path: "/api/admin/banks?dryRun=false&name=x", body: fileForm(t, file), status: 422, reason: bank},
			})
		})
		if allocated > 160<<20 {
			t.Errorf("a bomb of %d bytes that says it holds %d took %d MB of memory", len(file), claimed, allocated>>20)
		}
	}
}

// bomb gives an XLSX whose first sheet is so many zero bytes, and says it has
// claimed. Deflate blocks can be joined, so a megabyte is compressed only once.
func bomb(t testing.TB, size, claimed uint64) []byte {
	t.Helper()
	zeros := make([]byte, 1<<20)
	var block, all bytes.Buffer
	f, err := flate.NewWriter(&block, flate.BestCompression)
	ok(t, err)
	_, err = f.Write(zeros)
	ok(t, err)
	ok(t, f.Flush())
	sum := crc32.NewIEEE()
	for range size >> 20 {
		all.Write(block.Bytes())
		_, _ = sum.Write(zeros)
	}
	all.Write([]byte{3, 0}) // the last block, empty
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
	} {
		part, err := z.Create(name)
		ok(t, err)
		_, err = io.WriteString(part, text)
		ok(t, err)
	}
	part, err := z.CreateRaw(&zip.FileHeader{Name: "xl/worksheets/sheet1.xml", Method: zip.Deflate, CRC32: sum.Sum32(), CompressedSize64: uint64(all.Len()), UncompressedSize64: claimed})
	ok(t, err)
	_, err = part.Write(all.Bytes())
	ok(t, err)
	ok(t, z.Close())
	return out.Bytes()
}

// allocates gives how many bytes were allocated in all while f ran.
func allocates(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A recording of 200 MB is refused after the ten that it may have: the rest is
// neither read nor kept in memory.
func TestBadInput_EndlessVoiceIsRefusedEarly(t *testing.T) {
	w := newWorld(t, "")
	srv := httptest.NewServer(w.http.Handler)
	defer srv.Close()
	const whole = 200 << 20
	before := w.snapshot(t)
	for _, declared := range []bool{true, false} {
		body := &endless{head: formHead("voice"), left: whole}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+"/api/worker/media", body)
		ok(t, err)
		if declared {
			req.ContentLength = int64(len(body.head)) + whole
		}
		req.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		req.Header.Set("Cookie", w.cookies["陈建国"])
		var a answer
		allocated := allocates(func() {
			res, err := srv.Client().Do(req)
			ok(t, err)
			text, err := io.ReadAll(res.Body)
			ok(t, errors.Join(err, res.Body.Close()))
			a = answer{res.StatusCode, res.Header, string(text)}
		})
		w.checkRefusal(t, scenario{name: "200 MB", status: 413, reason: "media.too_large", has: []string{"10 MB"}}, a)
		if sent := body.sent.Load(); sent > 40<<20 {
			t.Errorf("%d MB were taken of what may have 10", sent>>20)
		}
		if allocated > 32<<20 {
			t.Errorf("%d MB were allocated for a refusal", allocated>>20)
		}
	}
	if changed := differences(before, w.snapshot(t)); changed != "" {
		t.Errorf("a refused recording changed %s", changed)
	}
}

func formHead(purpose string) []byte {
	var b bytes.Buffer
	f := multipart.NewWriter(&b)
	_ = f.SetBoundary("b")
	_ = f.WriteField("purpose", purpose)
	_, _ = f.CreateFormFile("file", "voice.mp3")
	return b.Bytes()
}

// endless is a form with a file that goes on and on, and counts what was taken.
type endless struct {
	head []byte
	left int64
	sent atomic.Int64
}

// Read gives the form's head, then silence.
func (e *endless) Read(p []byte) (int, error) {
	if len(e.head) > 0 {
		n := copy(p, e.head)
		e.head = e.head[n:]
		return n, nil
	}
	if e.left == 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), e.left))
	clear(p[:n])
	e.left -= int64(n)
	e.sent.Add(int64(n))
	return n, nil
}
