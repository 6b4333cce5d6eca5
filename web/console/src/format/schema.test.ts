import { describe, expect, it } from 'vitest'
import { check, choicesOf, trimmed, visible, widgetOf, withDefaults, type Schema } from './schema'

const work: Schema = {
  type: 'object',
  required: ['medium', 'prompt'],
  properties: {
    medium: { type: 'string', title: '形式', oneOf: [{ const: 'voice', title: '语音' }, { const: 'photo', title: '照片' }], default: 'voice' },
    prompt: { type: 'string', maxLength: 10 },
    maxSeconds: { type: 'integer', minimum: 5, maximum: 60, default: 60, 'x-when': { medium: 'voice' } },
    maxPhotos: { type: 'integer', minimum: 1, maximum: 9, default: 3, 'x-when': { medium: 'photo' } },
    askHometown: { type: 'boolean' },
    episodes: { type: 'array', minItems: 1, items: { type: 'object', required: ['title'], properties: { title: { type: 'string' }, minutes: { type: 'integer', default: 5 } } } },
  },
}

describe('widgetOf', () => {
  it.each<[Schema, string]>([
    [{ type: 'string' }, 'text'],
    [{ type: 'string', format: 'textarea' }, 'textarea'],
    [{ type: 'integer', format: 'bank' }, 'bank'],
    [{ type: 'integer' }, 'number'],
    [{ type: 'boolean' }, 'boolean'],
    [{ type: 'string', enum: ['a'] }, 'choice'],
    [{ type: 'array', items: { type: 'string', enum: ['a'] } }, 'choices'],
    [{ type: 'array', items: { type: 'string' } }, 'tags'],
    [{ type: 'array', items: { type: 'object', properties: {} } }, 'list'],
    [{ type: 'object', properties: {} }, 'object'],
    [{ type: 'object' }, 'json'],
    [{}, 'json'],
  ])('types %j with %s', (schema, widget) => expect(widgetOf(schema)).toBe(widget))
})

describe('choicesOf', () => {
  it('names values by either way of writing them', () => {
    expect(choicesOf({ enum: ['a', 'b'], 'x-enum-titles': ['甲'] })).toEqual([{ value: 'a', title: '甲' }, { value: 'b', title: 'b' }])
    expect(choicesOf(work.properties!.medium!)[1]).toEqual({ value: 'photo', title: '照片' })
  })
})

describe('withDefaults', () => {
  it('fills what is missing and keeps what is there', () => {
    expect(withDefaults(work, { medium: 'photo' })).toEqual({ medium: 'photo', prompt: undefined, maxSeconds: 60, maxPhotos: 3, askHometown: false, episodes: [] })
  })
  it('does not share a default between two forms', () => {
    const schema: Schema = { type: 'object', properties: { tags: { type: 'array', default: ['a'] } } }
    const one = withDefaults(schema, {})
    ;(one.tags as string[]).push('b')
    expect(withDefaults(schema, {}).tags).toEqual(['a'])
  })
})

describe('visible and trimmed', () => {
  it('hides and leaves out what belongs to another choice', () => {
    expect(visible(work.properties!.maxPhotos!, { medium: 'voice' })).toBe(false)
    const sent = trimmed(work, { ...withDefaults(work, { prompt: '祝福' }), stray: 1 })
    expect(sent).toEqual({ medium: 'voice', prompt: '祝福', maxSeconds: 60, askHometown: false, episodes: [] })
  })
})

describe('check', () => {
  it('names every wrong value by its JSON pointer', () => {
    const values = { medium: 'voice', prompt: '一二三四五六七八九十一', maxSeconds: 90, episodes: [{ minutes: 5 }] }
    expect(check(work, values, '/settings')).toEqual([
      { path: '/settings/prompt', reason: 'maxLength', detail: '最多 10 个字' },
      { path: '/settings/maxSeconds', reason: 'maximum', detail: '最多 60' },
      { path: '/settings/episodes/0/title', reason: 'required', detail: '请填写' },
    ])
  })
  it('does not ask for what is hidden', () => {
    expect(check(work, { medium: 'photo', prompt: '好', maxPhotos: 3, maxSeconds: 900, episodes: [{ title: 'a' }] })).toEqual([])
  })
})
