package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/xuri/excelize/v2"
)

// shape is the size of the data: so many users, one customer for every fifty.
type shape struct {
	users  int
	faulty bool // every twentieth user has an error
}

func (s shape) user(i int) []string {
	if s.faulty {
		return faultyUser(i)
	}
	return user(i)
}

func (s shape) customers() int { return max(1, s.users/50) }

const usersEach = 50

func userHead() []string {
	return []string{"External customer ID", "First name", "Last name", "Email address", "Package", "Location", "Phone number", "Extension", "Role", "Port date", "Department"}
}

// user gives row i: clean, with a number of its own in a range that is valid and nobody's.
func user(i int) []string {
	first := []string{"Ana", "José", "Wei", "Fatima", "Søren", "Chloé", "Yuki", "Omar"}[i%8]
	last := []string{"Diaz", "Müller", "Chen", "Haddad", "Jensen", "Dubois", "Tanaka", "Farouk"}[i/8%8]
	role := ""
	if i%usersEach == 0 {
		role = "Full administrator"
	}
	return []string{
		fmt.Sprintf("crm-%06d", i/usersEach), first, last, fmt.Sprintf("%s.%d@customer-%d.example", "user", i, i/usersEach), "Webex Calling", "Head Office",
		phone(i), fmt.Sprintf("%04d", 2000+i%usersEach), role, "", "Sales, \"north\"",
	}
}

// phone gives a different number for each i, in area codes that are in use.
func phone(i int) string {
	areas := []int{212, 305, 312, 404, 415, 469, 512, 602, 617, 702, 713, 773, 818, 917, 206, 303}
	return fmt.Sprintf("+1%d%03d%04d", areas[i/1000000%16], 220+i/10000%100, i%10000)
}

func customerHead() []string {
	return []string{
		"External customer ID", "Company name", "Administrator email", "Country", "Onboarding template", "Address line 1", "City", "State or province",
		"ZIP or postal code", "Supported location confirmed", "Packages and add-ons", "Headquarters name", "Time zone", "Announcement language",
	}
}

func customer(i int) []string {
	return []string{
		fmt.Sprintf("crm-%06d", i), fmt.Sprintf("Customer %d", i), fmt.Sprintf("user.%d@customer-%d.example", i*usersEach, i), "US", "Standard", "1 Example Street", "Austin", "TX",
		"78701", "yes", "Webex Calling", "Head Office", "America/Chicago", "en_us",
	}
}

func templates() [][]string {
	return [][]string{
		{"Template name", "Provisioning ID", "Service provider administrator", "Country or region", "Default email language", "Wholesale subscription"},
		{"Standard", "ZjViMzYxODctYzhkZC00NzI3LThiMmYtZjljNDQ3ZjI5MDQ2", "admin@partner.example", "US", "en_US", "Sub-1"},
	}
}

// writeCSV makes a folder of the three text files.
func (s shape) writeCSV(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return errors.Join(
		writeFile(filepath.Join(dir, "templates.csv"), func(w io.Writer) error { return csv.NewWriter(w).WriteAll(templates()) }),
		writeRows(filepath.Join(dir, "customers.csv"), customerHead(), s.customers(), customer),
		writeRows(filepath.Join(dir, "users.csv"), userHead(), s.users, s.user),
	)
}

func writeRows(path string, head []string, n int, row func(int) []string) error {
	return writeFile(path, func(w io.Writer) error {
		c := csv.NewWriter(w)
		if err := c.Write(head); err != nil {
			return err
		}
		for i := range n {
			if err := c.Write(row(i)); err != nil {
				return err
			}
		}
		c.Flush()
		return c.Error()
	})
}

func writeFile(path string, fn func(io.Writer) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(f, 1<<20)
	return errors.Join(fn(b), b.Flush(), f.Close())
}

// writeXLSX makes one workbook of the same rows, with inline strings.
func (s shape) writeXLSX(path string) error {
	f := excelize.NewFile()
	sheets := []struct {
		name string
		head []string
		n    int
		row  func(int) []string
	}{
		{"Templates", templates()[0], 1, func(int) []string { return templates()[1] }},
		{"Customers", customerHead(), s.customers(), customer},
		{"Users", userHead(), s.users, s.user},
	}
	for _, sh := range sheets {
		if _, err := f.NewSheet(sh.name); err != nil {
			return err
		}
		out, err := f.NewStreamWriter(sh.name)
		if err != nil {
			return err
		}
		for i := -1; i < sh.n; i++ {
			cells := sh.head
			if i >= 0 {
				cells = sh.row(i)
			}
			if err := out.SetRow(fmt.Sprintf("A%d", i+2), anys(cells)); err != nil {
				return err
			}
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return errors.Join(f.DeleteSheet("Sheet1"), f.SaveAs(path), f.Close())
}

func anys(cells []string) []any {
	out := make([]any, len(cells))
	for i, c := range cells {
		out[i] = c
	}
	return out
}
