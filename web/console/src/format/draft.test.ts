import { describe, expect, it } from 'vitest'
import { checkDraft, draftToSend, newCode, prizeCount, roundCost, startDraft, type Draft } from './draft'
import { FieldErrors, stepOf } from './fieldErrors'

const greeting: Draft = {
  title: ' 乡音送祝福 ', seasonId: 1, fundId: 2, kind: 'work', settings: { medium: 'voice', gone: 1 }, timetable: '除夕 20:00 到 24:00', summary: ' ',
  reward: {
    kind: 'deck', tickets: 18864, cap: 1, sources: ['ssq/1'],
    prizes: [{ code: 'p1', name: '拜年红包', kind: 'cash', count: 4574, totalFen: 1325212, minFen: 100, maxFen: 479, split: 'box', amountFen: 7 }, { code: 'p2', name: '福袋', kind: 'goods', count: 800 }],
  },
}
const schema = { type: 'object', properties: { medium: { type: 'string' } } }

describe('draftToSend', () => {
  it('sends money in one form only, and nothing of another reward', () => {
    const sent = draftToSend(startDraft(greeting, undefined), schema)
    expect(sent.title).toBe('乡音送祝福')
    expect(sent).not.toHaveProperty('summary')
    expect(sent.settings).toEqual({ medium: 'voice' })
    expect(sent.reward).not.toHaveProperty('sources')
    expect(sent.reward.prizes).toEqual([
      { code: 'p1', name: '拜年红包', kind: 'cash', count: 4574, totalFen: 1325212, minFen: 100, maxFen: 479, split: 'box' },
      { code: 'p2', name: '福袋', kind: 'goods', count: 800, amountFen: 0 },
    ])
  })
  it('sends a bare reward and no fund when nothing is given', () => {
    const sent = draftToSend({ ...greeting, reward: { ...greeting.reward, kind: 'none' } }, schema)
    expect(sent.reward).toEqual({ kind: 'none' })
    expect(sent).not.toHaveProperty('fundId')
  })
})

describe('roundCost', () => {
  it('adds to the fen, and says nothing while a total is missing', () => {
    expect(roundCost(greeting.reward)).toBe(1325212)
    expect(prizeCount(greeting.reward)).toBe(5374)
    expect(roundCost({ kind: 'deck', prizes: [{ code: 'a', name: 'a', kind: 'cash', count: 5, split: 'open' }] })).toBeNull()
  })
})

describe('checkDraft', () => {
  it('is content with the greeting of 2021', () => expect(checkDraft(greeting, undefined)).toEqual([]))
  it('marks an unfair split, missing fund, and too few public numbers', () => {
    const draft = structuredClone(greeting)
    delete draft.fundId
    draft.reward.kind = 'raffle'
    draft.reward.prizes![0]!.maxFen = 5000
    expect(checkDraft(draft, undefined).map((p) => p.path)).toEqual(['/reward/prizes/0/maxFen', '/reward/sources', '/fundId'])
  })
})

describe('newCode', () => {
  it('never uses a code twice', () => expect(newCode(greeting.reward.prizes!)).toBe('p3'))
})

describe('FieldErrors', () => {
  const errors = new FieldErrors([{ path: '/reward/prizes/0/maxFen', reason: 'split', detail: '太高' }, { path: '/settings/maxSeconds', reason: 'maximum', detail: '最多 60' }])
  it('finds the input, the step, and the first step to go to', () => {
    expect(errors.at('/settings/maxSeconds')).toBe('最多 60')
    expect([errors.onStep(1), errors.onStep(4), errors.firstStep()]).toEqual([1, 1, 1])
    expect(stepOf('/elsewhere')).toBe(-1)
  })
  it('forgets what was changed since', () => expect(errors.without('/settings').firstStep()).toBe(4))
})
