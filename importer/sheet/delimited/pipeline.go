package delimited

import "sync"

// pipeline splits in one goroutine and parses in others. Blocks come out in the order of the file.
type pipeline struct {
	order chan *block // as split; each is parsed when its channel says so
	work  chan *block
	free  chan *block // to be used again
	stop  chan struct{}
	group sync.WaitGroup
}

// startPipeline takes over the splitter after its first block, which shows how much room a block needs.
func startPipeline(split *splitter, first *block, o Options) *pipeline {
	blocks := o.Workers + 1 + o.Kept // one is being split, one parsed by each worker, the others are with the caller
	p := &pipeline{
		order: make(chan *block, blocks),
		work:  make(chan *block, blocks),
		free:  make(chan *block, blocks),
		stop:  make(chan struct{}),
	}
	for range blocks {
		p.free <- first.another()
	}
	p.group.Go(func() { p.split(split) })
	for range o.Workers {
		p.group.Go(func() {
			for b := range p.work {
				b.parse(split.delim, o)
				b.parsed <- struct{}{}
			}
		})
	}
	return p
}

// split hands blocks out until the file ends or the pipeline is stopped.
func (p *pipeline) split(s *splitter) {
	defer close(p.order)
	defer close(p.work)
	for {
		select {
		case <-p.stop:
			return
		case b := <-p.free:
			if !s.next(b) {
				return
			}
			// Both have room for all blocks there are.
			p.order <- b
			p.work <- b
		}
	}
}

// next gives the next block, parsed; nil after the last. The block before it may be given back with recycle.
func (p *pipeline) next() *block {
	b, ok := <-p.order
	if !ok {
		return nil
	}
	<-b.parsed
	return b
}

func (p *pipeline) recycle(b *block) { p.free <- b }

// close ends the goroutines. It waits for a read under way.
func (p *pipeline) close() {
	close(p.stop)
	p.group.Wait()
}
