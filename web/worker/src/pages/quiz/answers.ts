import type { Entry, QuizStep } from '@/api/types'

type Answer = NonNullable<QuizStep['answers']>[number]

/** Where saving stands, for the line under the question. */
export type Saving = 'saved' | 'saving' | 'waiting'

/**
 * Saves answers one request at a time. What is chosen while one is under way
 * goes with the next; what could not be sent stays and goes with the next try.
 */
export interface Answers {
  choose(question: number, options: number[]): void
  /** Sends what is not saved yet; resolves when nothing is left or a try has failed. */
  flush(): Promise<void>
  unsaved(): Answer[]
}

export function newAnswers(send: (answers: Answer[]) => Promise<Entry>, tell: (saving: Saving, error?: unknown) => void): Answers {
  const waiting = new Map<number, number[]>()
  let running: Promise<void> | undefined

  async function run() {
    while (waiting.size > 0) {
      const batch = unsaved()
      tell('saving')
      try {
        await send(batch)
      } catch (e) {
        tell('waiting', e)
        return
      }
      // An answer that was changed meanwhile is not saved yet.
      batch.filter(a => waiting.get(a.question) === a.options).forEach(a => waiting.delete(a.question))
    }
    tell('saved')
  }

  function unsaved(): Answer[] {
    return Array.from(waiting, ([question, options]) => ({ question, options }))
  }

  return {
    choose: (question, options) => void waiting.set(question, options),
    flush() {
      running = running ?? run().finally(() => (running = undefined))
      return running
    },
    unsaved,
  }
}
