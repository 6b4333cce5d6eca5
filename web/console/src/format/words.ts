import type { Schemas } from '@/api/client'

type Words<K extends string> = Readonly<Record<K, string>>
export type Tone = 'plain' | 'good' | 'busy' | 'warn' | 'bad'

export const roleNames: Words<Schemas['Role']> = { administrator: '管理员', organiser: '组织者', drawer: '开奖员', auditor: '经审', finance: '财务' }

export const roleHelp: Words<Schemas['Role']> = {
  administrator: '管理后台账号和职工名册',
  organiser: '创建和发布活动，审核作品，看现场数据',
  drawer: '录入公开号码、开奖、取消获奖资格（需要两位）',
  auditor: '核对和导出每一场的开奖记录，查看经费和操作日志；不能改动任何东西',
  finance: '登记奖金已发放，查看经费台账',
}

export const roundStates: Words<Schemas['RoundState']> = { planned: '未开始', open: '进行中', closed: '已截止', final: '已结束' }
export const roundTones: Readonly<Record<Schemas['RoundState'], Tone>> = { planned: 'plain', open: 'good', closed: 'warn', final: 'plain' }

export const drawStates: Words<Schemas['DrawState']> = { none: '无抽奖', committed: '奖池已封存', running: '进行中', frozen: '名单已冻结', drawn: '已开奖', final: '开奖结束' }

export const rewardNames: Words<Schemas['RewardKind']> = { none: '不设奖品', deck: '当场抽奖', raffle: '截止后开奖' }
export const rewardHelp: Words<Schemas['RewardKind']> = {
  none: '只参与，不发奖。',
  deck: '参与后马上抽，结果当场知道。奖品和空签事先洗好封存，抽完为止。',
  raffle: '截止后冻结名单，用公开的彩票号码开奖，人人可以复核。适合奖品少、参加的人多。',
}

export const prizeKinds: Words<Schemas['PrizeKind']> = { cash: '现金红包', credit: '话费流量', voucher: '卡券', goods: '实物' }

export const activityStates: Words<Schemas['Activity']['state']> = { draft: '草稿', published: '已发布', ended: '已结束' }
export const activityTones: Readonly<Record<Schemas['Activity']['state'], Tone>> = { draft: 'warn', published: 'good', ended: 'plain' }

export const workStates: Words<Schemas['WorkState']> = { waiting: '待审核', approved: '已通过', refused: '未通过' }

export const winnerStates: Words<Schemas['WinnerPage']['items'][number]['state']> = { winner: '获奖', void: '已取消', substitute: '候补', took_over: '递补获奖' }
export const winnerTones: Readonly<Record<Schemas['WinnerPage']['items'][number]['state'], Tone>> = { winner: 'good', void: 'bad', substitute: 'plain', took_over: 'busy' }

export const voidReasons: Words<Schemas['VoidReason']> = {
  'not-eligible': '不符合条件', 'duplicate-person': '一人多号', cheating: '作弊', 'left-union': '已离会', declined: '自愿放弃', unreachable: '无法联系',
}

export const journalKinds: Words<Schemas['FundStatement']['items'][number]['kind']> = {
  budget: '拨入经费', reserve: '场次预留', win: '中奖', pay: '发放', release: '退回结余', void: '取消资格',
}

const accounts: Readonly<Record<string, string>> = { outside: '外部', free: '可用', reserved: '已预留', won: '待发放', paid: '已发放' }

/** The name of a ledger account: its last word decides, "fund/1/reserved" is 已预留. */
export function accountName(account: string): string {
  const word = account.split(/[/:.]/).find((part) => part in accounts)
  return word ? accounts[word]! : account
}

const actions: Readonly<Record<string, string>> = {
  'officer.setup': '首次设置', 'officer.create': '创建账号', 'officer.change': '修改账号', 'officer.lock': '锁定账号', 'officer.unlock': '解锁账号', 'officer.link': '生成新链接',
  'officer.sign_in': '登录', 'officer.sign_out': '退出', 'officer.password': '修改密码', 'officer.accept': '接受邀请',
  'roster.import': '导入名册', 'worker.unbind': '解除绑定', 'group.create': '创建人群', 'season.create': '创建活动季', 'fund.create': '创建经费',
  'activity.create': '创建活动', 'activity.change': '修改活动', 'activity.delete': '删除草稿', 'activity.publish': '发布活动', 'bank.import': '导入题库',
  'work.approve': '作品通过', 'work.refuse': '作品不通过', 'draw.number': '录入公开号码', 'draw.raffle': '开奖',
  'draw.void': '取消获奖资格', 'void.propose': '提出取消资格', 'void.confirm': '确认取消资格', 'draw.finish': '结束开奖', 'raffle.finish': '结束开奖',
  'payment.record': '登记发放', 'audit.export': '导出场次', 'round.export': '导出场次', 'clock.set': '拨动时间', 'clock.reset': '恢复真实时间',
}

/** What an operation of the log is called; an unknown one keeps its own name. */
export const actionName = (action: string): string => actions[action] ?? action

/** Why an operation was done: a disqualification's code by its name, everything else as somebody wrote it. */
export const reasonName = (reason: string): string => (voidReasons as Readonly<Record<string, string>>)[reason] ?? reason

/** A count with separators: 18,864. */
export const count = (n: number): string => n.toLocaleString('en-US')
