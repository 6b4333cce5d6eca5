import { describe, expect, it } from 'vitest'
import { Problem, problemFrom, TEXTS, textOf } from '@/api/problem'

describe('the table of texts', () => {
  it.each([
    'client.offline',
    'client.timeout',
    'client.mic_refused',
    'client.mic_missing',
    'client.mic_unsupported',
    'client.too_short',
    'session.invalid',
    'binding.no_match',
    'binding.too_many',
    'binding.taken',
    'round.unknown',
    'round.not_open',
    'entry.already',
    'play.sold_out',
    'play.no_chance',
    'entry.today_done',
    'round.not_eligible',
    'round.closed',
    'worker.unbound',
    'entry.reviewing',
    'entry.refused',
    'media.busy',
    'busy',
    'wechat.snapshot_user',
  ])('has a sentence for %s', reason => expect(TEXTS[reason]).toMatch(/[。！…]$/))

  it('is written for people: whole Chinese sentences without codes', () => {
    for (const [reason, text] of Object.entries(TEXTS)) {
      expect(text, reason).toMatch(/^[\u4e00-\u9fff“].*[。…]$/)
      expect(text, reason).not.toMatch(/[A-Za-z]{3,}|\d{3}/)
    }
  })

  it('comes before the server, the server before the status', () => {
    expect(textOf('entry.already', 409, '别的话。')).toBe(TEXTS['entry.already'])
    expect(textOf('not.known', 409, '服务器的话。')).toBe('服务器的话。')
    expect(textOf('not.known', 503, '')).toContain('排队')
    expect(textOf('not.known', 418, '')).toMatch(/。$/)
  })
})

describe('problems', () => {
  it('are read from problem+json, parsed or not', () => {
    const body = { type: 'urn:nianwei:play.busy', title: 'busy', status: 503, reason: 'play.busy', retryAfterMs: 1500 }
    for (const b of [body, JSON.stringify(body)]) expect(problemFrom(503, b)).toMatchObject({ reason: 'play.busy', retryAfterMs: 1500, passing: true })
  })
  it('take Retry-After when the body does not say', () => expect(problemFrom(503, '<html>', '2')).toMatchObject({ reason: 'http.503', retryAfterMs: 2000 }))
  it.each([
    [0, true],
    [408, true],
    [429, true],
    [500, true],
    [503, true],
    [401, false],
    [403, false],
    [404, false],
    [409, false],
    [422, false],
  ])('status %i may pass: %s', (status, passing) => expect(new Problem(status, 'x').passing).toBe(passing))
})
