package xlsx

import (
	"encoding/xml"
	"path"
)

// relationship is how one part names another.
type relationship struct {
	kind     string // last element of its type
	target   string // name of the part
	external bool   // the target is no part of this file
}

type relationships map[string]relationship // by id

// relationships reads those of a part; the empty name stands for the package itself.
func (c *container) relationships(part string) (relationships, error) {
	d, err := c.document(relsOf(part))
	if err != nil {
		return nil, err
	}
	defer d.close()
	rels := relationships{}
	if t, err := d.child(); err != nil {
		return nil, err
	} else if t.Name.Local != "Relationships" {
		return nil, d.damaged("the root element is %q, not %q", t.Name.Local, "Relationships")
	}
	err = d.children(func(t *xml.StartElement) error {
		if t.Name.Local != "Relationship" {
			return d.unknown(t, "Relationships")
		}
		return rels.add(d, t, part)
	})
	if err != nil {
		return nil, err
	}
	return rels, d.finish()
}

func (rels relationships) add(d *document, t *xml.StartElement, from string) error {
	id, _ := attribute(t, "Id")
	if _, twice := rels[id]; twice {
		return d.damaged("the relationship %q is there twice", id)
	}
	kind, _ := attribute(t, "Type")
	target, _ := attribute(t, "Target")
	mode, _ := attribute(t, "TargetMode")
	rel := relationship{kind: path.Base(kind), target: target, external: mode == "External"}
	if !rel.external {
		rel.target = resolve(from, target)
	}
	switch rel.kind {
	case "officeDocument", "styles", "sharedStrings":
		if rels.ofType(rel.kind) != "" {
			return d.damaged("there are two relationships of the type %q", rel.kind)
		}
	}
	rels[id] = rel
	return d.skip()
}

// ofType gives the target of the relationship of a type, empty when there is none.
func (rels relationships) ofType(kind string) string {
	for _, r := range rels {
		if r.kind == kind && !r.external {
			return r.target
		}
	}
	return ""
}
