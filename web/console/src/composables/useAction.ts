import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { asProblem, type Problem } from '@/api/problem'

export interface Action<A extends unknown[]> {
  busy: Ref<boolean>
  problem: ShallowRef<Problem | null>
  /** Does it once at a time; true when it worked, else problem says why not. */
  run: (...args: A) => Promise<boolean>
}

/** One thing that a person does with a button: never twice at once, and its problem is kept for showing. */
export function useAction<A extends unknown[]>(act: (...args: A) => Promise<unknown>): Action<A> {
  const busy = ref(false)
  const problem = shallowRef<Problem | null>(null)
  async function run(...args: A): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    problem.value = null
    try {
      await act(...args)
      return true
    } catch (thrown) {
      problem.value = asProblem(thrown)
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, run }
}
