package delimited

// Confidence says how sure a detected encoding is.
type Confidence int

// The levels of confidence.
const (
	// Likely is what fits the bytes best by a clear margin.
	Likely Confidence = iota
	// Certain is what the caller said, a byte order mark, valid UTF-8 beyond ASCII, or ASCII throughout.
	Certain
)

// String gives the level in lower case.
func (c Confidence) String() string {
	if c == Certain {
		return "certain"
	}
	return "likely"
}

// Detection is how a text is being read.
type Detection struct {
	Encoding   string // one of EncodingNames
	Confidence Confidence
	BOM        bool   // the text begins with a byte order mark
	Delimiter  byte   // between the cells
	LineEnd    string // of the records in the first 64 KiB: "CRLF", "LF", "CR", "mixed"; empty: none seen
}
