import { describe, expect, it } from 'vitest'
import { readNumber } from './publicNumber'

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
