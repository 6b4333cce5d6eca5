import { Problem } from '@/api/problem'

/** How a polite retry waits; injected so that rules about it can be tested without waiting. */
export interface Patience {
  wait(ms: number): Promise<void>
  random(): number
}

/**
 * Repeats a write while the server is busy, as long as it asks for and a little
 * longer each time, with jitter so that a crowd does not come back at once.
 * Only "busy" is repeated; everything else is the caller's to show.
 */
export async function whileBusy<T>(write: () => Promise<T>, tries: number, patience: Patience, queued: (attempt: number) => void): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write()
    } catch (e) {
      if (!(e instanceof Problem) || e.status !== 503 || attempt >= tries) throw e
      queued(attempt)
      const asked = Math.max(e.retryAfterMs, 500)
      await patience.wait(Math.min(asked * (1 + attempt / 4) * (1 + patience.random() / 2), 10000))
    }
  }
}

export const patience: Patience = {
  wait: ms => new Promise(resolve => setTimeout(resolve, ms)),
  random: Math.random,
}
