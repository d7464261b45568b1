// Package check finds what a cluster takes and then ignores, breaks on, or answers otherwise
// than its author meant.
//
// It reads the decided program and the objects as stored, and changes neither. Each finding
// states a consequence that the decided tables show; where requests are concerned, with one
// that shows it. What resolution itself stumbles on is reported there, not here.
package check

import (
	"context"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/compile/manifest"
	"routec.dev/routec/compile/parallel"
	"routec.dev/routec/ir"
)

// A Check reports what it finds. It has no other effect, and shares nothing with others that
// run at the same time but the input.
type Check struct {
	Codes []diag.Code
	Run   func(*Input, *diag.Report)
}

// All lists the checks. To add one: a new file here, a row, an entry in diag/catalog.
var All = []Check{
	{[]diag.Code{diag.NoParents, diag.ParentGroup, diag.ParentKind}, foreignParents},
	{[]diag.Code{diag.KindSpelling}, spelling},
	{[]diag.Code{diag.ParentMissing, diag.ParentUnfit, diag.ParentPortUnknown, diag.ParentSection, diag.ParentRepeated}, parents},
	{[]diag.Code{diag.RouteConflicted, diag.RouteExcludesAll}, conflicts},
	{[]diag.Code{diag.RouteOutranked, diag.RouteOnOpaque, diag.RouteOnProtocol, diag.SecondTCPRoute}, unusedRoutes},
	{[]diag.Code{diag.NoRules}, noRules},
	{[]diag.Code{diag.RuleHidden}, hiddenRules},

	{[]diag.Code{diag.BackendMissing, diag.BackendUnusable}, failingBackends},
	{[]diag.Code{diag.BackendPortUnknown, diag.PortNotTCP}, backendPorts},
	{[]diag.Code{diag.PortNotTCP}, parentPorts},
	{[]diag.Code{diag.BackendNamespace}, backendNamespaces},
	{[]diag.Code{diag.BackendRepeated}, repeatedBackends},
	{[]diag.Code{diag.BackendForeign}, grants},
	{[]diag.Code{diag.WeightAlone, diag.WeightIsPort, diag.WeightTiny}, weights},
	{[]diag.Code{diag.RedirectWins}, redirects},

	{[]diag.Code{diag.AnnotationUnknown, diag.AnnotationElsewhere}, annotationNames},
	{[]diag.Code{diag.AnnotationInert}, inertAnnotations},
	{[]diag.Code{diag.ZeroTimeout}, zeroTimeouts},
	{[]diag.Code{diag.DurationTooLong}, longDurations},
	{[]diag.Code{diag.RetryLimitZero, diag.RetryConditions}, retries},
	{[]diag.Code{diag.RetryTimeoutLong}, retryTimeouts},
	{[]diag.Code{diag.TimeoutIgnored, diag.FieldUnused}, ruleFields},
	{[]diag.Code{diag.FieldUnused}, serverRoutes},
	{[]diag.Code{diag.TimeoutsCutOff}, cutOffTimeouts},

	{[]diag.Code{diag.HeaderTwice, diag.ServiceDot, diag.HostAddress}, matches},
	{[]diag.Code{diag.RegexNever, diag.RegexFirst, diag.RegexLiteral}, patterns},
	{[]diag.Code{diag.CreationDecides}, ties},
	{[]diag.Code{diag.NetworksTie, diag.NetworkOverlaps, diag.NetworksHidden}, networks},

	{[]diag.Code{diag.NamespaceBlocks}, namespaces},
	{[]diag.Code{diag.SettingUnread}, injectorSettings},
	{[]diag.Code{diag.EverybodyIn}, everybody},
	{[]diag.Code{diag.WorkloadUnused}, externalWorkloads},
}

// Program runs every check over a decided program and the objects that it was decided from,
// in parallel; what they find is reported in the order of the list. The report must hold what
// resolution has found: it is not said twice. The error is the context's.
func Program(ctx context.Context, p *ir.Program, set *manifest.Set, report *diag.Report) error {
	in := newInput(p, set, report)
	_, err := parallel.Each(ctx, All, report, func(c Check, report *diag.Report) struct{} {
		c.Run(in, report)
		return struct{}{}
	})
	return err
}
