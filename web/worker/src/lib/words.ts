import type { AwardState, PrizeKind, PublicPrize, RoundCard, Standing } from '@/api/types'
import { yuanShort } from './money'

/** How a standing looks on a card: a short word, a colour, and what the button does. */
export interface StandingWords {
  chip: string
  tone: 'hot' | 'gold' | 'calm' | 'good' | 'warn'
  action?: string
  says: string
}

export const STANDINGS: Readonly<Record<Standing, StandingWords>> = {
  unbound: { chip: '待绑定', tone: 'gold', action: '去绑定', says: '绑定姓名和手机号后就能参加。' },
  not_eligible: { chip: '不在名单', tone: 'calm', says: '本场面向指定人群，您不在本场名单中。' },
  not_yet: { chip: '未开始', tone: 'gold', says: '到时间后按钮会自动亮起，不用一直守着。' },
  reviewing: { chip: '审核中', tone: 'gold', says: '作品正在审核，通过后就可以抽红包，请过一会儿再来看。' },
  refused: { chip: '未通过', tone: 'warn', says: '作品没有通过审核，点进来看看原因。' },
  unfinished: { chip: '未完成', tone: 'hot', action: '继续答题', says: '上次的答卷还没交，时间还在走。' },
  chance_left: { chip: '可抽红包', tone: 'hot', action: '去抽红包', says: '您还有抽红包的机会。' },
  taken: { chip: '已参加', tone: 'good', says: '本场您已经参加过了。' },
  sold_out: { chip: '已抽完', tone: 'calm', says: '本场红包已经全部抽完，谢谢您来。' },
  open: { chip: '进行中', tone: 'hot', action: '去参加', says: '现在就可以参加。' },
  closed: { chip: '已结束', tone: 'calm', says: '本场已经结束。' },
}

/** 第几场, only where there is more than one. */
export function numberLine(card: RoundCard): string {
  return card.rounds > 1 ? `第 ${card.number} 场 · 共 ${card.rounds} 场` : ''
}

export const PRIZE_KINDS: Readonly<Record<PrizeKind, string>> = { cash: '红包', credit: '话费', voucher: '卡券', goods: '实物' }

/** What one prize is worth, e.g. "每个 20 元" or "共 13,252.12 元，每个 1～8.88 元". */
export function worth(prize: PublicPrize): string {
  if (prize.totalFen !== undefined) {
    const low = yuanShort(prize.minFen ?? 1)
    const range = prize.maxFen ? `每个 ${low}～${yuanShort(prize.maxFen)} 元` : `每个至少 ${low} 元`
    return `共 ${yuanShort(prize.totalFen)} 元，${range}`
  }
  return prize.amountFen ? `每个 ${yuanShort(prize.amountFen)} 元` : PRIZE_KINDS[prize.kind]
}

export const AWARD_STATES: Readonly<Record<AwardState, { chip: string; tone: StandingWords['tone']; says: string }>> = {
  provisional: { chip: '待公示', tone: 'gold', says: '名单正在公示，公示结束后开始发放。' },
  owed: { chip: '待发放', tone: 'hot', says: '已确定归您，工会正在安排发放，不需要您再操作。' },
  paid: { chip: '已发放', tone: 'good', says: '已经发放。如果没有收到，请联系单位工会。' },
  void: { chip: '已取消', tone: 'calm', says: '这份奖品已取消。如有疑问请联系单位工会。' },
}

const VOIDS: Readonly<Record<string, string>> = {
  'not-eligible': '不符合参加条件',
  'duplicate-person': '同一人用了多个号参加',
  cheating: '违反活动规则',
  'left-union': '已不在本工会',
  declined: '本人放弃',
  unreachable: '多次联系不上本人',
}

/** The reason of a void in words; the server may also send a sentence. */
export function voidWords(reason: string): string {
  return VOIDS[reason] ?? reason
}

/** A public number as people call it, e.g. "双色球 第2027016期". */
export function sourceWords(source: string): string {
  const [kind = '', issue = ''] = source.split('/')
  const names: Record<string, string> = { ssq: '双色球', dlt: '大乐透', pl5: '排列5' }
  if (names[kind]) return `${names[kind]} 第${issue}期`
  if (kind === 'drand-quicknet') return `drand 公共随机数 第${issue}轮`
  if (kind === 'sse-000001-close') return `上证指数 ${issue} 收盘`
  return source
}
