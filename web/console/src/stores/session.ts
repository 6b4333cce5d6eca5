import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api, ask, type Schemas } from '@/api/client'
import { asProblem } from '@/api/problem'

export type Role = Schemas['Role']

/** Who is signed in. `epoch` grows with each sign-in, so that pages read their data again. */
export const useSession = defineStore('session', () => {
  const officer = ref<Schemas['Officer'] | null>(null)
  const asked = ref(false)
  const expired = ref(false)
  const epoch = ref(0)

  const roles = computed<Role[]>(() => officer.value?.roles ?? [])
  const may = (allowed: readonly Role[] | undefined): boolean => !allowed || allowed.some((r) => roles.value.includes(r))

  async function restore(): Promise<void> {
    try {
      officer.value = await ask(api.GET('/api/admin/session'))
      asked.value = true
    } catch (thrown) {
      const problem = asProblem(thrown)
      if (problem.status !== 401) throw problem
      officer.value = null
      asked.value = true
    }
  }

  function enter(who: Schemas['Officer']): void {
    officer.value = who
    asked.value = true
    expired.value = false
    epoch.value++
  }

  async function signIn(login: string, password: string): Promise<void> {
    enter(await ask(api.POST('/api/admin/session', { body: { login, password } })))
  }

  async function signOut(): Promise<void> {
    await ask(api.DELETE('/api/admin/session'))
    officer.value = null
    expired.value = false
  }

  function expire(): void {
    if (officer.value) expired.value = true
  }

  return { officer, asked, expired, epoch, roles, may, restore, enter, signIn, signOut, expire }
})
