import nacl from 'tweetnacl'
import { concat, equal, fromBase64, fromHex, utf8 } from './bytes'
import { sha256 } from './sha256'

/** A public key of keys.txt: name+hash+base64(algorithm ‖ key), as golang.org/x/mod/sumdb/note writes it. */
export interface Verifier {
  name: string
  hash: Uint8Array
  key: Uint8Array
}

const ED25519 = 1

/** Reads keys.txt; a line that is no sound Ed25519 key is left out, so it can vouch for nothing. */
export function parseKeys(text: string): Verifier[] {
  return text.split('\n').map(l => l.trim()).filter(l => l && !l.startsWith('#')).map(parseKey).filter((v): v is Verifier => v !== undefined)
}

function parseKey(line: string): Verifier | undefined {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(line)
  const blob = match && fromBase64(match[3]!)
  if (!match || !blob || blob.length !== 33 || blob[0] !== ED25519) return undefined
  const name = match[1]!
  const hash = fromHex(match[2]!)!
  return equal(hash, keyHash(name, blob)) ? { name, hash, key: blob.slice(1) } : undefined
}

/** The first four bytes of SHA-256(name ‖ LF ‖ algorithm ‖ key). */
export function keyHash(name: string, blob: Uint8Array): Uint8Array {
  return sha256(concat(utf8(name + '\n'), blob)).slice(0, 4)
}

export interface OpenedNote {
  text: string
  /** Names of the known keys whose signatures hold. */
  signers: string[]
}

/**
 * Opens a signed note. Signatures of unknown keys say nothing and are passed
 * over; one wrong signature of a known key, or none that holds, refuses the note.
 */
export function openNote(note: string, keys: readonly Verifier[]): OpenedNote | undefined {
  const cut = note.lastIndexOf('\n\n')
  if (cut < 0 || !note.endsWith('\n')) return undefined
  const text = note.slice(0, cut + 1)
  const signers: string[] = []
  for (const line of note.slice(cut + 2, -1).split('\n')) {
    const match = /^— (\S+) (\S+)$/.exec(line)
    const blob = match && fromBase64(match[2]!)
    if (!match || !blob || blob.length < 5) return undefined
    const key = keys.find(k => k.name === match[1] && equal(k.hash, blob.slice(0, 4)))
    if (!key) continue
    if (blob.length !== 68 || !nacl.sign.detached.verify(utf8(text), blob.slice(4), key.key)) return undefined
    if (signers.indexOf(key.name) < 0) signers.push(key.name)
  }
  return signers.length > 0 ? { text, signers } : undefined
}

export interface Checkpoint {
  origin: string
  size: number
  root: Uint8Array
}

/** Reads the text of a C2SP checkpoint: origin LF size LF base64(root) LF. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const match = /^([^\n]+)\n(0|[1-9][0-9]{0,14})\n([A-Za-z0-9+/=]+)\n/.exec(text)
  const root = match && fromBase64(match[3]!)
  return match && root && root.length === 32 ? { origin: match[1]!, size: Number(match[2]), root } : undefined
}
