import { describe, expect, it } from 'vitest'
import { fenToInput, readYuan, splitHint, times, yuan } from './money'

describe('readYuan', () => {
  it.each([
    ['20', 2000],
    ['13,252.12', 1325212],
    ['0.29', 29],
    ['1.1', 110],
    ['4.35', 435],
    ['1.005', null],
    ['8.', 800],
    ['００２．５０', 250],
    ['￥ 3.5 元', 350],
    ['1000000000', 100_000_000_000],
    ['1000000000.01', null],
    ['12,34', null],
    ['-1', null],
    ['', null],
    ['二十', null],
    ['1e3', null],
  ])('reads %j as %j fen', (text, fen) => {
    const reading = readYuan(text)
    expect('fen' in reading ? reading.fen : null).toBe(fen)
  })

  it('gives back every amount that it wrote', () => {
    for (let fen = 0; fen < 30_000; fen++) expect(readYuan(fenToInput(fen))).toEqual({ fen })
  })

  it('says what is wrong in words', () => {
    expect(readYuan('1.005')).toEqual({ wrong: '最多写到分（两位小数）' })
  })
})

describe('yuan', () => {
  it.each([
    [1325212, '13,252.12 元'],
    [0, '0.00 元'],
    [5, '0.05 元'],
    [-900000000, '−9,000,000.00 元'],
  ])('writes %d as %s', (fen, text) => expect(yuan(fen)).toBe(text))
})

describe('times', () => {
  it('multiplies exactly and refuses what cannot be counted exactly', () => {
    expect(times(4574, 290)).toBe(1326460)
    expect(times(10_000_000, 100_000_000_000)).toBeNull()
  })
})

describe('splitHint', () => {
  it('gives 2 × mean − min for the packets of 2021', () => {
    expect(splitHint(1325212, 4574, 100, 480)).toEqual({ meanFen: 290, maxFen: 479, fits: true })
  })
  it('finds a maximum that is more than ten per cent off', () => {
    expect(splitHint(1325212, 4574, 100, 2000)?.fits).toBe(false)
  })
  it('has no advice while the total cannot cover the packets', () => {
    expect(splitHint(100, 200, 1, undefined)).toBeNull()
  })
})
