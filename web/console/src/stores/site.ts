import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { api, ask, type Schemas } from '@/api/client'
import { festivalDay, sayInstant, wall } from '@/format/time'

/** The site and its clock. The product's present is the server's, which a sandbox can move or stop. */
export const useSite = defineStore('site', () => {
  const site = ref<Schemas['Site'] | null>(null)
  const clock = ref<Schemas['Clock'] | null>(null)
  const seasons = ref<Schemas['Season'][]>([])
  const offset = ref(0)
  const tick = ref(Date.now())

  setInterval(() => { tick.value = Date.now() }, 1000)

  const zone = computed(() => site.value?.timezone || 'Asia/Shanghai')
  const sandbox = computed(() => site.value?.sandbox ?? false)
  const now = computed(() => (clock.value?.frozen ? clock.value.now : tick.value + offset.value))

  async function load(): Promise<void> {
    site.value = await ask(api.GET('/api/public/site'))
    sync(site.value.now)
    if (site.value.sandbox) useClock(await ask(api.GET('/api/sandbox/clock')))
  }

  function sync(serverNow: number): void {
    offset.value = serverNow - Date.now()
    tick.value = Date.now()
  }

  function useClock(c: Schemas['Clock']): void {
    clock.value = c
    sync(c.now)
  }

  async function loadSeasons(): Promise<Schemas['Season'][]> {
    seasons.value = (await ask(api.GET('/api/admin/seasons'))).items
    return seasons.value
  }

  const say = (at: number): string => sayInstant(at, zone.value, now.value, seasons.value)
  const sayWithSeconds = (at: number): string => `${say(at)}:${wall(at, zone.value).seconds}`
  const feast = (at: number): string => festivalDay(wall(at, zone.value).date, seasons.value)

  return { site, clock, seasons, zone, sandbox, now, load, sync, useClock, loadSeasons, say, sayWithSeconds, feast }
})
