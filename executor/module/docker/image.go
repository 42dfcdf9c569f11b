package docker

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/jsontext"
)

// isID tells that a name is the hash of an image.
func isID(name string) bool {
	hash, ok := strings.CutPrefix(name, "sha256:")
	return ok && len(hash) > 0 && strings.Trim(hash, "0123456789abcdefABCDEF") == ""
}

// parseTag splits "repository:tag" or "repository@digest"; the registry may have a port.
func parseTag(name string) (repository, tag string) {
	if repo, digest, ok := strings.Cut(name, "@"); ok {
		return repo, digest
	}
	if i := strings.LastIndexByte(name, ':'); i >= 0 && !strings.Contains(name[i:], "/") {
		return name[:i], name[i+1:]
	}
	return name, ""
}

// fullName is the image as the API names it.
func fullName(repository, tag string) string {
	switch {
	case tag == "":
		return repository
	case strings.Contains(tag, ":"):
		return repository + "@" + tag
	}
	return repository + ":" + tag
}

func (a *api) findImage(ctx context.Context, name string) (dict, error) {
	v, err := a.get(ctx, "/images/"+name+"/json", nil)
	if isNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, module.Fail("Error inspecting image " + name + " - " + err.Error())
	}
	return asDict(v), nil
}

// image finds the image that a container is to be made of, pulls it where need be, and the image with which the container
// is compared.
func (t *container) image(ctx context.Context, c dict) (image, compared dict, err error) {
	name := t.Args.Str("image")
	current := func() (dict, error) {
		if c == nil || removing(c) {
			return nil, nil
		}
		return t.findImage(ctx, asText(c["Image"]))
	}
	if name == "" {
		compared, err = current()
		return nil, compared, err
	}
	if isID(name) {
		image, err = t.findImage(ctx, name)
	} else {
		repository, tag := parseTag(name)
		if tag == "" {
			tag = "latest"
		}
		image, err = t.findImage(ctx, fullName(repository, tag))
		if err == nil && (image == nil || t.Args.Bool("pull")) {
			image, err = t.pullFor(ctx, image, repository, tag)
		}
	}
	if err != nil {
		return nil, nil, err
	}
	compared = image
	if t.Args.Str("image_comparison") == "current-image" {
		have, err := current()
		if err != nil {
			return nil, nil, err
		}
		if have != nil {
			compared = have
		}
	}
	return image, compared, nil
}

func (t *container) pullFor(ctx context.Context, have dict, repository, tag string) (dict, error) {
	action := dict{"pulled_image": repository + ":" + tag}
	if t.Check {
		if have == nil {
			t.did(true, action)
		}
		return have, nil
	}
	image, latest, err := t.pull(ctx, repository, tag, t.Args.Str("platform"))
	if err == nil && !latest {
		t.did(true, action)
	}
	return image, err
}

// patient is the same daemon without a time limit for an answer.
func (a *api) patient() *api {
	p := *a
	client := *a.http
	client.Timeout = 0
	p.http = &client
	return &p
}

// pull pulls an image; latest tells that it was there already.
func (a *api) pull(ctx context.Context, repository, tag, platform string) (image dict, latest bool, err error) {
	name := fullName(repository, tag)
	before, err := a.findImage(ctx, name)
	if err != nil {
		return nil, false, err
	}
	query := url.Values{"fromImage": {repository}, "tag": {tag}}
	if platform != "" {
		query.Set("platform", platform)
	}
	header := http.Header{}
	if auth := a.credentials(registryOf(repository)); auth != nil {
		header.Set("X-Registry-Auth", auth.header())
	}
	res, err := a.patient().send(ctx, "POST", "/images/create", query, nil, header)
	if err == nil {
		_, err = progress(res)
	}
	if err != nil {
		return nil, false, module.Fail(fmt.Sprintf("Error pulling image %s:%s - %v", repository, tag, err))
	}
	image, err = a.findImage(ctx, name)
	return image, err == nil && same(before, image), err
}

