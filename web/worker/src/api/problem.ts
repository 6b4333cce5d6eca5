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
  'client.fault': '这个页面出了点问题，请返回再试一次。',
  // the session and the roster
  'session.invalid': '登录已失效，请重新登录。',
  'worker.unbound': '请先绑定姓名和手机号，再来参加。',
  'worker.phone': '手机号应是 11 位数字，以 1 开头，请检查。',
  'binding.no_match': '没有找到这位职工。请核对姓名和手机号，要与工会登记的一致；仍不行请联系单位工会。',
  'binding.too_many': '试的次数太多了。为了保护大家的信息，请过一段时间再试，或联系单位工会。',
  'binding.taken': '这位职工已经绑定了另一个微信号。如果不是您本人操作，请联系单位工会。',
  'binding.already': '您的微信号已经绑定过了。',
  // the round
  'round.unknown': '没有找到这场活动，可能链接不完整。',
  'round.not_open': '活动还没有开始，请到时间再来。',
  'round.closed': '本场活动已经结束。',
  'round.not_eligible': '本场活动面向指定人群，您不在本场名单中。',
  // taking part
  'entry.already': '您已经参加过本场活动了。',
  'entry.today_done': '今天的次数已经用完，明天再来。',
  'entry.unfinished': '您还有一份没有完成，请先接着做完。',
  'entry.unknown': '没有找到这次参与记录。',
  'entry.finished': '这次参与已经完成，不能再改。',
  'entry.expired': '时间已到，已按保存的内容交卷。',
  'entry.reviewing': '作品正在审核，通过后就可以抽奖。',
  'entry.refused': '作品没有通过审核，请看看原因。',
  'quiz.handed_in': '已经交卷，不能再改。',
  // uploads: where the server's sentence says how much is allowed, it is shown instead
  'media.empty': '这个文件是空的，请换一个。',
  'media.interrupted': '上传中断了，请再试一次。',
  'media.not_yours': '上传的文件已经不在了，请重新录制或选择。',
  'media.not_found': '文件已经不在了，请重新上传。',
  'media.unknown': '没有找到这个文件，或者它还没有公开。',
  'media.busy': '上传的人太多，请稍等再试。',
  // the draw
  'play.sold_out': '本场红包已经全部抽完，谢谢您来参加。',
  'play.no_chance': '这次参与没有剩余的抽奖机会了。',
  'play.already': '这次参与已经抽过奖了。',
  'play.cap_reached': '您在本场的中奖次数已经到了上限，把机会留给大家吧。',
  'play.none': '本场没有现场抽奖，请等统一开奖。',
  'receipt.unknown': '没有找到这张凭证，可能还在生成，请过一会儿再看。',
  'award.unknown': '没有找到这份奖品。',
  // the server
  busy: '人多，正在排队，请稍等。',
  internal: '系统出了点问题，请稍后再试。您的记录不会丢。',
  'request.gone': '网络中断，请再试一次，不会重复参加。',
  'request.too_many': '操作太快了，请稍等一会儿再试。',
  'request.invalid': '提交的内容有误，请刷新页面后再试。',
  'idempotency.reused': '内容有变化，请再提交一次。',
  // WeChat
  'wechat.snapshot_user': '您现在看到的是预览页。请点页面下方的“使用完整服务”，再登录。',
  'wechat.code_invalid': '微信登录已过时，请重新点“微信登录”。',
  'wechat.unavailable': '微信暂时没有回音，请稍后再试。',
  'wechat.state': '这次登录已经过时，请重新点“微信登录”。',
  'wechat.declined': '您没有同意登录。需要参加活动时，请再点“微信登录”。',
  'wechat.quota': '登录的人太多，请稍后再试。',
  'wechat.user_blocked': '这个微信号暂时不能登录，请联系单位工会。',
  'wechat.mini_off': '小程序还没有开通，请从公众号进入。',
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
