package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// load reads what is held in memory.
func (s *Server) load(ctx context.Context) error {
	seed, err := s.store.meta(ctx, "seed")
	if err != nil {
		return err
	}
	last, err := s.store.meta(ctx, "serial")
	if err != nil {
		return err
	}
	s.seed, s.last = uint32(seed), serial(last)
	if err := eachDoc(ctx, s, "orgs", s.keepOrg); err != nil {
		return err
	}
	if err := eachDoc(ctx, s, "customers", s.keepCustomer); err != nil {
		return err
	}
	if err := eachDoc(ctx, s, "locations", s.keepLocation); err != nil {
		return err
	}
	return eachDoc(ctx, s, "tokens", s.keepToken)
}

// eachDoc reads the objects of a table in the order of creation.
func eachDoc[T any](ctx context.Context, s *Server, table string, keep func(*T)) error {
	rows, err := s.store.db.QueryContext(ctx, "SELECT doc FROM "+table+" ORDER BY n")
	if err != nil {
		return fmt.Errorf("load %s: %w", table, err)
	}
	defer func() { _ = rows.Close() }() // read only: rows.Err tells
	for rows.Next() {
		var doc []byte
		if err := rows.Scan(&doc); err != nil {
			return fmt.Errorf("load %s: %w", table, err)
		}
		object := new(T)
		if err := json.Unmarshal(doc, object); err != nil {
			return fmt.Errorf("load %s: %w", table, err)
		}
		keep(object)
	}
	return rows.Err()
}

func (s *Server) keepOrg(o *org) { s.orgs[o.N], s.orgByID[o.ID] = o, o }

func (s *Server) keepCustomer(c *customer) {
	c.polls = s.set.ProvisionPolls
	s.customers = append(s.customers, c)
	s.customerN[c.N] = c
	s.customerK[c.key()] = c
	if email := strings.ToLower(c.AdminEmail); email != "" && s.admins[email] == 0 && !c.Deleted {
		s.admins[email] = c.N
	}
}

func (s *Server) keepLocation(l *location) {
	s.locations = append(s.locations, l)
	s.locationN[l.N] = l
	s.locationK[l.key()] = l
	s.orgSites[l.Org] = append(s.orgSites[l.Org], l)
}

func (s *Server) keepToken(t *issued) { s.tokens[t.Access], s.refreshes[t.Refresh] = t, t }

// key is the natural key of a customer. A deleted one gives its external id free.
func (c *customer) key() string {
	if c.Deleted {
		return strconv.Itoa(int(c.N))
	}
	return c.Partner + "\n" + c.ExternalID
}

// key is the natural key of a location. A deleted one gives its name free.
func (l *location) key() string {
	if l.Deleted {
		return strconv.Itoa(int(l.N))
	}
	return siteKey(l.Org, l.Name)
}

func siteKey(org serial, name string) string {
	return strconv.Itoa(int(org)) + "\n" + strings.ToLower(name)
}

// save hands changed objects to the writer. All of one call become durable together.
func (s *Server) save(objects ...any) {
	writes := make([]write, 0, len(objects))
	for _, object := range objects {
		writes = append(writes, s.writeOf(object))
	}
	s.store.log.add(s.last, writes...)
}

func (s *Server) writeOf(object any) write {
	switch o := object.(type) {
	case *org:
		return docWrite(putOrg, o.N, o.ID, o)
	case *customer:
		return docWrite(putCustomer, o.N, o.key(), o)
	case *location:
		return docWrite(putLocation, o.N, o.key(), o)
	case *issued:
		return docWrite(putToken, o.N, o.Access, o)
	case *user:
		s.dirty[o.id()] = o
		return userWrite(o)
	}
	return object.(write)
}

func docWrite(stmt statement, n serial, key string, object any) write {
	doc, _ := json.Marshal(object) // our own structs: nothing in them can fail
	return write{stmt: stmt, args: []any{int64(n), key, string(doc)}}
}