// progress reads the lines in which the daemon tells what it does. An error among them is returned.
func progress(res *http.Response) ([]dict, error) {
	defer res.Body.Close()
	var lines []dict
	in := bufio.NewScanner(io.LimitReader(res.Body, maxAnswer))
	in.Buffer(nil, 4<<20)
	for in.Scan() {
		v, err := jsontext.Parse(in.Bytes())
		if err != nil {
			continue
		}
		line := asDict(v)
		lines = append(lines, line)
		if text := asText(line["error"]); text != "" {
			if m := asText(at(line, "errorDetail", "message")); m != "" {
				text = m
			}
			return lines, errors.New(text)
		}
	}
	return lines, in.Err()
}

// said is the text of progress lines.
func said(lines []dict) string {
	var out []string
	for _, l := range lines {
		text := asText(l["stream"])
		if text == "" {
			text = asText(l["status"])
		}
		for line := range strings.Lines(text) {
			out = append(out, strings.TrimRight(line, "\r\n"))
		}
	}
	return strings.Join(out, "\n")
}

// login is what the file of docker login has for a registry.
type login struct{ user, password, token, server string }

func (l *login) header() string {
	body := dict{"username": l.user, "password": l.password, "serveraddress": l.server}
	if l.token != "" {
		body = dict{"identitytoken": l.token, "serveraddress": l.server}
	}
	text, _ := jsontext.Append(nil, body)
	return base64.URLEncoding.EncodeToString(text)
}

// hub is the registry of names without one.
const hub = "https://index.docker.io/v1/"

// registryOf is the registry of a repository, as docker login names it.
func registryOf(repository string) string {
	first, _, ok := strings.Cut(repository, "/")
	if !ok || !strings.ContainsAny(first, ".:") && first != "localhost" || first == "docker.io" || first == "index.docker.io" {
		return hub
	}
	return first
}

// imageTask is one call of docker_image.
type imageTask struct {
	*api
	name, tag string
	res       module.Result
	actions   []any
}

func (t *imageTask) full() string {
	if isID(t.name) {
		return t.name
	}
	return fullName(t.name, t.tag)
}

func (t *imageTask) did(format string, args ...any) {
	t.res["changed"] = true
	t.actions = append(t.actions, fmt.Sprintf(format, args...))
}

// runImage is community.docker.docker_image.
func runImage(ctx context.Context, a *api) (module.Result, error) {
	t := &imageTask{api: a, name: a.Args.Str("name"), tag: a.Args.Str("tag"), res: module.Result{"changed": false, "image": dict{}}, actions: []any{}}
	if !isID(t.name) {
		if repo, tag := parseTag(t.name); tag != "" {
			t.name, t.tag = repo, tag
		}
	}
	repository := a.Args.Str("repository")
	switch {
	case isID(repository):
		return nil, module.Fail("`repository` must not be an image ID; got: " + repository)
	case repository == "" && a.Args.Bool("push") && isID(t.name):
		return nil, module.Fail("Cannot push an image by ID; specify `repository` to tag and push the image with ID " + t.name + " instead")
	}
	image, err := a.findImage(ctx, t.full())
	if err == nil {
		if a.Args.Str("state") == "absent" {
			err = t.remove(ctx, image)
		} else {
			err = t.present(ctx, image)
		}
	}
	if err != nil {
		return nil, err
	}
	t.res["actions"] = t.actions
	return t.res, nil
}

func (t *imageTask) remove(ctx context.Context, image dict) error {
	if image == nil {
		return nil
	}
	t.did("Removed image %s", t.full())
	t.res["image"] = dict{"state": "Deleted"}
	if t.Check {
		return nil
	}
	err := t.delete(ctx, "/images/"+t.full(), url.Values{"force": {strconv.FormatBool(t.Args.Bool("force_absent"))}})
	if err != nil && !isNotFound(err) {
		return module.Fail("Error removing image " + t.full() + " - " + err.Error())
	}
	return nil
}

func (t *imageTask) present(ctx context.Context, image dict) error {
	if image != nil && !t.Args.Bool("force_source") {
		t.res["image"] = image
	} else {
		if err := t.obtain(ctx, image); err != nil {
			return err
		}
		if id := asText(image["Id"]); !t.Check && id != "" && id == at(t.res["image"], "Id") {
			t.res["changed"] = false
		}
	}
	if t.Args.Str("archive_path") != "" {
		if err := t.archive(ctx); err != nil {
			return err
		}
	}
	repository := t.Args.Str("repository")
	if repository == "" {
		if t.Args.Bool("push") {
			return t.push(ctx, t.name, t.tag)
		}
		return nil
	}
	return t.tagAs(ctx, repository)
}

