import { onUnmounted, ref, shallowRef } from 'vue'
import { api, ask, type Schemas } from '@/api/client'

type Numbers = Schemas['RoundNumbers']
export interface Sample { at: number; perSecond: number }

const kept = 180

/** The live numbers of a round. A lost connection is opened again after one, two, four … at most fifteen seconds. */
export function useLive(round: string, onNumbers: (n: Numbers) => void) {
  const numbers = shallowRef<Numbers | null>(null)
  const samples = ref<Sample[]>([])
  const connected = ref(false)
  const lost = ref(false)
  let source: EventSource | null = null
  let timer = 0
  let failures = 0
  let left = false

  function receive(event: MessageEvent<string>): void {
    const n = JSON.parse(event.data) as Numbers
    failures = 0
    connected.value = true
    lost.value = false
    numbers.value = n
    samples.value = [...samples.value, { at: n.at, perSecond: n.perSecond ?? 0 }].slice(-kept)
    onNumbers(n)
  }

  function open(): void {
    if (left) return
    source = new EventSource(`/api/admin/rounds/${encodeURIComponent(round)}/live`)
    source.onmessage = receive
    source.onerror = () => {
      source?.close()
      connected.value = false
      lost.value = true
      const wait = Math.min(15_000, 1000 * 2 ** failures++)
      timer = window.setTimeout(reopen, wait)
    }
  }

  // A stream cannot say why it was refused. Asking for the session tells an ended sign-in from a lost network.
  async function reopen(): Promise<void> {
    await ask(api.GET('/api/admin/rounds/{round}', { params: { path: { round } } })).catch(() => undefined)
    open()
  }

  open()
  onUnmounted(() => {
    left = true
    clearTimeout(timer)
    source?.close()
  })
  return { numbers, samples, connected, lost }
}
