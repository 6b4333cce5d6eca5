import { describe, expect, it } from 'vitest'
import { festivalDay, instant, sayDuration, sayInstant, wall } from './time'

const zone = 'Asia/Shanghai'
const years = [{ eve: '2027-02-05', firstDay: '2027-02-06' }]

describe('wall time', () => {
  it('is that of the site, not of the computer', () => {
    const at = Date.UTC(2027, 1, 5, 12, 0, 0)
    expect(wall(at, zone)).toMatchObject({ date: '2027-02-05', clock: '20:00', weekday: '周五' })
    expect(instant('2027-02-05 20:00:00', zone)).toBe(at)
  })
  it('goes there and back for every hour of a day', () => {
    for (let h = 0; h < 24; h++) {
      const text = `2027-02-06 ${String(h).padStart(2, '0')}:30:15`
      const w = wall(instant(text, zone), zone)
      expect(`${w.date} ${w.clock}:${w.seconds}`).toBe(text)
    }
  })
})

describe('festivalDay', () => {
  it.each([['2027-02-05', '除夕'], ['2027-02-06', '初一'], ['2027-02-12', '初七'], ['2027-02-20', '元宵'], ['2027-02-21', ''], ['2027-02-04', '']])(
    'calls %s %j', (date, name) => expect(festivalDay(date, years)).toBe(name))
})

describe('sayInstant', () => {
  it('says the feast day and leaves this year out', () => {
    const at = Date.UTC(2027, 1, 5, 12)
    expect(sayInstant(at, zone, at, years)).toBe('2月5日 除夕 20:00')
    expect(sayInstant(at, zone, Date.UTC(2026, 10, 1), [])).toBe('2027年2月5日 周五 20:00')
  })
})

describe('sayDuration', () => {
  it.each([[249_000, '04:09'], [7_500_000, '2 小时 05 分'], [97_200_000, '1 天 3 小时'], [-1, '00:00']])(
    'says %d ms as %s', (ms, text) => expect(sayDuration(ms)).toBe(text))
})
