import type { Hits } from '../graph/policy-hits'
import { printTime } from './print-time'

/** What a policy or rule decided of the recorded flows of the window. */
export type HitsDocument = Omit<Hits, 'lastSeen'> & { readonly lastSeen: string }

/** null: no recorded flow of the window was decided by it. */
export function hitsDocument(hits: Hits | undefined): HitsDocument | null {
  if (hits === undefined) return null
  const { total, denied, stated, lastSeen } = hits
  return { total, denied, stated, lastSeen: printTime(lastSeen) }
}
