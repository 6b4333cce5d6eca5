// Money is integer fen everywhere. What people type is decimal text, and it is
// turned into fen digit by digit, because 0.1 + 0.2 is not 0.3 in floating point.

/** The largest budget the server takes: one billion yuan. */
export const maxFen = 100_000_000_000

export type FenReading = { fen: number } | { wrong: string }

const halfWidth = (text: string): string =>
  text.replace(/[０-９．，]/g, (c) => (c === '．' ? '.' : c === '，' ? ',' : String.fromCharCode(c.charCodeAt(0) - 0xfee0)))

/** Reads "13,252.12", "20", "0.5 元" or "￥20" as integer fen, exactly. */
export function readYuan(text: string): FenReading {
  const plain = halfWidth(text).replace(/\s|元|[¥￥]/g, '')
  if (plain === '') return { wrong: '请填写金额' }
  if (plain.startsWith('-')) return { wrong: '金额不能是负数' }
  const match = /^(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?$/.exec(plain)
  if (!match) return { wrong: '请只填数字，例如 20 或 3.50' }
  const cents = match[2] ?? ''
  if (cents.length > 2) return { wrong: '最多写到分（两位小数）' }
  const digits = (match[1]!.replace(/,/g, '') + cents.padEnd(2, '0')).replace(/^0+(?=\d)/, '')
  if (digits.length > 12 || Number(digits) > maxFen) return { wrong: '金额太大，最多 10 亿元' }
  return { fen: Number(digits) }
}

/** Writes fen as the plain decimal text of an input: 1325212 → "13252.12", 2000 → "20". */
export function fenToInput(fen: number): string {
  const digits = String(fen).padStart(3, '0')
  const cents = digits.slice(-2)
  return cents === '00' ? digits.slice(0, -2) : `${digits.slice(0, -2)}.${cents}`
}

/** Writes fen for reading: 1325212 → "13,252.12 元". */
export function yuan(fen: number): string {
  const sign = fen < 0 ? '−' : ''
  const digits = String(Math.abs(fen)).padStart(3, '0')
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${sign}${whole}.${digits.slice(-2)} 元`
}

/** What count prizes of amountFen cost, or null when it is more than can be counted exactly. */
export function times(count: number, amountFen: number): number | null {
  const product = BigInt(Math.trunc(count)) * BigInt(Math.trunc(amountFen))
  return product <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(product) : null
}

export interface SplitHint {
  meanFen: number
  /** the largest packet at which early and late workers are treated alike: 2 × mean − min */
  maxFen: number
  /** whether the given maximum lies within ten per cent of it, as the draw demands */
  fits: boolean
}

/** What a "box" split of total over count packets asks of its largest packet. */
export function splitHint(totalFen: number, count: number, minFen: number, maxGiven: number | undefined): SplitHint | null {
  if (count < 1 || totalFen < count * Math.max(minFen, 1)) return null
  const meanFen = Math.round(totalFen / count)
  const maxFen = Math.max(Math.round((2 * totalFen) / count) - minFen, meanFen)
  const fits = maxGiven !== undefined && Math.abs(maxGiven - maxFen) * 10 <= maxFen
  return { meanFen, maxFen, fits }
}
