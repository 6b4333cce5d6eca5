// The fixed formats of public numbers (draw specification, section 6). Only the
// value in its fixed form enters the draw, so it is checked while it is typed.

export interface NumberFormat { title: string; example: string; help: string; where: string }
export type NumberReading = { value: string } | { wrong: string }

interface Source extends NumberFormat { read(text: string): NumberReading }

const two = (n: number): string => String(n).padStart(2, '0')

function balls(text: string, front: [number, number], back: [number, number]): NumberReading {
  const parts = text.split('+')
  const numbers = parts.map((p) => (p.match(/\d+/g) ?? []).map(Number))
  if (parts.length !== 2) return { wrong: '前区和后区之间请用加号“+”隔开' }
  const rules: [number[], [number, number], string][] = [[numbers[0]!, front, '加号前'], [numbers[1]!, back, '加号后']]
  for (const [list, [count, max], part] of rules) {
    if (list.length !== count) return { wrong: `${part}应有 ${count} 个号码，现在是 ${list.length} 个` }
    if (list.some((n) => n < 1 || n > max)) return { wrong: `${part}的号码应在 01 到 ${max} 之间` }
    if (list.some((n, i) => i > 0 && n <= list[i - 1]!)) return { wrong: `${part}的号码请从小到大写，不能重复` }
  }
  return { value: numbers.map((list) => list.map(two).join(',')).join('+') }
}

const sources: Record<string, Source> = {
  ssq: {
    title: '双色球', example: '01,05,09,18,24,31+07', where: '中国福利彩票官网的开奖公告',
    help: '6 个红球从小到大，加号，1 个蓝球', read: (t) => balls(t, [6, 33], [1, 16]),
  },
  dlt: {
    title: '大乐透', example: '03,11,20,27,35+02,09', where: '中国体育彩票官网的开奖公告',
    help: '5 个前区号码从小到大，加号，2 个后区号码', read: (t) => balls(t, [5, 35], [2, 12]),
  },
  pl5: {
    title: '排列5', example: '40817', where: '中国体育彩票官网的开奖公告', help: '5 位数字，按公告顺序',
    read: (t) => {
      const digits = t.replace(/[\s,]/g, '')
      return /^\d{5}$/.test(digits) ? { value: digits } : { wrong: '应是 5 位数字，例如 40817' }
    },
  },
  'drand-quicknet': {
    title: 'drand 公共随机数', example: 'b44679b9a59af2ec…（96 位）', where: 'drand 公开信标的这一轮', help: '96 位十六进制签名，直接复制粘贴',
    read: (t) => {
      const hex = t.replace(/\s/g, '').toLowerCase()
      return /^[0-9a-f]{96}$/.test(hex) ? { value: hex } : { wrong: `应是 96 位的 0–9、a–f，现在是 ${hex.length} 位` }
    },
  },
  'sse-000001-close': {
    title: '上证指数收盘', example: '3612.45', where: '上海证券交易所官网', help: '两位小数',
    read: (t) => (/^\d{3,5}\.\d{2}$/.test(t.trim()) ? { value: t.trim() } : { wrong: '应是带两位小数的点位，例如 3612.45' }),
  },
}

const plain = (text: string): string => text.normalize('NFKC').replace(/[、;；]/g, ',').trim()

/** What a planned source says: "2:ssq/2027018" is for round 2 alone, without a number it is for every round (round 0). */
export function sourceParts(source: string): { round: number; kind: string; issue: string } {
  const [, round, kind, issue] = /^(?:([1-9]\d{0,2}):)?([^/]*)\/?(.*)$/.exec(source)!
  return { round: Number(round ?? 0), kind: kind!, issue: issue! }
}

/** Puts a source together again. */
export function sourceOf(round: number, kind: string, issue: string): string {
  return (round > 0 ? `${round}:` : '') + `${kind}/${issue}`
}

/** The format of a source such as "ssq/2027016", or null when the console does not know it. */
export function numberFormat(source: string): NumberFormat | null {
  return sources[sourceParts(source).kind] ?? null
}

/** Reads what an officer typed into the fixed form, or says what does not fit. */
export function readNumber(source: string, text: string): NumberReading {
  const value = plain(text)
  if (!value) return { wrong: '' }
  const known = sources[sourceParts(source).kind]
  return known ? known.read(value) : { value }
}

/** How many random bits a source gives that nobody can foresee. */
export function sourceBits(source: string): number {
  const bits: Record<string, number> = { ssq: 24.1, dlt: 24.4, pl5: 16.6, 'drand-quicknet': 128 }
  return bits[sourceParts(source).kind] ?? 0
}

/** Whether every round that is named has the 64 bits that the specification demands. */
export function enoughBits(list: string[]): boolean {
  const rounds = new Set(list.map((s) => sourceParts(s).round).filter((r) => r > 0))
  if (rounds.size === 0) rounds.add(1)
  return [...rounds].every((round) =>
    list.filter((s) => [0, round].includes(sourceParts(s).round)).reduce((sum, s) => sum + sourceBits(s), 0) >= 64)
}
