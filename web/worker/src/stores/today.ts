import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { call } from '@/api/request'
import type { Today } from '@/api/types'
import { clock } from '@/lib/clock'

/** The rounds of today; what was read last stays on the page when the network goes. */
export const useToday = defineStore('today', () => {
  const today = shallowRef<Today>()

  async function load() {
    today.value = await call('get', '/api/worker/today')
    clock.correct(today.value.now)
  }

  return { today, load }
})
