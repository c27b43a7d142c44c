'use client'

import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { StatusDocument } from '@/lib/api/documents'
import { NoFlowSource } from '../live/no-flow-source'
import { statusOptions } from '../live/status-queries'
import { Chip } from '../ui/chip'
import { countWords, formatCount, formatDateTime } from '../ui/format'
import { Notice, Progress } from '../ui/notice'
import { Cell, Facts, HeaderCell, Table } from '../ui/table'
import { LedgerTable } from './ledger-table'
import { LoadNote } from './load-note'
import { MachineTable, PlatformSection } from './platform-section'
import { ProblemList } from './problem-list'
import { SourceTable } from './source-table'
import styles from './status-view.module.css'
import { StoreSection } from './store-section'
import { useHashTarget } from './use-hash-target'
import { WatchedKinds } from './watched-kinds'

/** The Status page: where everything on the other pages comes from, and what was lost on the way. */
export function StatusView() {
  const { data, error } = useQuery(statusOptions())
  useHashTarget(data !== undefined)
  return (
    <div className={styles.page}>
      {error !== null && (
        <Notice tone="failure" title="The status could not be read." polite>
          <p>
            {error.message} {data !== undefined && 'Below is what was read before.'}
          </p>
        </Notice>
      )}
      {data === undefined ? (
        error === null && <Progress label="Reading the status…" done={null} total={null} />
      ) : (
        <Sections status={data} />
      )}
    </div>
  )
}

const UNKNOWN_INPUT = {
  'query-parameter': 'Query parameters',
  'body-field': 'Fields of request bodies',
  'flow-line-field': 'Fields of flow lines',
} as const

function Sections({ status }: { status: StatusDocument }) {
  const { cluster, policies, sources, limits, unknownInput, versions } = status
  const objects = cluster.objects.reduce((sum, { count }) => sum + count, 0)
  return (
    <>
      <Section id="cluster" title="Cluster">
        <Facts
          facts={[
            {
              name: 'Name',
              value: (
                <>
                  <bdi>{cluster.name}</bdi>{' '}
                  {cluster.simulated && (
                    <Chip label="simulated" tone="notice">
                      simulated
                    </Chip>
                  )}
                </>
              ),
            },
            { name: 'Read from', value: cluster.origin === null ? cluster.source : <bdi>{`${cluster.source}: ${cluster.origin}`}</bdi> },
            ...(cluster.recording === null
              ? []
              : [
                  {
                    name: 'Recording of',
                    value: `${formatDateTime(cluster.recording.at)}${cluster.recording.masked ? ', names and addresses masked' : ''}`,
                  },
                ]),
            { name: 'Last read', value: `${formatDateTime(Date.parse(cluster.readAt))}, revision ${formatCount(cluster.revision)}` },
            {
              name: 'Objects',
              value: `${formatCount(objects)}: ${cluster.objects.map(({ kind, count }) => `${formatCount(count)} ${kind}`).join(', ')}`,
            },
            { name: 'Policies', value: `${formatCount(policies.count)}, read with the profile ${policies.profile}` },
          ]}
        />
      </Section>

      <Section id="platform" title="This cluster">
        <PlatformSection platform={status.platform} />
        <MachineTable machines={status.platform.machines} />
      </Section>

      <Section id="problems" title={`Problems in the input (${formatCount(cluster.problems)})`}>
        {cluster.inputProblems.length + policies.problems.length === 0 ? (
          <p className={styles.quiet}>None.</p>
        ) : (
          <ProblemList problems={[...cluster.inputProblems, ...policies.problems]} total={cluster.problems + policies.problems.length} />
        )}
      </Section>

      {cluster.watched.length > 0 && (
        <Section id="kinds-watched" title="What is read of the cluster">
          <WatchedKinds kinds={cluster.watched} />
        </Section>
      )}

      {cluster.unknownKinds.length > 0 && (
        <Section id="kinds" title="Kinds that are kept but not read">
          <p className={styles.quiet}>These objects are in the cluster. Sluice knows nothing about them, and no page uses them.</p>
          <ul className={styles.kinds}>
            {cluster.unknownKinds.map(({ apiVersion, kind, count }) => (
              <li key={`${apiVersion} ${kind}`}>
                <code>
                  {apiVersion} {kind}
                </code>{' '}
                {formatCount(count)}
              </li>
            ))}
          </ul>
        </Section>
      )}

      <Section id="sources" title="Flow sources">
        {sources.length === 0 ? <NoFlowSource /> : <SourceTable sources={sources} />}
      </Section>

      {sources.length > 0 && (
        <Section id="losses" title="Loss ledger">
          <LossSum sources={sources} load={status.load} />
          {/* The line that stands for all collectors takes no records. */}
          <LedgerTable entries={sources.filter(({ kind }) => kind !== 'store').map(({ ledger }) => ledger)} />
        </Section>
      )}

      <Section id="store" title="Store">
        <StoreSection store={status.store} />
      </Section>

      <Section id="limits" title="Limits">
        <Table label="Limits">
          <thead>
            <tr>
              <HeaderCell>What is bounded</HeaderCell>
              <HeaderCell numeric>Now</HeaderCell>
              <HeaderCell numeric>Limit</HeaderCell>
              <HeaderCell>Unit</HeaderCell>
              <HeaderCell numeric>Times it cost something</HeaderCell>
            </tr>
          </thead>
          <tbody>
            {limits.map((limit) => (
              <tr key={limit.name}>
                <Cell>{limit.name}</Cell>
                <Cell numeric>{formatCount(limit.used)}</Cell>
                <Cell numeric>{formatCount(limit.limit)}</Cell>
                <Cell>{limit.unit}</Cell>
                <Cell numeric className={limit.reached > 0 ? styles.loss : undefined}>
                  {formatCount(limit.reached)}
                </Cell>
              </tr>
            ))}
          </tbody>
        </Table>
      </Section>

      {unknownInput.some(({ count }) => count > 0) && (
        <Section id="unknown-input" title="Sent, and not known here">
          <p className={styles.quiet}>
            Parameters and fields that mean nothing here are ignored and counted. Many of them hint at a misspelt name.
          </p>
          <Facts facts={unknownInput.map(({ what, count }) => ({ name: UNKNOWN_INPUT[what], value: formatCount(count) }))} />
        </Section>
      )}

      <Section id="versions" title="Versions">
        <Facts
          facts={[
            ...versions.map(({ name, version }) => ({ name, value: <code>{version}</code> })),
            { name: 'Running since', value: formatDateTime(Date.parse(status.startedAt)) },
          ]}
        />
      </Section>
    </>
  )
}

function LossSum({ sources, load }: Pick<StatusDocument, 'sources' | 'load'>) {
  const lost = sources.reduce((sum, source) => sum + source.lost, 0)
  return (
    <>
      <p>
        {lost === 0 ? 'Nothing was lost.' : `${countWords(lost, 'record was', 'records were')} lost; below is why, and what to do.`}{' '}
        <span className={styles.quiet}>Every record received is stored, sampled out, dropped, ignored with a reason, or still queued.</span>
      </p>
      <LoadNote load={load} />
    </>
  )
}

function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section id={id} className={styles.section} tabIndex={-1} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </section>
  )
}
