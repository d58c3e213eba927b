package quantizer

import "errors"

var (
	// ErrFormat is wrapped by every error about a format that does not exist or
	// cannot serve as a target of quantization.
	ErrFormat = errors.New("quantizer: unknown format")

	// ErrNotFinite is wrapped by every error about a NaN or an infinity in data
	// from which a threshold is to be found, or in what is trained.
	ErrNotFinite = errors.New("quantizer: not a finite number")

	// ErrScheme is wrapped by every error about a scheme that quantizes nothing,
	// or parameters that do not belong to it.
	ErrScheme = errors.New("quantizer: no such scheme")

	// ErrEmpty is wrapped by the error of a range that is to be chosen before any
	// value was seen.
	ErrEmpty = errors.New("quantizer: nothing observed")

	// ErrCriterion is wrapped by the error of a name that is no Criterion.
	ErrCriterion = errors.New("quantizer: unknown criterion")

	// ErrState is wrapped by the errors of a serialized state that no observer can
	// be in.
	ErrState = errors.New("quantizer: impossible state")
)

// The programmer's errors, panicked with at the public entries.
const (
	badFormat       = "quantizer: the zero Format has no values"
	badLength       = "quantizer: slices of different lengths"
	badScale        = "quantizer: scale is not positive and finite"
	badScales       = "quantizer: no scales"
	badInner        = "quantizer: inner size is not positive"
	badChannels     = "quantizer: number of channels is not positive"
	badWhole        = "quantizer: length is not a multiple of channels times inner size"
	badStorage      = "quantizer: code does not fit its storage"
	badBits         = "quantizer: integer formats have 2 to 16 bits"
	badFixed        = "quantizer: fixed-point formats have a value above zero and at most 24 bits here"
	badMini         = "quantizer: minifloat formats have at most 11 exponent and 23 mantissa bits here"
	badThreshold    = "quantizer: threshold is negative or not finite"
	badLimit        = "quantizer: limits of a rescaling are not 0 < Locked, Cap <= Limit"
	badBound        = "quantizer: bound of factors is below 1 or not finite"
	badGroups       = "quantizer: groups do not divide the channels"
	badBlock        = "quantizer: axis or block is not positive"
	badGrouping     = "quantizer: a grouping of impossible sizes"
	badAxis         = "quantizer: length is not a multiple of axis times inner size"
	badParams       = "quantizer: number of parameters is not that of the groups"
	badScheme       = "quantizer: a scheme that fails Check"
	badQuantizer    = "quantizer: a Quantizer that fails Check"
	badBins         = "quantizer: number of bins is not a power of two from 16 to 65536"
	badMerge        = "quantizer: histograms of different numbers of bins"
	badChannelMerge = "quantizer: channels or inner sizes differ"
	badSymmetry     = "quantizer: a symmetric surrogate of an asymmetric scheme, or the reverse"
	badForm         = "quantizer: unknown form"
	badCount        = "quantizer: number of elements is not positive"
	badZero         = "quantizer: a zero point that is no code of the format"
	badNormal       = "quantizer: limits in the wrong order, or a moment that is not finite"
	badPercent      = "quantizer: percentage is not above 50 and up to 100"
	badRange        = "quantizer: a range that is not finite, or ends before it begins"
)
