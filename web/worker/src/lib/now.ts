import { onUnmounted, ref } from 'vue'
import { clock } from './clock'

/** The server's present as a ref that moves once a second while the component lives. */
export function useNow() {
  const now = ref(clock.now())
  const timer = setInterval(() => (now.value = clock.now()), 1000)
  onUnmounted(() => clearInterval(timer))
  return now
}
