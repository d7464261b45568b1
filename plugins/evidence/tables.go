package evidence

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"routec.dev/routec/compile/manifest"
)

// maxData is how many bytes of keys and values a cluster takes in one ConfigMap.
const maxData = 1 << 20

// clusterWide is what a bundle calls the namespace of that which belongs to none.
const clusterWide = "_cluster"

// files collects a bundle's text files by namespace. The zero files are empty; several
// goroutines may add to them.
type files struct {
	mu sync.Mutex
	by map[string]map[string]string // namespace → key → text
}

// add takes a file of a bundle: outbound/NS/SERVICE.yaml, index/NS.yaml.
func (f *files) add(name string, content ...[]byte) error {
	folder, rest, _ := strings.Cut(strings.TrimSuffix(name, path.Ext(name)), "/")
	namespace, object, _ := strings.Cut(rest, "/")
	var text strings.Builder
	for _, c := range content {
		text.Write(c)
	}
	key := folder
	if object != "" {
		key += "." + object
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.by == nil {
		f.by = map[string]map[string]string{}
	}
	if f.by[namespace] == nil {
		f.by[namespace] = map[string]string{}
	}
	f.by[namespace][escape(key)+".yaml"] = text.String()
	return nil
}

// escape makes a bundle's path a key of a ConfigMap, in which "%" may not stand: it becomes
// "_", and "_" becomes two of them.
func escape(name string) string { return strings.NewReplacer("_", "__", "%", "_").Replace(name) }

// configMaps returns a ConfigMap for each namespace, in it; what belongs to none is with
// the mesh's default namespace.
func (f *files) configMaps(mesh manifest.Mesh) ([]ConfigMap, error) {
	var out []ConfigMap
	for _, namespace := range slices.Sorted(maps.Keys(f.by)) {
		data := f.by[namespace]
		if n := size(data); n > maxData {
			return nil, fmt.Errorf("the tables of namespace %s take %d bytes, and a ConfigMap holds %d: "+
				"leave the output at digest, and keep the tables in a bundle ('routec compile -o')", namespace, n, maxData)
		}
		name, in := configMapPrefix+mesh.Name+"-tables", namespace
		if namespace == clusterWide {
			name, in = configMapPrefix+mesh.Name+"-cluster-tables", mesh.DefaultNamespace
		}
		m := configMap(mesh, Tables, name, in)
		m.Data = data
		out = append(out, m)
	}
	return out, nil
}

func size(data map[string]string) int {
	n := 0
	for k, v := range data {
		n += len(k) + len(v)
	}
	return n
}