// obtain builds, loads or pulls.
func (t *imageTask) obtain(ctx context.Context, have dict) error {
	source := t.Args.Str("source")
	if isID(t.name) && (source == "build" || source == "pull") {
		return module.Fail("Image name must not be an image ID for source=" + source + "; got: " + t.name)
	}
	switch source {
	case "build":
		b := module.Args(t.Args.Map("build"))
		t.did("Built image %s from %s", t.full(), b.Str("path"))
		if t.Check {
			return t.buildable(b)
		}
		image, out, err := t.build(ctx, t.full(), b)
		t.res["image"], t.res["stdout"] = image, out
		return err
	case "load":
		return t.load(ctx)
	case "pull":
		t.did("Pulled image %s:%s", t.name, t.tag)
		if t.Check {
			return nil
		}
		image, _, err := t.pull(ctx, t.name, t.tag, module.Args(t.Args.Map("pull")).Str("platform"))
		t.res["image"] = image
		return err
	}
	if have == nil {
		return module.Fail("Cannot find the image " + t.full() + " locally.")
	}
	t.res["image"] = have
	return nil
}

func (t *imageTask) load(ctx context.Context) error {
	file := t.Path("load_path")
	if info, err := t.Sys.Stat(file); err != nil || !info.Mode.IsRegular() {
		return module.Fail(fmt.Sprintf("Error loading image %s. Specified path %s does not exist.", t.name, file))
	}
	t.did("Loaded image %s from %s", t.full(), file)
	if t.Check {
		return nil
	}
	f, err := t.Sys.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	res, err := t.patient().send(ctx, "POST", "/images/load", nil, f, nil)
	var lines []dict
	if err == nil {
		lines, err = progress(res)
	}
	if err != nil {
		return module.Fail(fmt.Sprintf("Error loading image %s - %v", t.name, err), "stdout", said(lines))
	}
	var loaded []string
	for _, l := range strings.Split(said(lines), "\n") {
		if _, name, ok := strings.Cut(l, "Loaded image"); ok {
			loaded = append(loaded, strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(name, " ID"), ":")))
		}
	}
	i := slices.Index(loaded, t.full())
	switch {
	case len(loaded) == 0:
		return module.Fail("Detected no loaded images. Archive potentially corrupt?", "stdout", said(lines))
	case i < 0:
		return module.Fail(fmt.Sprintf("The archive did not contain image '%s'. Instead, found '%s'.", t.full(), strings.Join(loaded, "', '")), "stdout", said(lines))
	}
	if others := slices.Delete(loaded, i, i+1); len(others) > 0 {
		t.Warn("The archive contained more images than specified: '%s'", strings.Join(others, "', '"))
	}
	t.res["image"], err = t.findImage(ctx, t.full())
	return err
}

// archive writes the image to a file, unless that has it already.
func (t *imageTask) archive(ctx context.Context) error {
	image, err := t.findImage(ctx, t.full())
	if err != nil || image == nil {
		return err
	}
	t.res["image"] = image
	file := t.Path("archive_path")
	id, names, err := t.archived(file)
	reason := ""
	switch {
	case errors.Is(err, fs.ErrNotExist):
		reason = "since none present"
	case err != nil:
		reason = "overwriting an unreadable archive file"
	case "sha256:"+id == image["Id"] && slices.Equal(names, []string{t.full()}):
		t.res["changed"] = false
		return nil
	default:
		reason = fmt.Sprintf("overwriting archive with image %s named %s", id, strings.Join(names, ", "))
	}
	t.did("Archived image %s to %s, %s", t.full(), file, reason)
	if t.Check {
		return nil
	}
	res, err := t.patient().send(ctx, "GET", "/images/"+t.full()+"/get", nil, nil, nil)
	if err != nil {
		return module.Fail("Error getting image " + t.full() + " - " + err.Error())
	}
	defer res.Body.Close()
	return t.Sys.Write(file, res.Body, module.WriteSpec{})
}

