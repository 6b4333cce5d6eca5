import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Receipt } from '@/api/types'
import { fromBase64, fromHex, toHex, utf8 } from '@/receipt/bytes'
import { rootOf } from '@/receipt/merkle'
import { openNote, parseKeys } from '@/receipt/note'
import { sha256 } from '@/receipt/sha256'
import { verifyReceipt } from '@/receipt/verify'
import { deckReceipt, newSigner, OPENID, proof, raffleReceipt, root } from './receipts'

const union = newSigner('union.example')
const auditor = newSigner('auditor.example')
const stranger = newSigner('union.example')
const keys = union.line + auditor.line

const failed = (r: Receipt, shown?: number, keysText = keys) =>
  verifyReceipt(r, keysText, shown).checks.filter(c => !c.ok).map(c => c.id)

describe('primitives', () => {
  it('sha256 agrees with another implementation at every block boundary', () => {
    for (let n = 0; n < 200; n++) {
      const text = '年'.repeat(n % 7) + 'x'.repeat(n)
      expect(toHex(sha256(utf8(text)))).toBe(createHash('sha256').update(text).digest('hex'))
    }
  })

  it('utf8 and base64 agree with another implementation', () => {
    for (const text of ['', 'a', '年味', '𠮷野家', 'é', '— x']) {
      expect(Array.from(utf8(text))).toEqual(Array.from(Buffer.from(text)))
      expect(Array.from(fromBase64(Buffer.from(text).toString('base64'))!)).toEqual(Array.from(Buffer.from(text)))
    }
  })

  it.each(['A', 'AA', 'A===', 'AB==', 'A A=', '年'])('base64 refuses %s', text => expect(fromBase64(text)).toBeUndefined())
  it.each(['a', 'AB', 'zz'])('hex refuses %s', text => expect(fromHex(text)).toBeUndefined())

  it('every inclusion proof of every tree up to 40 leaves leads to its root, and to no other place', () => {
    for (let n = 1; n <= 40; n++) {
      const lines = Array.from({ length: n }, (_, i) => 'line ' + i)
      const want = root(lines).toString('hex')
      for (let i = 0; i < n; i++) {
        const p = proof(lines, i)
        expect(toHex(rootOf(i, n, p.line, p.path)!)).toBe(want)
        const other = rootOf((i + 1) % n, n, p.line, p.path)
        if (n > 1) expect(other && toHex(other)).not.toBe(want)
        expect(rootOf(i, n, p.line, [...p.path, p.path[0] ?? 'a'.repeat(64)])).toBeUndefined()
      }
    }
  })

  it('works beyond 31 bits', () => {
    const big = 2 ** 40
    expect(rootOf(big - 1, big, 'x', Array.from({ length: 40 }, () => 'a'.repeat(64)))).toBeDefined()
    expect(rootOf(big, big, 'x', [])).toBeUndefined()
  })
})

describe('notes', () => {
  it('takes a note that one of several known keys signed', () => {
    expect(openNote(auditor.note('a\n'), parseKeys(keys))?.signers).toEqual(['auditor.example'])
  })
  it('refuses a key whose hash does not belong to it', () => {
    expect(parseKeys(union.line.replace(/\+[0-9a-f]{8}\+/, '+00000000+'))).toEqual([])
  })
  it('refuses a note that only a stranger of the same name signed', () => {
    expect(openNote(stranger.note('a\n'), parseKeys(keys))).toBeUndefined()
  })
  it('refuses a note in which a known key signed something else', () => {
    expect(openNote(union.note('a\n').replace('a\n', 'b\n'), parseKeys(keys))).toBeUndefined()
  })
})

describe('receipts', () => {
  it.each([
    [0, 1],
    [3, 12],
    [11, 12],
    [16, 33],
  ])('a true receipt of play %i of %i holds', (seq, plays) => {
    const verdict = verifyReceipt(deckReceipt(union, seq, plays), keys, 666)
    expect(verdict.checks.map(c => [c.id, c.ok])).toEqual(['form', 'signature', 'who', 'log', 'play', 'ticket', 'amount'].map(id => [id, true]))
    expect(verdict).toMatchObject({ ok: true, signers: ['union.example'], amountFen: 666 })
  })

  it('a true receipt of a place in a raffle holds and speaks of no ticket', () => {
    const verdict = verifyReceipt(raffleReceipt(union, 7, 40), keys)
    expect(verdict.ok).toBe(true)
    expect(verdict.checks.map(c => c.id)).toEqual(['form', 'signature', 'who', 'log'])
  })

  const forgeries: [string, (r: Receipt) => void, string[]][] = [
    ['a won line with another amount', r => (r.proofs[1]!.line = r.proofs[1]!.line.replace('666', '66600')), ['log', 'ticket', 'amount']],
    ['a won line of another play', r => (r.proofs[1]!.line = r.proofs[1]!.line.replace('won 3', 'won 4')), ['log', 'play']],
    ['an openid that is not mine', r => (r.openid = OPENID + 'x'), ['who']],
    ['a salt that is not mine', r => (r.salt = '0'.repeat(32)), ['who']],
    ['a salt in capitals', r => (r.salt = r.salt.toUpperCase()), ['who']],
    ['a checkpoint with another size', r => (r.checkpoint = r.checkpoint.replace('\n26\n', '\n27\n')), ['signature', 'log']],
    ['a checkpoint of another round', r => (r.round = 'a12-2'), ['signature', 'who']],
    ['a checkpoint of another origin', r => (r.origin = 'other.example'), ['signature']],
    ['a broken path', r => (r.proofs[0]!.path[0] = 'f'.repeat(64)), ['log']],
    ['a proof of a smaller tree', r => (r.proofs[0]!.size = 25), ['log']],
    ['no deck leaf', r => delete r.deck, ['ticket']],
    ['a ticket with another amount', r => (r.deck!.line = r.deck!.line.replace('666', '888')), ['ticket']],
    ['a ticket of another place', r => (r.deck!.index = 4), ['ticket']],
    ['no sealed deck', r => r.proofs.splice(2, 1), ['ticket']],
    ['no result', r => r.proofs.splice(1, 1), ['form', 'play']],
    ['no lines at all', r => (r.proofs = []), ['form', 'who', 'log']],
    ['a second result beside the first', r => r.proofs.push({ ...r.proofs[1]! }), ['form']],
    ['a place in a raffle beside a play', r => r.proofs.push({ ...r.proofs[0]!, line: r.proofs[0]!.line.replace(/^ask (\S+) (\S+) (\S+)$/, 'enter $1 $2 1 $3') }), ['form', 'log']],
    ['a salt that is too short', r => (r.salt = r.salt.slice(2)), ['who']],
    ['a line with a second space', r => (r.proofs[1]!.line = r.proofs[1]!.line.replace(' ', '  ')), ['form', 'log', 'play']],
  ]
  it.each(forgeries)('refuses %s', (_, forge, ids) => {
    const r = deckReceipt(union, 3, 12)
    forge(r)
    expect(verifyReceipt(r, keys, 666).ok).toBe(false)
    expect(failed(r, 666)).toEqual(ids)
  })

  it('refuses a receipt that a stranger signed under our name', () => {
    expect(failed(deckReceipt(stranger, 3, 12), 666)).toEqual(['signature', 'log'])
  })

  it('refuses every receipt when no key is published', () => {
    expect(failed(deckReceipt(union, 3, 12), 666, '')).toEqual(['signature', 'log'])
  })

  it('says so when the page shows another amount than the log', () => {
    expect(failed(deckReceipt(union, 3, 12), 888)).toEqual(['amount'])
  })
})
