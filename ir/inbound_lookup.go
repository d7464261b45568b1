package ir

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// Answers of the inbound API that carry no table (spec/inbound.md §7). The text before the
// colon is the gRPC code.
var (
	ErrUnknownServer = errors.New("NotFound: unknown server")
	ErrInvalidPort   = errors.New("InvalidArgument: Invalid port")
)

// workloadKinds are the kinds a Pod lookup may answer with, in order: a Pod of that very
// name first, then the owners whose template stands for such Pods.
var workloadKinds = []string{"Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob"}

// CompareWorkloads orders workloads by namespace, name, kind (Pods, then their owners, then
// ExternalWorkloads), then group.
func CompareWorkloads(a, b Ref) int {
	return cmp.Or(
		cmp.Compare(a.Namespace, b.Namespace),
		cmp.Compare(a.Name, b.Name),
		cmp.Compare(workloadRank(a.Kind), workloadRank(b.Kind)),
		cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Group, b.Group),
	)
}

func workloadRank(kind string) int {
	if i := slices.Index(workloadKinds, kind); i >= 0 {
		return i
	}
	return len(workloadKinds)
}

// Inbound returns the table of a port of the Pods that name stands for: a Pod's name, the
// name of the owner whose template makes them, or a name that such an owner gives its Pods.
// The errors are [ErrUnknownServer] and [ErrInvalidPort].
func (p *Program) Inbound(namespace, name string, port uint32) (Inbound, error) {
	return at(p.Pod(namespace, name), port)
}

// ExternalInbound returns the table of a port of an ExternalWorkload, with the errors of
// [Program.Inbound].
func (p *Program) ExternalInbound(namespace, name string, port uint32) (Inbound, error) {
	return at(p.ExternalWorkload(namespace, name), port)
}

func at(w *Workload, port uint32) (Inbound, error) {
	switch {
	case port == 0 || port > 65535:
		return Inbound{}, ErrInvalidPort
	case w == nil:
		return Inbound{}, ErrUnknownServer
	}
	return w.At(uint16(port)), nil
}

// At returns the table of a port, which must not be 0. A workload answers for every port.
func (w *Workload) At(port uint16) Inbound {
	i, found := slices.BinarySearchFunc(w.Tables, port, func(t Inbound, port uint16) int { return cmp.Compare(t.Port, port) })
	if found {
		return w.Tables[i]
	}
	for _, o := range w.Others {
		if o.Ports.Has(port) {
			t := o.Table
			t.Port = port
			return t
		}
	}
	return Inbound{} // unreachable: Verify demands that the last of Others holds every port
}

// Pod returns the workload whose tables a Pod of that name is given, or nil.
func (p *Program) Pod(namespace, name string) *Workload {
	for _, kind := range workloadKinds {
		if w := p.workload(kind, namespace, name); w != nil {
			return w
		}
	}
	for _, o := range owners(name) {
		for _, kind := range o.kinds {
			if w := p.workload(kind, namespace, o.name); w != nil {
				return w
			}
		}
	}
	return nil
}

// ExternalWorkload returns the ExternalWorkload of that name, or nil.
func (p *Program) ExternalWorkload(namespace, name string) *Workload {
	return p.workload("ExternalWorkload", namespace, name)
}

func (p *Program) workload(kind, namespace, name string) *Workload {
	key := Ref{Kind: kind, Namespace: namespace, Name: name}
	i, found := slices.BinarySearchFunc(p.Workloads, key, func(w Workload, key Ref) int {
		return CompareWorkloads(Ref{Kind: w.Ref.Kind, Namespace: w.Ref.Namespace, Name: w.Ref.Name}, key)
	})
	if !found {
		return nil
	}
	return &p.Workloads[i]
}

// An owner is a name and the kinds that would give its Pods the name asked for.
type owner struct {
	name  string
	kinds []string
}

// owners lists who may own a Pod of that name, by Kubernetes' own naming: OWNER-xxxxx with
// five random characters; with a template hash or a time before it for the Pods of a
// Deployment or a CronJob; OWNER-N for those of a StatefulSet.
func owners(pod string) []owner {
	base, last, ok := cutLast(pod)
	if !ok {
		return nil
	}
	var list []owner
	if isNumber(last) {
		list = append(list, owner{base, []string{"StatefulSet"}})
	}
	if len(last) != 5 || !isRandom(last) {
		return list
	}
	if name, middle, ok := cutLast(base); ok {
		if isRandom(middle) && len(middle) <= 10 {
			list = append(list, owner{name, []string{"Deployment"}})
		}
		if isNumber(middle) {
			list = append(list, owner{name, []string{"CronJob", "Job"}})
		}
	}
	return append(list, owner{base, []string{"DaemonSet", "ReplicaSet", "ReplicationController", "Job"}})
}

func cutLast(s string) (before, after string, found bool) {
	i := strings.LastIndexByte(s, '-')
	if i <= 0 || i == len(s)-1 {
		return "", "", false
	}
	return s[:i], s[i+1:], true
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// isRandom reports whether s is made of the characters of Kubernetes' random names.
func isRandom(s string) bool { return strings.Trim(s, "bcdfghjklmnpqrstvwxz2456789") == "" }
