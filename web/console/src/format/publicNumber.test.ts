import { describe, expect, it } from 'vitest'
import { enoughBits, readNumber, sourceOf, sourceParts } from './publicNumber'

describe('readNumber', () => {
  it.each([
    ['ssq/2027016', '1 5 9 18 24 31 + 7', '01,05,09,18,24,31+07'],
    ['ssq/2027016', '０１，０５，０９，１８，２４，３１＋０７', '01,05,09,18,24,31+07'],
    ['dlt/2027016', '03、11、20、27、35+02、09', '03,11,20,27,35+02,09'],
    ['pl5/2027046', '4 0 8 1 7', '40817'],
    ['other/1', ' abc ', 'abc'],
  ])('%s: %j becomes %j', (source, text, value) => expect(readNumber(source, text)).toEqual({ value }))

  it.each([
    ['ssq/2027016', '01,05,09,18,24+07', '加号前应有 6 个号码，现在是 5 个'],
    ['ssq/2027016', '05,01,09,18,24,31+07', '加号前的号码请从小到大写，不能重复'],
    ['ssq/2027016', '01,05,09,18,24,34+07', '加号前的号码应在 01 到 33 之间'],
    ['ssq/2027016', '01,05,09,18,24,31,07', '前区和后区之间请用加号“+”隔开'],
    ['pl5/2027046', '4081', '应是 5 位数字，例如 40817'],
  ])('%s: %j is refused', (source, text, wrong) => expect(readNumber(source, text)).toEqual({ wrong }))
})

describe('sources of several rounds', () => {
  it('takes a source apart and puts it together again', () => {
    for (const source of ['ssq/2027016', '2:drand-quicknet/1234', 'sse-000001-close/{date}']) {
      const { round, kind, issue } = sourceParts(source)
      expect(sourceOf(round, kind, issue)).toBe(source)
    }
    expect(sourceParts('2:ssq/2027018')).toEqual({ round: 2, kind: 'ssq', issue: '2027018' })
  })
  it('wants 64 bits for every round that is named', () => {
    expect(enoughBits(['ssq/2027016', 'dlt/2027016'])).toBe(false)
    expect(enoughBits(['ssq/2027016', 'dlt/2027016', 'pl5/2027046'])).toBe(true)
    expect(enoughBits(['1:drand-quicknet/1', '2:ssq/2027016'])).toBe(false)
    expect(enoughBits(['1:drand-quicknet/1', '2:drand-quicknet/2'])).toBe(true)
  })
})
