package docker

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
)

// volumeFlags are what may be the last part of a volume.
var volumeFlags = strings.Fields("rw ro z Z consistent delegated cached rprivate private rshared shared rslave slave nocopy")

func areFlags(s string) bool {
	for _, f := range strings.Split(s, ",") {
		known := false
		for _, k := range volumeFlags {
			known = known || k == f
		}
		if !known {
			return false
		}
	}
	return true
}

// volume is one of the argument volumes, taken apart.
type volume struct{ text, bind, inside string }

func (t *container) volume(text string) (volume, error) {
	p := strings.Split(text, ":")
	outside, flags := p[0], "rw"
	switch {
	case len(p) == 3:
		if flags = p[2]; !areFlags(flags) {
			return volume{}, module.Fail("Found invalid volumes mode: " + flags)
		}
	case len(p) == 2 && !areFlags(p[1]):
	default:
		return volume{text: text, inside: p[min(1, len(p)-1)]}, nil
	}
	if outside != "" && (outside[0] == '.' || outside[0] == '~') {
		outside = path.Clean(t.ExpandPath(outside))
		if !path.IsAbs(outside) {
			return volume{}, module.Fail("volumes: " + outside + " is relative, and there is no directory here that it could be relative to")
		}
	}
	bind := outside + ":" + p[1] + ":" + flags
	return volume{text: text, bind: bind, inside: p[1]}, nil
}

// storage is mounts and volumes: binds, and the volumes without a name.
func (t *container) storage(_ context.Context, image dict) ([]wish, error) {
	var out []wish
	used := map[string]string{}
	use := func(inside, arg string) error {
		if other, twice := used[inside]; twice && other == arg {
			return module.Fail(fmt.Sprintf("The mount point %q appears twice in the %s option", inside, arg))
		} else if twice {
			return module.Fail(fmt.Sprintf("The mount point %q appears both in the %s and %s option", inside, arg, other))
		}
		used[inside] = arg
		return nil
	}
	if v, given := t.params["mounts"]; given && v != nil {
		var want, request []any
		for _, m := range asList(v) {
			if err := use(asText(asDict(m)["target"]), "mounts"); err != nil {
				return nil, err
			}
			w, r, err := mount(asDict(m))
			if err != nil {
				return nil, err
			}
			want, request = append(want, w), append(request, r)
		}
		out = append(out, wish{name: "mounts", shape: setOfDicts, want: want, have: mountsOf, asked: true, set: func(_, h dict) { h["Mounts"] = request }})
	}
	anonymous, binds := dict{}, []any{}
	for _, v := range t.Args.Strs("volumes") {
		vol, err := t.volume(v)
		if err == nil {
			err = use(vol.inside, "volumes")
		}
		if err != nil {
			return nil, err
		}
		if vol.bind != "" {
			binds = append(binds, vol.bind)
		} else {
			anonymous[vol.text] = dict{}
		}
	}
	expected := dict{}
	for k := range asDict(at(image, "Config", "Volumes")) {
		expected[k] = dict{}
	}
	for k := range anonymous {
		expected[k] = dict{}
	}
	given := t.params["volumes"] != nil
	if len(expected) > 0 {
		out = append(out, wish{name: "volumes", shape: set, want: expected, have: config("Volumes")})
	}
	return append(out, wish{name: "volume_binds", shape: set, want: binds, have: host("Binds"), asked: given, set: func(r, h dict) {
		r["Volumes"], h["Binds"] = anonymous, binds
	}}), nil
}

// mountOnly are options of a mount that one type alone has.
var mountOnly = []struct{ option, kind string }{{"volume_driver", "volume"}, {"volume_options", "volume"}, {"propagation", "bind"}, {"no_copy", "volume"},
	{"labels", "volume"}, {"tmpfs_size", "tmpfs"}, {"tmpfs_mode", "tmpfs"}}

