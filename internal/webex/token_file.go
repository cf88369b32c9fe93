package webex

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
)

const maxTokenFile = 64 << 10

type fileToken struct {
	hidden
	path string

	mu    sync.Mutex
	token string
}

// FileToken is a token kept in a file that nobody but its owner may read. The file is read again when the service refuses
// the token, so that a fresh one can be put there during a run.
func FileToken(path string) (TokenSource, error) {
	token, err := readTokenFile(path)
	if err != nil {
		return nil, err
	}
	return &fileToken{path: path, token: token}, nil
}

func (f *fileToken) Token(context.Context) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.token, nil
}

func (f *fileToken) Refresh(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	token, err := readTokenFile(f.path)
	switch {
	case err != nil:
		return err
	case token == f.token:
		return fmt.Errorf("the one in %q was refused; put a fresh one there", f.path)
	}
	f.token = token
	return nil
}

func readTokenFile(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read token file: %w", err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return "", fmt.Errorf("read token file: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return "", fmt.Errorf("token file %q: others may read it (mode %04o); give it mode 0600", path, mode)
	}
	b, err := io.ReadAll(io.LimitReader(file, maxTokenFile))
	if err != nil {
		return "", fmt.Errorf("read token file: %w", err)
	}
	token := strings.TrimSpace(string(b))
	if token == "" || strings.ContainsFunc(token, notPrintable) {
		return "", fmt.Errorf("token file %q: it must hold one token and nothing else", path)
	}
	return token, nil
}

func notPrintable(r rune) bool { return r < '!' || r > '~' }
