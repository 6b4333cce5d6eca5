import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import type { Proof, Receipt } from '@/api/types'

/**
 * Makes receipts with Node's own cryptography and a recursive Merkle tree, so
 * that nothing of the code under test helps to make what it has to check.
 */

const sha = (...parts: (Buffer | string)[]) => createHash('sha256').update(Buffer.concat(parts.map(p => Buffer.from(p as Buffer)))).digest()
const leaf = (line: string) => sha(Buffer.from([0]), line)
const node = (a: Buffer, b: Buffer) => sha(Buffer.from([1]), a, b)

function splitAt(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

export function root(lines: string[]): Buffer {
  if (lines.length === 1) return leaf(lines[0]!)
  const k = splitAt(lines.length)
  return node(root(lines.slice(0, k)), root(lines.slice(k)))
}

export function path(lines: string[], index: number): Buffer[] {
  if (lines.length === 1) return []
  const k = splitAt(lines.length)
  return index < k ? [...path(lines.slice(0, k), index), root(lines.slice(k))] : [...path(lines.slice(k), index - k), root(lines.slice(0, k))]
}

export function proof(lines: string[], index: number): Proof {
  return { index, size: lines.length, line: lines[index]!, path: path(lines, index).map(h => h.toString('hex')) }
}

export interface Signer {
  name: string
  line: string
  note(text: string): string
}

export function newSigner(name: string): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const blob = Buffer.concat([Buffer.from([1]), rawKey(publicKey)])
  const hash = sha(name + '\n', blob).subarray(0, 4)
  return {
    name,
    line: `${name}+${hash.toString('hex')}+${blob.toString('base64')}\n`,
    note: text => `${text}\n— ${name} ${Buffer.concat([hash, sign(null, Buffer.from(text), privateKey)]).toString('base64')}\n`,
  }
}

function rawKey(key: KeyObject): Buffer {
  return (key.export({ type: 'spki', format: 'der' }) as Buffer).subarray(-32)
}

export const ROUND = 'a12-1'
export const OPENID = 'oWorker_1234567890'
const SALT = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
const nonce = (i: number) => sha('nonce' + i).subarray(0, 16).toString('hex')

export const who = (openid: string) => sha(`redraw/v1 who\n${ROUND}\n`, SALT, openid).toString('hex')

/** A deck round in which my play is number `seq` and won 6.66 yuan. */
export function deckReceipt(signer: Signer, seq: number, plays: number): Receipt {
  const tickets = Array.from({ length: plays + 9 }, (_, i) => (i === seq ? `${i} lucky 666 ${nonce(i)}` : `${i} - 0 ${nonce(i)}`))
  const log = ['open ' + 'a'.repeat(64), `deck ${tickets.length} ${root(tickets).toString('hex')}`]
  for (let i = 0; i < plays; i++) {
    log.push(`ask ${i} ${i === seq ? who(OPENID) : 'b'.repeat(64)} ${1000 + i}`)
    log.push(i === seq ? `won ${i} ${i} lucky 666` : `won ${i} ${i} - 0`)
  }
  return receipt(signer, log, [2 + seq * 2, 3 + seq * 2, 1], proof(tickets, seq))
}

/** A raffle in which I am entry number `seq`. */
export function raffleReceipt(signer: Signer, seq: number, entries: number): Receipt {
  const log = ['open ' + 'a'.repeat(64)]
  for (let i = 0; i < entries; i++) log.push(`enter ${i} ${i === seq ? who(OPENID) : 'b'.repeat(64)} 1 ${1000 + i}`)
  return receipt(signer, log, [1 + seq])
}

function receipt(signer: Signer, log: string[], mine: number[], deck?: Proof): Receipt {
  const origin = signer.name
  return {
    origin,
    round: ROUND,
    checkpoint: signer.note(`${origin}/${ROUND}\n${log.length}\n${root(log).toString('base64')}\n`),
    proofs: mine.map(i => proof(log, i)),
    salt: SALT.toString('hex'),
    openid: OPENID,
    ...(deck ? { deck } : {}),
  }
}
