import { describe, expect, it } from 'vitest'
import { newClock } from '@/lib/clock'
import { count, yuan, yuanShort } from '@/lib/money'
import { countdown, countdownSpoken, dateLine, moment, soundLength, span } from '@/lib/time'

const EVE = Date.UTC(2027, 1, 5, 12) // 2027-02-05 20:00 in China

describe('countdown', () => {
  it.each([
    [-5, '00:00'],
    [0, '00:00'],
    [1, '00:01'],
    [1000, '00:01'],
    [59_001, '01:00'],
    [61_000, '01:01'],
    [3_600_000, '01:00:00'],
    [86_399_001, '1天 00:00:00'],
    [2 * 86_400_000 + 3 * 3_600_000 + 4 * 60_000 + 5000, '2天 03:04:05'],
  ])('%i ms left reads %s', (ms, text) => expect(countdown(ms)).toBe(text))

  it.each([
    [5000, '5秒'],
    [65_000, '1分5秒'],
    [3_700_000, '1小时1分'],
    [90_000_000, '1天1小时'],
  ])('%i ms left is spoken as %s', (ms, text) => expect(countdownSpoken(ms)).toBe(text))

  it('runs by the server however wrong the phone is', () => {
    let phone = 1_000_000
    const clock = newClock(() => phone)
    clock.correct(EVE - 10_000)
    phone += 4000
    expect(countdown(EVE - clock.now())).toBe('00:06')
    clock.correct(EVE)
    expect(countdown(EVE - clock.now())).toBe('00:00')
  })
})

describe('dates', () => {
  it('are those of China whatever zone the phone is in', () => {
    expect(moment(EVE)).toBe('2月5日 20:00')
    expect(dateLine(EVE + 4 * 3_600_000)).toBe('2月6日 星期六')
    expect(span(EVE, EVE + 7_200_000)).toBe('2月5日 20:00 至 22:00')
    expect(span(EVE, EVE + 86_400_000)).toBe('2月5日 20:00 至 2月6日 20:00')
  })
  it('sound lengths read as on a player', () => expect(soundLength(67_400)).toBe('1:07'))
})

describe('money', () => {
  it.each([
    [0, '0.00'],
    [5, '0.05'],
    [666, '6.66'],
    [1_325_212, '13,252.12'],
    [100_000_000_00, '100,000,000.00'],
    [-150, '-1.50'],
  ])('%i fen reads %s', (fen, text) => expect(yuan(fen)).toBe(text))
  it('drops decimals only when there are none', () => expect([yuanShort(2000), yuanShort(350)]).toEqual(['20', '3.50']))
  it('groups thousands', () => expect(count(18864)).toBe('18,864'))
})
