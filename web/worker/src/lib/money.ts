/** Fen as yuan with two decimals and grouped thousands, e.g. 1,325.20. Integer arithmetic only. */
export function yuan(fen: number): string {
  const sign = fen < 0 ? '-' : ''
  const whole = Math.floor(Math.abs(fen) / 100)
  const cents = String(Math.abs(fen) % 100).padStart(2, '0')
  return sign + String(whole).replace(/\B(?=(\d{3})+$)/g, ',') + '.' + cents
}

/** Without the decimals when they are zero, for tables of prizes, e.g. 20 or 3.50. */
export function yuanShort(fen: number): string {
  return yuan(fen).replace(/\.00$/, '')
}

/** A count with grouped thousands. */
export function count(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',')
}
