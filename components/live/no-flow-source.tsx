'use client'

import { useQuery } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { BASE_PATH } from '@/lib/api/base-path'
import type { FlowWay } from '@/lib/platform/flow-way'
import { shellWord } from '@/lib/platform/shell-word'
import { Command } from '../ui/command'
import { Empty } from '../ui/notice'
import styles from './no-flow-source.module.css'
import { statusOptions } from './status-queries'

const neverChanges = () => () => undefined
const LINE = '{"from": "shop/web", "to": "shop/cart", "port": 80, "verdict": "forwarded"}'

/** No source of flows was named at the start: how to name one, by what runs in this cluster. */
export function NoFlowSource() {
  const origin = useSyncExternalStore(
    neverChanges,
    () => window.location.origin,
    () => 'http://127.0.0.1:3000',
  )
  const { data } = useQuery(statusOptions())
  const start =
    data === undefined || data.cluster.source !== 'manifests' || data.cluster.origin === null
      ? 'npm start --'
      : `npm start -- --cluster ${shellWord(`manifests:${data.cluster.origin}`)}`
  const [best, ...others] = data?.flowWays ?? []
  return (
    <Empty title="No flow source is connected.">
      <p>The map shows what is declared and what the policies allow. To see traffic, start Sluice with a source of flows.</p>
      {best !== undefined && <Way way={best} start={start} origin={origin} />}
      {others.map((way) => (
        <details key={way.text} className={styles.other}>
          <summary>Or: {way.text}</summary>
          <div className={styles.commands}>
            <Commands way={way} start={start} origin={origin} />
          </div>
        </details>
      ))}
    </Empty>
  )
}

type WayProps = { readonly way: FlowWay; readonly start: string; readonly origin: string }

function Way({ way, start, origin }: WayProps) {
  return (
    <>
      <p>{way.text}</p>
      <Commands way={way} start={start} origin={origin} />
    </>
  )
}

function Commands({ way: { steps, flows }, start, origin }: WayProps) {
  return (
    <>
      {steps.map(({ about, command }) => (
        <Command key={command} about={about} text={command} />
      ))}
      {flows.map((value) => (
        <Command key={value} about="Start Sluice with it" text={`${start} --flows ${shellWord(value)}`} />
      ))}
      {flows.includes('ingest') && (
        <Command about="Send a line of your own" text={`curl --data-binary '${LINE}' ${origin}${BASE_PATH}/api/v1/flows`} />
      )}
    </>
  )
}
