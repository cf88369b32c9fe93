package xlsx

import (
	"encoding/xml"
	"strconv"
)

// readStyles gives the number format of every style a cell can name.
func (c *container) readStyles(part string) ([]format, error) {
	if part == "" {
		return []format{{}}, nil
	}
	d, err := c.document(part)
	if err != nil {
		return nil, err
	}
	defer d.close()
	if _, err := d.root("styleSheet"); err != nil {
		return nil, err
	}
	codes := make(map[int]string)
	var ids []int
	err = d.children(func(t *xml.StartElement) error {
		switch {
		case isMain(t, "numFmts"):
			return d.children(func(t *xml.StartElement) error { return d.readFormatCode(t, codes) })
		case isMain(t, "cellXfs"):
			return d.children(func(t *xml.StartElement) error { return d.readStyle(t, &ids) })
		}
		return d.skip()
	})
	if err != nil {
		return nil, err
	}
	formats := make([]format, max(len(ids), 1))
	for i, id := range ids {
		formats[i] = newFormat(id, codes[id])
	}
	return formats, d.finish()
}

func (d *document) readFormatCode(t *xml.StartElement, codes map[int]string) error {
	if !isMain(t, "numFmt") {
		return d.unknown(t, "numFmts")
	}
	id, err := d.integer(t, "numFmtId")
	if err != nil {
		return err
	}
	codes[id], _ = attribute(t, "formatCode")
	return d.skip()
}

func (d *document) readStyle(t *xml.StartElement, ids *[]int) error {
	if !isMain(t, "xf") {
		return d.unknown(t, "cellXfs")
	}
	id, err := d.integer(t, "numFmtId")
	if err != nil {
		return err
	}
	*ids = append(*ids, id)
	return d.skip()
}

// integer reads an attribute that is a count or an index; absent it is 0.
func (d *document) integer(t *xml.StartElement, local string) (int, error) {
	v, ok := attribute(t, local)
	if !ok {
		return 0, nil
	}
	n, err := strconv.ParseUint(v, 10, 31)
	if err != nil {
		return 0, d.damaged("%s of the element %q is %q, not a whole number", local, t.Name.Local, v)
	}
	return int(n), nil
}

// boolean reads the value of an attribute that is a switch; absent it is false.
func (d *document) boolean(v string) (bool, error) {
	switch v {
	case "1", "true", "on":
		return true, nil
	case "0", "false", "off", "":
		return false, nil
	}
	return false, d.damaged("%q stands where only 1 or 0 may", v)
}
