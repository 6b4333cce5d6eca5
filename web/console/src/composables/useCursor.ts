import { computed, ref } from 'vue'

/** Pages of a list that is read by cursor: remembers the cursors of the pages already seen, so that one can go back. */
export function useCursor() {
  const seen = ref<(string | undefined)[]>([undefined])
  const cursor = computed(() => seen.value[seen.value.length - 1])
  const page = computed(() => seen.value.length)
  const forward = (next: string): void => { seen.value = [...seen.value, next] }
  const back = (): void => { if (seen.value.length > 1) seen.value = seen.value.slice(0, -1) }
  const reset = (): void => { seen.value = [undefined] }
  return { cursor, page, forward, back, reset }
}
