package diag

// Codes of decoding: documents to objects (compile/decode).
// A code is never renumbered or reused; new ones go to the end.
const (
	HalfNamed        Code = "RC0101" // apiVersion without kind, or the reverse
	LooksLikeObject  Code = "RC0102" // neither apiVersion nor kind, but metadata and spec
	BadList          Code = "RC0103" // a List whose items are no objects
	DuplicateObject  Code = "RC0104" // two objects with one name and different content
	RepeatedObject   Code = "RC0105" // two objects with one name and the same content
	MeshUnknownField Code = "RC0106" // a Mesh field that does not exist
	MeshBadValue     Code = "RC0107" // a Mesh field with a value that cannot be used
)
