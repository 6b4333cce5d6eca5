/** Where the pages are; every jump inside the client goes through here. */

const enc = encodeURIComponent

export const pages = {
  today: () => '/pages/today/today',
  enter: (next: string) => `/pages/enter/enter?next=${enc(next)}`,
  round: (id: string) => `/pages/round/round?id=${enc(id)}`,
  work: (id: string) => `/pages/work/work?id=${enc(id)}`,
  draw: (id: string, entry: number) => `/pages/draw/draw?id=${enc(id)}&entry=${entry}`,
  quiz: (id: string, entry?: number) => `/pages/quiz/quiz?id=${enc(id)}` + (entry === undefined ? '' : `&entry=${entry}`),
  awards: () => '/pages/awards/awards',
  receipt: (id: string, of: { seq?: number; entry?: number; no?: number }) =>
    `/pages/receipt/receipt?id=${enc(id)}` + Object.entries(of).filter(([, v]) => v !== undefined).map(([k, v]) => `&${k}=${v}`).join(''),
  publicRound: (id: string) => `/pages/public/public?id=${enc(id)}`,
  trust: () => '/pages/trust/trust',
}

export function open(url: string) {
  uni.navigateTo({ url })
}

/** Goes on without a way back to the page that is left, e.g. from recording to the draw. */
export function replace(url: string) {
  uni.redirectTo({ url })
}

export function restart(url: string) {
  uni.reLaunch({ url })
}

/** One page back, or home when this page was opened by a link. */
export function back() {
  if (getCurrentPages().length > 1) uni.navigateBack()
  else restart(pages.today())
}

/** To the sign-in page, which returns to the present page. */
export function toEnter() {
  const here = currentUrl()
  if (!here.startsWith('/pages/enter/')) restart(pages.enter(here))
}

function currentUrl(): string {
  const stack = getCurrentPages()
  const top = stack[stack.length - 1] as unknown as { $page?: { fullPath?: string }; route?: string; options?: Record<string, string> } | undefined
  if (top?.$page?.fullPath) return top.$page.fullPath
  const query = Object.entries(top?.options ?? {}).map(([k, v]) => `${k}=${v}`).join('&')
  return top?.route ? '/' + top.route + (query ? '?' + query : '') : pages.today()
}
