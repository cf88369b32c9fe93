package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// chromium is a headless browser that is driven over a pipe, in the DevTools protocol. It is for one test at a time.
type chromium struct {
	t       *testing.T
	in      io.Writer
	out     *os.File
	lines   *bufio.Reader
	last    int
	session string
	events  []message
}

// message is an answer or an event of the protocol.
type message struct {
	ID     int             `json:"id,omitempty"`
	Method string          `json:"method,omitempty"`
	Params json.RawMessage `json:"params,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
	Session string `json:"sessionId,omitempty"`
}

// patience bounds every wait for the browser, on however busy a machine.
const patience = 2 * time.Minute

// startChromium starts the browser; a machine without one skips the test.
func startChromium(t *testing.T) *chromium {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed: .ci/run does it")
	}
	toRead, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, toWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-pipe", "--user-data-dir="+t.TempDir(), "about:blank")
	cmd.ExtraFiles = []*os.File{toRead, toWrite} // 3 and 4, where the browser looks for them
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = toRead.Close()
	_ = toWrite.Close()
	t.Cleanup(func() {
		_ = in.Close() // the browser ends with its pipe
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
		_ = out.Close()
	})
	return &chromium{t: t, in: in, out: out, lines: bufio.NewReaderSize(out, 1<<20)}
}

// call sends a command and gives its result; events that come before are kept.
func (b *chromium) call(method string, params map[string]any) json.RawMessage {
	b.t.Helper()
	b.last++
	if params == nil {
		params = map[string]any{}
	}
	text, err := json.Marshal(map[string]any{"id": b.last, "method": method, "params": params, "sessionId": b.session})
	if err != nil {
		b.t.Fatal(err)
	}
	if b.session == "" {
		text = []byte(strings.Replace(string(text), `,"sessionId":""`, "", 1))
	}
	if _, err := b.in.Write(append(text, 0)); err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	for {
		m := b.next(method)
		if m.ID != b.last {
			b.events = append(b.events, m)
			continue
		}
		if m.Error != nil {
			b.t.Fatalf("%s: %s", method, m.Error.Message)
		}
		return m.Result
	}
}

func (b *chromium) next(why string) message {
	b.t.Helper()
	if err := b.out.SetReadDeadline(time.Now().Add(patience)); err != nil {
		b.t.Fatal(err)
	}
	text, err := b.lines.ReadBytes(0)
	if err != nil {
		b.t.Fatalf("waiting for %s: %v", why, err)
	}
	var m message
	if err := json.Unmarshal(text[:len(text)-1], &m); err != nil {
		b.t.Fatal(err)
	}
	return m
}

// look is how a page is opened.
type look struct {
	width, height int
	dark          bool
	plain         bool // without script
}

// open opens a file in a new tab and waits until it is loaded.
func (b *chromium) open(path string, l look) {
	b.t.Helper()
	b.session, b.events = "", nil
	var target struct{ TargetID string }
	b.result(b.call("Target.createTarget", map[string]any{"url": "about:blank"}), &target)
	var session struct{ SessionID string }
	b.result(b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}), &session)
	b.session = session.SessionID
	for _, domain := range []string{"Page", "Runtime", "Network", "Log"} {
		b.call(domain+".enable", nil)
	}
	scheme := "light"
	if l.dark {
		scheme = "dark"
	}
	b.call("Emulation.setEmulatedMedia", map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}})
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": l.width, "height": l.height, "deviceScaleFactor": 1, "mobile": l.width < 600})
	b.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": l.plain})
	b.call("Browser.grantPermissions", map[string]any{"permissions": []string{"clipboardReadWrite", "clipboardSanitizedWrite"}})
	abs, err := filepath.Abs(path)
	if err != nil {
		b.t.Fatal(err)
	}
	b.call("Page.navigate", map[string]any{"url": "file://" + abs})
	b.await("Page.loadEventFired")
}

// await waits for an event.
func (b *chromium) await(method string) {
	b.t.Helper()
	for _, m := range b.events {
		if m.Method == method && m.Session == b.session {
			return
		}
	}
	for {
		m := b.next(method)
		b.events = append(b.events, m)
		if m.Method == method && m.Session == b.session {
			return
		}
	}
}

func (b *chromium) result(raw json.RawMessage, into any) {
	b.t.Helper()
	if err := json.Unmarshal(raw, into); err != nil {
		b.t.Fatal(err)
	}
}

// eval gives the value of an expression in the page; a promise is waited for.
func (b *chromium) eval(expression string, into any) {
	b.t.Helper()
	var r struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct {
			Exception struct{ Description string }
			Text      string
		}
	}
	b.result(b.call("Runtime.evaluate", map[string]any{"expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true}), &r)
	if r.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s %s", short(expression), r.ExceptionDetails.Text, r.ExceptionDetails.Exception.Description)
	}
	if into == nil {
		return
	}
	if len(r.Result.Value) == 0 {
		b.t.Fatalf("%s has no value", short(expression))
	}
	b.result(r.Result.Value, into)
}

func short(s string) string { return s[:min(len(s), 200)] }

// quiet fails the test for every error the page reported and every request it made but for itself.
func (b *chromium) quiet(path string) {
	b.t.Helper()
	b.eval("1", new(int)) // what happened before has been told by now
	for _, m := range b.events {
		if m.Session != b.session {
			continue
		}
		switch m.Method {
		case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded":
			b.t.Errorf("the page says %s", short(string(m.Params)))
		case "Network.requestWillBeSent":
			var p struct{ Request struct{ URL string } }
			b.result(m.Params, &p)
			if url := p.Request.URL; !strings.HasPrefix(url, "data:") && !strings.HasSuffix(url, filepath.Base(path)) {
				b.t.Errorf("the page asks for %s", short(url))
			}
		}
	}
}

// shoot writes a picture of the page, as long as it is, into the folder that MUSTER_SHOTS names.
func (b *chromium) shoot(name string) {
	dir := os.Getenv("MUSTER_SHOTS")
	if dir == "" {
		return
	}
	b.t.Helper()
	var height float64
	b.eval("Math.min(document.documentElement.scrollHeight, 4000)", &height)
	var width float64
	b.eval("innerWidth", &width)
	var shot struct{ Data []byte }
	b.result(b.call("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true, "clip": map[string]any{"x": 0, "y": 0, "width": width, "height": height, "scale": 1}}), &shot)
	if err := os.WriteFile(filepath.Join(dir, name+".png"), shot.Data, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// printed counts the pages of paper that the page takes.
func (b *chromium) printed() int {
	b.t.Helper()
	var paper struct{ Data []byte }
	b.result(b.call("Page.printToPDF", nil), &paper)
	if dir := os.Getenv("MUSTER_SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, "page.pdf"), paper.Data, 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
	n := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(paper.Data, -1))
	if n == 0 {
		b.t.Fatal("nothing is printed")
	}
	return n
}

// axe gives the violations of a page that axe-core finds to be serious.
func (b *chromium) axe() {
	b.t.Helper()
	path := os.Getenv("MUSTER_AXE")
	if path == "" {
		b.t.Log("axe-core was not run: MUSTER_AXE does not name axe.min.js; .ci/run installs it")
		return
	}
	source, err := os.ReadFile(path)
	if err != nil {
		b.t.Fatal(err)
	}
	b.eval(string(source)+";0", nil)
	var found []struct {
		ID, Impact, Help string
		Nodes            []struct{ HTML, FailureSummary string }
	}
	b.eval(`axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations)`, &found)
	for _, v := range found {
		text := fmt.Sprintf("axe: %s %s: %s (%d)", v.Impact, v.ID, v.Help, len(v.Nodes))
		for _, n := range v.Nodes[:min(3, len(v.Nodes))] {
			text += "\n  " + short(n.HTML) + "\n  " + n.FailureSummary
		}
		if v.Impact == "serious" || v.Impact == "critical" {
			b.t.Error(text)
		} else {
			b.t.Log(text)
		}
	}
}

// typed puts text into the element that a selector finds, as a keyboard does.
func (b *chromium) typed(selector, text string) {
	b.t.Helper()
	b.eval(fmt.Sprintf("document.querySelector(%q).select()", selector), nil)
	b.call("Input.insertText", map[string]any{"text": text})
}

// press presses and releases a key.
func (b *chromium) press(key string) {
	b.t.Helper()
	codes := map[string]int{"Tab": 9, "Enter": 13}
	for _, kind := range []string{"rawKeyDown", "keyUp"} {
		b.call("Input.dispatchKeyEvent", map[string]any{"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": codes[key]})
	}
}

// until waits in the page until an expression is true, looking at every frame that is drawn.
func (b *chromium) until(expression string) {
	b.t.Helper()
	var ok bool
	b.eval(fmt.Sprintf(`new Promise(done => { const end = Date.now() + %d; const look = () => { if (%s) done(true); else if (Date.now() > end) done(false); else requestAnimationFrame(look); }; look(); })`, patience.Milliseconds()/4, expression), &ok)
	if !ok {
		b.t.Fatalf("in vain waited for %s", short(expression))
	}
}
