package replay

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// An answer is one line of [Answer]: per kind of route list that the table
// has, the winner's indexes, null for none, or why there is no such request.
type answer struct {
	HTTP1  *verdict `json:"http1,omitempty"`
	HTTP2  *verdict `json:"http2,omitempty"`
	GRPC   *verdict `json:"grpc,omitempty"`
	Opaque bool     `json:"opaque,omitempty"`
	TLS    bool     `json:"tls,omitempty"`
}

type verdict struct {
	winner Winner
	found  bool
	bad    error
}

func (v *verdict) MarshalJSON() ([]byte, error) {
	switch {
	case v.bad != nil:
		return json.Marshal(map[string]string{"badRequest": v.bad.Error()})
	case !v.found:
		return []byte("null"), nil
	}
	return fmt.Appendf(nil, `{"route":%d,"rule":%d}`, v.winner.Route, v.winner.Rule), nil
}

// A question is one line that [Answer] reads. A header is a name and a value.
type question struct {
	Method  string     `json:"method"`
	URI     string     `json:"uri"`
	Headers [][]string `json:"headers"`
}

// Answer asks the table, which [ReadTable] understands, every request, and
// writes one JSON line for each: {"http1":{"route":0,"rule":2},"http2":null}.
// A table that the proxy would refuse is answered by the one line
// {"error":"why"}. Requests are JSON objects with method, uri and headers, a
// list of [name, value]. The error is for a table or a request that cannot be
// read, or for output that cannot be written.
func Answer(w io.Writer, table []byte, requests io.Reader) error {
	message, err := ReadTable(table)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	t, err := Prepare(message)
	if refusal := (*Refusal)(nil); errors.As(err, &refusal) {
		if err := enc.Encode(map[string]string{"error": refusal.Error()}); err != nil {
			return fmt.Errorf("write the refusal: %w", err)
		}
		return out.Flush()
	} else if err != nil {
		return err
	}
	in := json.NewDecoder(requests)
	for n := 1; ; n++ {
		var q question
		if err := in.Decode(&q); err == io.EOF {
			return out.Flush()
		} else if err != nil {
			return errors.Join(fmt.Errorf("read request %d: %w", n, err), out.Flush())
		}
		headers, err := q.headers()
		if err != nil {
			return errors.Join(fmt.Errorf("read request %d: %w", n, err), out.Flush())
		}
		if err := enc.Encode(t.answer(q.Method, q.URI, headers)); err != nil {
			return fmt.Errorf("write answer %d: %w", n, err)
		}
	}
}

func (q *question) headers() ([]Header, error) {
	headers := make([]Header, len(q.Headers))
	for i, h := range q.Headers {
		if len(h) != 2 {
			return nil, fmt.Errorf("header %d has %d parts, want a name and a value", i, len(h))
		}
		headers[i] = Header{h[0], h[1]}
	}
	return headers, nil
}

func (t *Table) answer(method, uri string, headers []Header) answer {
	r, bad := NewRequest(method, uri, headers)
	ask := func(served bool, find func(*Request) (Winner, bool)) *verdict {
		if !served {
			return nil
		}
		v := &verdict{bad: bad}
		if bad == nil {
			v.winner, v.found = find(r)
		}
		return v
	}
	return answer{
		HTTP1:  ask(t.http1 != nil, t.HTTP1),
		HTTP2:  ask(t.http2 != nil, t.HTTP2),
		GRPC:   ask(t.grpc != nil, t.GRPC),
		Opaque: t.opaque,
		TLS:    t.tls != nil || t.server.GetProtocol().GetTls() != nil,
	}
}
