import { ref, shallowRef } from 'vue'
import { Problem } from '@/api/problem'
import { toEnter } from './go'

/**
 * Loads what a page shows. The last good data stay when a reload fails; a
 * missing session leads to the sign-in page and back here afterwards.
 */
export function useLoad(load: () => Promise<void>) {
  const loading = ref(false)
  const problem = shallowRef<Problem>()

  async function reload() {
    loading.value = true
    try {
      await load()
      problem.value = undefined
    } catch (e) {
      problem.value = asProblem(e)
      if (problem.value.signedOut) toEnter()
    } finally {
      loading.value = false
      uni.stopPullDownRefresh()
    }
  }

  return { loading, problem, reload }
}

/** Anything thrown, as a Problem. */
export function asProblem(e: unknown): Problem {
  return e instanceof Problem ? e : new Problem(500, 'client.fault')
}
