package core

import (
	"routec.dev/routec/compile/admit/tree"
	"routec.dev/routec/compile/diag"
)

// allocateNodePorts gives node ports to the ports that need one, as a dry run does:
// ports of one number share one.
func (f *findings) allocateNodePorts(spec object) {
	kind := tree.Text(spec, "type")
	chooses := kind == "NodePort" || kind == "LoadBalancer" && tree.Bool(spec, "allocateLoadBalancerNodePorts")
	if kind != "NodePort" && kind != "LoadBalancer" {
		return
	}
	book := portBook{taken: map[int64]bool{}}
	ports := tree.List(spec, "ports")
	shared := map[int64]int64{} // node port by port
	for i := range ports {
		port := tree.Item(ports, i)
		number, wanted := tree.Int(port, "port"), tree.Int(port, "nodePort")
		if wanted == 0 && !chooses {
			continue
		}
		have := shared[number]
		switch {
		case have == 0:
			if wanted = requestedNodePort(ports, number); wanted == 0 {
				wanted = book.next()
			} else if !book.take(wanted) {
				f.nodePortTaken(i, wanted)
				return
			}
			port["nodePort"], shared[number] = wanted, wanted
		case wanted == 0:
			port["nodePort"] = have
		case wanted != have && !book.take(wanted):
			f.nodePortTaken(i, wanted)
			return
		}
	}
	if needsHealthCheck(spec) {
		f.healthCheckPort(spec, &book)
	}
}

func (f *findings) nodePortTaken(i int, port int64) {
	f.invalid(diag.ServicePortRepeated, tree.Index("spec.ports", i)+".nodePort", port, "provided port is already allocated")
}

// requestedNodePort returns the node port that any port of that number asks for.
func requestedNodePort(ports []any, number int64) int64 {
	for i := range ports {
		port := tree.Item(ports, i)
		if node := tree.Int(port, "nodePort"); node != 0 && tree.Int(port, "port") == number {
			return node
		}
	}
	return 0
}

func (f *findings) healthCheckPort(spec object, book *portBook) {
	switch check := tree.Int(spec, "healthCheckNodePort"); {
	case check == 0:
		spec["healthCheckNodePort"] = book.next()
	case !book.take(check):
		f.invalid(diag.ServicePortRepeated, "spec.healthCheckNodePort", check, "provided port is already allocated")
	}
}
