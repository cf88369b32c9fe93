package rehearse

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	crewsaml "github.com/crewjam/saml"
)

const phpHome = "/usr/share/simplesamlphp" // where Debian's package puts it

// php is SimpleSAMLphp on loopback, run by PHP's own server.
type php struct {
	t    *testing.T
	dir  string
	base string
	log  bytes.Buffer
}

// newPHP starts the provider. It sends the address in an attribute of the given name.
func newPHP(t *testing.T, attribute string) *php {
	t.Helper()
	if _, err := os.Stat(filepath.Join(phpHome, "www", "index.php")); err != nil {
		t.Skip("skip: SimpleSAMLphp is not installed; .ci/run installs Debian's package")
	}
	program, err := exec.LookPath("php")
	if err != nil {
		t.Skip("skip: there is no php; .ci/run installs it")
	}
	p := &php{t: t, dir: t.TempDir()}
	address := freePort(t)
	p.base = "http://" + address + "/"
	p.configure(attribute)
	c := exec.CommandContext(t.Context(), program, "-d", "session.save_path="+p.dir, "-S", address, "-t", filepath.Join(phpHome, "www"))
	c.Env = append(os.Environ(), "SIMPLESAMLPHP_CONFIG_DIR="+p.dir)
	c.Stdout, c.Stderr = &p.log, &p.log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Error(err)
		}
		_ = c.Wait() // it was killed
		if t.Failed() {
			t.Log(p.log.String())
		}
	})
	return p
}

// freePort gives an address that was free a moment ago: PHP does not say which port it took.
func freePort(t *testing.T) string {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}()
	return l.Addr().String()
}

func (p *php) write(name, text string) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func (p *php) configure(attribute string) {
	p.t.Helper()
	key := providerKey()
	template := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "php"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		p.t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		p.t.Fatal(err)
	}
	p.write("idp.crt", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	p.write("idp.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
	d := p.dir + "/"
	p.write("config.php", fmt.Sprintf(`<?php
$config = ['baseurlpath' => '%s', 'certdir' => '%s', 'loggingdir' => '%s', 'datadir' => '%s', 'tempdir' => '%s', 'metadatadir' => '%s',
 'secretsalt' => 'only for tests', 'auth.adminpassword' => 'only-for-tests', 'technicalcontact_email' => 'na@example.com', 'timezone' => 'UTC',
 'enable.saml20-idp' => true, 'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
 'logging.handler' => 'errorlog', 'logging.level' => 4, 'store.type' => 'phpsession', 'session.phpsession.savepath' => '%s',
 'session.cookie.secure' => false, 'session.phpsession.cookiename' => 'SAML', 'session.authtoken.cookiename' => 'SAMLAuth',
 'metadata.sources' => [['type' => 'flatfile', 'directory' => '%s']], 'production' => true];
`, p.base, d, d, d, d+"tmp", d, d, d))
	p.write("authsources.php", fmt.Sprintf(`<?php
$config = ['users' => ['exampleauth:UserPass', 'ada@example.com:lovelace' => ['uid' => ['ada'], '%s' => ['ada@example.com']]]];
`, attribute))
	p.write("saml20-idp-hosted.php", `<?php
$metadata['__DYNAMIC:1__'] = ['host' => '__DEFAULT__', 'privatekey' => 'idp.pem', 'certificate' => 'idp.crt', 'auth' => 'users'];
`)
	p.write("saml20-sp-remote.php", "<?php\n")
}

// metadata waits until the provider serves its metadata.
func (p *php) metadata() *crewsaml.EntityDescriptor {
	p.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range int(patience / (20 * time.Millisecond)) {
		<-tick.C
		res, err := http.Get(p.base + "saml2/idp/metadata.php")
		if err != nil {
			continue // not listening yet
		}
		text, err := io.ReadAll(res.Body)
		if err = errors.Join(err, res.Body.Close()); err != nil {
			p.t.Fatal(err)
		}
		doc := &crewsaml.EntityDescriptor{}
		if err := xml.Unmarshal(text, doc); err != nil {
			p.t.Fatalf("read the provider's metadata: %v\n%s", err, text)
		}
		return doc
	}
	p.t.Fatal("the provider does not begin to serve")
	return nil
}

// register makes the service provider of a rehearsal known, with both of its assertion consumer services.
func (p *php) register(i Invitation) {
	p.t.Helper()
	p.write("saml20-sp-remote.php", fmt.Sprintf(`<?php
$metadata['%s'] = ['AssertionConsumerService' => [
 ['Binding' => 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', 'Location' => '%s', 'index' => 0, 'isDefault' => true],
 ['Binding' => 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', 'Location' => '%s', 'index' => 1]],
 'SingleLogoutService' => [['Binding' => 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', 'Location' => '%s']],
 'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'];
`, i.EntityID, i.Register[0], i.Register[1], strings.Replace(i.Register[0], acsPath+"0", sloPath, 1)))
}

func TestPHPGoodSignIn(t *testing.T) {
	p := newPHP(t, "mail")
	idp := p.metadata()
	r, err := OpenSAML(SAMLOptions{Options: Options{Clock: time.Now, HTTP: http.DefaultClient, Timeout: patience, ExpectEmail: "ada@example.com"}, IdP: idp})
	if err != nil {
		t.Fatal(err)
	}
	p.register(r.Invitation())
	o := newOperator(t)
	for _, request := range []string{samlSignIn, samlByURL, samlByIndex, samlLogout} {
		if s := o.follow(r, request); s.status != http.StatusOK || !strings.Contains(s.text, "LIVE-SAML-04") {
			t.Fatalf("%s: status %d at %s\n%s", request, s.status, s.url, s.text)
		}
	}
	report := outcome(t, r)
	want := []string{"01 passed", "02 passed", "03 passed", "04 passed", "05 passed", "06 passed", "07 passed", "08 passed"}
	if got := words(report); !slices.Equal(got, want) {
		t.Errorf("verdicts %q, want %q; findings %v", got, want, report.Findings)
	}
	if got := report.SAML; !got.Verified || got.Issuer != idp.EntityID || len(got.Attributes) != 2 {
		t.Errorf("received %+v", got)
	}
}

func TestPHPEmailInsteadOfMail(t *testing.T) {
	p := newPHP(t, "email")
	r, err := OpenSAML(SAMLOptions{Options: Options{Clock: time.Now, HTTP: http.DefaultClient, Timeout: patience, Single: true}, IdP: p.metadata()})
	if err != nil {
		t.Fatal(err)
	}
	p.register(r.Invitation())
	newOperator(t).follow(r, samlSignIn)
	if got := found(outcome(t, r), "LIVE-SAML-04"); got != `error: there is no attribute "mail"; the address seems to arrive as ["email"]` {
		t.Errorf("LIVE-SAML-04 says %q", got)
	}
}
