import { describe, expect, it } from 'vitest'
import { csv, csvCell } from './csv'

describe('csvCell', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+86138', "'+86138"],
    ['-2', "'-2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['  =1', "'  =1"],
    ['\t=cmd', "'\t=cmd"],
    ['＝1+1', "'＝1+1"],
    ['王小明', '王小明'],
    ['a,b', '"a,b"'],
    ['=HYPERLINK("x"),1', '"\'=HYPERLINK(""x""),1"'],
    ['两\n行', '"两\n行"'],
    [-5, '-5'],
  ])('writes %j as %j', (value, cell) => expect(csvCell(value)).toBe(cell))
})

describe('csv', () => {
  it('begins with a byte order mark and ends every line', () => {
    expect(csv(['行', '原因'], [[3, '手机号重复']])).toBe('\uFEFF行,原因\r\n3,手机号重复\r\n')
  })
})
