package peers

import (
	"slices"

	"github.com/halfulp/halfulp/fuzz"
)

// Peer is an implementation of one operation, with one fault or with none.
type Peer struct {
	Name    string // the project, and what of it is run
	Version string // of the module that is run; empty for a stand-in
	Source  string // where the fault is told: a thread, or the survey of the project's own sources
	Fault   string // what is wrong; empty if nothing is

	Operation fuzz.Operation
	Subject   fuzz.Subject
	Class     fuzz.Class  // of the fault
	Reported  []fuzz.Case // the cases that its source gives
}

// All returns the peers: libraries first, then stand-ins in the order of their
// result's format.
func All() []Peer {
	return slices.Concat(libraries(), halfStandIns(), bfloatStandIns(), eightStandIns(), unitStandIns())
}

// operation is op with all operands in one format.
func operation(op *fuzz.Operator, from, to string) fuzz.Operation {
	result := format(to)
	operands := make([]fuzz.Format, op.Arity())
	for i := range operands {
		operands[i] = format(from)
	}
	return op.On(operands...).To(result)
}

// format panics for a name that is none: they are all in this package.
func format(name string) fuzz.Format {
	f, err := fuzz.ParseFormat(name)
	if err != nil {
		panic(err)
	}
	return f
}

// wrong says what is wrong with a peer, and the operands of the case reported of it.
func (p Peer) wrong(class fuzz.Class, fault string, reported ...uint64) Peer {
	p.Class, p.Fault = class, fault
	if len(reported) > 0 {
		var c fuzz.Case
		copy(c[:], reported)
		p.Reported = append(p.Reported, c)
	}
	return p
}

// reported adds another case.
func (p Peer) reported(operands ...uint64) Peer { return p.wrong(p.Class, p.Fault, operands...) }
