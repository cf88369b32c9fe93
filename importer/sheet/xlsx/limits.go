package xlsx

import "fmt"

// Limits bound what a workbook may ask for, so that a hostile or broken file is refused and does not use up the machine.
// The names in LimitError are those in the comments. A value of zero stands for the default.
type Limits struct {
	Parts             int64 // "parts": files within the zip
	Bytes             int64 // "bytes": all parts together when unpacked
	Ratio             int64 // "ratio": unpacked by packed size of one part that unpacks to more than RatioFloor
	RatioFloor        int64 // "ratio-floor": unpacked bytes below which Ratio is not asked for
	Sheets            int64 // "sheets"
	Rows              int64 // "rows": the highest row number; a spreadsheet program has 1,048,576
	Columns           int64 // "columns": the highest column number; a spreadsheet program has 16,384
	RowBytes          int64 // "row-bytes": the texts of one row together
	StringBytes       int64 // "string-bytes": the text of one cell; a spreadsheet program has 32,767 characters
	SharedStrings     int64 // "shared-strings": how many
	SharedStringBytes int64 // "shared-string-bytes": all together; never more than 4 GiB
	TokenBytes        int64 // "token-bytes": one tag, comment or run of text in the XML
	Merges            int64 // "merges": merged ranges of one sheet
}

const (
	kib = 1 << 10
	mib = 1 << 20
	gib = 1 << 30

	maxArena = 4*gib - 1 // string offsets have 32 bits
)

// DefaultLimits are far above what people's workbooks need.
func DefaultLimits() Limits {
	return Limits{
		Parts:             10_000,
		Bytes:             8 * gib,
		Ratio:             250,
		RatioFloor:        64 * mib,
		Sheets:            1_000,
		Rows:              1_048_576,
		Columns:           16_384,
		RowBytes:          64 * mib,
		StringBytes:       4 * 32_767,
		SharedStrings:     20_000_000,
		SharedStringBytes: 1 * gib,
		TokenBytes:        4 * mib,
		Merges:            1_000_000,
	}
}

// limit is one of the limits with its name.
type limit struct {
	name  string
	value *int64
}

func (l *Limits) all() []limit {
	return []limit{
		{"parts", &l.Parts},
		{"bytes", &l.Bytes},
		{"ratio", &l.Ratio},
		{"ratio-floor", &l.RatioFloor},
		{"sheets", &l.Sheets},
		{"rows", &l.Rows},
		{"columns", &l.Columns},
		{"row-bytes", &l.RowBytes},
		{"string-bytes", &l.StringBytes},
		{"shared-strings", &l.SharedStrings},
		{"shared-string-bytes", &l.SharedStringBytes},
		{"token-bytes", &l.TokenBytes},
		{"merges", &l.Merges},
	}
}

// Set changes the limit of this name. It is false when there is none.
func (l *Limits) Set(name string, value int64) bool {
	for _, x := range l.all() {
		if x.name == name {
			*x.value = value
			return true
		}
	}
	return false
}

// LimitNames gives the names of all limits.
func LimitNames() []string {
	var l Limits
	var out []string
	for _, x := range l.all() {
		out = append(out, x.name)
	}
	return out
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	usual := d.all()
	for i, x := range l.all() {
		if *x.value == 0 {
			*x.value = *usual[i].value
		}
	}
	l.SharedStringBytes = min(l.SharedStringBytes, maxArena)
	return l
}

// LimitError says that a workbook asks for more than a limit allows.
type LimitError struct {
	Limit string // its name, as in Limits
	Value int64  // what the workbook asks for, at least
	Max   int64  // what is allowed
	Part  string // the file within the zip; empty: the workbook as a whole
}

// Error names the limit, the two values and the part.
func (e *LimitError) Error() string {
	where := "the workbook"
	if e.Part != "" {
		where = fmt.Sprintf("the part %q", e.Part)
	}
	return fmt.Sprintf("%s is over the limit %s: %d, allowed are %d; raise the limit if the file is what it should be",
		where, e.Limit, e.Value, e.Max)
}

// within gives a *LimitError when value is above the limit.
func within(limit string, value, limitValue int64, part string) error {
	if value <= limitValue {
		return nil
	}
	return &LimitError{Limit: limit, Value: value, Max: limitValue, Part: part}
}
