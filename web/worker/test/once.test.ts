import { beforeEach, describe, expect, it } from 'vitest'
import { Problem } from '@/api/problem'
import { newOnce, runOnce, type Once, type Shelf } from '@/lib/once'
import { whileBusy } from '@/lib/retry'

let kept: Map<string, string>
let once: Once
let drawn: number

const shelf = (): Shelf => ({ get: n => kept.get(n) ?? '', set: (n, v) => void kept.set(n, v), remove: n => void kept.delete(n) })
const random = (n: number) => Array.from({ length: n }, (_, i) => (++drawn * 31 + i) & 255)

beforeEach(() => {
  kept = new Map()
  drawn = 0
  once = newOnce(shelf(), random)
})

describe('the idempotency store', () => {
  it('stores a key of the right form before the write begins', async () => {
    await runOnce(once, 'play:a:1', async key => {
      expect(key).toMatch(/^[A-Za-z0-9_-]{16,64}$/)
      expect([...kept.values()]).toEqual([key])
    })
  })

  it('gives two taps the same key', () => {
    expect(once.key('play:a:1')).toBe(once.key('play:a:1'))
    expect(once.key('play:a:1')).not.toBe(once.key('play:a:2'))
  })

  it('gives the same key after a reload', () => {
    const before = once.key('play:a:1')
    expect(newOnce(shelf(), random).key('play:a:1')).toBe(before)
  })

  it.each([
    ['no network', new Problem(0, 'client.offline')],
    ['a time-out', new Problem(0, 'client.timeout')],
    ['a busy server', new Problem(503, 'play.busy')],
    ['an error of the server', new Problem(500, 'internal')],
    ['a session that ended', new Problem(401, 'session.expired')],
  ])('keeps the key after %s', async (_, problem) => {
    const key = once.key('play:a:1')
    await expect(runOnce(once, 'play:a:1', () => Promise.reject(problem))).rejects.toBe(problem)
    expect(once.key('play:a:1')).toBe(key)
  })

  it.each([
    ['an answer', () => Promise.resolve()],
    ['a refusal', () => Promise.reject(new Problem(409, 'play.sold_out'))],
  ])('forgets the key after %s', async (_, write) => {
    const key = once.key('play:a:1')
    await runOnce(once, 'play:a:1', write).catch(() => undefined)
    expect(once.key('play:a:1')).not.toBe(key)
  })

  it('replaces a stored value that is no key', () => {
    kept.set('once:play:a:1', 'short')
    expect(once.key('play:a:1')).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('a busy server', () => {
  const busy = new Problem(503, 'play.busy', '', 1000)

  it('is asked again after what it asks for, with the same key, until it answers', async () => {
    const waits: number[] = []
    const keys: string[] = []
    const answer = await runOnce(once, 'play:a:1', key =>
      whileBusy(
        () => (keys.push(key) < 4 ? Promise.reject(busy) : Promise.resolve('won')),
        10,
        { wait: async ms => void waits.push(ms), random: () => 0 },
        () => undefined,
      ),
    )
    expect(answer).toBe('won')
    expect(new Set(keys).size).toBe(1)
    expect(waits).toEqual([1250, 1500, 1750])
  })

  it('is not asked for ever', async () => {
    let asked = 0
    const patience = { wait: async () => undefined, random: () => 1 }
    await expect(whileBusy(() => (asked++, Promise.reject(busy)), 3, patience, () => undefined)).rejects.toBe(busy)
    expect(asked).toBe(3)
  })

  it('is the only reason to ask again', async () => {
    let asked = 0
    const gone = new Problem(0, 'client.offline')
    const patience = { wait: async () => undefined, random: () => 0 }
    await expect(whileBusy(() => (asked++, Promise.reject(gone)), 3, patience, () => undefined)).rejects.toBe(gone)
    expect(asked).toBe(1)
  })
})
