package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"unicode/utf8"
)

// maxDepth ends a document that nests deeper than any of ours.
const maxDepth = 8

// jsonDoc is a JSON file as a flat list of places such as "proofs.0.line". It knows
// the line of each, is exact about the case of names and refuses a name given
// twice: encoding/json would let a second, unseen value win.
type jsonDoc struct {
	nodes map[string]jsonNode
	order []string // scalars as they come in the file
}

type jsonKind int

const (
	jsonObject jsonKind = iota
	jsonList
	jsonText
	jsonNumber
	jsonOther
)

// jsonNode is one value. text is a string's content or a number's digits; size is
// how many members an object or list has.
type jsonNode struct {
	kind jsonKind
	text string
	size int
	line int
}

// parseJSON reads one object and nothing after it.
func parseJSON(raw []byte) (*jsonDoc, error) {
	if !utf8.Valid(raw) {
		return nil, at(1, "the file is not UTF-8")
	}
	p := &jsonParser{raw: raw, dec: json.NewDecoder(bytes.NewReader(raw)), line: 1}
	p.doc.nodes = map[string]jsonNode{}
	p.dec.UseNumber()
	if err := p.value("", 0); err != nil {
		return nil, at(p.line, "not JSON that can be checked: %v", err)
	}
	if _, err := p.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, at(p.line, "something follows the JSON")
	}
	if p.doc.nodes[""].kind != jsonObject {
		return nil, at(1, "the file is not a JSON object")
	}
	return &p.doc, nil
}

type jsonParser struct {
	raw  []byte
	dec  *json.Decoder
	doc  jsonDoc
	line int
	seen int64
}

// token reads on and keeps count of lines.
func (p *jsonParser) token() (json.Token, error) {
	t, err := p.dec.Token()
	if end := p.dec.InputOffset(); end > p.seen {
		p.line += bytes.Count(p.raw[p.seen:end], []byte{'\n'})
		p.seen = end
	}
	return t, err
}

func (p *jsonParser) value(path string, depth int) error {
	t, err := p.token()
	if err != nil {
		return err
	}
	n := jsonNode{kind: jsonOther, line: p.line}
	switch v := t.(type) {
	case json.Delim:
		if depth == maxDepth {
			return errors.New("nested too deep")
		}
		n.kind = jsonList
		if v == '{' {
			n.kind = jsonObject
		}
		n.size, err = p.members(path, n.kind, depth+1)
	case string:
		n.kind, n.text = jsonText, v
	case json.Number:
		n.kind, n.text = jsonNumber, v.String()
	}
	p.doc.nodes[path] = n
	if n.kind > jsonList {
		p.doc.order = append(p.doc.order, path)
	}
	return err
}

func (p *jsonParser) members(path string, kind jsonKind, depth int) (int, error) {
	count := 0
	for p.dec.More() {
		name := strconv.Itoa(count)
		if kind == jsonObject {
			t, err := p.token()
			if err != nil {
				return 0, err
			}
			name, _ = t.(string)
		}
		place := join(path, name)
		if _, twice := p.doc.nodes[place]; twice {
			return 0, errors.New(strconv.Quote(place) + " is given twice")
		}
		if err := p.value(place, depth); err != nil {
			return 0, err
		}
		count++
	}
	_, err := p.token()
	return count, err
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// text returns a string, or an error that names the place.
func (d *jsonDoc) text(path string) (string, error) {
	n, ok := d.nodes[path]
	if !ok || n.kind != jsonText {
		return "", at(d.near(path), "%q must be a text", path)
	}
	return n.text, nil
}

func (d *jsonDoc) number(path string) (uint64, error) {
	n := d.nodes[path]
	v, ok := parseNumber(n.text)
	if n.kind != jsonNumber || !ok {
		return 0, at(d.near(path), "%q must be a whole number", path)
	}
	return v, nil
}

// hex fills out from a text of lower-case hex.
func (d *jsonDoc) hex(path string, out []byte) error {
	n, ok := d.nodes[path]
	if !ok || n.kind != jsonText || !parseHex(n.text, out) {
		return at(d.near(path), "%q must be %d bytes of lower-case hex", path, len(out))
	}
	return nil
}

// list returns how many members a list has. A list that is null is empty.
func (d *jsonDoc) list(path string) (int, error) {
	n, ok := d.nodes[path]
	if !ok || (n.kind != jsonList && !d.isNull(path)) {
		return 0, at(d.near(path), "%q must be a list", path)
	}
	return n.size, nil
}

// isNull says whether a value is null, true or false; none of ours may be the latter.
func (d *jsonDoc) isNull(path string) bool { return d.nodes[path].kind == jsonOther }

// near returns the line of a place, or of what should contain it.
func (d *jsonDoc) near(path string) int {
	for {
		if n, ok := d.nodes[path]; ok {
			return n.line
		}
		cut := bytes.LastIndexByte([]byte(path), '.')
		path = path[:max(cut, 0)]
	}
}
