import { computed } from 'vue'
import { api, ask } from '@/api/client'
import { useLoad } from './useLoad'

/** The groups, and the trades and types that the roster and they are known to use, for choosing from. */
export function useGroups() {
  const groups = useLoad(async () => (await ask(api.GET('/api/admin/groups'))).items)
  const unions = useLoad(async () => (await ask(api.GET('/api/admin/unions'))).items)
  const sample = useLoad(async () => (await ask(api.GET('/api/admin/workers', { params: { query: { limit: 200 } } }))).items)
  const distinct = (words: string[]): string[] => [...new Set(words.filter(Boolean))].sort((a, b) => a.localeCompare(b, 'zh'))
  const trades = computed(() => distinct([...(groups.data.value ?? []).flatMap((g) => g.trades), ...(sample.data.value ?? []).map((w) => w.trade)]))
  const types = computed(() => distinct([...(groups.data.value ?? []).flatMap((g) => g.types), ...(sample.data.value ?? []).map((w) => w.type)]))
  const unionName = (id: number): string => unions.data.value?.find((u) => u.id === id)?.name ?? `工会 ${id}`
  return { groups, unions, trades, types, unionName }
}
