import createClient from 'openapi-fetch'
import { problemOf } from './problem'
import type { components, paths } from './schema'

export type Schemas = components['schemas']

export const api = createClient<paths>({ baseUrl: '', credentials: 'same-origin', fetch: (request) => fetch(request) })

let expired: () => void = () => {}

/** Names who is told when a session has ended while somebody was working. */
export function onSessionExpired(listener: () => void): void {
  expired = listener
}

api.use({
  onResponse({ request, response }) {
    const signingIn = /\/api\/admin\/(session|setup|invitation)$/.test(new URL(request.url).pathname)
    if (response.status === 401 && !signingIn) expired()
  },
})

interface Answer<T> { data?: T; error?: unknown; response: Response }

/** Waits for an answer and gives its body; everything else is thrown as a Problem. */
export async function ask<T>(request: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await request
  } catch {
    throw problemOf(null, 0)
  }
  if (!answer.response.ok) throw problemOf(answer.error, answer.response.status)
  return answer.data as T
}

/** The one part of a multipart upload, with its name. */
export function fileBody(file: File): { body: { file: string }; bodySerializer: () => FormData } {
  return {
    body: { file: file.name },
    bodySerializer: () => {
      const form = new FormData()
      form.append('file', file, file.name)
      return form
    },
  }
}

/** A fresh Idempotency-Key; works on plain http too, where crypto.randomUUID does not exist. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('')
}

/** Hands a file to the browser's downloads. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
