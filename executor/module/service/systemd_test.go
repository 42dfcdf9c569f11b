package service

import (
	"reflect"
	"testing"
)

func TestParseShow(t *testing.T) {
	got := parseShow("Id=x.service\nDescription={a\nExecStart={ path=/bin/a ; argv[]=/bin/a b\nc ; }\nActiveState=active\n")
	want := map[string]any{"Id": "x.service", "Description": "{a", "ExecStart": "{ path=/bin/a ; argv[]=/bin/a b\nc ; }", "ActiveState": "active"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestInitVerbs(t *testing.T) {
	for _, c := range []struct {
		state   string
		running bool
		want    []string
	}{{"started", true, nil}, {"started", false, []string{"start"}}, {"stopped", false, nil}, {"stopped", true, []string{"stop"}},
		{"reloaded", false, []string{"start"}}, {"reloaded", true, []string{"reload"}}, {"restarted", false, []string{"restart"}}} {
		if got := initVerbs(c.state, c.running, false); !reflect.DeepEqual(got, c.want) {
			t.Errorf("initVerbs(%s, running=%v) = %v, want %v", c.state, c.running, got, c.want)
		}
	}
}
