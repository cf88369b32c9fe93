package delimited

import (
	"errors"
	"fmt"
	"strings"
)

// ErrAmbiguous is what an *AmbiguousError is.
var ErrAmbiguous = errors.New("the encoding cannot be told")

// SyntaxError says where the text breaks the rules of delimited text.
type SyntaxError struct {
	Line   int   // counted from 1
	Column int   // number of the cell within its record, from 1; 0: not known
	Offset int64 // of the byte within the file, from 0
	Msg    string
}

// Error names the place and what is wrong there.
func (e *SyntaxError) Error() string {
	if e.Column == 0 {
		return fmt.Sprintf("line %d (byte %d): %s", e.Line, e.Offset, e.Msg)
	}
	return fmt.Sprintf("line %d, column %d (byte %d): %s", e.Line, e.Column, e.Offset, e.Msg)
}

func zeroByte() *SyntaxError {
	return &SyntaxError{Msg: "a zero byte stands here: the file is damaged or no text"}
}

// EncodingError says which bytes are not text in the encoding.
type EncodingError struct {
	Line     int   // counted from 1
	Offset   int64 // of the first of Bytes within the file, from 0
	Encoding string
	Bytes    []byte // the bytes that could not be read, at most four
}

// Error names the place, the bytes and the flag that helps.
func (e *EncodingError) Error() string {
	return fmt.Sprintf("line %d (byte %d): %s cannot be read as %s; repair the file or name its encoding with --encoding (%s)",
		e.Line, e.Offset, hexBytes(e.Bytes), e.Encoding, strings.Join(EncodingNames(), ", "))
}

func hexBytes(b []byte) string {
	if len(b) == 1 {
		return fmt.Sprintf("byte %02X", b)
	}
	return fmt.Sprintf("bytes % X", b)
}

// AmbiguousError says that no encoding fits clearly better than the others. It is ErrAmbiguous.
type AmbiguousError struct {
	Line       int      // of the first byte beyond ASCII, from 1
	Offset     int64    // of that byte within the file, from 0
	Candidates []string // encodings under which all bytes looked at are text, the best fit first; may be empty
}

// Error names the place and the candidates.
func (e *AmbiguousError) Error() string {
	fits := "none of the known encodings fits"
	if len(e.Candidates) > 0 {
		fits = "it may be " + strings.Join(e.Candidates, " or ")
	}
	return fmt.Sprintf("line %d (byte %d): %v: %s; name it with --encoding", e.Line, e.Offset, ErrAmbiguous, fits)
}

// Is reports that the error is ErrAmbiguous.
func (e *AmbiguousError) Is(target error) bool { return target == ErrAmbiguous }

// LimitError says which limit a record exceeds.
type LimitError struct {
	Line   int    // on which the record starts, from 1
	Offset int64  // of the record within the file, from 0
	Limit  string // "record bytes" or "columns"
	Max    int
	Hint   string // what may be the cause; may be empty
}

// Error names the record and the limit.
func (e *LimitError) Error() string {
	msg := fmt.Sprintf("line %d (byte %d): the record exceeds the limit of %d %s", e.Line, e.Offset, e.Max, e.Limit)
	if e.Hint != "" {
		msg += "; " + e.Hint
	}
	return msg
}

// NotTextError says that the file is of another format.
type NotTextError struct {
	Format string // "zip", "ole2", "pdf", "gzip", "xml", "html" or "rtf"
}

// Error names the format and what to do.
func (e *NotTextError) Error() string {
	name, advice := e.Format, "save the sheet as CSV or .xlsx"
	switch e.Format {
	case "zip":
		name, advice = "a zip archive, such as an .xlsx workbook", "give it the ending .xlsx, or unpack it"
	case "ole2":
		name, advice = "an .xls or password-protected workbook", "save it as .xlsx without a password"
	case "pdf":
		name = "a PDF document"
	case "gzip":
		name, advice = "compressed with gzip", "unpack it first"
	case "xml":
		name = "an XML document"
	case "html":
		name = "an HTML page"
	case "rtf":
		name = "a rich text document"
	}
	return fmt.Sprintf("the file is not delimited text but %s; %s", name, advice)
}

// readError is an error of the reader that gave the bytes.
type readError struct {
	line int
	err  error
}

func (e *readError) Error() string { return fmt.Sprintf("read line %d: %v", e.line, e.err) }
func (e *readError) Unwrap() error { return e.err }

func asPlaced(err error) placed {
	var p placed
	if errors.As(err, &p) {
		return p
	}
	return &readError{err: err}
}

func (e *SyntaxError) place(line int, offset int64)    { e.Line, e.Offset = line, offset }
func (e *EncodingError) place(line int, offset int64)  { e.Line, e.Offset = line, offset }
func (e *AmbiguousError) place(line int, offset int64) { e.Line, e.Offset = line, offset }
func (e *LimitError) place(line int, offset int64)     { e.Line, e.Offset = line, offset }
func (e *readError) place(line int, _ int64)           { e.line = line }
