// The subset of JSON Schema that the settings of a kind are written in, and what
// a form must know of it. See README.md for the list of keywords.

export interface Schema {
  type?: string
  title?: string
  description?: string
  default?: unknown
  enum?: (string | number)[]
  /** Chinese names of the values of `enum`, in the same order */
  'x-enum-titles'?: string[]
  /** values with their Chinese names, as JSON Schema itself writes them */
  oneOf?: { const: string | number; title?: string }[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  format?: string
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  minItems?: number
  maxItems?: number
  /** what stands behind the input: 秒, 张, 题 */
  'x-unit'?: string
  /** the place in the form, for servers whose objects lose their order */
  'x-order'?: number
  /** the field is shown while the neighbours named have one of these values: {"medium": "voice"} */
  'x-when'?: Record<string, unknown>
}

export type Values = Record<string, unknown>
export type Widget = 'text' | 'textarea' | 'number' | 'boolean' | 'choice' | 'choices' | 'tags' | 'list' | 'object' | 'bank' | 'json'

export interface Choice { value: string | number; title: string }

/** The values that may be chosen, with their names. */
export function choicesOf(schema: Schema): Choice[] {
  if (schema.oneOf) return schema.oneOf.map((o) => ({ value: o.const, title: o.title ?? String(o.const) }))
  return (schema.enum ?? []).map((value, i) => ({ value, title: schema['x-enum-titles']?.[i] ?? String(value) }))
}

/** Which input a schema is typed with. */
export function widgetOf(schema: Schema): Widget {
  if (schema.format === 'bank') return 'bank'
  if (schema.enum || schema.oneOf) return 'choice'
  switch (schema.type) {
    case 'string': return schema.format === 'textarea' ? 'textarea' : 'text'
    case 'integer': case 'number': return 'number'
    case 'boolean': return 'boolean'
    case 'object': return schema.properties ? 'object' : 'json'
    case 'array': return arrayWidget(schema.items ?? {})
    default: return 'json'
  }
}

function arrayWidget(items: Schema): Widget {
  if (items.enum || items.oneOf) return 'choices'
  return items.type === 'string' && items.format === undefined ? 'tags' : items.type ? 'list' : 'json'
}

/** The value that a new input starts with. */
export function initial(schema: Schema): unknown {
  if (schema.default !== undefined) return JSON.parse(JSON.stringify(schema.default))
  if (schema.type === 'object' && schema.properties) return withDefaults(schema, {})
  if (schema.type === 'array') return []
  if (schema.type === 'boolean') return false
  return undefined
}

/** The values with the defaults of everything that is missing. */
export function withDefaults(schema: Schema, values: Values): Values {
  const full: Values = { ...values }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (full[name] === undefined) full[name] = initial(property)
    else if (property.type === 'object' && property.properties) full[name] = withDefaults(property, full[name] as Values)
  }
  return full
}

/** The properties in the order of the form. */
export function ordered(schema: Schema): [string, Schema][] {
  const place = (s: Schema): number => s['x-order'] ?? 0
  return Object.entries(schema.properties ?? {}).sort(([, a], [, b]) => place(a) - place(b))
}

/** Whether a field is to be shown, given its neighbours. */
export function visible(schema: Schema, neighbours: Values): boolean {
  return Object.entries(schema['x-when'] ?? {}).every(([name, wanted]) => (Array.isArray(wanted) ? wanted.includes(neighbours[name]) : neighbours[name] === wanted))
}

const nothing = (value: unknown): boolean => value === undefined || value === null || value === ''

/** The values to send: without fields that are hidden, empty, or unknown to the schema. */
export function trimmed(schema: Schema, values: Values): Values {
  if (!schema.properties) return values
  const kept: Values = {}
  for (const [name, property] of Object.entries(schema.properties)) {
    const value = values[name]
    if (nothing(value) || !visible(property, values)) continue
    kept[name] = trimmedValue(property, value)
  }
  return kept
}

function trimmedValue(schema: Schema, value: unknown): unknown {
  if (schema.type === 'object' && schema.properties) return trimmed(schema, value as Values)
  if (schema.type === 'array' && Array.isArray(value) && schema.items) return value.map((v) => trimmedValue(schema.items!, v))
  return value
}

export interface Wrong { path: string; reason: string; detail: string }

/** What does not fit the schema, as JSON pointers below `base`, in words for people. */
export function check(schema: Schema, values: Values, base = ''): Wrong[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    if (!visible(property, values)) return []
    const path = `${base}/${name.replace(/~/g, '~0').replace(/\//g, '~1')}`
    if (nothing(values[name])) return schema.required?.includes(name) ? [{ path, reason: 'required', detail: '请填写' }] : []
    return checkValue(property, values[name], path)
  })
}

function checkValue(schema: Schema, value: unknown, path: string): Wrong[] {
  const wrong = (reason: string, detail: string): Wrong[] => [{ path, reason, detail }]
  if (typeof value === 'number') {
    if (schema.minimum !== undefined && value < schema.minimum) return wrong('minimum', `最少 ${schema.minimum}`)
    if (schema.maximum !== undefined && value > schema.maximum) return wrong('maximum', `最多 ${schema.maximum}`)
  }
  if (typeof value === 'string') {
    const length = [...value].length
    if (schema.minLength !== undefined && length < schema.minLength) return wrong('minLength', `至少 ${schema.minLength} 个字`)
    if (schema.maxLength !== undefined && length > schema.maxLength) return wrong('maxLength', `最多 ${schema.maxLength} 个字`)
  }
  if (Array.isArray(value)) {
    if (schema.minItems !== undefined && value.length < schema.minItems) return wrong('minItems', `至少 ${schema.minItems} 项`)
    if (schema.maxItems !== undefined && value.length > schema.maxItems) return wrong('maxItems', `最多 ${schema.maxItems} 项`)
    return value.flatMap((v, i) => (schema.items ? checkValue(schema.items, v, `${path}/${i}`) : []))
  }
  if (schema.properties && typeof value === 'object') return check(schema, value as Values, path)
  return []
}
