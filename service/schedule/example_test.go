package schedule_test

import (
	"fmt"
	"time"

	"nianwei/service/schedule"
)

// An organiser's timetable becomes the rounds of one Spring Festival.
func Example() {
	loc, err := schedule.LoadLocation("Asia/Shanghai")
	if err != nil {
		fmt.Println(err)
		return
	}
	season := schedule.Season{
		Year: 2027, Location: loc,
		From: time.Date(2027, 1, 15, 0, 0, 0, 0, loc), To: time.Date(2027, 3, 31, 0, 0, 0, 0, loc),
	}
	plan, err := schedule.Parse("除夕晚上8点到12:30")
	fmt.Println(plan, err)

	plan, err = schedule.Parse("除夕晚上8点 到 初一 0:30；初一到初三 每天早上8点，持续12小时")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(plan)
	lines, err := plan.Describe(season)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range lines {
		fmt.Println(line)
	}
	// Output:
	//  invalid schedule.order: “除夕晚上8点到12:30”：结束时间 12:30 不晚于开始时间 20:00；跨过午夜请写“20:00 至 次日 12:30”
	// 除夕 20:00 至 初一 00:30；初一至初三 每天 08:00 持续 12小时
	// 2027年2月5日（星期五，除夕）20:00–次日00:30
	// 2027年2月6日（星期六，春节）08:00–20:00
	// 2027年2月7日（星期日，正月初二）08:00–20:00
	// 2027年2月8日（星期一，正月初三）08:00–20:00
}
