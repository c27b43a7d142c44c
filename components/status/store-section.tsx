import type { StoreDocument } from '@/lib/api/documents'
import { countWords, formatBytes, formatCount, formatMinute } from '../ui/format'
import { Notice } from '../ui/notice'
import { Facts } from '../ui/table'

const KINDS = {
  memory: 'Memory: the last hour, gone when the server stops',
  embedded: 'A folder of this server',
  clickhouse: 'ClickHouse',
} as const

const STATES = {
  ready: 'ready',
  opening: 'being opened',
  waiting: 'not taking anything now; what comes is queued',
  off: 'not used; flows are in memory only',
} as const

/** Where flows are kept, how much there is, and what is wrong. */
export function StoreSection({ store }: { store: StoreDocument }) {
  const { kind, state, message, bytes, flows, oldest, rowsPerSecond, queue, isRawStopped, lostSums, lostRecords } = store
  const isStored = kind !== 'memory'
  return (
    <>
      {message !== null && (
        <Notice tone={state === 'off' || state === 'waiting' ? 'failure' : 'warning'} title="The store does not do what it should.">
          <p>{message}</p>
        </Notice>
      )}
      {isRawStopped && (
        <Notice tone="warning" title="Flows that were let through are kept as sums only.">
          <p>There is no room for them one by one. Refused flows are still kept, and this ends by itself when there is room again.</p>
        </Notice>
      )}
      <Facts
        facts={[
          { name: 'Kind', value: KINDS[kind] },
          ...(isStored ? [{ name: 'State', value: STATES[state] }] : []),
          ...(bytes === null ? [] : [{ name: 'Size', value: formatBytes(bytes) }]),
          ...(flows === null ? [] : [{ name: 'Flows kept one by one', value: formatCount(flows) }]),
          { name: 'Reaches back to', value: oldest === null ? 'no flows yet' : formatMinute(Date.parse(oldest)) },
          ...(isStored
            ? [
                { name: 'Rows written per second', value: formatCount(Math.round(rowsPerSecond)) },
                { name: 'Rows that wait', value: `${formatCount(queue.rows)} of at most ${formatCount(queue.limit)}` },
              ]
            : []),
          ...(isStored ? [{ name: 'Given up', value: givenUp(lostSums, lostRecords) }] : []),
        ]}
      />
    </>
  )
}

/** What found no room while the store did not take anything; flows one by one are in the ledger. */
function givenUp(lostSums: number, lostRecords: number): string {
  const lost = [
    ...(lostSums > 0 ? [countWords(lostSums, 'change of sums', 'changes of sums')] : []),
    ...(lostRecords > 0 ? [countWords(lostRecords, 'object or change', 'objects and changes')] : []),
  ]
  return lost.length === 0 ? 'nothing' : `${lost.join(', ')}: the store was away for too long, or takes less than what comes`
}
