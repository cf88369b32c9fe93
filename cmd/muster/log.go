package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"

	"github.com/urfave/cli/v2"

	"muster/internal/redact"
)

// runLog is the log of a command. Every line names the run, once there is one.
type runLog struct {
	*slog.Logger
	run  *atomic.Pointer[string]
	file io.Closer // nil: standard error
}

// Close implements io.Closer.
func (l *runLog) Close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}

// openLog opens the log that the flags ask for.
func openLog(c *cli.Context, talk io.Writer) (*runLog, error) {
	l := &runLog{Logger: slog.New(slog.DiscardHandler), run: new(atomic.Pointer[string])}
	level, on, err := logLevel(c)
	if err != nil {
		return nil, err
	}
	form := c.String("log-format")
	if form != "text" && form != "json" {
		return nil, usagef("--log-format %q is not known; take text or json", form)
	}
	if !on {
		return l, nil
	}
	out := untouched(talk) // the words of the log must stay; its values pass attributes
	if path := c.String("log-file"); path != "" {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
		if err != nil {
			return nil, usagef("--log-file: %v", err)
		}
		l.file, out = f, f
	}
	o := &slog.HandlerOptions{Level: level, ReplaceAttr: attributes(redactor(c))}
	var h slog.Handler = slog.NewTextHandler(out, o)
	if form == "json" {
		h = slog.NewJSONHandler(out, o)
	}
	l.Logger = slog.New(&runHandler{h, l.run})
	return l, nil
}

// logLevel reads the level; without one, a file holds what is changed, and nothing else is logged.
func logLevel(c *cli.Context) (level slog.Level, on bool, err error) {
	word := strings.ToLower(c.String("log-level"))
	switch {
	case word == "" && c.String("log-file") != "":
		return slog.LevelInfo, true, nil
	case word == "" || word == "off":
		return 0, false, nil
	}
	if err := level.UnmarshalText([]byte(word)); err != nil {
		return 0, false, hintedError{usagef("--log-level %q is not known", c.String("log-level")), "one of off, error, warn, info, debug"}
	}
	return level, true, nil
}

// attributes gives the one place that every value of the log passes.
func attributes(r *redact.Redactor) func([]string, slog.Attr) slog.Attr {
	return func(groups []string, a slog.Attr) slog.Attr { return redactedAttr(r, shownInLog(groups, a)) }
}

// shownInLog writes moments in UTC, and errors in their words.
func shownInLog(_ []string, a slog.Attr) slog.Attr {
	if t := a.Value; a.Key == slog.TimeKey && t.Kind() == slog.KindTime {
		a.Value = slog.TimeValue(t.Time().UTC())
	}
	if err, ok := a.Value.Any().(error); ok {
		a.Value = slog.StringValue(fmt.Sprint(err))
	}
	return a
}

// runHandler adds the run to every line.
type runHandler struct {
	slog.Handler
	run *atomic.Pointer[string]
}

// Handle implements slog.Handler.
func (h *runHandler) Handle(ctx context.Context, r slog.Record) error {
	if id := h.run.Load(); id != nil {
		r.AddAttrs(slog.String("run", *id))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h *runHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &runHandler{h.Handler.WithAttrs(attrs), h.run}
}

// WithGroup implements slog.Handler.
func (h *runHandler) WithGroup(name string) slog.Handler {
	return &runHandler{h.Handler.WithGroup(name), h.run}
}
