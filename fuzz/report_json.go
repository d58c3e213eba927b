package fuzz

import "encoding/json"

// jsonReport is the form of a report for machines.
type jsonReport struct {
	Operation  map[string]string  `json:"operation"`
	OK         bool               `json:"ok"`
	Seed       uint64             `json:"seed"`
	Checked    int64              `json:"checked"`
	Failed     int64              `json:"failed"`
	Exhaustive bool               `json:"exhaustive"`
	Incomplete bool               `json:"incomplete,omitempty"`
	Classified int64              `json:"classified,omitempty"`
	Findings   []jsonFinding      `json:"findings"`
	Areas      map[string]jsonSum `json:"areas"`
	Coverage   jsonCoverage       `json:"coverage"`
}

type jsonSum struct {
	Checked int64 `json:"checked"`
	Failed  int64 `json:"failed"`
}

type jsonFinding struct {
	Class       Class    `json:"class"`
	Detail      string   `json:"detail"`
	Count       int64    `json:"count"`
	Throughout  bool     `json:"throughout"`
	Operands    []string `json:"operands"`
	Values      []string `json:"values"`
	Got         string   `json:"got"`
	GotFlags    string   `json:"gotFlags,omitempty"`
	Want        string   `json:"want"`
	WantFlags   string   `json:"wantFlags,omitempty"`
	Explanation string   `json:"explanation"`
}

type jsonCoverage struct {
	Operands []map[string]int64 `json:"operands"`
	Results  map[string]int64   `json:"results"`
	Spots    map[string]int64   `json:"spots"`
}

// MarshalJSON writes everything the report holds, codes in hexadecimal as strings.
func (r *Report) MarshalJSON() ([]byte, error) {
	j := jsonReport{Operation: map[string]string{}, OK: r.OK(), Seed: r.Seed, Checked: r.Checked, Failed: r.Failed, Exhaustive: r.Exhaustive,
		Incomplete: r.Incomplete, Classified: r.Classified, Findings: []jsonFinding{}, Areas: map[string]jsonSum{}}
	for _, h := range headerOf(r.Operation) {
		j.Operation[h[0]] = h[1]
	}
	for _, x := range r.Findings {
		d := x.Simplest
		f := jsonFinding{Class: x.Class, Detail: x.Detail, Count: x.Count, Throughout: x.Throughout,
			Got: r.Operation.Result.hex(d.Got.Code), Want: r.Operation.Result.hex(d.Want.Code), Explanation: r.Operation.Explain(d)}
		if d.Got.Failed != "" {
			f.Got = ""
		}
		if d.Got.HasFlags {
			f.GotFlags, f.WantFlags = d.Got.Flags.String(), d.Want.Flags.String()
		}
		for i, format := range r.Operation.Formats() {
			f.Operands = append(f.Operands, format.hex(d.Operands[i]))
			f.Values = append(f.Values, format.value(d.Operands[i]))
		}
		j.Findings = append(j.Findings, f)
	}
	for _, a := range areas {
		j.Areas[a.name] = jsonSum{a.count(&r.Coverage), a.count(&r.Wrong)}
	}
	for i := range r.Operation.Formats() {
		j.Coverage.Operands = append(j.Coverage.Operands, r.Coverage.Operands[i].names())
	}
	j.Coverage.Results, j.Coverage.Spots = r.Coverage.Results.names(), map[string]int64{}
	for s, n := range r.Coverage.Spots {
		j.Coverage.Spots[Spot(s).String()] = n
	}
	return json.Marshal(j)
}

// names returns the counts by "subnormal" and "-subnormal".
func (v *ValueCounts) names() map[string]int64 {
	all := map[string]int64{}
	for c := range valueClasses {
		all[c.String()] = v[0][c]
		if c != NaN {
			all["-"+c.String()] = v[1][c]
		} else {
			all[c.String()] += v[1][c]
		}
	}
	return all
}
