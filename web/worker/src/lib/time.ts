const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const BEIJING = 8 * HOUR

/** The parts of an instant on the wall clock of China, which has one zone and no summer time. */
function wall(ms: number) {
  const d = new Date(ms + BEIJING)
  return { year: d.getUTCFullYear(), month: d.getUTCMonth() + 1, day: d.getUTCDate(), weekday: d.getUTCDay(), hour: d.getUTCHours(), minute: d.getUTCMinutes() }
}

const two = (n: number) => String(n).padStart(2, '0')

/** e.g. 2月6日 20:00 */
export function moment(ms: number): string {
  const w = wall(ms)
  return `${w.month}月${w.day}日 ${two(w.hour)}:${two(w.minute)}`
}

/** e.g. 2月6日 星期六 */
export function dateLine(ms: number): string {
  const w = wall(ms)
  return `${w.month}月${w.day}日 星期${'日一二三四五六'[w.weekday]}`
}

export function yearOf(ms: number): number {
  return wall(ms).year
}

/** A window as people say it; the date is not repeated when it ends on the same day. */
export function span(opensAt: number, closesAt: number): string {
  const a = wall(opensAt)
  const b = wall(closesAt)
  const same = a.year === b.year && a.month === b.month && a.day === b.day
  return `${moment(opensAt)} 至 ${same ? `${two(b.hour)}:${two(b.minute)}` : moment(closesAt)}`
}

/** What is left until an instant, e.g. "2天 03:04:05" or "04:05". Zero when it has passed; a begun second counts. */
export function countdown(left: number): string {
  const s = Math.max(0, Math.ceil(left / SECOND))
  const days = Math.floor((s * SECOND) / DAY)
  const hours = Math.floor((s % 86400) / 3600)
  const minutes = Math.floor((s % 3600) / 60)
  const tail = `${two(minutes)}:${two(s % 60)}`
  if (days > 0) return `${days}天 ${two(hours)}:${tail}`
  return hours > 0 ? `${two(hours)}:${tail}` : tail
}

/** The same for a screen reader, without seconds as soon as there are hours, e.g. "2天3小时". */
export function countdownSpoken(left: number): string {
  const s = Math.max(0, Math.ceil(left / SECOND))
  const days = Math.floor(s / 86400)
  const hours = Math.floor((s % 86400) / 3600)
  const minutes = Math.floor((s % 3600) / 60)
  if (days > 0) return `${days}天${hours}小时`
  if (hours > 0) return `${hours}小时${minutes}分`
  return minutes > 0 ? `${minutes}分${s % 60}秒` : `${s}秒`
}

/** A length of sound, e.g. 0:07 */
export function soundLength(ms: number): string {
  const s = Math.max(0, Math.round(ms / SECOND))
  return `${Math.floor(s / 60)}:${two(s % 60)}`
}
