/**
 * SHA-256 (FIPS 180-4). Own code, because crypto.subtle does not exist in
 * mini-programs nor on pages without https, and a receipt is a few hundred
 * bytes: one path everywhere is easier to trust than two.
 */
export function sha256(message: Uint8Array): Uint8Array {
  const h = Uint32Array.from(START)
  const padded = pad(message)
  const w = new Uint32Array(64)
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = word(padded, at + i * 4)
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15]!
      const b = w[i - 2]!
      w[i] = w[i - 16]! + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7]! + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))
    }
    compress(h, w)
  }
  const out = new Uint8Array(32)
  h.forEach((v, i) => out.set([v >>> 24, (v >>> 16) & 255, (v >>> 8) & 255, v & 255], i * 4))
  return out
}

function compress(h: Uint32Array, w: Uint32Array) {
  let [a, b, c, d, e, f, g, k] = Array.from(h) as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i++) {
    const t1 = (k + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i]! + w[i]!) | 0
    const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    k = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  ;[a, b, c, d, e, f, g, k].forEach((v, i) => (h[i] = h[i]! + v))
}

function pad(message: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64)
  out.set(message)
  out[message.length] = 0x80
  const bits = message.length * 8
  const view = new DataView(out.buffer)
  view.setUint32(out.length - 8, Math.floor(bits / 0x100000000))
  view.setUint32(out.length - 4, bits >>> 0)
  return out
}

function word(b: Uint8Array, at: number): number {
  return ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0
}

function turn(x: number, n: number): number {
  return (x >>> n) | (x << (32 - n))
}

// The constants are the fractional parts of the square and cube roots of the first primes.
const PRIMES = Array.from({ length: 312 }, (_, i) => i).filter(n => n > 1 && Array.from({ length: n }, (_, d) => d).every(d => d < 2 || n % d !== 0))
const fraction = (x: number) => Math.floor((x - Math.floor(x)) * 0x100000000)
const START = PRIMES.slice(0, 8).map(p => fraction(Math.sqrt(p)))
const ROUND = PRIMES.slice(0, 64).map(p => fraction(Math.cbrt(p)))
