import { ref, shallowRef, watch, type Ref, type ShallowRef, type WatchSource } from 'vue'
import { asProblem, type Problem } from '@/api/problem'
import { useSession } from '@/stores/session'

export interface Loaded<T> {
  data: ShallowRef<T | null>
  problem: Ref<Problem | null>
  loading: Ref<boolean>
  /** Reads again; what is shown stays until the answer is there. */
  load: () => Promise<void>
}

/** Reads something now, again when a source changes, and again after a new sign-in. Late answers of older questions are dropped. */
export function useLoad<T>(read: () => Promise<T>, sources: WatchSource[] = []): Loaded<T> {
  const session = useSession()
  const data = shallowRef<T | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const loading = ref(true)
  let question = 0

  async function load(): Promise<void> {
    const mine = ++question
    loading.value = true
    try {
      const answer = await read()
      if (mine !== question) return
      data.value = answer
      problem.value = null
    } catch (thrown) {
      if (mine !== question) return
      problem.value = asProblem(thrown)
    }
    loading.value = false
  }

  watch([() => session.epoch, ...sources], load, { immediate: true })
  return { data, problem, loading, load }
}
