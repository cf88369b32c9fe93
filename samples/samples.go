// Package samples holds example workbooks that muster reads, made by the program in gen, the same bytes on each run.
//
// migration.xlsx is clean; broken.xlsx is the same with planted errors, listed in broken.expected.csv; languages has one
// small workbook in each of the six languages, and csv the same data as text files. idp-metadata.xml is what the SAML
// identity provider of their templates exports.
package samples

import "embed"

// Files are the workbooks.
//
//go:generate go run ./gen
//go:embed migration.xlsx broken.xlsx broken.expected.csv idp-metadata.xml languages csv
var Files embed.FS
