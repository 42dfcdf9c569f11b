package report

import (
	"io"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"pylint-deploy/rules"
)

// The part of SARIF 2.1.0 (OASIS standard) that a linter needs. GitHub code scanning reads the same part.
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver sarifDriver `json:"driver"`
	} `json:"tool"`
	Invocations        []sarifInvocation        `json:"invocations"`
	OriginalURIBaseIDs map[string]sarifArtifact `json:"originalUriBaseIds,omitempty"`
	Results            []sarifResult            `json:"results"`
	ColumnKind         string                   `json:"columnKind"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	Version        string      `json:"version,omitempty"`
	InformationURI string      `json:"informationUri,omitempty"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string        `json:"id"`
	ShortDescription *sarifMessage `json:"shortDescription,omitempty"`
	FullDescription  *sarifMessage `json:"fullDescription,omitempty"`
	HelpURI          string        `json:"helpUri,omitempty"`
	Help             *sarifHelp    `json:"help,omitempty"`
	Default          sarifDefault  `json:"defaultConfiguration"`
}

// sarifHelp is what code scanning shows below a finding.
type sarifHelp struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown"`
}

type sarifDefault struct {
	Level string `json:"level"`
}

type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
}

type sarifNotification struct {
	Level     string          `json:"level"`
	Message   sarifMessage    `json:"message"`
	Locations []sarifLocation `json:"locations,omitempty"`
}

type sarifMessage struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID    string            `json:"ruleId"`
	RuleIndex int               `json:"ruleIndex"`
	Level     string            `json:"level"`
	Message   sarifMessage      `json:"message"`
	Locations []sarifLocation   `json:"locations"`
	Related   []sarifLocation   `json:"relatedLocations,omitempty"`
	Prints    map[string]string `json:"partialFingerprints,omitempty"`
}

type sarifLocation struct {
	ID       int           `json:"id,omitempty"`
	Physical sarifPhysical `json:"physicalLocation"`
	Message  *sarifMessage `json:"message,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI       string `json:"uri"`
	URIBaseID string `json:"uriBaseId,omitempty"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn,omitempty"`
	EndLine     int `json:"endLine,omitempty"`
}

var sarifLevel = map[rules.Level]string{rules.Error: "error", rules.Warning: "warning", rules.Info: "note"}

func writeSARIF(w io.Writer, r *Report, o Options) error {
	run := sarifRun{ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	run.Tool.Driver = sarifDriver{Name: "pylint-deploy", Version: r.Version, Rules: []sarifRule{}}
	index := map[string]int{}
	for _, id := range usedRules(r) {
		index[id] = len(run.Tool.Driver.Rules)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, r.sarifRule(id))
	}
	if o.Root != "" {
		run.OriginalURIBaseIDs = map[string]sarifArtifact{"ROOT": {URI: fileURI(o.Root) + "/"}}
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		run.Results = append(run.Results, sarifResultOf(f, index[f.Rule], o))
	}
	invocation := sarifInvocation{Successful: len(r.Problems) == 0}
	for _, p := range r.Problems {
		at := sarifAt(p.Pos.File, p.Pos.Line, p.Pos.Column, p.Pos.Line, o)
		invocation.Notifications = append(invocation.Notifications,
			sarifNotification{Level: "error", Message: sarifMessage{p.Message}, Locations: []sarifLocation{at}})
	}
	run.Invocations = []sarifInvocation{invocation}
	return encode(w, sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

func usedRules(r *Report) []string {
	used := map[string]bool{}
	for i := range r.Findings {
		used[r.Findings[i].Rule] = true
	}
	return slices.Sorted(maps.Keys(used))
}

func (r *Report) sarifRule(id string) sarifRule {
	info := r.Rules[id]
	rule := sarifRule{ID: id, Default: sarifDefault{"warning"}}
	if l, ok := sarifLevel[info.Level]; ok {
		rule.Default.Level = l
	}
	if strings.Contains(info.Docs, "://") { // helpUri must be absolute
		rule.HelpURI = info.Docs
	}
	if info.Title != "" {
		rule.ShortDescription = &sarifMessage{info.Title}
	}
	if info.Why != "" {
		rule.FullDescription = &sarifMessage{info.Why}
		rule.Help = &sarifHelp{info.Why, "**" + info.Title + "**\n\n" + info.Why}
	}
	return rule
}

func sarifResultOf(f *rules.Finding, rule int, o Options) sarifResult {
	text := sentence(f)
	if f.Instead != "" {
		text += ". Instead: " + f.Instead
	}
	res := sarifResult{RuleID: f.Rule, RuleIndex: rule, Level: sarifLevel[f.Level], Message: sarifMessage{text},
		Locations: []sarifLocation{sarifAt(f.Pos.File, f.Pos.Line, f.Pos.Column, endLine(f), o)}}
	if f.Fingerprint != "" {
		res.Prints = map[string]string{"pylintDeployTask/v1": f.Fingerprint}
	}
	for i, rel := range f.Related {
		at := sarifAt(rel.Pos.File, rel.Pos.Line, rel.Pos.Column, rel.Pos.Line, o)
		at.ID, at.Message = i+1, &sarifMessage{rel.Note}
		res.Related = append(res.Related, at)
	}
	return res
}

func sarifAt(file string, line, column, end int, o Options) sarifLocation {
	shown := o.path(file)
	at := sarifLocation{Physical: sarifPhysical{Artifact: sarifArtifact{URI: (&url.URL{Path: shown}).String()}}}
	if filepath.IsAbs(shown) {
		at.Physical.Artifact.URI = fileURI(shown)
	} else if o.Root != "" {
		at.Physical.Artifact.URIBaseID = "ROOT"
	}
	if line > 0 {
		at.Physical.Region = &sarifRegion{StartLine: line, StartColumn: column, EndLine: max(end, line)}
	}
	return at
}

func fileURI(path string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
}
