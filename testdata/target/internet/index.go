package main

import (
	"crypto/sha256"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// wheelIndex is a Python package index (PEP 503) over a directory of wheels: /simple/NAME/ lists, every other path is a file.
type wheelIndex string

// ServeHTTP implements http.Handler.
func (dir wheelIndex) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	project, simple := strings.CutPrefix(r.URL.Path, "/simple/")
	if !simple {
		http.ServeFile(w, r, filepath.Join(string(dir), path.Base(r.URL.Path)))
		return
	}
	links, err := dir.links(normalName(strings.Trim(project, "/")))
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	case len(links) == 0:
		http.NotFound(w, r)
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<!DOCTYPE html>\n<html><body>\n%s</body></html>\n", strings.Join(links, ""))
	}
}

func (dir wheelIndex) links(project string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(string(dir), "*.whl"))
	if err != nil {
		return nil, err
	}
	var links []string
	for _, f := range files {
		name := filepath.Base(f)
		if distribution, _, _ := strings.Cut(name, "-"); normalName(distribution) != project {
			continue
		}
		data, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		links = append(links, fmt.Sprintf("<a href=\"https://files.pythonhosted.org/%s#sha256=%x\">%s</a>\n",
			url.PathEscape(name), sha256.Sum256(data), html.EscapeString(name)))
	}
	return links, nil
}

var separators = regexp.MustCompile(`[-_.]+`)

// normalName makes names equal that PEP 503 holds for equal.
func normalName(name string) string { return strings.ToLower(separators.ReplaceAllString(name, "-")) }
