package sheet

import (
	"cmp"
	"errors"
	"io"
	"runtime"
	"sync"

	"muster/importer/sheet/delimited"
	"muster/importer/sheet/xlsx"
	"muster/internal/onboarding"
)

// blockSize is how many users of a workbook go together; a text comes in blocks of its own.
const blockSize = 1024

// Lane judges users by themselves, in blocks of any order. Each block has a lane for itself while it is under way.
type Lane interface {
	Rows(users []onboarding.User)
}

// Block is some users in the order of their rows, judged by the lane that comes with them.
type Block[L Lane] struct {
	Users  []onboarding.User
	Lane   L
	Expect int // users that the sheet of this block seems to hold; told once for each sheet, 0 when it cannot be told

	sheet    *userSheet
	text     delimited.Block // of which the users are yet to be made
	cells    []xlsx.Cell     // room for those of a row
	room     []byte          // for texts of a worksheet
	findings []onboarding.Finding
	notes    notes // of a block of text
	err      error // that ended the reading after these
	ready    chan struct{}
}

// userSheet is one sheet of users and what its columns mean.
type userSheet struct {
	*sheetIn
	columns   []bound[onboarding.User]
	packs     []int // columns of a package each
	noID      bool  // the customer is the user's word
	noPackage bool
	noPlace   bool
}

// Users reads every sheet of users. Blocks are made and judged beside each other; fn gets them one after the other, in the
// order of the rows, and the sink before it what is wrong with reading them. A block and all its strings are valid until fn
// returns, so clone what is to be kept. What comes out is the same whatever the number of lanes.
func Users[L Lane](b *Book, sink Sink, lane func() L, fn func(*Block[L]) error) error {
	p := newUserPipe(b, lane)
	defer p.close()
	var all notes
	for block := range p.order {
		<-block.ready
		block.tell(sink, &all)
		if len(block.Users) > 0 {
			if block.text.Records != nil {
				block.sheet.source.Rows += len(block.Users)
			}
			if err := fn(block); err != nil {
				return err
			}
		}
		if block.err != nil {
			return block.err
		}
		block.text.Return()
		p.free <- block
	}
	all.end(sink)
	return nil
}

// userPipe reads users in a goroutine of its own, and makes and judges them in as many as there are processors.
type userPipe[L Lane] struct {
	book  *Book
	free  chan *Block[L]
	order chan *Block[L] // as read; each is judged when its channel says so
	work  chan *Block[L]
	stop  chan struct{} // closed when nobody wants more
	group sync.WaitGroup
	block *Block[L] // being filled
}

func newUserPipe[L Lane](b *Book, lane func() L) *userPipe[L] {
	workers := cmp.Or(b.opt.Workers, runtime.GOMAXPROCS(0))
	blocks := workers + 2 // one is read, one is judged by each worker, one is with the caller
	p := &userPipe[L]{
		book: b, free: make(chan *Block[L], blocks), order: make(chan *Block[L], blocks), work: make(chan *Block[L], blocks), stop: make(chan struct{}),
	}
	for range blocks {
		p.free <- &Block[L]{Lane: lane(), ready: make(chan struct{}, 1)}
	}
	p.group.Go(func() { p.read(blocks) })
	for range workers {
		p.group.Go(func() {
			for block := range p.work {
				block.make(b)
				block.Lane.Rows(block.Users)
				block.ready <- struct{}{}
			}
		})
	}
	return p
}

// close ends the goroutines. It waits for a read under way.
func (p *userPipe[L]) close() {
	close(p.stop)
	p.group.Wait()
}

// errStopped ends the reading when the taker has given up.
var errStopped = errors.New("stopped")

func (p *userPipe[L]) read(blocks int) {
	defer close(p.order)
	defer close(p.work)
	for _, s := range p.book.sheets {
		if s.source.Kind != onboarding.Users {
			continue
		}
		if p.next(nil) != nil {
			return
		}
		err := p.sheet(p.book.userSheet(s), blocks)
		if errors.Is(err, errStopped) {
			return
		}
		if err != nil {
			p.block.err = &FileError{s.in.File, err}
		}
		p.send()
		if err != nil {
			return
		}
	}
}

// next takes an empty block.
func (p *userPipe[L]) next(s *userSheet) error {
	select {
	case p.block = <-p.free:
		b := p.block
		b.Users, b.findings, b.notes.counts, b.err, b.Expect, b.sheet, b.text = b.Users[:0], b.findings[:0], b.notes.counts[:0], nil, 0, s, delimited.Block{}
		return nil
	case <-p.stop:
		return errStopped
	}
}

// send hands the block on; both channels have room for all there are.
func (p *userPipe[L]) send() {
	p.order <- p.block
	p.work <- p.block
}

