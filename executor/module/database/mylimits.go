package database

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pylint-deploy/executor/module"
	"pylint-deploy/executor/module/database/mywire"
	"pylint-deploy/executor/module/regexp"
)

// limitColumns are the limits of an account, and where the server keeps them.
var limitColumns = [][2]string{{"MAX_QUERIES_PER_HOUR", "max_questions"}, {"MAX_UPDATES_PER_HOUR", "max_updates"},
	{"MAX_CONNECTIONS_PER_HOUR", "max_connections"}, {"MAX_USER_CONNECTIONS", "max_user_connections"}, {"MAX_STATEMENT_TIME", "max_statement_time"}}

// limits brings resource_limits into force.
func (u *myUser) limits() (bool, error) {
	wanted := u.Args.Map("resource_limits")
	if len(wanted) == 0 {
		return false, nil
	}
	columns := limitColumns
	if !u.mariadb() {
		columns = columns[:len(columns)-1]
		if _, asked := wanted["MAX_STATEMENT_TIME"]; asked {
			return false, module.Fail("MAX_STATEMENT_TIME resource limit is only supported by MariaDB.")
		}
	}
	var clauses []string
	for _, name := range sortedNames(wanted) {
		i := slices.IndexFunc(columns, func(c [2]string) bool { return c[0] == name })
		if i < 0 {
			return false, module.Fail("resource_limits: key '" + name + "' is unsupported.")
		}
		n, err := strconv.ParseInt(module.Args(wanted).Text(name), 10, 64)
		if err != nil {
			return false, module.Fail("Can't convert value '" + module.Args(wanted).Text(name) + "' to integer.")
		}
		rows, err := u.query("SELECT " + columns[i][1] + " FROM mysql.user WHERE User = " + mywire.Literal(u.name) + " AND Host = " + mywire.Literal(u.host))
		if err != nil {
			return false, err
		}
		if len(rows) > 0 {
			have, err := strconv.ParseFloat(rows[0].Str(0), 64)
			if err == nil && have == float64(n) {
				continue
			}
		}
		clauses = append(clauses, fmt.Sprintf("%s %d", name, n))
	}
	if len(clauses) == 0 {
		return false, nil
	}
	sql := "ALTER USER " + u.id() + " WITH " + strings.Join(clauses, " ")
	return true, u.exec(sql, sql)
}

func sortedNames(m map[string]any) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// wantedRequires is the clause of tls_requires, "NONE" without one.
func (u *myUser) wantedRequires() string {
	given := u.Args.Map("tls_requires")
	if len(given) == 0 {
		return "NONE"
	}
	var parts []string
	upper := map[string]string{}
	for k := range given {
		upper[strings.ToUpper(k)] = module.Args(given).Text(k)
	}
	for _, k := range []string{"SUBJECT", "ISSUER", "CIPHER"} {
		if v, ok := upper[k]; ok {
			parts = append(parts, k+" "+mywire.Literal(v))
		}
	}
	_, x509 := upper["X509"]
	switch {
	case len(parts) > 0:
		return strings.Join(parts, " AND ")
	case x509:
		return "X509"
	}
	return "SSL"
}

var requireClause = regexp.MustCompile(`REQUIRE (.*?)( PASSWORD| WITH|$)`)

// requires brings tls_requires into force.
func (u *myUser) requires() (bool, error) {
	wanted := u.wantedRequires()
	if u.fresh {
		if wanted == "NONE" {
			return false, nil
		}
		sql := "ALTER USER " + u.id() + " REQUIRE " + wanted
		return true, u.exec(sql, sql)
	}
	rows, err := u.query("SHOW CREATE USER " + u.id())
	if err != nil {
		return false, err
	}
	have := "NONE"
	for _, r := range rows {
		if m := requireClause.FindStringSubmatch(r.Str(0)); m != nil {
			have = strings.TrimSpace(m[1])
		}
	}
	if sameRequires(have, wanted) {
		return false, nil
	}
	u.msg = "TLS requires updated"
	sql := "ALTER USER " + u.id() + " REQUIRE " + wanted
	return true, u.exec(sql, sql)
}

// sameRequires compares clauses whatever joins and orders their parts.
func sameRequires(a, b string) bool {
	parts := func(s string) (out []string) {
		words, err := module.SplitWords(strings.ReplaceAll(s, " AND ", " "))
		if err != nil {
			return []string{s}
		}
		for pair := range slices.Chunk(words, 2) {
			out = append(out, strings.Join(pair, " "))
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(parts(a), parts(b))
}
