package material

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"nianwei/cmd/festival/internal/scenario"
)

// Person is a worker as the roster has them.
type Person struct {
	No      int // within the season
	Name    string
	Phone   string
	City    string // key of the scenario
	Union   string // path of names from the city down
	Trade   string
	Type    string
	Staying bool
}

const (
	surnames = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
	given    = "伟芳娜敏静强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红春梅建国志斌丽燕飞鹏辉宇凯浩然晓东海波云龙文博佳怡欣雨婷思雅俊峰子轩梓涵国庆永福长江新民小燕荣"
	streets  = "梁溪锡山惠山滨湖新吴江阴宜兴京口润州丹徒丹阳扬中句容大港"
)

// Crowd makes the roster of a scenario: the workers of every city, who stays
// first. The same seed makes the same people; another seed makes other phones,
// so that two seasons can follow each other on one server.
func Crowd(r scenario.Roster, seed uint64) []Person {
	chance := rand.New(rand.NewPCG(seed, 2027))
	family, first := []rune(surnames), []rune(given)
	pick := func(from []string) string { return from[chance.IntN(len(from))] }
	out := make([]Person, 0, r.Workers())
	for _, city := range r.Cities {
		unions := unionsOf(r, city.Name)
		for i := range city.Staying + city.Leaving {
			name := string(family[chance.IntN(len(family))]) + string(first[chance.IntN(len(first))])
			if chance.IntN(4) > 0 {
				name += string(first[chance.IntN(len(first))])
			}
			out = append(out, Person{
				No: len(out), Name: name, Phone: phone(seed, len(out)), City: city.Key, Union: pick(unions),
				Trade: pick(r.Trades), Type: pick(r.Types), Staying: i < city.Staying,
			})
		}
	}
	return out
}

// phone gives the n-th mobile number of a seed; all are different.
func phone(seed uint64, n int) string {
	const first, numbers = 13_000_000_000, 7_000_000_000
	return fmt.Sprint(first + (seed%numbers*999_983+uint64(n)*7)%numbers)
}

func unionsOf(r scenario.Roster, city string) []string {
	names := []rune(streets)
	var out []string
	for d := range r.Districts {
		at := (2*d + 2*len([]rune(city))) % (len(names) - 1)
		district := string(names[at:at+2]) + "区总工会"
		for g := range r.Grassroots {
			out = append(out, strings.Join([]string{city, district, fmt.Sprintf("第%d基层工会", g+1)}, "/"))
		}
	}
	return out
}
