package main

import (
	"bytes"
	"runtime/debug"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// bill is the CycloneDX bill of materials of a built program: the modules that the program itself says it holds, with their licences.
// It has no serial number, and its clock is the commit's, so that it is the same each time.
func (r *release) bill(info *debug.BuildInfo, licences []licence) ([]byte, error) {
	main := component("muster", info.Main.Version, nil)
	main.Type, main.BOMRef = cdx.ComponentTypeApplication, "muster"
	parts := []cdx.Component{component("std", info.GoVersion, []string{"BSD-3-Clause"})}
	for _, d := range info.Deps {
		if d.Replace != nil {
			d = d.Replace
		}
		parts = append(parts, component(d.Path, d.Version, names(licences, d.Path)))
	}
	needs := make([]string, 0, len(parts))
	for _, p := range parts {
		needs = append(needs, p.BOMRef)
	}
	bom := cdx.NewBOM()
	bom.Metadata = &cdx.Metadata{
		Timestamp: r.at.Format(time.RFC3339), Component: &main,
		Properties: &[]cdx.Property{{Name: "muster:commit", Value: r.commit}, {Name: "muster:platform", Value: setting(info, "GOOS") + "/" + setting(info, "GOARCH")}},
	}
	bom.Components = &parts
	bom.Dependencies = &[]cdx.Dependency{{Ref: main.BOMRef, Dependencies: &needs}}
	var b bytes.Buffer
	err := cdx.NewBOMEncoder(&b, cdx.BOMFileFormatJSON).SetPretty(true).Encode(bom)
	return b.Bytes(), err
}

func component(name, version string, licences []string) cdx.Component {
	purl := "pkg:golang/" + name + "@" + version
	c := cdx.Component{Type: cdx.ComponentTypeLibrary, BOMRef: purl, Name: name, Version: version, PackageURL: purl}
	if len(licences) > 0 {
		list := make(cdx.Licenses, 0, len(licences))
		for _, id := range licences {
			list = append(list, cdx.LicenseChoice{License: &cdx.License{ID: id}})
		}
		c.Licenses = &list
	}
	return c
}

func setting(info *debug.BuildInfo, key string) string {
	for _, s := range info.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}
