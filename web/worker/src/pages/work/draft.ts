import type { WorkInput } from '@/api/types'
import type { Shelf } from '@/lib/once'

/**
 * A work that is uploaded but not yet accepted. It outlives a reload, so that
 * nobody has to record a greeting twice because the network went at the end.
 */
export interface Draft {
  read(): WorkInput | undefined
  keep(input: WorkInput): void
  drop(): void
  /** The media id of a file that this page has uploaded already. */
  uploaded(url: string): string | undefined
  remember(url: string, mediaId: string): string
}

export function newDraft(shelf: Shelf, roundId: string): Draft {
  const name = 'draft:' + roundId
  const done = new Map<string, string>()
  return {
    read() {
      try {
        const input = JSON.parse(shelf.get(name) || 'null') as WorkInput | null
        return input && Array.isArray(input.mediaIds) && input.mediaIds.length > 0 ? input : undefined
      } catch {
        return undefined
      }
    },
    keep: input => shelf.set(name, JSON.stringify(input)),
    drop: () => {
      shelf.remove(name)
      done.clear()
    },
    uploaded: url => done.get(url),
    remember(url, mediaId) {
      done.set(url, mediaId)
      return mediaId
    },
  }
}
