package diag

// Codes of reading: files, folders and other sources (compile/source, compile/load).
// A code is never renumbered or reused; new ones go to the end.
const (
	InvalidYAML     Code = "RC0001" // a document that no YAML parser can read
	Unreadable      Code = "RC0002" // a file, folder or link that exists but cannot be read
	NotAnObject     Code = "RC0003" // a document that is a list or a single value
	DuplicateKey    Code = "RC0004" // one key twice in one map; the last one counts
	DocumentTooBig  Code = "RC0005" // more bytes than --max-document-size
	TooDeep         Code = "RC0006" // nested deeper than --max-depth
	TooManyAliases  Code = "RC0007" // aliases expand to more than --max-alias-nodes
	FileTooBig      Code = "RC0008" // more bytes than --max-file-size
	TooMuch         Code = "RC0009" // more files, documents or bytes than the flags allow
	Template        Code = "RC0010" // a Helm, Jinja or other template, not YAML yet
	MergeConflict   Code = "RC0011" // git's conflict markers
	BinaryFile      Code = "RC0012" // bytes that are no text
	HelmChart       Code = "RC0013" // a chart's templates, which are not read
	AfterDocument   Code = "RC0014" // a document that begins after "...", which kubectl drops
	LinkOutside     Code = "RC0015" // a symbolic link that leaves the source
	LinkLoop        Code = "RC0016" // symbolic links that never end
	LFSPointer      Code = "RC0017" // a Git LFS pointer in place of the file
	Submodule       Code = "RC0018" // a git submodule, which is not fetched
	RemoteBase      Code = "RC0019" // a kustomization that names something outside the source
	KustomizeFailed Code = "RC0020" // a kustomization that kustomize cannot build
	KustomizePlugin Code = "RC0021" // a kustomization that needs a program or a chart
	UnusedComponent Code = "RC0022" // a kustomize Component that no kustomization uses
	NoManifests     Code = "RC0023" // a source without any manifest
	LeftOut         Code = "RC0024" // a file beside a kustomization that does not name it
)
