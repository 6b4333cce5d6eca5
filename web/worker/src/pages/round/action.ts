import type { RoundCard, RoundDetail, WorkSettings } from '@/api/types'
import type { IconName } from '@/art/icons'
import type { SceneName } from '@/art/scenes'
import { pages } from '@/lib/go'

/** The one thing to do next in a round. */
export interface Action {
  text: string
  url: string
  icon?: IconName
  gold?: boolean
}

/** The primary action by standing; undefined when there is nothing to do but wait or read. */
export function actionOf(round: RoundDetail): Action | undefined {
  const { card, entries } = round
  switch (card.standing) {
    case 'unbound':
      return { text: '绑定后参加', url: pages.enter(pages.round(card.id)) }
    case 'chance_left': {
      const entry = entries.find(e => e.chancesLeft > 0)
      return entry && { text: '去拆红包', url: pages.draw(card.id, entry.id), icon: 'envelope', gold: true }
    }
    case 'unfinished': {
      const entry = entries.find(e => e.state === 'open')
      return { text: '继续答题', url: pages.quiz(card.id, entry?.id), icon: 'scroll' }
    }
    case 'open':
      return begin(round)
    case 'closed':
      return { text: '看开奖公示', url: pages.publicRound(card.id), icon: 'shield' }
    default:
      return undefined
  }
}

function begin({ card, settings }: RoundDetail): Action | undefined {
  if (card.kind === 'quiz') return { text: '去答题', url: pages.quiz(card.id), icon: 'scroll' }
  if (card.kind !== 'work') return undefined
  const photo = (settings as unknown as WorkSettings).medium === 'photo'
  return { text: photo ? '去传照片' : '去录祝福', url: pages.work(card.id), icon: photo ? 'camera' : 'mic' }
}

/** The picture of the standings in which nothing can be done now. */
export function sceneOf(card: RoundCard): SceneName | undefined {
  const scenes: Partial<Record<RoundCard['standing'], SceneName>> = {
    not_eligible: 'list',
    not_yet: 'clock',
    reviewing: 'tea',
    refused: 'list',
    taken: 'knot',
    sold_out: 'empty',
    closed: 'gate',
  }
  return scenes[card.standing]
}
