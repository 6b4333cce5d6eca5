const NAME = 'session-token'

/** The header that signs a mini-program's request; a page has its cookie and needs none. */
export function bearer(): Record<string, string> {
  // #ifdef MP-WEIXIN
  const token = uni.getStorageSync(NAME) as string
  if (token) return { Authorization: 'Bearer ' + token }
  // #endif
  return {}
}

export function keepToken(token: string) {
  uni.setStorageSync(NAME, token)
}

export function dropToken() {
  uni.removeStorageSync(NAME)
}
