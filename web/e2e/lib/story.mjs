/**
 * Tells a story in chapters: each is a test of its own in the report, and none
 * is begun after one has failed, since it would stand on what never happened.
 */
export function storyOf(t, onBreak) {
  return async (title, act) => {
    let broken
    await t.test(title, async () => {
      try {
        await act()
      } catch (e) {
        broken = e
        await onBreak()
        throw e
      }
    })
    if (broken) throw new Error(`the story breaks off at “${title}”`)
  }
}
