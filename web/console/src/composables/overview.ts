import { api, ask, type Schemas } from '@/api/client'
import { asProblem } from '@/api/problem'
import { count } from '@/format/words'
import type { Role } from '@/stores/session'

type Round = Schemas['AdminRound']
export interface Todo { text: string; note: string; to: string }
export interface Overview { open: Round[]; upcoming: Round[]; todo: Todo[]; fresh: boolean }
type May = (roles: readonly Role[] | undefined) => boolean

const readers: readonly Role[] = ['organiser', 'drawer', 'auditor', 'finance']

/** What an officer of these roles has to know at a glance. What the roles may not read is left out. */
export async function readOverview(may: May, now: number): Promise<Overview> {
  if (!may(readers)) return { open: [], upcoming: [], todo: [], fresh: false }
  const [open, planned, closed] = await Promise.all([rounds('open'), rounds('planned'), rounds('closed')])
  const todo = (await Promise.all([moderation(may), drawing(may, closed), payments(may), drafts(may)])).flat()
  return {
    open: open.sort((a, b) => a.closesAt - b.closesAt),
    upcoming: planned.filter((r) => r.closesAt > now).sort((a, b) => a.opensAt - b.opensAt),
    todo,
    fresh: may(['organiser']) && open.length + planned.length + closed.length === 0 && todo.length === 0,
  }
}

const rounds = async (state: Schemas['RoundState']): Promise<Round[]> => (await ask(api.GET('/api/admin/rounds', { params: { query: { state, limit: 200 } } }))).items

async function optional<T>(read: Promise<T>): Promise<T | null> {
  return read.catch((thrown) => {
    if (asProblem(thrown).status === 403) return null
    throw thrown
  })
}

async function moderation(may: May): Promise<Todo[]> {
  if (!may(['organiser'])) return []
  const page = await optional(ask(api.GET('/api/admin/works', { params: { query: { state: 'waiting', limit: 1 } } })))
  const waiting = page?.total ?? page?.items.length ?? 0
  return waiting ? [{ text: `${count(waiting)} 件作品等待审核`, note: '通过后才会展示给其他职工', to: '/works' }] : []
}

async function drawing(may: May, closed: Round[]): Promise<Todo[]> {
  if (!may(['drawer'])) return []
  const mine = closed.filter((r) => r.rewardKind === 'raffle' && (r.drawState === 'frozen' || r.drawState === 'drawn')).slice(0, 10)
  const list = await Promise.all(mine.map(async (round) => ({ round, draw: await optional(ask(api.GET('/api/admin/rounds/{round}/draw', { params: { path: { round: round.id } } }))) })))
  return list.flatMap(({ round, draw }) => {
    const note = `${round.title} 第 ${round.number} 场`
    const to = `/rounds/${round.id}/draw`
    if (!draw) return []
    if (draw.state === 'drawn') return [{ text: '核对获奖人，结束开奖', note, to }]
    const missing = draw.numbers.filter((n) => n.state === 'missing' || n.state === 'mismatch' || (n.state === 'once' && !n.byMe)).length
    if (missing) return [{ text: `录入 ${missing} 个公开号码`, note, to }]
    return draw.numbers.every((n) => n.state === 'confirmed') ? [{ text: '号码齐了，可以开奖', note, to }] : []
  })
}

async function payments(may: May): Promise<Todo[]> {
  if (!may(['finance'])) return []
  const funds = (await optional(ask(api.GET('/api/admin/funds'))))?.items ?? []
  return funds.some((f) => f.wonFen > 0) ? [{ text: '有奖金等待发放', note: '转账后登记凭证号', to: '/payments' }] : []
}

async function drafts(may: May): Promise<Todo[]> {
  if (!may(['organiser'])) return []
  const items = (await optional(ask(api.GET('/api/admin/activities'))))?.items ?? []
  return items.filter((a) => a.state === 'draft').slice(0, 5).map((a) => ({ text: '草稿还没有发布', note: a.draft.title, to: `/activities/${a.id}/edit` }))
}