func (t *imageTask) tagAs(ctx context.Context, repository string) error {
	repo, tag := parseTag(repository)
	if tag == "" {
		if tag = t.tag; tag == "" {
			tag = "latest"
		}
	}
	to := fullName(repo, tag)
	image, err := t.findImage(ctx, to)
	if err != nil {
		return err
	}
	if image == nil || t.Args.Bool("force_tag") {
		t.did("Tagged image %s to %s", t.full(), to)
		if !t.Check {
			if _, err := t.post(ctx, "/images/"+t.full()+"/tag", url.Values{"repo": {repo}, "tag": {tag}, "force": {"true"}}, nil); err != nil {
				return module.Fail("Error: failed to tag image - " + err.Error())
			}
			now, err := t.findImage(ctx, to)
			if err != nil {
				return err
			}
			t.res["image"] = now
			if image != nil && image["Id"] == now["Id"] {
				t.res["changed"] = false
			}
		}
	}
	if t.Args.Bool("push") {
		return t.push(ctx, repo, tag)
	}
	return nil
}

func (t *imageTask) push(ctx context.Context, repository, tag string) error {
	registry := registryOf(repository)
	t.did("Pushed image %s to %s:%s", t.name, repository, tag)
	if t.Check {
		return nil
	}
	header := http.Header{}
	auth := t.credentials(registry)
	if auth == nil {
		auth = &login{}
	}
	header.Set("X-Registry-Auth", auth.header())
	res, err := t.patient().send(ctx, "POST", "/images/"+repository+"/push", url.Values{"tag": {tag}}, nil, header)
	var lines []dict
	if err == nil {
		lines, err = progress(res)
	}
	if err != nil {
		if strings.Contains(err.Error(), "unauthorized") || strings.Contains(err.Error(), "denied") {
			return module.Fail(fmt.Sprintf("Error pushing image %s:%s - %v. Try logging into %s first.", repository, tag, err, registry))
		}
		return module.Fail(fmt.Sprintf("Error pushing image %s: %v", repository, err))
	}
	changed, status := false, any(nil)
	for _, l := range lines {
		if s := l["status"]; s != nil {
			status = s
			changed = changed || s == "Pushing"
		}
	}
	t.res["changed"] = changed
	image, err := t.findImage(ctx, fullName(repository, tag))
	if image == nil {
		image = dict{}
	}
	image["push_status"] = status
	t.res["image"] = image
	return err
}

// runImagePull is community.docker.docker_image_pull.
func runImagePull(ctx context.Context, a *api) (module.Result, error) {
	repository, tag := parseTag(a.Args.Str("name"))
	if tag == "" {
		tag = a.Args.Str("tag")
	}
	if isID(a.Args.Str("name")) {
		return nil, module.Fail("Cannot pull an image by ID")
	}
	name := fullName(repository, tag)
	have, err := a.findImage(ctx, name)
	if err != nil {
		return nil, err
	}
	res := module.Result{"changed": false, "actions": []any{}, "image": have}
	if have != nil && a.Args.Str("pull") == "not_present" {
		return res, nil
	}
	res["actions"] = []any{"Pulled image " + repository + ":" + tag}
	diff := dict{"before": dict{"id": have["Id"]}, "after": dict{"id": "unknown"}}
	if have == nil {
		diff["before"], res["image"] = dict{"exists": false}, dict{}
	}
	res["diff"] = diff
	if a.Check {
		res["changed"] = true
		return res, nil
	}
	image, latest, err := a.pull(ctx, repository, tag, a.Args.Str("platform"))
	if err != nil {
		return nil, err
	}
	res["image"], res["changed"] = image, !latest && have["Id"] != image["Id"]
	diff["after"] = dict{"id": image["Id"]}
	return res, nil
}

// runImageInfo is community.docker.docker_image_info.
func runImageInfo(ctx context.Context, a *api) (module.Result, error) {
	names := a.Args.Strs("name")
	if names == nil {
		list, err := a.get(ctx, "/images/json", nil)
		if err != nil {
			return nil, module.Fail("Error inspecting image - " + err.Error())
		}
		for _, i := range asList(list) {
			names = append(names, asText(asDict(i)["Id"]))
		}
	}
	images := []any{}
	for _, name := range names {
		if !isID(name) {
			repo, tag := parseTag(name)
			if tag == "" {
				tag = "latest"
			}
			name = fullName(repo, tag)
		}
		image, err := a.findImage(ctx, name)
		if err != nil {
			return nil, err
		}
		if image != nil {
			images = append(images, image)
		}
	}
	return module.Result{"changed": false, "images": images}, nil
}
