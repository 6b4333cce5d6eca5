import { setTimeout as pause } from 'node:timers/promises'

/**
 * Asks probe again and again until it gives something true, and gives that.
 * Rejects with what was waited for and what was seen last.
 */
export async function eventually(what, probe, within = 15_000) {
  const end = Date.now() + within
  let seen
  for (;;) {
    seen = await probe()
    if (seen) return seen
    if (Date.now() > end) throw new Error(`${what}: not within ${within} ms, last seen ${JSON.stringify(seen)}`)
    await pause(50)
  }
}
