import type { components } from './schema'

type Body = components['schemas']['Problem']

/**
 * A request that did not succeed, whatever the reason. Pages show `text()` and
 * never the status. Network failures carry the reasons "client.offline" and
 * "client.timeout", so that every failure goes through the same table.
 */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    readonly detail = '',
    readonly retryAfterMs = 0,
    readonly fields: NonNullable<Body['fields']> = [],
  ) {
    super(reason)
    this.name = 'Problem'
  }

  /** Whether the same request may succeed later without any change. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 425 || this.status === 429 || this.status >= 500
  }

  /** Whether the phone has no way to the server now. */
  get offline(): boolean {
    return this.status === 0
  }

  /** Whether the session is missing or has ended. */
  get signedOut(): boolean {
    return this.status === 401
  }

  /** What a person reads: one sentence that says what happened and what to do. */
  text(): string {
    return textOf(this.reason, this.status, this.detail)
  }
}

/** Reads the server's answer to a failed request. */
export function problemFrom(status: number, body: unknown, retryAfter?: string): Problem {
  const b = (typeof body === 'string' ? parsed(body) : body) as Partial<Body> | undefined
  const wait = b?.retryAfterMs ?? Number(retryAfter ?? 0) * 1000
  return new Problem(status, b?.reason ?? 'http.' + status, b?.detail ?? '', Number.isFinite(wait) ? wait : 0, b?.fields ?? [])
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The sentence for a reason: our own text first, then the server's, then one for the status. */
export function textOf(reason: string, status: number, detail: string): string {
  return TEXTS[reason] ?? (detail || STATUS_TEXTS[status] || '出了点问题，请稍后再试。')
}

/** Every reason that has a text of the client's own. Whatever is missing here shows the server's sentence. */
export const TEXTS: Readonly<Record<string, string>> = {
  // the phone
  'client.offline': '网络不通，请检查网络后再试。',
  'client.timeout': '网络太慢，没有等到回音。请再试一次，不会重复参加。',
  'client.mic_refused': '没有麦克风权限。请在手机设置里允许使用麦克风，再回来录音。',
  'client.mic_missing': '这台手机上没有找到可用的麦克风。可以改为上传一段录音。',
  'client.mic_unsupported': '这个浏览器不能直接录音。可以用手机自带的录音机录好，再上传。',
  'client.mic_broken': '录音中断了，请再录一次。',
  'client.too_short': '录得太短了，请再说长一点。',
  'client.file_unreadable': '这个文件打不开，请换一个。',
  'client.sign_in_failed': '微信登录没有完成，请再试一次。',
  // the session and the roster
  'session.missing': '请先登录。',
  'session.expired': '登录已过期，请重新登录。',
  'session.revoked': '登录已失效，请重新登录。',
  'worker.unbound': '请先绑定姓名和手机号，再来参加。',
  'binding.required': '请先绑定姓名和手机号，再来参加。',
  'binding.not_found': '没有找到这位职工。请核对姓名和手机号，要与工会登记的一致；仍不行请联系单位工会。',
  'binding.mismatch': '没有找到这位职工。请核对姓名和手机号，要与工会登记的一致；仍不行请联系单位工会。',
  'binding.too_many': '试的次数太多了。为了保护大家的信息，请过一段时间再试，或联系单位工会。',
  'binding.too_many_guesses': '试的次数太多了。为了保护大家的信息，请过一段时间再试，或联系单位工会。',
  'binding.taken': '这位职工已经绑定了另一个微信号。如果不是您本人操作，请联系单位工会。',
  'binding.already': '您的微信号已经绑定过了。',
  // the round
  'round.not_found': '没有找到这场活动，可能链接不完整。',
  'round.not_open': '现在不在活动时间内。请看清开始和结束时间。',
  'round.not_yet': '活动还没有开始，请到时间再来。',
  'round.closed': '本场活动已经结束。',
  'round.not_eligible': '本场活动面向指定人群，您不在本场名单中。',
  'round.busy': '现在人很多，正在排队，请稍等。',
  'round.sold_out': '本场奖品已经全部抽完。',
  // taking part
  'entry.already': '您已经参加过本场活动了。',
  'entry.not_found': '没有找到这次参与记录。',
  'entry.not_eligible': '本场活动面向指定人群，您不在本场名单中。',
  'entry.expired': '答题时间已到，这份答卷已经收走。',
  'entry.finished': '这份答卷已经交过了。',
  'entry.reviewing': '作品正在审核，通过后就可以抽奖。',
  'entry.refused': '作品没有通过审核，请看看原因。',
  'work.media_missing': '请先录音或选择照片。',
  'work.too_short': '录得太短了，请再说长一点。',
  'work.too_long': '录得太长了，请短一点再录。',
  'work.too_many_photos': '照片太多了，请删掉几张。',
  'quiz.attempts_used': '今天的答题次数已经用完，明天再来。',
  'quiz.time_over': '答题时间已到，这份答卷已经收走。',
  // media
  'media.too_large': '文件太大了，请换一个小一点的。',
  'media.kind': '这种文件不能用，请换一个录音或照片。',
  'media.broken': '这个文件打不开，请重新录制或另选一个。',
  'media.not_found': '文件已经不在了，请重新上传。',
  'media.busy': '正在处理的文件太多，请稍等再传。',
  // the draw
  'play.sold_out': '本场奖品已经全部抽完。',
  'play.no_chance': '这次参与没有剩余的抽奖机会了。',
  'play.busy': '人多，正在排队……',
  'award.sold_out': '本场奖品已经全部抽完。',
  'award.not_found': '没有找到这份奖品。',
  'award.no_chance': '这次参与没有剩余的抽奖机会了。',
  'grab.sold_out': '本场奖品已经全部领完。',
  'receipt.not_yet': '凭证正在生成，请过一会儿再看。',
  'receipt.not_found': '没有找到这张凭证。',
  // the server
  'server.busy': '人多，正在排队，请稍等。',
  'server.maintenance': '系统正在维护，请稍后再来。您的记录都在。',
  'rate.limited': '操作太快了，请稍等一会儿再试。',
  'idempotency.in_progress': '上一次的请求还在处理，请稍等。',
  'idempotency.mismatch': '内容有变化，请再提交一次。',
  // WeChat
  'wechat.snapshot_user': '您现在是“快照页”浏览。请点右下角“使用完整服务”，再登录。',
  'wechat.code_invalid': '微信登录已过时，请重新点“微信登录”。',
  'wechat.unavailable': '微信暂时没有回音，请稍后再试。',
  'wechat.user_blocked': '这个微信号暂时不能登录，请联系单位工会。',
}

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  401: '请先登录。',
  403: '您不在可以参加的名单里。如有疑问请联系单位工会。',
  404: '没有找到要看的内容。',
  409: '现在不能这样做，请返回看看最新情况。',
  413: '文件太大了，请换一个小一点的。',
  422: '填写的内容有误，请检查后再试。',
  429: '操作太快了，请稍等一会儿再试。',
  500: '系统出了点问题，请稍后再试。您的记录不会丢。',
  503: '人多，正在排队，请稍等。',
}
