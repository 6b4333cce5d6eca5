import { shallowRef } from 'vue'

/**
 * The server's present. Phones are often minutes wrong, and a countdown that
 * ends early or late sends people away; so every answer that carries `now`
 * corrects the offset.
 */
export interface Clock {
  now(): number
  correct(serverNow: number): void
}

export function newClock(local: () => number): Clock {
  // A ref, so that whatever shows a time moves at once when the offset becomes known.
  const offset = shallowRef(0)
  return {
    now: () => local() + offset.value,
    correct: serverNow => {
      offset.value = serverNow - local()
    },
  }
}

export const clock = newClock(() => Date.now())
