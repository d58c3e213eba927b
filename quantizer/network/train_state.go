package network

import "fmt"

// TrainState is all that a Trainer changes: with it a run continues to the same
// bits as one that was not interrupted. It is plain data for any encoding that
// keeps float32 exactly.
type TrainState struct {
	// Steps made so far, and since the last restart of the moments.
	Steps, SinceRestart int
	// Tensors holds the elements of parameters and running averages by name,
	// First and Second the moments of Adam.
	Tensors, First, Second map[string][]float32
}

// State returns a copy of the trainer's state.
func (t *Trainer) State() TrainState {
	s := TrainState{
		Steps: t.step, SinceRestart: t.adamStep,
		Tensors: map[string][]float32{}, First: map[string][]float32{}, Second: map[string][]float32{},
	}
	for _, p := range t.order {
		s.Tensors[p.name] = append([]float32{}, p.tensor.Float...)
		s.First[p.name] = append([]float32{}, p.first...)
		s.Second[p.name] = append([]float32{}, p.second...)
	}
	for _, name := range t.running {
		s.Tensors[name] = append([]float32{}, t.graph.Initializers[name].Float...)
	}
	return s
}

// SetState copies a state into the trainer. The state has to be of a trainer of
// the same graph and parameters; otherwise it fails with ErrShape and changes
// nothing.
func (t *Trainer) SetState(s TrainState) error {
	if s.Steps < 0 || s.SinceRestart < 0 || s.SinceRestart > s.Steps {
		return report{fmt.Errorf("%w: a state after %d steps, %d since the last restart", ErrData, s.Steps, s.SinceRestart)}
	}
	want := map[string]*Tensor{}
	for _, p := range t.order {
		want[p.name] = p.tensor
		if len(s.First[p.name]) != len(p.first) || len(s.Second[p.name]) != len(p.second) {
			return report{fmt.Errorf("%w: moments of %q with %d and %d elements, want %d", ErrShape, p.name, len(s.First[p.name]), len(s.Second[p.name]), len(p.first))}
		}
	}
	for _, name := range t.running {
		want[name] = t.graph.Initializers[name]
	}
	for name, tensor := range want {
		if len(s.Tensors[name]) != len(tensor.Float) {
			return report{fmt.Errorf("%w: %q with %d elements, want %d", ErrShape, name, len(s.Tensors[name]), len(tensor.Float))}
		}
	}
	if len(s.Tensors) != len(want) || len(s.First) != len(t.order) || len(s.Second) != len(t.order) {
		return report{fmt.Errorf("%w: a state of %d tensors, want %d", ErrShape, len(s.Tensors), len(want))}
	}
	if t.thresholds != nil {
		for _, p := range t.order {
			if err := finite(s.Tensors[p.name]); err != nil {
				return report{fmt.Errorf("%q: %w", p.name, err)}
			}
		}
	}
	for name, tensor := range want {
		copy(tensor.Float, s.Tensors[name])
	}
	for _, p := range t.order {
		copy(p.first, s.First[p.name])
		copy(p.second, s.Second[p.name])
	}
	t.step, t.adamStep, t.fed, t.fault = s.Steps, s.SinceRestart, false, nil
	if t.thresholds != nil {
		return t.project()
	}
	return nil
}
