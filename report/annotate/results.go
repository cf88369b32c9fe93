package annotate

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"os"

	"muster/internal/onboarding"
	"muster/report"
)

// Results are what became of the rows. They lie in a file: a run may have a million. Close them.
type Results struct {
	file    *os.File
	rows    map[place]*rowIndex
	sources map[place]*onboarding.Source
}

// rowIndex says where the results of the rows of a sheet lie.
type rowIndex struct {
	last []int64 // by row: behind the last result, 0 for none
}

// stored is one result in the file; Before is where the one before of the same row lies.
type stored struct {
	Before int64
	report.RowResult
}

// NewResults keeps results in a temporary file that only the user may read.
func NewResults(sources []*onboarding.Source, all iter.Seq2[report.RowResult, error]) (*Results, error) {
	f, err := os.CreateTemp("", "muster-results-*")
	if err != nil {
		return nil, err
	}
	r := &Results{file: f, rows: make(map[place]*rowIndex), sources: make(map[place]*onboarding.Source)}
	for _, s := range sources {
		r.sources[place{s.File, s.Sheet}] = s
	}
	if err := r.fill(all); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

func (r *Results) fill(all iter.Seq2[report.RowResult, error]) error {
	w := bufio.NewWriterSize(r.file, 256<<10)
	at := int64(1) // 0 stands for nothing
	if err := w.WriteByte('\n'); err != nil {
		return err
	}
	for one, err := range all {
		if err != nil {
			return err
		}
		x := r.of(place{one.Spot.File, one.Spot.Sheet})
		if one.Spot.Row <= 0 || one.Spot.Row > mostRows {
			continue
		}
		for len(x.last) <= one.Spot.Row {
			x.last = append(x.last, 0)
		}
		b, err := json.Marshal(stored{x.last[one.Spot.Row], one})
		if err != nil {
			return err
		}
		x.last[one.Spot.Row] = at
		at += int64(len(b)) + 1
		if _, err := w.Write(append(b, '\n')); err != nil {
			return err
		}
	}
	return w.Flush()
}

func (r *Results) of(at place) *rowIndex {
	if r.rows[at] == nil {
		r.rows[at] = new(rowIndex)
	}
	return r.rows[at]
}

// source gives the sheet at a place, nil when it was not read.
func (r *Results) source(at place) *onboarding.Source {
	if r == nil {
		return nil
	}
	return r.sources[at]
}

// Close forgets the results.
func (r *Results) Close() error { return errors.Join(r.file.Close(), os.Remove(r.file.Name())) }

// row gives the results of one row, in the order in which they came.
func (r *Results) row(x *rowIndex, row int) ([]report.RowResult, error) {
	if row >= len(x.last) {
		return nil, nil
	}
	var out []report.RowResult
	for at := x.last[row]; at != 0; {
		var s stored
		err := json.NewDecoder(io.NewSectionReader(r.file, at, 1<<20)).Decode(&s)
		if err != nil {
			return nil, err
		}
		out = append([]report.RowResult{s.RowResult}, out...)
		at = s.Before
	}
	return out, nil
}

// planResults gives a sheet columns at its right, behind everything that it holds.
func (c *copying) planResults(at place, s *onboarding.Source, j *job, open func() (io.ReadCloser, error)) (err error) {
	if c.book.Results == nil || s == nil || c.book.Results.rows[at] == nil {
		return nil
	}
	in, err := open()
	if err != nil {
		return err
	}
	last, err := extent(in)
	if err = errors.Join(err, in.Close()); err != nil {
		return err
	}
	for _, m := range j.marks {
		last = max(last, m.column)
	}
	headings := report.ResultHeadings(c.book.Voice)
	if last+len(headings) > lastColumn+1 {
		c.told.Remarks = append(c.told.Remarks, onboarding.T("a sheet has no room for results at its right: they stand on the sheet %q", onboarding.Word("Outcomes")))
		return nil
	}
	j.extraAt, j.widths = last+1, []float64{14, 24, 22, 44, 30}
	x := c.book.Results.rows[at]
	j.extras = func(row int) (extra, bool, error) {
		if row == s.HeaderRow {
			return extra{cells: headings, head: true}, true, nil
		}
		rs, err := c.book.Results.row(x, row)
		if err != nil || len(rs) == 0 {
			return extra{}, false, err
		}
		cells, tone := report.ResultCells(rs)
		return extra{cells: cells, tone: tone}, true, nil
	}
	return nil
}
