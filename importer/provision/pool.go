package provision

import "sync"

// pool hands tasks to workers, those of the customer that was begun first before all others. Were they to take turns,
// customers would go through their steps side by side, and the workers would be idle whenever all of them have few
// calls to send: now one customer ends, and the next begins, while others have their users made.
type pool struct {
	mu     sync.Mutex
	wake   *sync.Cond
	offers []offer // at most one a customer
	closed bool
}

// offer is a task that waits for a worker.
type offer struct {
	turn  int
	task  func()
	taken chan<- struct{}
}

func newPool() *pool {
	p := &pool{}
	p.wake = sync.NewCond(&p.mu)
	return p
}

// give returns when a worker has taken the task.
func (p *pool) give(turn int, task func()) {
	taken := make(chan struct{})
	p.mu.Lock()
	p.offers = append(p.offers, offer{turn, task, taken})
	p.wake.Signal()
	p.mu.Unlock()
	<-taken
}

// take blocks until there is a task. It gives nil when the pool is closed.
func (p *pool) take() func() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.offers) == 0 {
		if p.closed {
			return nil
		}
		p.wake.Wait()
	}
	first := 0
	for i := range p.offers {
		if p.offers[i].turn < p.offers[first].turn {
			first = i
		}
	}
	o, last := p.offers[first], len(p.offers)-1
	p.offers[first], p.offers[last] = p.offers[last], offer{}
	p.offers = p.offers[:last]
	close(o.taken)
	return o.task
}

// close sends the workers home once nothing is left.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.wake.Broadcast()
}
