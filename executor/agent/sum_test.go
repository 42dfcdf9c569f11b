package agent_test

import (
	"crypto/sha256"
	"encoding/hex"
)

func hexSum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}