// userSheet looks up once what every row of a sheet needs.
func (b *Book) userSheet(s *sheetIn) *userSheet {
	has := func(f onboarding.Field) bool { return s.source.Column(f) > 0 }
	return &userSheet{
		sheetIn: s, columns: bind(s, userColumns()), packs: s.head.packageColumns(), noID: !has("external_id"), noPackage: !has("package"), noPlace: !has("location"),
	}
}

// sheet reads one sheet into blocks, the last of which is left to be sent.
func (p *userPipe[L]) sheet(s *userSheet, blocks int) error {
	p.block.sheet = s
	if s.index < 0 {
		return p.text(s, blocks)
	}
	return p.worksheet(s)
}

// text takes a text in blocks as they come. Its users are made where they are judged.
func (p *userPipe[L]) text(s *userSheet, blocks int) (err error) {
	o := p.book.textOptions()
	o.Kept, o.Reuse = blocks, p.book.opt.Reuse
	rs, err := openText(s.in.path, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rs.close()) }()
	st, err := rs.file.Stat()
	if err != nil {
		return err
	}
	s.source.Rows = 0
	for first := true; ; first = false {
		text, err := rs.in.TakeBlock()
		if errors.Is(err, io.EOF) {
			p.book.detectedLate(s.sheetIn, rs, p.sink)
			return nil
		}
		if err != nil {
			return err
		}
		p.block.text = text
		if first {
			p.block.Expect = int(int64(len(text.Records)) * st.Size() / int64(max(1, text.Bytes)))
		}
		p.send()
		if err := p.next(s); err != nil {
			return err
		}
	}
}

// worksheet makes users as it reads their rows, which are not kept.
func (p *userPipe[L]) worksheet(s *userSheet) error {
	first := true
	return p.book.readRows(s.sheetIn, p.sink, func(l *line, rs rows) error {
		p.block.Users = p.book.addUser(s, l, p.block.Users)
		if len(p.block.Users) < blockSize {
			return nil
		}
		if read := rs.share(); first && read > 0 {
			p.block.Expect = int(blockSize / read)
		}
		first = false
		p.block.room = p.swapRoom(rs, nil)
		p.send()
		if err := p.next(s); err != nil {
			return err
		}
		p.swapRoom(rs, p.block.room)
		return nil
	})
}

// swapRoom gives the texts of the rows to come another place and gives back the last one, where texts may be written over.
func (p *userPipe[L]) swapRoom(rs rows, room []byte) []byte {
	if sheet, ok := rs.(sheetRows); ok && p.book.opt.Reuse {
		return sheet.in.Room(room)
	}
	return nil
}

// sink keeps what is found while reading with the block that it belongs to.
func (p *userPipe[L]) sink(f onboarding.Finding) { p.block.findings = append(p.block.findings, f) }

// make makes the users of a block of text.
func (b *Block[L]) make(book *Book) {
	l := &line{words: book.words.locale, notes: notes{b.sheet.source, b.notes.counts[:0]}, sink: func(f onboarding.Finding) { b.findings = append(b.findings, f) }}
	for i := range b.text.Records {
		r := &b.text.Records[i]
		b.cells = textCells(b.cells[:0], r.Cells)
		if l.take(b.sheet.sheetIn, row{number: r.Line, cells: b.cells}) {
			b.Users = book.addUser(b.sheet, l, b.Users)
		}
	}
	b.notes = l.notes
}

// tell gives what was found while reading the block; all counts the notes of its sheet.
func (b *Block[L]) tell(sink Sink, all *notes) {
	if b.sheet == nil || b.sheet.index >= 0 {
		for _, f := range b.findings {
			sink(f)
		}
		return
	}
	if all.source != b.sheet.source {
		all.end(sink)
		all.source = b.sheet.source
	}
	for _, f := range b.findings {
		if f.Rule != "cell-normalised" || all.due(f.Place.Column) {
			sink(f)
		}
	}
	for i, n := range b.notes.counts {
		if n > mostNotes {
			all.more(i+1, n-mostNotes)
		}
	}
}

// addUser makes a user of a row.
func (b *Book) addUser(s *userSheet, l *line, users []onboarding.User) []onboarding.User {
	users = append(users, onboarding.User{})
	u := &users[len(users)-1]
	fill(l, s.columns, u)
	if s.noID {
		u.Customer = b.opt.Customer
	}
	if s.noPackage {
		u.Package = cmp.Or(b.packageOf(&s.head, s.packs, l), b.opt.Package)
	}
	if s.noPlace {
		u.Location = b.opt.Location
	}
	u.Row = l.place
	return users
}
