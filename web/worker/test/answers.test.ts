import { describe, expect, it } from 'vitest'
import type { Entry } from '@/api/types'
import { newAnswers, type Saving } from '@/pages/quiz/answers'

type Batch = { question: number; options: number[] }[]
const entry = {} as Entry

function bench() {
  const sent: Batch[] = []
  const told: Saving[] = []
  const replies: { ok: () => void; fail: () => void }[] = []
  const answers = newAnswers(
    batch =>
      new Promise((resolve, reject) => {
        sent.push(batch)
        replies.push({ ok: () => resolve(entry), fail: () => reject(new Error('offline')) })
      }),
    s => told.push(s),
  )
  return { answers, sent, told, replies }
}

describe('saving answers', () => {
  it('sends one request at a time and puts later answers into the next', async () => {
    const { answers, sent, told, replies } = bench()
    answers.choose(0, [1])
    const done = answers.flush()
    answers.choose(1, [2])
    answers.flush()
    expect(sent).toHaveLength(1)
    replies[0]!.ok()
    await Promise.resolve()
    await Promise.resolve()
    replies[1]!.ok()
    await done
    expect(sent).toEqual([[{ question: 0, options: [1] }], [{ question: 1, options: [2] }]])
    expect(told[told.length - 1]).toBe('saved')
    expect(answers.unsaved()).toEqual([])
  })

  it('does not take an answer for saved that was changed while it was sent', async () => {
    const { answers, sent, replies } = bench()
    answers.choose(0, [1])
    const done = answers.flush()
    answers.choose(0, [3])
    replies[0]!.ok()
    await Promise.resolve()
    await Promise.resolve()
    replies[1]!.ok()
    await done
    expect(sent[1]).toEqual([{ question: 0, options: [3] }])
  })

  it('keeps everything that could not be sent', async () => {
    const { answers, sent, told, replies } = bench()
    answers.choose(0, [1])
    const first = answers.flush()
    replies[0]!.fail()
    await first
    expect(told).toEqual(['saving', 'waiting'])
    answers.choose(1, [0])
    const second = answers.flush()
    expect(sent[1]).toEqual([
      { question: 0, options: [1] },
      { question: 1, options: [0] },
    ])
    replies[1]!.ok()
    await second
    expect(answers.unsaved()).toEqual([])
  })
})
