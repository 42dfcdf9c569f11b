package pki

import (
	"context"
	"crypto/rand"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"runtime"
	"strings"
)

// DHSize is the size in bits of the prime in a file of Diffie-Hellman parameters.
func DHSize(data []byte) (int, error) {
	block, _ := pem.Decode(data)
	if block == nil || !strings.HasSuffix(block.Type, "DH PARAMETERS") {
		return 0, errors.New("there are no Diffie-Hellman parameters in it")
	}
	inner, err := content(block.Bytes)
	if err != nil {
		return 0, err
	}
	p := new(big.Int)
	if _, err := asn1.Unmarshal(inner, &p); err != nil {
		return 0, err
	}
	return p.BitLen(), nil
}

// dhParameters are those of PKCS #3.
type dhParameters struct {
	P *big.Int
	G int
}

// NewDH makes Diffie-Hellman parameters with generator 2: PEM.
func NewDH(ctx context.Context, size int) ([]byte, error) {
	p, err := safePrime(ctx, size)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "DH PARAMETERS", Bytes: must(dhParameters{p, 2})}), nil
}

// A safe prime p is one whose half (p-1)/2 is prime, too. With p = 23 modulo 24 the generator 2 makes all of that half (its powers are
// the squares). Candidates are 24 apart; those that a small prime divides, themselves or their halves, are sieved out.
const (
	dhStep  = 24
	dhRest  = 23
	segment = 1 << 15 // candidates that are sieved at once
	sieveBy = 1 << 16 // primes up to here
)

// safePrime looks for a prime on all processors.
func safePrime(ctx context.Context, size int) (*big.Int, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	small := smallPrimes()
	found := make(chan *big.Int)
	failed := make(chan error)
	for range runtime.GOMAXPROCS(0) {
		go func() {
			for ctx.Err() == nil {
				p, err := searchSegment(ctx, size, small)
				switch {
				case err != nil:
					select {
					case failed <- err:
					case <-ctx.Done():
					}
					return
				case p != nil:
					select {
					case found <- p:
					case <-ctx.Done():
					}
					return
				}
			}
		}()
	}
	select {
	case p := <-found:
		return p, nil
	case err := <-failed:
		return nil, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func smallPrimes() (primes []int64) {
	composite := make([]bool, sieveBy)
	for n := int64(2); n < sieveBy; n++ {
		if composite[n] {
			continue
		}
		if n > 3 {
			primes = append(primes, n)
		}
		for m := n * n; m < sieveBy; m += n {
			composite[m] = true
		}
	}
	return primes
}

// searchSegment looks through candidates from a random one on; nil where no safe prime is among them.
func searchSegment(ctx context.Context, size int, small []int64) (*big.Int, error) {
	start, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), uint(size)))
	if err != nil {
		return nil, err
	}
	start.SetBit(start, size-1, 1).SetBit(start, size-2, 1)
	step := big.NewInt(dhStep)
	start.Sub(start, new(big.Int).Mod(start, step)).Add(start, big.NewInt(dhRest))
	divided := sieve(start, small)
	p, q, one := new(big.Int), new(big.Int), big.NewInt(1)
	for k := range segment {
		if divided[k] {
			continue
		}
		if ctx.Err() != nil {
			return nil, nil
		}
		p.Add(start, new(big.Int).Mul(step, big.NewInt(int64(k))))
		q.Rsh(p, 1)
		if p.BitLen() == size && fermat(q, one) && fermat(p, one) && q.ProbablyPrime(20) && p.ProbablyPrime(20) {
			return p, nil
		}
	}
	return nil, nil
}

// fermat is the quick test that most composites fail.
func fermat(n, one *big.Int) bool {
	return new(big.Int).Exp(big.NewInt(2), new(big.Int).Sub(n, one), n).Cmp(one) == 0
}

// sieve marks the candidates that a small prime divides, or whose half it divides.
func sieve(start *big.Int, small []int64) []bool {
	divided := make([]bool, segment)
	rest := new(big.Int)
	for _, r := range small {
		first := rest.Mod(start, big.NewInt(r)).Int64()
		inverse := rest.ModInverse(big.NewInt(dhStep%r), big.NewInt(r)).Int64()
		for _, target := range []int64{0, 1} { // p = 0 or p = 1, so that r divides p or (p-1)/2
			k := (target - first) % r * inverse % r
			if k < 0 {
				k += r
			}
			for ; k < segment; k += r {
				divided[k] = true
			}
		}
	}
	return divided
}
