package saml

// The limits of the catalogue. They are far above what identity providers write: a federation's aggregate is allowed for.
const (
	defaultBytes          = 8 << 20
	defaultDepth          = 64
	defaultElements       = 200_000
	defaultAttributes     = 256
	defaultAttributeBytes = 64 << 10
	defaultClosest        = 5
)

// withDefaults fills in what is not set.
func (l Limits) withDefaults() Limits {
	return Limits{
		Bytes:          or(l.Bytes, defaultBytes),
		Depth:          or(l.Depth, defaultDepth),
		Elements:       or(l.Elements, defaultElements),
		Attributes:     or(l.Attributes, defaultAttributes),
		AttributeBytes: or(l.AttributeBytes, defaultAttributeBytes),
	}
}

// or gives a number, or the default when it is no sensible limit.
func or[N int | int64](n, otherwise N) N {
	if n <= 0 {
		return otherwise
	}
	return n
}
