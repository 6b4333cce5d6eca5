import { describe, expect, it } from 'vitest'
import { Problem, asProblem, problemOf } from './problem'

describe('problemOf', () => {
  it('says our own sentence for a reason that it knows', () => {
    const p = problemOf({ type: 'urn:nianwei:activity.published', title: 'Conflict', status: 409, reason: 'activity.published', detail: '原文', requestId: 'r1' }, 409)
    expect(p.text).toContain('请从模板再办一个活动')
    expect(p.requestId).toBe('r1')
  })
  it("says the server's sentence for a reason that it does not know", () => {
    expect(problemOf({ status: 409, reason: 'fund.frozen', detail: '这笔经费已停用，请换一笔。' }, 409).text).toBe('这笔经费已停用，请换一笔。')
  })
  it.each([[403, '您的角色'], [500, '服务器出错了'], [503, '服务器正忙'], [0, '连不上服务器']])(
    'has a sentence for %d without a body', (status, start) => expect(problemOf('<html>', status).text).toContain(start))
  it('keeps every wrong field', () => {
    const fields = [{ path: '/reward/prizes/0/maxFen', reason: 'split.max', detail: '最高金额应约为 4.79 元' }]
    expect(problemOf({ status: 422, reason: 'activity.invalid', fields }, 422).fields).toEqual(fields)
  })
})

describe('asProblem', () => {
  it('makes a lost connection of a TypeError and keeps a Problem', () => {
    expect(asProblem(new TypeError('Failed to fetch')).reason).toBe('network')
    const p = new Problem(409, 'x', 'y')
    expect(asProblem(p)).toBe(p)
  })
})
