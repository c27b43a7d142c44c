import type { SourcesSummary } from '@/lib/api/stream'
import { Icon } from '../ui/icon'
import styles from './source-state.module.css'

type State = SourcesSummary['sources'][number]['state']

/** State of a flow source as a word and a sign. */
export function SourceState({ state }: { state: State }) {
  return (
    <span className={styles[state]}>
      {state === 'live' && <span aria-hidden="true">● </span>}
      {state === 'connecting' && <span aria-hidden="true">○ </span>}
      {(state === 'failed' || state === 'silent') && <Icon name="warning" size={14} />} {state}
    </span>
  )
}
