package exact

import "testing"

// All pairs of an 8-bit format, four operations, each result located once and
// rounded in every mode, saturation and tininess: the inner loop of the proofs.
func BenchmarkAllPairs(b *testing.B) {
	f := FN(4, 3)
	var numbers [256]Number
	for code := range numbers {
		numbers[code] = f.Decode(uint64(code))
	}
	modes := Modes()
	for b.Loop() {
		for _, x := range numbers {
			for _, y := range numbers {
				for _, r := range [...]Result{Add(x, y), Sub(x, y), Mul(x, y), Quo(x, y)} {
					p := Locate(r, f)
					for _, mode := range modes {
						for saturation := SatNone; saturation <= SatPropagate; saturation++ {
							for tininess := AfterRounding; tininess <= BeforeRounding; tininess++ {
								p.Round(Options{Mode: mode, Saturation: saturation, Tininess: tininess})
							}
						}
					}
				}
			}
		}
	}
}

func BenchmarkLocate(b *testing.B) {
	f := FN(4, 3)
	r := Quo(Int64(3), Int64(7))
	for b.Loop() {
		Locate(r, f)
	}
}

// The elementary functions at operands of binary16.
func BenchmarkElementary(b *testing.B) {
	f := IEEE(5, 10)
	for _, function := range Functions() {
		b.Run(function.Name, func(b *testing.B) {
			code := uint64(0)
			for b.Loop() {
				function.Of(f.Decode(code & 0x7fff))
				code += 7919
			}
		})
	}
}
