package published

import (
	"regexp"
	"strings"
	"testing"
)

func TestWhere(t *testing.T) {
	n := 0
	for line := range strings.Lines(list) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		n++
		if !regexp.MustCompile(`^[0-9a-f]{64}\t.+\n$`).MatchString(line) {
			t.Errorf("the line %q is no hash, tab and source", line)
		}
		if hash, where, _ := strings.Cut(strings.TrimSpace(line), "\t"); Where(hash) != where {
			t.Errorf("the key %s is said to be published with %q, want %q", hash, Where(hash), where)
		}
	}
	if n < 3 {
		t.Errorf("there are %d published keys", n)
	}
	if where := Where(""); where != "" {
		t.Errorf("no key is published with %q", where)
	}
}
