import type { WatchedKind } from '@/lib/model/watched-kind'
import { classNames } from '../ui/class-names'
import { formatCount, formatDateTime } from '../ui/format'
import { Cell, HeaderCell, Table } from '../ui/table'
import styles from './watched-kinds.module.css'

/** What is read of a live cluster, kind by kind: how far, how fresh, and which right is missing. */
export function WatchedKinds({ kinds }: { kinds: readonly WatchedKind[] }) {
  const served = kinds.filter(({ state }) => state.kind !== 'absent').sort((a, b) => gravity(a) - gravity(b))
  const absent = kinds.filter(({ state }) => state.kind === 'absent')
  return (
    <>
      <Table label="Kinds that are watched">
        <thead>
          <tr>
            <HeaderCell>Kind</HeaderCell>
            <HeaderCell>State</HeaderCell>
            <HeaderCell numeric>Objects</HeaderCell>
            <HeaderCell numeric>Changes</HeaderCell>
            <HeaderCell numeric>Lists</HeaderCell>
            <HeaderCell numeric>Left out</HeaderCell>
            <HeaderCell>What is missing</HeaderCell>
          </tr>
        </thead>
        <tbody>
          {served.map((kind) => (
            <tr key={`${kind.group}/${kind.kind}`}>
              <Cell>
                <span title={kind.group === '' ? 'core' : kind.group}>{kind.kind}</span>{' '}
                <span className={styles.muted}>{kind.group === '' ? kind.version : `${kind.group}/${kind.version}`}</span>
              </Cell>
              <Cell className={classNames(kind.state.kind !== 'live' && styles.trouble)}>{stateWord(kind)}</Cell>
              <Cell numeric>{formatCount(kind.objects)}</Cell>
              <Cell numeric>{formatCount(kind.events)}</Cell>
              <Cell numeric>{formatCount(kind.relists + 1)}</Cell>
              <Cell numeric className={kind.leftOut > 0 ? styles.trouble : undefined}>
                {formatCount(kind.leftOut)}
              </Cell>
              <Cell>{missingWords(kind)}</Cell>
            </tr>
          ))}
        </tbody>
      </Table>
      {absent.length > 0 && (
        <p className={styles.muted}>
          This cluster does not serve {absent.map(({ group, kind }) => (group === '' ? kind : `${kind} (${group})`)).join(', ')}. As soon as
          it does, they are read.
        </p>
      )}
    </>
  )
}

const ORDER: readonly WatchedKind['state']['kind'][] = ['stale', 'not-permitted', 'syncing', 'live', 'absent']

function gravity({ state, leftOut, scope }: WatchedKind): number {
  const isWhole = state.kind === 'live' && leftOut === 0 && scope.kind !== 'namespaces'
  return state.kind === 'live' && !isWhole ? 2.5 : ORDER.indexOf(state.kind)
}

function stateWord({ state }: WatchedKind): string {
  switch (state.kind) {
    case 'live':
      return 'live'
    case 'syncing':
      return state.total === null
        ? `reading, ${formatCount(state.read)} so far`
        : `reading, ${formatCount(state.read)} of ${formatCount(state.total)}`
    case 'stale':
      return state.since === null ? 'never read' : `stale since ${formatDateTime(state.since)}`
    case 'not-permitted':
      return 'not permitted'
    case 'absent':
      return 'not served'
  }
}

function missingWords({ state, scope, resource, group }: WatchedKind): string {
  const name = group === '' ? resource : `${resource}.${group}`
  if (state.kind === 'not-permitted') {
    return `The right to ${state.verb} ${name} ${state.namespace === null ? 'in the whole cluster' : `in the namespace ${state.namespace}`}`
  }
  if (state.kind === 'stale') return state.reason
  if (scope.kind === 'namespaces')
    return `Read only in ${scope.names.join(', ')}: the right to list ${name} in the whole cluster is missing`
  if (scope.kind === 'objects') return `Only ${scope.names.join(', ')} are read`
  return ''
}
