package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"path/filepath"
	"slices"
)

//go:embed quantize.html
var quantizePage string

var quantizeTemplate = template.Must(template.New("quantize").Funcs(template.FuncMap{
	"percent":  func(x float64) string { return fmt.Sprintf("%.2f", x) },
	"interval": func(s share) string { return fmt.Sprintf("%.1f to %.1f", s.Low, s.High) },
}).Parse(quantizePage))

// write leaves the report, its figures and the network in a folder, unless there is
// none.
func (r *quantizeRun) write(folder string) error {
	if folder == "" {
		return nil
	}
	report, data, model := r.fileNames()
	for _, name := range []string{report, data, model} {
		if name != model || r.pairs != nil {
			r.result.Files = append(r.result.Files, filepath.Join(folder, name))
		}
	}
	page, err := r.result.html()
	if err != nil {
		return err
	}
	figures, err := json.MarshalIndent(r.result, "", "\t")
	if err != nil {
		return err
	}
	for i, b := range [][]byte{page, append(figures, '\n'), r.pairs} {
		if b != nil {
			if err := writeWhole(r.result.Files[i], b); err != nil {
				return err
			}
		}
	}
	return nil
}

// html returns the report: one page that needs no other file, no network and no script.
func (r quantizeResult) html() ([]byte, error) {
	type histogram struct {
		Site, Op string
		Picture  template.HTML
	}
	page := struct {
		quantizeResult
		Conditions, Remarks                     []string
		Agreement, Loss, LayerPicture, Channels template.HTML
		Histograms                              []histogram
		Steps                                   []passReport
	}{
		quantizeResult: r, Conditions: r.conditions(), Remarks: r.notes(),
		Agreement: r.stagePicture(), Loss: r.lossPicture(), LayerPicture: r.layerPicture(), Channels: r.channelPicture(),
	}
	// What a pass did again, as in a stage that begins anew, is shown once.
	latest := map[string]passReport{}
	for _, p := range r.Passes {
		if old, ok := latest[p.Pass]; !ok || !slices.Equal(old.Entries, p.Entries) {
			page.Steps = append(page.Steps, p)
		}
		latest[p.Pass] = p
	}
	for _, l := range r.Layers {
		if l.Activation != nil {
			page.Histograms = append(page.Histograms, histogram{l.Site, l.Op, l.Activation.picture()})
		}
	}
	var b bytes.Buffer
	err := quantizeTemplate.Execute(&b, page)
	return b.Bytes(), err
}
