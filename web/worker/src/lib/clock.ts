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
  let offset = 0
  return {
    now: () => local() + offset,
    correct: serverNow => {
      offset = serverNow - local()
    },
  }
}

export const clock = newClock(() => Date.now())
