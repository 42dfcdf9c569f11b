// Package spelling finds the word that a misspelt one was meant to be: for keywords, arguments, variables, modules, fields.
package spelling

// Nearest is the one of some words that another is most likely a slip of the finger of, or "": at most a third of its letters are
// wrong, and at least one may be. Of words that are as near the longer one is taken (letters are left out more often than added), then
// the first in the alphabet. Case counts. Nothing is near a single letter.
func Nearest(word string, words []string) string {
	if len(word) < 2 {
		return ""
	}
	best, least := "", max(1, len(word)/3)
	for _, w := range words {
		d := edits(word, w, least)
		switch {
		case d > least:
		case d < least, best == "", len(w) > len(best), len(w) == len(best) && w < best:
			best, least = w, d
		}
	}
	return best
}

// edits counts insertions, deletions, replacements and swaps of neighbours between two words; more than limit is limit+1.
func edits(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit+1)
}
