import { defineStore } from 'pinia'
import { ref } from 'vue'
import { Problem } from '@/api/problem'
import { call } from '@/api/request'
import { dropToken, keepToken } from '@/api/token'
import type { Me, Site } from '@/api/types'
import { clock } from '@/lib/clock'

/** Who is using the phone, and whose site this is. */
export const useSession = defineStore('session', () => {
  const site = ref<Site>()
  const me = ref<Me>()

  async function loadSite() {
    if (site.value) return
    site.value = await call('get', '/api/public/site')
    clock.correct(site.value.now)
  }

  async function loadMe() {
    try {
      me.value = await call('get', '/api/worker/me')
    } catch (e) {
      if (e instanceof Problem && e.signedOut) me.value = undefined
      throw e
    }
  }

  async function bind(name: string, phone: string) {
    me.value = await call('post', '/api/worker/binding', { body: { name, phone } })
  }

  /** Signs in through WeChat; a page leaves for WeChat and never comes back to this call. */
  async function signIn(next: string) {
    // #ifdef MP-WEIXIN
    const code = await new Promise<string>((resolve, reject) =>
      uni.login({ provider: 'weixin', success: r => resolve(r.code), fail: () => reject(new Problem(-1, 'client.sign_in_failed')) }),
    )
    keepToken((await call('post', '/api/worker/session', { body: { code } })).token)
    await loadMe()
    // #endif
    // #ifndef MP-WEIXIN
    location.href = '/auth/wechat?next=' + encodeURIComponent('/h5/#' + next)
    // #endif
  }

  async function signOut() {
    await call('delete', '/api/worker/session')
    dropToken()
    me.value = undefined
  }

  return { site, me, loadSite, loadMe, bind, signIn, signOut }
})
