/** Where a key outlives a reload: uni's storage, or anything alike. */
export interface Shelf {
  get(name: string): string
  set(name: string, value: string): void
  remove(name: string): void
}

/**
 * Remembers the Idempotency-Key of a write until the server has answered it, so
 * that a double tap, a reload or a lost network asks for the same thing again
 * and gets the same answer. The key is stored before the first request leaves.
 */
export interface Once {
  /** The key of the write of this name: the stored one, or a new one that is stored now. */
  key(name: string): string
  /** Forgets the key, because the write has its final answer. */
  settle(name: string): void
}

export function newOnce(shelf: Shelf, random: (bytes: number) => number[]): Once {
  const prefix = 'once:'
  return {
    key(name) {
      const kept = shelf.get(prefix + name)
      if (/^[A-Za-z0-9_-]{16,64}$/.test(kept)) return kept
      const fresh = random(16).map(b => (b & 255).toString(16).padStart(2, '0')).join('')
      shelf.set(prefix + name, fresh)
      return fresh
    },
    settle(name) {
      shelf.remove(prefix + name)
    },
  }
}

/**
 * Runs a write under its key. A final answer, good or bad, settles it; what may
 * pass (no network, busy, session over) keeps the key for the next try.
 */
export async function runOnce<T>(once: Once, name: string, write: (key: string) => Promise<T>): Promise<T> {
  const key = once.key(name)
  try {
    const answer = await write(key)
    once.settle(name)
    return answer
  } catch (e) {
    if (final(e)) once.settle(name)
    throw e
  }
}

function final(e: unknown): boolean {
  const p = e as { passing?: boolean; signedOut?: boolean }
  return p.passing === false && !p.signedOut
}
