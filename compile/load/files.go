package load

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"routec.dev/routec/compile/diag"
	"routec.dev/routec/ir/source"
)

// IgnoreFile is the name of the files that say what not to read, in the syntax of
// .gitignore; each holds for its folder and everything below.
const IgnoreFile = ".routecignore"

// Files returns the names of the manifest files (.yaml, .yml, .json) below the root
// of fsys, sorted. Folders and links that cannot be followed are reported and left
// out; the error is that the root itself cannot be read, or that ctx ended.
func Files(ctx context.Context, fsys fs.FS, opts Options, report *diag.Report) ([]string, error) {
	w := walker{ctx: ctx, fsys: fsys, opts: opts, limits: opts.Limits.OrDefaults(), report: report}
	w.include = parsePatterns("", opts.Include)
	w.exclude = parsePatterns("", opts.Exclude)
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	w.folder(".", entries, nil, false)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	names := append(w.names, w.linked()...)
	slices.Sort(names)
	return w.bounded(names), nil
}

// IsManifest reports whether a file of that name is read when a folder is.
func IsManifest(name string) bool {
	switch path.Ext(name) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

type walker struct {
	ctx     context.Context
	fsys    fs.FS
	opts    Options
	limits  Limits
	report  *diag.Report
	include patterns
	exclude patterns

	names []string
	sizes map[string]int64
	links []string // symbolic links that may lead to a manifest
}

// folder takes in what a folder holds. ignored are the patterns of the folders
// above; included says that a pattern of Include has taken in a folder above.
func (w *walker) folder(dir string, entries []fs.DirEntry, ignored patterns, included bool) {
	if w.ctx.Err() != nil {
		return
	}
	ignored = append(slices.Clip(ignored), w.ignoreFile(dir, entries)...)
	w.chart(dir, entries)
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if e.Name() == ".git" || w.opts.Skip[name] || ignored.match(name, e.IsDir()) || w.exclude.match(name, e.IsDir()) {
			continue
		}
		within := included || len(w.include) == 0 || w.include.match(name, e.IsDir())
		switch {
		case e.IsDir():
			if isChart(entries) && e.Name() == "templates" {
				continue
			}
			w.subfolder(name, ignored, within && len(w.include) > 0)
		case !within || isChart(entries) && isChartFile(e.Name()):
		case e.Type()&fs.ModeSymlink != 0:
			w.links = append(w.links, name)
		case IsManifest(name) || slices.Contains(w.opts.Also, e.Name()):
			w.file(name, e)
		}
	}
}

func (w *walker) subfolder(dir string, ignored patterns, included bool) {
	entries, err := fs.ReadDir(w.fsys, dir)
	if err != nil {
		w.report.Add(unreadable(w.opts.Prefix+dir, err))
	}
	w.folder(dir, entries, ignored, included) // ReadDir returns what it could read
}

func (w *walker) file(name string, e fs.DirEntry) {
	if !e.Type().IsRegular() {
		w.report.Add(unreadable(w.opts.Prefix+name, irregular(e.Type())))
		return
	}
	if info, err := e.Info(); err == nil {
		if w.sizes == nil {
			w.sizes = map[string]int64{}
		}
		w.sizes[name] = info.Size()
	}
	w.names = append(w.names, name)
}

// ignoreFile returns the patterns of the folder's own ignore file.
func (w *walker) ignoreFile(dir string, entries []fs.DirEntry) patterns {
	if !holds(entries, IgnoreFile) {
		return nil
	}
	name := path.Join(dir, IgnoreFile)
	text, err := ReadFile(w.fsys, name, w.limits.DocumentSize)
	if err != nil {
		w.report.Add(unreadable(w.opts.Prefix+name, err))
		return nil
	}
	base := dir
	if base == "." {
		base = ""
	}
	return parsePatterns(base, lines(normalize(text)))
}

// chart reports a folder that is a Helm chart: its templates make manifests only
// when Helm renders them.
func (w *walker) chart(dir string, entries []fs.DirEntry) {
	if isChart(entries) && holds(entries, "templates") {
		w.report.Add(helmChart(w.opts.Prefix + path.Join(dir, "Chart.yaml")))
	}
}

// isChartFile reports whether a file beside a Chart.yaml belongs to the chart itself:
// its description, dependencies or values, which need be no YAML until it is packed.
func isChartFile(name string) bool {
	return name == "Chart.yaml" || name == "requirements.yaml" || strings.HasPrefix(name, "values")
}

func isChart(entries []fs.DirEntry) bool { return holds(entries, "Chart.yaml") }

func holds(entries []fs.DirEntry, name string) bool {
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == name })
}

// bounded cuts the list where it exceeds the limits on files and bytes.
func (w *walker) bounded(names []string) []string {
	var total int64
	for i, name := range names {
		total += w.sizes[name]
		what := ""
		switch {
		case i >= w.limits.Files:
			what = fmt.Sprintf("there are %d files, more than --max-files allows (%d)", len(names), w.limits.Files)
		case total > w.limits.TotalSize:
			what = fmt.Sprintf("the files together exceed --max-total-size (%s)", byteCount(w.limits.TotalSize))
		default:
			continue
		}
		w.report.Add(diag.Diagnostic{
			Code: diag.TooMuch, Severity: diag.Error, At: source.File(w.opts.Prefix + name),
			Message: what + "; this file and those after it are not read",
			Help:    "narrow the sources, leave folders out with .routecignore, or raise the limit",
		})
		return names[:i]
	}
	return names
}
