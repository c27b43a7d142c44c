import type { ListedChange } from '@/lib/api/changes-document'
import { storedChangeBody } from '@/lib/bundle/line-schemas'
import type { StoredChange } from '../store/flow-store'

const ENDED = { state: 'not-computed', reason: 'the server ended before it was computed' } as const

/** A change as the store has it; null when what was written cannot be read. `isOurs`: this process wrote it. */
export function storedChange({ id, writer, body }: StoredChange, isOurs: boolean): ListedChange | null {
  const read = storedChangeBody.safeParse(body)
  if (!read.success) return null
  const { change, effect } = read.data
  const isOver = effect.verdicts.state === 'pending' && !isOurs
  return {
    id: isOurs ? String(id) : `${id}.${writer.toString(36)}`,
    change,
    effect: isOver ? { ...effect, verdicts: ENDED } : effect,
  }
}
