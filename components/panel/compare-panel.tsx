'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ChangeList } from '@/components/graph/change-list'
import { changesOptions } from '@/components/live/change-queries'
import { comparedTimes, compareOptions } from '@/components/live/compare-queries'
import { useViewState } from '@/components/live/use-view-state'
import { Button } from '@/components/ui/button'
import { countWords, formatCount, formatMinute } from '@/components/ui/format'
import { Notice, Progress } from '@/components/ui/notice'
import type { ComparedTimeDocument, ComparisonDocument } from '@/lib/api/comparison-document'
import type { ComparedConnection } from '@/lib/graph/compare-traffic'
import { durationWords } from '@/lib/model/duration-words'
import styles from './compare-panel.module.css'
import { ComparedRow } from './compared-row'
import edgeStyles from './edge-list.module.css'
import { PanelHead, Section } from './section'

const MOST_CHANGES = 50

/** What differs between the two times of the view: verdicts, connections, and the changes of the cluster in between. */
export function ComparePanel() {
  const [view] = useViewState()
  const times = comparedTimes(view)
  return times === null ? null : <Compared times={times} />
}

function Compared({ times }: { times: NonNullable<ReturnType<typeof comparedTimes>> }) {
  const [view] = useViewState()
  const { data, error } = useQuery(compareOptions(times, view))
  const changes = useQuery(
    changesOptions({ from: times.before, to: times.after, about: [], namespaces: view.namespaces, topics: [], limit: MOST_CHANGES }),
  )
  return (
    <>
      <PanelHead kind={`What differs, ${durationWords(view.windowMs)} before each time`}>
        {formatMinute(times.before)} → {times.after === null ? 'now' : formatMinute(times.after)}
      </PanelHead>
      {error !== null && (
        <Notice tone="failure" title="The two times could not be compared." polite>
          <p>{error.message}</p>
        </Notice>
      )}
      {data === undefined && error === null && <Progress label="Comparing…" done={null} total={null} />}
      {data !== undefined && <Differences comparison={data} />}
      {changes.data !== undefined && changes.data.total > 0 && (
        <Section title="Changes of the cluster in between" count={formatCount(changes.data.total)}>
          <ChangeList changes={changes.data.changes} />
        </Section>
      )}
    </>
  )
}

function Differences({ comparison }: { comparison: ComparisonDocument }) {
  const { before, after, counts, connections, total } = comparison
  const flipped = connections.filter((connection) => connection.flipped)
  const others = connections.filter((connection) => !connection.flipped)
  return (
    <>
      <Gaps before={before} after={after} />
      {total === 0 && (
        <p className={styles.calm}>
          Nothing differs: {countWords(counts.unchanged, 'connection was', 'connections were')} seen at both times, decided alike.
        </p>
      )}
      {connections.length < total && (
        <p className={styles.calm}>
          Of {formatCount(total)} connections that differ the {formatCount(connections.length)} gravest are listed: narrow the namespaces or
          the filter to see the others.
        </p>
      )}
      <List title="Verdict flipped" connections={flipped} />
      <List title="Appeared" connections={others.filter(({ seen }) => seen === 'appeared')} />
      <List title="Vanished" connections={others.filter(({ seen }) => seen === 'vanished')} />
    </>
  )
}

/** What is not known of either time: without it, silence would look like nothing. */
function Gaps({ before, after }: { before: ComparedTimeDocument; after: ComparedTimeDocument }) {
  const lines: string[] = []
  if (!before.trafficKnown)
    lines.push('Traffic of the earlier time was not kept, or only a part of it: what “appeared” may have been there.')
  if (!after.trafficKnown) lines.push('Traffic of the later time is known in part only: what “vanished” may still be there.')
  if (!before.objectsKnown || !after.objectsKnown) {
    const which = before.objectsKnown ? 'of the later time' : after.objectsKnown ? 'of the earlier time' : 'of either time'
    lines.push(`The objects ${which} are not known: what was seen is shown, not what the policies said.`)
  }
  if (lines.length === 0) return null
  return (
    <Notice tone="warning" title="Not everything is known." polite>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </Notice>
  )
}

const AT_FIRST = 12

/** Connections that flipped are listed once, under that heading. */
function List({ title, connections }: { title: string; connections: readonly ComparedConnection[] }) {
  const [isWhole, setWhole] = useState(false)
  if (connections.length === 0) return null
  const shown = isWhole ? connections : connections.slice(0, AT_FIRST)
  return (
    <Section title={title} count={formatCount(connections.length)}>
      <ul className={edgeStyles.list}>
        {shown.map((connection) => (
          <ComparedRow key={connection.id} connection={connection} />
        ))}
      </ul>
      {shown.length < connections.length && (
        <Button look="quiet" onClick={() => setWhole(true)}>
          Show {formatCount(connections.length - shown.length)} more
        </Button>
      )}
    </Section>
  )
}
