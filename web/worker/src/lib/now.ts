import { computed, onUnmounted, ref } from 'vue'
import { clock } from './clock'

/** The server's present, which moves once a second while the component lives. */
export function useNow() {
  const tick = ref(0)
  const timer = setInterval(() => tick.value++, 1000)
  onUnmounted(() => clearInterval(timer))
  return computed(() => (tick.value >= 0 ? clock.now() : 0))
}
