package replay

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/linkerd/linkerd2-proxy-api/go/inbound"
	"github.com/linkerd/linkerd2-proxy-api/go/outbound"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// ReadTable reads an OutboundPolicy or an inbound Server, whichever fits: as
// proto JSON, or as `linkerd diagnostics policy -o json` prints it.
func ReadTable(text []byte) (proto.Message, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		return nil, fmt.Errorf("read the table: %w", err)
	}
	message := proto.Message(&outbound.OutboundPolicy{})
	for _, name := range []string{"labels", "authorizations", "serverIps", "server_ips"} {
		if _, ok := fields[name]; ok { // an OutboundPolicy has none of them
			message = &inbound.Server{}
		}
	}
	if printedByGo(fields["protocol"]) {
		plain, err := protoJSON(text, message.ProtoReflect().Descriptor())
		if err != nil {
			return nil, fmt.Errorf("read the table: %w", err)
		}
		text = plain
	}
	if err := protojson.Unmarshal(text, message); err != nil {
		return nil, fmt.Errorf("read the table as %s: %w", message.ProtoReflect().Descriptor().Name(), err)
	}
	return message, nil
}

// printedByGo tells the two spellings apart: proto JSON has no "Kind".
func printedByGo(protocol json.RawMessage) bool {
	var fields map[string]json.RawMessage
	return bytes.Contains(protocol, []byte(`"Kind"`)) && json.Unmarshal(protocol, &fields) == nil && fields["Kind"] != nil
}
