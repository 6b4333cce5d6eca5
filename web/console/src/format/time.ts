// Instants are unix milliseconds. People read and write wall time in the site's
// time zone, whatever the zone of the computer in front of them.

const formats = new Map<string, Intl.DateTimeFormat>()

function formatter(zone: string): Intl.DateTimeFormat {
  let f = formats.get(zone)
  if (!f) {
    f = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone, hourCycle: 'h23', weekday: 'short',
      year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    })
    formats.set(zone, f)
  }
  return f
}

export interface Wall { date: string; clock: string; seconds: string; weekday: string; year: number; month: number; day: number }

const weekdays: Record<string, string> = { Mon: '周一', Tue: '周二', Wed: '周三', Thu: '周四', Fri: '周五', Sat: '周六', Sun: '周日' }

/** The wall time of an instant: date "2027-02-05", clock "20:00", seconds "07". */
export function wall(at: number, zone: string): Wall {
  const part: Record<string, string> = {}
  for (const p of formatter(zone).formatToParts(at)) part[p.type] = p.value
  return {
    date: `${part.year}-${part.month}-${part.day}`, clock: `${part.hour}:${part.minute}`, seconds: part.second!,
    weekday: weekdays[part.weekday!] ?? '', year: Number(part.year), month: Number(part.month), day: Number(part.day),
  }
}

/** The instant of a wall time "2027-02-05 19:59:00" in a zone. */
export function instant(text: string, zone: string): number {
  const asUtc = Date.parse(text.replace(' ', 'T') + 'Z')
  const offset = (at: number): number => {
    const w = wall(at, zone)
    return Date.parse(`${w.date}T${w.clock}:${w.seconds}Z`) - Math.floor(at / 1000) * 1000
  }
  const first = asUtc - offset(asUtc)
  return asUtc - offset(first)
}

export interface LunarYear { eve: string; firstDay: string }

const names = ['除夕', '初一', '初二', '初三', '初四', '初五', '初六', '初七', '初八', '初九', '初十', '十一', '十二', '十三', '十四', '元宵']

/** "除夕", "初三", "元宵", or nothing when the date is an ordinary one. */
export function festivalDay(date: string, years: readonly LunarYear[]): string {
  for (const y of years) {
    if (date === y.eve) return '除夕'
    const days = Math.round((Date.parse(date) - Date.parse(y.firstDay)) / 86_400_000)
    if (days >= 0 && days <= 14) return names[days + 1]!
  }
  return ''
}

/** "2月5日 除夕 20:00", with the year when it is not this one. */
export function sayInstant(at: number, zone: string, now: number, years: readonly LunarYear[] = []): string {
  const w = wall(at, zone)
  const day = festivalDay(w.date, years) || w.weekday
  const year = w.year === wall(now, zone).year ? '' : `${w.year}年`
  return `${year}${w.month}月${w.day}日 ${day} ${w.clock}`
}

/** "1 天 3 小时", "2 小时 05 分", "04:09": how long something still takes. */
export function sayDuration(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000))
  const two = (n: number) => String(n).padStart(2, '0')
  if (s >= 86_400) return `${Math.floor(s / 86_400)} 天 ${Math.floor((s % 86_400) / 3600)} 小时`
  if (s >= 3600) return `${Math.floor(s / 3600)} 小时 ${two(Math.floor((s % 3600) / 60))} 分`
  return `${two(Math.floor(s / 60))}:${two(s % 60)}`
}
