import type { Proof, Receipt } from '@/api/types'
import { concat, equal, fromHex, toHex, utf8 } from './bytes'
import { rootOf } from './merkle'
import { openNote, parseCheckpoint, parseKeys, type Checkpoint } from './note'
import { sha256 } from './sha256'

/** One check of a receipt, in the words of somebody who is not a programmer. */
export interface Check {
  id: 'form' | 'signature' | 'who' | 'log' | 'play' | 'ticket' | 'amount'
  ok: boolean
  title: string
  /** What it proves when it holds, or what is wrong when it does not. */
  says: string
}

/** What the receipt states once it holds. */
export interface Verdict {
  ok: boolean
  checks: Check[]
  /** The names that signed. */
  signers: string[]
  /** Fen of the `won` line; absent for a place in a raffle. */
  amountFen?: number
}

interface Won {
  seq: string
  pos: string
  code: string
  cents: string
}

interface Sealed {
  kind: 'deck' | 'moments'
  size: string
  root: string
}

interface Lines {
  /** Whether a line is of no known form, or one of its kind stands there twice. */
  odd: boolean
  asked?: { seq: string; who: string }
  won?: Won
  entered?: { seq: string; who: string }
  deck?: Sealed
}

/**
 * Checks a receipt (draw-spec.md section 8) with nothing but the receipt and
 * the published keys. `shownFen` is the amount that the page shows, which the
 * log must agree with. Checks that cannot apply to the kind of round are left out.
 */
export function verifyReceipt(receipt: Receipt, keysText: string, shownFen?: number): Verdict {
  const lines = readLines(receipt.proofs)
  const note = openNote(receipt.checkpoint, parseKeys(keysText))
  const head = note && parseCheckpoint(note.text)
  const checks = [
    form(lines),
    signature(receipt, head, note?.signers ?? []),
    who(receipt, lines),
    log(receipt.proofs, head),
    ...(lines.won || lines.asked ? [play(lines)] : []),
    ...(lines.won && lines.won.pos !== '-' ? [ticket(receipt.deck, lines.won, lines.deck)] : []),
    ...(shownFen === undefined || !lines.won ? [] : [amount(lines.won.cents, shownFen)]),
  ]
  return {
    ok: checks.every(c => c.ok),
    checks,
    signers: note?.signers ?? [],
    amountFen: lines.won ? Number(lines.won.cents) : undefined,
  }
}

const HASH = '[0-9a-f]{64}'
const NUM = '(?:0|[1-9][0-9]{0,14})'
const LEAF = {
  deck: /^(\S+) (\S+) (\S+) [0-9a-f]{32}$/,
  moments: /^(\S+) \S+ (\S+) (\S+) [0-9a-f]{32}$/,
}

const WORDS = {
  asked: new RegExp(`^ask (${NUM}) (${HASH}) ${NUM}$`),
  won: new RegExp(`^won (${NUM}) (${NUM}|-) (\\S+) (${NUM})$`),
  entered: new RegExp(`^enter (${NUM}) (${HASH}) ${NUM} ${NUM}$`),
  deck: new RegExp(`^(deck|moments) (${NUM}) (${HASH})$`),
}

function readLines(proofs: readonly Proof[]): Lines {
  const found: Lines = { odd: false }
  for (const { line } of proofs) {
    const before = [found.asked, found.won, found.entered, found.deck].filter(Boolean).length
    const asked = WORDS.asked.exec(line)
    const won = WORDS.won.exec(line)
    const entered = WORDS.entered.exec(line)
    const deck = WORDS.deck.exec(line)
    if (asked) found.asked = { seq: asked[1]!, who: asked[2]! }
    if (won) found.won = { seq: won[1]!, pos: won[2]!, code: won[3]!, cents: won[4]! }
    if (entered) found.entered = { seq: entered[1]!, who: entered[2]! }
    if (deck) found.deck = { kind: deck[1] as Sealed['kind'], size: deck[2]!, root: deck[3]! }
    if ([found.asked, found.won, found.entered, found.deck].filter(Boolean).length === before) found.odd = true
  }
  return found
}

