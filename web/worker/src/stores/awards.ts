import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { call } from '@/api/request'
import type { MyAward } from '@/api/types'

/** My prizes, newest first, page by page. */
export const useAwards = defineStore('awards', () => {
  const items = shallowRef<MyAward[]>()
  const totalFen = shallowRef(0)
  const next = shallowRef<string>()

  async function load() {
    const page = await call('get', '/api/worker/awards', { query: { limit: 50 } })
    items.value = page.items
    totalFen.value = page.totalFen
    next.value = page.next
  }

  async function more() {
    if (!next.value) return
    const page = await call('get', '/api/worker/awards', { query: { limit: 50, cursor: next.value } })
    items.value = [...(items.value ?? []), ...page.items]
    next.value = page.next
  }

  function find(roundId: string, no: number): MyAward | undefined {
    return items.value?.find(a => a.roundId === roundId && a.no === no)
  }

  return { items, totalFen, next, load, more, find }
})
