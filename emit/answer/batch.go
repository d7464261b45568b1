package answer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/proto"

	"routec.dev/routec/emit/refuse"
	"routec.dev/routec/emit/render"
	"routec.dev/routec/ir"
)

// maxLine bounds a line of queries.
const maxLine = 1 << 20

// Batch answers queries, one JSON object a line, in order, one line each:
// {"query":{…},"answer":{proto JSON}} or {"query":{…},"error":"CODE: why"}, with
// "refused":"why" where the proxy would not run the answer. The query is repeated as it was
// written. An error is a line that is no query, or a stream that failed.
func Batch(w io.Writer, p *ir.Program, queries io.Reader, checker *refuse.Checker) error {
	lines := bufio.NewScanner(queries)
	lines.Buffer(nil, maxLine)
	out := bufio.NewWriter(w)
	for n := 1; lines.Scan(); n++ {
		text := bytes.TrimSpace(lines.Bytes())
		if len(text) == 0 {
			continue
		}
		line, err := batchLine(p, text, checker)
		if err != nil {
			return errors.Join(fmt.Errorf("query %d: %w", n, err), out.Flush())
		}
		out.Write(append(line, '\n'))
	}
	if err := lines.Err(); err != nil {
		return errors.Join(fmt.Errorf("read queries: %w", err), out.Flush())
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write answers: %w", err)
	}
	return nil
}

func batchLine(p *ir.Program, text []byte, checker *refuse.Checker) ([]byte, error) {
	var q Query
	strict := json.NewDecoder(bytes.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&q); err != nil {
		return nil, err
	}
	var echo bytes.Buffer
	if err := json.Compact(&echo, text); err != nil {
		return nil, err
	}
	line := append([]byte(`{"query":`), echo.Bytes()...)
	a, err := To(p, q, checker)
	var message []byte
	if err == nil {
		message, err = JSON(a.Message)
	}
	if err != nil {
		return append(field(line, "error", err.Error()), '}'), nil
	}
	line = append(append(line, `,"answer":`...), message...)
	if refuse.Refused(a.Refused) {
		line = field(line, "refused", Why(a.Refused))
	}
	return append(line, '}'), nil
}

// field appends a member with a text to a JSON object.
func field(line []byte, name, text string) []byte {
	var value bytes.Buffer
	enc := json.NewEncoder(&value)
	enc.SetEscapeHTML(false)
	enc.Encode(text) // a text always encodes
	line = append(append(line, `,"`...), name...)
	return append(append(line, `":`...), bytes.TrimSpace(value.Bytes())...)
}

// Why returns the first reason to refuse a table, as the proxy would log it.
func Why(reasons []refuse.Reason) string {
	for _, r := range reasons {
		if r.Effect != refuse.Drops {
			return r.Path + ": " + r.Message
		}
	}
	return ""
}

// JSON returns a message as one line of proto JSON.
func JSON(m proto.Message) ([]byte, error) {
	text, err := render.JSON(m)
	if err != nil {
		return nil, err
	}
	return bytes.TrimSpace(text), nil
}
