import type { paths } from './schema'
import { Problem, problemFrom } from './problem'
import { bearer } from './token'

type Method = 'get' | 'post' | 'delete'
type Json<R> = R extends { content: infer C } ? C[keyof C] : undefined
type Success<O> = O extends { responses: infer R }
  ? R extends { 200: infer A } ? Json<A> : R extends { 201: infer A } ? Json<A> : undefined
  : never
type Answer<P extends keyof paths, M extends Method> = M extends keyof paths[P] ? Success<paths[P][M]> : never

interface Ask {
  path?: Record<string, string | number>
  query?: Record<string, string | number | undefined>
  body?: unknown
  /** Idempotency-Key, for the writes that must happen once. */
  key?: string
}

/** Where the server is: our own origin in a page, the address of the build in a mini-program. */
export const SERVER: string = import.meta.env.VITE_SERVER ?? ''

/** Calls one operation of the contract; rejects with a Problem and nothing else. */
export function call<P extends keyof paths & string, M extends Method>(method: M, path: P, ask: Ask = {}): Promise<Answer<P, M>> {
  return send(method, fill(path, ask), ask) as Promise<Answer<P, M>>
}

/** Reads an address that the server gave as a whole, such as an award's receiptUrl. */
export function read<T>(url: string): Promise<T> {
  return send('get', url, {}) as Promise<T>
}

function send(method: Method, url: string, ask: Ask): Promise<unknown> {
  return new Promise((resolve, reject) => {
    uni.request({
      url: SERVER + url,
      method: method.toUpperCase() as 'GET' | 'POST' | 'DELETE',
      data: ask.body as UniApp.RequestOptions['data'],
      header: { ...headers(ask), ...bearer() },
      timeout: 15000,
      success: ({ statusCode, data, header }) =>
        statusCode >= 200 && statusCode < 300
          ? resolve(data)
          : reject(problemFrom(statusCode, data, header?.['retry-after'] ?? header?.['Retry-After'])),
      fail: ({ errMsg }) => reject(new Problem(0, /timeout/.test(errMsg) ? 'client.timeout' : 'client.offline')),
    })
  })
}

function headers(ask: Ask): Record<string, string> {
  return {
    Accept: 'application/json',
    ...(ask.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(ask.key ? { 'Idempotency-Key': ask.key } : {}),
  }
}

function fill(path: string, { path: names = {}, query = {} }: Ask): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(names[name] ?? '')))
  const pairs = Object.entries(query).filter(([, v]) => v !== undefined)
  return filled + (pairs.length ? '?' + pairs.map(([k, v]) => `${k}=${encodeURIComponent(String(v))}`).join('&') : '')
}
