package vault

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/zalando/go-keyring"
)

// service is under which the keyring lists what muster keeps.
const service = "muster"

// ringTime is how long the keyring may take; it may ask its owner for a password.
const ringTime = 60 * time.Second

// systemRing is the keyring of the operating system: Keychain, Credential Manager, or the Secret Service of a desktop.
type systemRing struct{}

// SystemRing gives the keyring of the system; nil where there certainly is none: a Linux machine without a session bus.
func SystemRing(getenv func(string) string) Ring {
	switch runtime.GOOS {
	case "windows", "darwin":
		return systemRing{}
	}
	bus := filepath.Join("/run/user", strconv.Itoa(os.Getuid()), "bus")
	if getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return systemRing{}
	}
	if _, err := os.Stat(bus); err == nil {
		return systemRing{}
	}
	return nil // asking would start a bus of its own
}

// Get implements Ring.
func (systemRing) Get(name string) (string, error) {
	var secret string
	err := bounded(func() (err error) { secret, err = keyring.Get(service, name); return err })
	if err != nil {
		return "", err
	}
	return secret, nil
}

// Set implements Ring.
func (systemRing) Set(name, secret string) error {
	return bounded(func() error { return keyring.Set(service, name, secret) })
}

// Delete implements Ring. What is not there any more is deleted.
func (systemRing) Delete(name string) error {
	err := bounded(func() error { return keyring.Delete(service, name) })
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return err
}

// bounded waits for an answer of the keyring, which knows no time-out itself.
func bounded(ask func() error) error {
	done := make(chan error, 1)
	go func() { done <- ask() }()
	t := time.NewTimer(ringTime)
	defer t.Stop()
	select {
	case err := <-done:
		return err
	case <-t.C:
		return errors.New("it does not answer; unlock it first")
	}
}
