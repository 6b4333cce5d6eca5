import { onUnmounted, ref, shallowRef, watch } from 'vue'
import { api, ask, type Schemas } from '@/api/client'
import { asProblem, type Problem } from '@/api/problem'

type Preview = Schemas['TimetablePreview']

/** What a timetable means, asked of the server a moment after the last key stroke. Late answers to older texts are dropped. */
export function useTimetable(seasonId: () => number | undefined, text: () => string | undefined, delayMs = 350) {
  const preview = shallowRef<Preview | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const reading = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let question = 0

  async function read(): Promise<void> {
    const mine = ++question
    const season = seasonId()
    const words = text()?.trim()
    if (season === undefined || !words) return show(null, null)
    reading.value = true
    try {
      const answer = await ask(api.POST('/api/admin/timetable', { body: { seasonId: season, text: words } }))
      if (mine === question) show(answer, null)
    } catch (thrown) {
      if (mine === question) show(null, asProblem(thrown))
    }
  }

  function show(answer: Preview | null, wrong: Problem | null): void {
    reading.value = false
    preview.value = answer
    problem.value = wrong
  }

  watch([seasonId, text], () => {
    clearTimeout(timer)
    timer = setTimeout(read, delayMs)
  })
  void read()
  onUnmounted(() => {
    clearTimeout(timer)
    question++
  })
  return { preview, problem, reading }
}
