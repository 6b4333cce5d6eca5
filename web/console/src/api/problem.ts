import type { components } from './schema'
import { problemTexts } from './problemTexts'

export type FieldProblem = components['schemas']['FieldProblem']

/** What the server refused, with the reason that texts are chosen by. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    readonly detail: string,
    readonly fields: FieldProblem[] = [],
    readonly requestId = '',
    readonly retryAfterMs = 0,
  ) {
    super(`${status} ${reason}`)
    this.name = 'Problem'
  }

  /** The sentence for people: our own for the reason, else the server's, else one for the class of error. */
  get text(): string {
    return problemTexts[this.reason] ?? (this.detail || this.classText)
  }

  private get classText(): string {
    if (this.status === 0) return '连不上服务器，请检查网络后重试。'
    if (this.status === 401) return '登录已过期，请重新登录。'
    if (this.status === 403) return '您的角色不能做这件事。需要的话请找管理员开通。'
    if (this.status === 404) return '没有找到，可能已被删除。'
    if (this.status === 409) return '现在的状态不允许这样做，请刷新后再看。'
    if (this.status === 413) return '文件太大了。'
    if (this.status === 422) return '有内容填得不对，请按提示修改。'
    if (this.status === 429) return '操作太频繁，请稍等一会儿再试。'
    if (this.status === 503) return '服务器正忙，请稍后再试。'
    return '服务器出错了，请稍后再试。如果一直这样，请把下面的编号告诉技术支持。'
  }
}

/** Makes a Problem of whatever came back: a problem document, a page of a proxy, or nothing. */
export function problemOf(body: unknown, status: number): Problem {
  if (typeof body === 'object' && body !== null && 'reason' in body) {
    const p = body as Partial<components['schemas']['Problem']>
    return new Problem(p.status ?? status, p.reason ?? '', p.detail ?? '', p.fields ?? [], p.requestId ?? '', p.retryAfterMs ?? 0)
  }
  return new Problem(status, status === 0 ? 'network' : `http.${status}`, '')
}

/** Makes a Problem of anything that was thrown. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  if (thrown instanceof TypeError) return problemOf(null, 0)
  return new Problem(-1, 'client', '页面出错了，请刷新后重试。')
}