function form(lines: Lines): Check {
  const place = lines.entered !== undefined && !lines.asked && !lines.won
  const drawn = lines.asked !== undefined && lines.won !== undefined && !lines.entered
  const ok = !lines.odd && (place || drawn)
  return {
    id: 'form',
    ok,
    title: '凭证是完整的',
    says: ok ? (place ? '里面有您的报名记录。' : '里面有您的抽奖记录和结果记录。') : '凭证里的记录不齐或有多余的行，可能没有复制完整。',
  }
}

function signature(receipt: Receipt, head: Checkpoint | undefined, signers: string[]): Check {
  const ok = head !== undefined && head.origin === receipt.origin + '/' + receipt.round
  return {
    id: 'signature',
    ok,
    title: '签名是真的',
    says: ok
      ? `由 ${signers.join('、')} 的密钥签发，确实是这一场的记录，谁也赖不掉。`
      : head
        ? '签名属于另一场活动，不是这一场的。'
        : '签名与公开的密钥对不上，这份凭证不可信。',
  }
}

function who(receipt: Receipt, lines: Lines): Check {
  const salt = fromHex(receipt.salt)
  const mine = salt?.length === 16 && toHex(sha256(concat(utf8(`redraw/v1 who\n${receipt.round}\n`), salt, utf8(receipt.openid))))
  const ok = mine !== false && mine === (lines.asked ?? lines.entered)?.who
  return {
    id: 'who',
    ok,
    title: '记录是我的',
    says: ok ? '记录里的暗号由您的微信标识算出；别人看不出是谁，只有您能证明是自己。' : '记录里的暗号和您的微信标识对不上，这条记录不是您的。',
  }
}

function log(proofs: readonly Proof[], head: Checkpoint | undefined): Check {
  const ok = head !== undefined && proofs.length > 0 && proofs.every(p => holds(p, head.size, head.root))
  return {
    id: 'log',
    ok,
    title: '记录在总账里',
    says: ok ? `这几行都在签过名的总账里（共 ${head.size} 行），一个字也改不了、删不掉。` : '有记录不在签过名的总账里，可能被改动过。',
  }
}

function holds(p: Proof, size: number, root: Uint8Array): boolean {
  if (p.size !== size) return false
  const got = rootOf(p.index, p.size, p.line, p.path)
  return got !== undefined && equal(got, root)
}

function play({ asked, won }: Lines): Check {
  const ok = asked !== undefined && won !== undefined && asked.seq === won.seq
  return {
    id: 'play',
    ok,
    title: '结果对应我这一次',
    says: ok ? `抽奖和结果是同一个号：第 ${Number(asked.seq) + 1} 次抽奖。` : '抽奖记录和结果记录不是同一次。',
  }
}

function ticket(leaf: Proof | undefined, won: Won, sealed: Sealed | undefined): Check {
  const root = sealed && fromHex(sealed.root)
  const said = leaf && sealed && LEAF[sealed.kind].exec(leaf.line)
  const sound = leaf !== undefined && sealed !== undefined && root !== undefined && holds(leaf, Number(sealed.size), root)
  const same = !!said && String(leaf?.index) === said[1] && won.pos === said[1] && won.code === said[2] && won.cents === said[3]
  const ok = sound && same
  return {
    id: 'ticket',
    ok,
    title: '红包开场前就定好了',
    says: ok ? `您拿到的是第 ${Number(won.pos) + 1} 张签，它的金额在开场前就封存，没有为谁换过。` : '这张签和开场前封存的不一致。',
  }
}

function amount(cents: string, shownFen: number): Check {
  const ok = Number(cents) === shownFen
  return {
    id: 'amount',
    ok,
    title: '金额一分不差',
    says: ok ? '页面上显示的金额与总账里的相同。' : '页面上显示的金额与总账里的不同，请联系单位工会。',
  }
}
