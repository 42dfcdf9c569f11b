package builtin

import (
	"math/rand/v2"
	"strings"

	"pylint-deploy/parser/jinja/value"
)

var loremWords = strings.Fields(`a ac accumsan ad adipiscing aenean aliquam aliquet amet ante aptent arcu at auctor augue bibendum blandit class commodo
	condimentum congue consectetuer consequat convallis cras cubilia cum curabitur curae cursus dapibus diam dictum dictumst dignissim dis dolor donec dui
	duis egestas eget eleifend elementum elit enim erat eros est et etiam eu euismod facilisi facilisis fames faucibus felis fermentum feugiat fringilla
	fusce gravida habitant habitasse hac hendrerit hymenaeos iaculis id imperdiet in inceptos integer interdum ipsum justo lacinia lacus laoreet lectus leo
	libero ligula litora lobortis lorem luctus maecenas magna magnis malesuada massa mattis mauris metus mi molestie mollis montes morbi mus nam nascetur
	natoque nec neque netus nibh nisi nisl non nonummy nostra nulla nullam nunc odio orci ornare parturient pede pellentesque penatibus per pharetra phasellus
	placerat platea porta porttitor posuere potenti praesent pretium primis proin pulvinar purus quam quis quisque rhoncus ridiculus risus rutrum sagittis
	sapien scelerisque sed sem semper senectus sit sociis sociosqu sodales sollicitudin suscipit suspendisse taciti tellus tempor tempus tincidunt torquent
	tortor tristique turpis ullamcorper ultrices ultricies urna ut varius vehicula vel velit venenatis vestibulum vitae vivamus viverra volutpat vulputate`)

// lipsum is Jinja's lipsum(n=5, html=true, min=20, max=100): paragraphs of words without sense.
func lipsum(a *value.Args) (value.Value, error) {
	b, err := value.NewSignature("generate_lorem_ipsum", "n=", "html=", "min=", "max=").Bind(a)
	if err != nil {
		return nil, err
	}
	n, err := intArg(b, 0, 5)
	if err != nil {
		return nil, err
	}
	html, err := b.Flag(1, true)
	if err != nil {
		return nil, err
	}
	low, err := intArg(b, 2, 20)
	if err != nil {
		return nil, err
	}
	high, err := intArg(b, 3, 100)
	if err != nil {
		return nil, err
	}
	if low >= high || n > 1000 || high > 100000 {
		return nil, value.Errorf(value.ValueError, "empty or too large range for lipsum (n=%d, min=%d, max=%d)", n, low, high)
	}
	paragraphs := make([]string, max(n, 0))
	for i := range paragraphs {
		paragraphs[i] = paragraph(low + rand.IntN(high-low))
		if html {
			paragraphs[i] = "<p>" + Escape(paragraphs[i]) + "</p>"
		}
	}
	if html {
		return value.Str(strings.Join(paragraphs, "\n")), nil
	}
	return value.Str(strings.Join(paragraphs, "\n\n")), nil
}

func paragraph(words int) string {
	var out []string
	comma, stop := rand.IntN(5)+3, rand.IntN(10)+10
	start := true
	for i := range max(words, 0) {
		w := loremWords[rand.IntN(len(loremWords))]
		if start {
			w, start = value.Capitalize(w), false
		}
		switch {
		case i == stop:
			w += "."
			stop += rand.IntN(10) + 10
			comma, start = max(comma, i+3), true
		case i == comma:
			w += ","
			comma += rand.IntN(5) + 3
		}
		out = append(out, w)
	}
	return strings.TrimSuffix(strings.TrimSuffix(strings.Join(out, " "), ","), ".") + "."
}
