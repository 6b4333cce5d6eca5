package schedule

import (
	"strings"

	"github.com/robfig/cron/v3"
)

const maxCronRunes = 100

// cronLine reads what follows cron: five fields and, if wanted, 持续 2小时. Names of
// zones and descriptors such as @every are refused: the season has the zone.
func (s *scanner) cronLine() (Line, error) {
	fields, length, lasts := strings.Cut(s.rest(), "持续")
	expr := strings.ToUpper(strings.Join(strings.Fields(fields), " "))
	if _, err := parseCron(expr); err != nil {
		return Line{}, err
	}
	line := Line{Opens: Cron{Expr: expr}}
	if !lasts {
		return line, nil
	}
	tail := &scanner{src: []rune(length)}
	var err error
	if line.Closes, err = tail.lasting(); err != nil {
		return Line{}, err
	}
	tail.space()
	if !tail.end() {
		return Line{}, invalid(reasonSyntax, "多出了看不懂的“%s”，例如“cron 0 20 * * * 持续 2小时”", tail.rest())
	}
	return line, nil
}

func parseCron(expr string) (cron.Schedule, error) {
	wrong := invalid(reasonSyntax, "cron 表达式“%s”不对：五段依次是分、时、日、月、星期（0 是星期日），例如“cron 0 20 * * * 持续 2小时”", expr)
	if len(expr) > maxCronRunes || len(strings.Fields(expr)) != 5 || strings.ContainsAny(expr, "=@") {
		return nil, wrong
	}
	parser := cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow)
	schedule, err := parser.Parse(expr)
	if err != nil {
		return nil, wrong.Because(err)
	}
	return schedule, nil
}
