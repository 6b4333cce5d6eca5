// Spreadsheet programs run a cell that starts with = + - @ as a formula. A bad
// row of an imported file is somebody else's text, so every cell is guarded.

const formula = /^[\s\u0000-\u001f]*[=+\-@＝＋－＠]/

/** One cell: a formula is made text by an apostrophe, and separators are quoted. */
export function csvCell(value: string | number): string {
  const text = typeof value === 'number' ? String(value) : value
  const safe = typeof value === 'string' && (formula.test(text) || /^[\t\r]/.test(text)) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe
}

/** A whole file with CRLF lines and the byte order mark that spreadsheet programs need for Chinese. */
export function csv(head: string[], rows: (string | number)[][]): string {
  return '\uFEFF' + [head, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n'
}
