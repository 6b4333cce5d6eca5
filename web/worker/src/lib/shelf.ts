import { newOnce, type Shelf } from './once'

/** The phone's storage. */
export const shelf: Shelf = {
  get: name => String(uni.getStorageSync(name) ?? ''),
  set: (name, value) => uni.setStorageSync(name, value),
  remove: name => uni.removeStorageSync(name),
}

/** The idempotency keys of this phone. */
export const once = newOnce(shelf, randomBytes)

// A key must be unlikely to repeat, not secret: the session proves who asks. So
// where a phone has no crypto (a mini-program), time and Math.random will do.
function randomBytes(n: number): number[] {
  if (typeof crypto !== 'undefined' && crypto.getRandomValues) return Array.from(crypto.getRandomValues(new Uint8Array(n)))
  let t = Date.now()
  return Array.from({ length: n }, (_, i) => {
    if (i >= 6) return Math.floor(Math.random() * 256)
    const b = t % 256
    t = Math.floor(t / 256)
    return b
  })
}
