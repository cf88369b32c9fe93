package live

import (
	"context"
	"sync"
)

// result is what became of one item.
type result[R any] struct {
	value R
	err   error
}

// inOrder works on the items beside each other and gives the results in the order of the items. No more than workers
// results are held. The first error is the last pair.
func inOrder[T, R any](ctx context.Context, workers int, items []T, work func(context.Context, T) (R, error), yield func(R, error) bool) {
	ctx, cancel := context.WithCancel(ctx)
	places := make(chan chan result[R], max(workers-1, 0))
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(places)
		for _, item := range items {
			place := make(chan result[R], 1)
			select {
			case places <- place:
			case <-ctx.Done():
				return
			}
			wg.Go(func() {
				value, err := work(ctx, item)
				place <- result[R]{value, err}
			})
		}
	})
	defer wg.Wait()
	defer cancel()
	for place := range places {
		r := <-place
		if !yield(r.value, r.err) || r.err != nil {
			return
		}
	}
	if err := ctx.Err(); err != nil {
		var none R
		yield(none, err)
	}
}
