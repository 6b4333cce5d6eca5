import { concat, fromHex, utf8 } from './bytes'
import { sha256 } from './sha256'

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** The hash of a log line as a leaf (RFC 6962, 2.1). */
export function leafHash(line: string): Uint8Array {
  return sha256(concat(LEAF, utf8(line)))
}

/**
 * The root that an inclusion proof leads to (RFC 9162, 2.1.3.2), or undefined
 * when the proof cannot belong to a tree of that size.
 */
export function rootOf(index: number, size: number, line: string, path: readonly string[]): Uint8Array | undefined {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return undefined
  let fn = index
  let sn = size - 1
  let hash = leafHash(line)
  for (const step of path) {
    const side = fromHex(step)
    if (!side || side.length !== 32 || sn === 0) return undefined
    if (fn % 2 === 1 || fn === sn) {
      hash = sha256(concat(NODE, side, hash))
      while (fn % 2 === 0 && fn !== 0) {
        fn = half(fn)
        sn = half(sn)
      }
    } else {
      hash = sha256(concat(NODE, hash, side))
    }
    fn = half(fn)
    sn = half(sn)
  }
  return sn === 0 ? hash : undefined
}

// Not >> 1: a log may grow past 31 bits.
function half(n: number): number {
  return Math.floor(n / 2)
}