// mount is a mount as it is compared, by the names of the arguments, and as it is asked for.
func mount(m dict) (want, request dict, err error) {
	kind, target := asText(m["type"]), asText(m["target"])
	if m["source"] == nil && kind != "tmpfs" && kind != "volume" {
		return nil, nil, module.Fail(fmt.Sprintf("source must be specified for mount %q of type %q", target, kind))
	}
	for _, o := range mountOnly {
		if m[o.option] != nil && kind != o.kind {
			return nil, nil, module.Fail(fmt.Sprintf("%s cannot be specified for mount %q of type %q (needs type %q)", o.option, target, kind, o.kind))
		}
	}
	want = dict{}
	for k, v := range m {
		if v != nil {
			want[k] = v
		}
	}
	delete(want, "volume_options")
	if m["volume_driver"] != nil && len(asDict(m["volume_options"])) > 0 {
		want["volume_options"] = apiTexts(asDict(m["volume_options"]))
	}
	if labels := asDict(m["labels"]); labels != nil {
		want["labels"] = apiTexts(labels)
	}
	if s := asText(m["tmpfs_size"]); s != "" {
		if want["tmpfs_size"], err = amount(s); err != nil {
			return nil, nil, err
		}
	}
	if s := module.Args(m).Text("tmpfs_mode"); s != "" {
		n, err := strconv.ParseInt(s, 8, 32)
		if err != nil {
			return nil, nil, module.Fail(fmt.Sprintf("tmp_fs mode of mount %q is not an octal string!", target))
		}
		want["tmpfs_mode"] = n
	}
	request = dict{"Target": m["target"], "Source": m["source"], "Type": kind, "ReadOnly": m["read_only"]}
	if c := want["consistency"]; c != nil {
		request["Consistency"] = c
	}
	nested := map[string]dict{"bind": nonempty("Propagation", want["propagation"]),
		"tmpfs": nonempty("Mode", want["tmpfs_mode"], "SizeBytes", want["tmpfs_size"])}
	volume := nonempty("Labels", want["labels"])
	if asBool(m["no_copy"]) {
		volume["NoCopy"] = true
	}
	if d := want["volume_driver"]; d != nil {
		volume["DriverConfig"] = nonempty("Name", d, "Options", want["volume_options"])
	}
	nested["volume"] = volume
	if opts := nested[kind]; len(opts) > 0 {
		request[strings.ToUpper(kind[:1])+kind[1:]+"Options"] = opts
	}
	return want, request, nil
}

// nonempty makes an object of the pairs that have a value.
func nonempty(pairs ...any) dict {
	out := dict{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if v := pairs[i+1]; v != nil && v != "" && !(asDict(v) != nil && len(asDict(v)) == 0) {
			out[pairs[i].(string)] = v
		}
	}
	return out
}

// mountsOf are a container's mounts by the names of the arguments.
func mountsOf(c dict) any {
	mounts := at(c, "HostConfig", "Mounts")
	if mounts == nil {
		return nil
	}
	out := []any{}
	or := func(v, def any) any {
		if v == nil {
			return def
		}
		return v
	}
	for _, m := range asList(mounts) {
		out = append(out, dict{"type": at(m, "Type"), "source": at(m, "Source"), "target": at(m, "Target"), "read_only": or(at(m, "ReadOnly"), false),
			"consistency": at(m, "Consistency"), "propagation": at(m, "BindOptions", "Propagation"), "no_copy": or(at(m, "VolumeOptions", "NoCopy"), false),
			"labels": or(at(m, "VolumeOptions", "Labels"), dict{}), "volume_driver": at(m, "VolumeOptions", "DriverConfig", "Name"),
			"volume_options": or(at(m, "VolumeOptions", "DriverConfig", "Options"), dict{}), "tmpfs_size": at(m, "TmpfsOptions", "SizeBytes"),
			"tmpfs_mode": at(m, "TmpfsOptions", "Mode")})
	}
	return out
}
