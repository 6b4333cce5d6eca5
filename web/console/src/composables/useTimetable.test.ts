import { mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, nextTick, ref } from 'vue'
import { useTimetable } from './useTimetable'

interface Asked { text: string; answer: (status: number, body: unknown) => void }

const asked: Asked[] = []

beforeEach(() => {
  vi.useFakeTimers()
  asked.length = 0
  // The network is the boundary: requests wait here until the test answers them.
  vi.stubGlobal('fetch', async (request: Request) => {
    const { text } = (await request.json()) as { text: string }
    return new Promise<Response>((resolve) => {
      asked.push({ text, answer: (status, body) => resolve(new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })) })
    })
  })
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function use(text: string, season: number | null = 1) {
  const words = ref(text)
  const seasonId = ref(season ?? undefined)
  let timetable!: ReturnType<typeof useTimetable>
  const wrapper = mount(defineComponent({ setup: () => { timetable = useTimetable(() => seasonId.value, () => words.value); return () => null } }))
  return { words, seasonId, timetable, wrapper }
}

const settle = async (ms = 0): Promise<void> => {
  await nextTick()
  await vi.advanceTimersByTimeAsync(ms)
}
const rounds = (n: number) => ({ text: 'x', rounds: Array.from({ length: n }, (_, i) => ({ number: i + 1, opensAt: i, closesAt: i + 1, words: '' })) })

describe('useTimetable', () => {
  it('asks once after the typing has paused', async () => {
    const { words } = use('')
    for (const text of ['除', '除夕', '除夕 20:00']) {
      words.value = text
      await settle(100)
    }
    expect(asked).toHaveLength(0)
    await settle(400)
    expect(asked.map((a) => a.text)).toEqual(['除夕 20:00'])
  })

  it('never shows a late answer to an older text', async () => {
    const { words, timetable } = use('除夕')
    await settle()
    words.value = '初一到初七 每天'
    await settle(400)
    asked[1]!.answer(200, rounds(7))
    await settle()
    asked[0]!.answer(200, rounds(1))
    await settle()
    expect(timetable.preview.value?.rounds).toHaveLength(7)
  })

  it("shows the server's sentence and no rounds when the text is not understood", async () => {
    const { timetable } = use('明天下午')
    await settle()
    asked[0]!.answer(422, { status: 422, reason: 'schedule.unreadable', detail: '看不懂“明天下午”。' })
    await settle()
    expect(timetable.preview.value).toBeNull()
    expect(timetable.problem.value?.text).toBe('看不懂“明天下午”。')
  })

  it('asks nothing without a season or a text', async () => {
    const { words } = use('除夕', null)
    await settle(400)
    words.value = '  '
    await settle(400)
    expect(asked).toHaveLength(0)
  })
})
