import type { Schemas } from '@/api/client'
import type { FieldProblem } from '@/api/problem'
import { splitHint, times } from './money'
import { enoughBits } from './publicNumber'
import { check, trimmed, withDefaults, type Schema } from './schema'

export type Draft = Schemas['ActivityDraft']
type Prize = Schemas['PrizeDraft']
type Reward = Schemas['RewardDraft']

/** Whether a prize is one sum divided among many packets. */
export const isSplit = (prize: Prize): boolean => prize.split !== undefined

/** What a prize costs in one round, or null while it cannot be said. */
export function prizeCost(prize: Prize): number | null {
  if (isSplit(prize)) return prize.totalFen ?? null
  return times(prize.count || 0, prize.amountFen ?? 0)
}

/** What a round reserves, or null while a prize is unfinished. */
export function roundCost(reward: Reward): number | null {
  if (reward.kind === 'none') return 0
  let sum = 0
  for (const prize of reward.prizes ?? []) {
    const cost = prizeCost(prize)
    if (cost === null) return null
    sum += cost
  }
  return Number.isSafeInteger(sum) ? sum : null
}

/** How many prizes a round has. */
export const prizeCount = (reward: Reward): number => (reward.prizes ?? []).reduce((n, p) => n + (p.count || 0), 0)

/** A prize code that is not yet used: p1, p2, … */
export function newCode(prizes: readonly Prize[]): string {
  const used = new Set(prizes.map((p) => p.code))
  let n = 1
  while (used.has(`p${n}`)) n++
  return `p${n}`
}

/** A draft to fill in, with the defaults of its kind. */
export function startDraft(from: Draft, schema: Schema | undefined): Draft {
  const draft: Draft = JSON.parse(JSON.stringify(from))
  draft.reward.prizes ??= []
  draft.reward.sources ??= []
  draft.reward.cap ??= 1
  draft.summary ??= ''
  draft.intro ??= ''
  draft.rules ??= ''
  if (schema) draft.settings = withDefaults(schema, draft.settings)
  return draft
}

function prizeToSend({ code, name, kind, count, ...money }: Prize): Prize {
  const { amountFen, totalFen, minFen, maxFen, split } = money
  return split ? { code, name: name.trim(), kind, count, totalFen, minFen: minFen ?? 0, maxFen: maxFen ?? 0, split } : { code, name: name.trim(), kind, count, amountFen: amountFen ?? 0 }
}

function rewardToSend(reward: Reward): Reward {
  if (reward.kind === 'none') return { kind: 'none' }
  const { kind, cap, tickets, sources, oncePerActivity } = reward
  const prizes = (reward.prizes ?? []).map(prizeToSend)
  if (kind === 'deck') return { kind, cap, tickets: tickets ?? prizeCount(reward), prizes }
  return { kind, cap, prizes, sources: (sources ?? []).map((s) => s.trim()).filter(Boolean), ...(oncePerActivity ? { oncePerActivity } : {}) }
}

/** The draft as the server takes it: nothing empty, nothing that belongs to another choice. */
export function draftToSend(draft: Draft, schema: Schema | undefined): Draft {
  const { summary, intro, rules, fundId, ...rest } = draft
  const costs = (roundCost(draft.reward) ?? 0) > 0
  return {
    ...rest,
    title: draft.title.trim(),
    timetable: draft.timetable.trim(),
    ...(summary?.trim() ? { summary: summary.trim() } : {}),
    ...(intro?.trim() ? { intro } : {}),
    ...(rules?.trim() ? { rules } : {}),
    ...(fundId !== undefined && costs ? { fundId } : {}),
    settings: schema ? trimmed(schema, draft.settings) : draft.settings,
    reward: rewardToSend(draft.reward),
  }
}

/** What can be seen to be wrong before asking the server. */
export function checkDraft(draft: Draft, schema: Schema | undefined): FieldProblem[] {
  const wrong: FieldProblem[] = []
  const say = (path: string, detail: string): void => { wrong.push({ path, reason: 'required', detail }) }
  if (!draft.title.trim()) say('/title', '请给活动起个名字')
  if (draft.seasonId === undefined) say('/seasonId', '请选择活动季')
  if (!draft.timetable.trim()) say('/timetable', '请写明什么时候开始、多久')
  if (schema) wrong.push(...check(schema, draft.settings, '/settings'))
  if (draft.reward.kind !== 'none') checkReward(draft, say)
  return wrong
}

function checkReward(draft: Draft, say: (path: string, detail: string) => void): void {
  const { reward } = draft
  if (!reward.prizes?.length) say('/reward/prizes', '请至少设一种奖品')
  reward.prizes?.forEach((prize, i) => checkPrize(prize, `/reward/prizes/${i}`, say))
  if (reward.kind === 'deck' && reward.tickets !== undefined && reward.tickets < prizeCount(reward)) say('/reward/tickets', `奖签不能少于奖品的份数（${prizeCount(reward)}）`)
  if (reward.kind === 'raffle' && !enoughBits(reward.sources ?? [])) say('/reward/sources', '公开号码还不够，请再加一种')
  if (draft.fundId === undefined && (roundCost(reward) ?? 0) > 0) say('/fundId', '奖品要花钱，请选择从哪笔经费里出')
}

function checkPrize(prize: Prize, path: string, say: (path: string, detail: string) => void): void {
  if (!prize.name.trim()) say(`${path}/name`, '请填写奖品名称')
  if (!prize.count) say(`${path}/count`, '请填写份数')
  if (!isSplit(prize)) {
    if (prize.amountFen === undefined && prize.kind !== 'goods' && prize.kind !== 'voucher') say(`${path}/amountFen`, '请填写金额')
    return
  }
  if (!prize.totalFen) return say(`${path}/totalFen`, '请填写总金额')
  const hint = splitHint(prize.totalFen, prize.count || 0, prize.minFen ?? 0, prize.maxFen)
  if (!hint) return say(`${path}/totalFen`, '总金额不够每人分到最低金额')
  if (prize.split === 'box' && !hint.fits) say(`${path}/maxFen`, '最高金额偏离建议值太多，先抽和后抽会不公平')
}
