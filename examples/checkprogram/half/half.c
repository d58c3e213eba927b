/* half: the compiler's _Float16 as a program that answers cases.
 *
 *   half OP MODE    OP: add sub mul quo sqrt fma
 *                   MODE: ToNearestEven ToZero ToNegativeInf ToPositiveInf
 *
 * Each line of the input has the operands' codes in hexadecimal, each line of the
 * output the result's code and the exceptions that it raised, in the bits of
 * Berkeley TestFloat. */
#include <fenv.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const ops[] = {"add", "sub", "mul", "quo", "sqrt", "fma"};
static const int operands[] = {2, 2, 2, 2, 1, 3};
enum { ADD, SUB, MUL, QUO, SQRT, FMA, OPS };

static const char *const modes[] = {"ToNearestEven", "ToZero", "ToNegativeInf", "ToPositiveInf"};
static const int directions[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD};

static int find(const char *name, const char *const *names, int n) {
	for (int i = 0; i < n; i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return -1;
}

static _Float16 compute(int op, _Float16 x, _Float16 y, _Float16 z) {
	switch (op) {
	case ADD:  return x + y;
	case SUB:  return x - y;
	case MUL:  return x * y;
	case QUO:  return x / y;
	case SQRT: return (_Float16)sqrtf(x);
	default:   return (_Float16)fmaf(x, y, z); /* as the operation is often had */
	}
}

static unsigned flags(void) {
	static const int exceptions[] = {FE_INEXACT, FE_UNDERFLOW, FE_OVERFLOW, FE_DIVBYZERO, FE_INVALID};
	unsigned bits = 0;
	for (int i = 0; i < 5; i++)
		if (fetestexcept(exceptions[i]))
			bits |= 1u << i;
	return bits;
}

int main(int argc, char **argv) {
	int op = argc == 3 ? find(argv[1], ops, OPS) : -1;
	int mode = argc == 3 ? find(argv[2], modes, 4) : -1;
	if (op < 0 || mode < 0 || fesetround(directions[mode]) != 0) {
		fprintf(stderr, "usage: half OP MODE\n");
		return 2;
	}
	for (;;) {
		uint16_t code[3] = {0};
		for (int i = 0; i < operands[op]; i++)
			if (scanf("%" SCNx16, &code[i]) != 1)
				return 0;
		volatile _Float16 v[3]; /* nothing is computed before its time */
		memcpy((void *)v, code, sizeof v);
		feclearexcept(FE_ALL_EXCEPT);
		volatile _Float16 z = compute(op, v[0], v[1], v[2]);
		unsigned raised = flags();
		_Float16 result = z;
		memcpy(code, &result, sizeof result);
		printf("%04x %02x\n", code[0], raised);
	}
}
