'use client'

import { useQuery } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { BASE_PATH } from '@/lib/api/base-path'
import { Command } from '../ui/command'
import { Empty } from '../ui/notice'
import { statusOptions } from './status-queries'

const neverChanges = () => () => undefined

/** No source of flows was named at the start: the two ways to name one. */
export function NoFlowSource() {
  const origin = useSyncExternalStore(
    neverChanges,
    () => window.location.origin,
    () => 'http://127.0.0.1:3000',
  )
  const { data } = useQuery(statusOptions())
  const start =
    data === undefined || data.cluster.origin === null
      ? 'npm start --'
      : `npm start -- --cluster ${data.cluster.source}:${shellWord(data.cluster.origin)}`
  return (
    <Empty title="No flow source is connected.">
      <p>
        The map shows what is declared and what the policies allow. To see traffic, record it where Cilium runs and start Sluice with the
        file:
      </p>
      <Command about="Record flows" text="hubble observe --follow -o jsonpb > flows.jsonl" />
      <Command about="Read them while they are written" text={`${start} --flows file:flows.jsonl`} />
      <p>Or send them over HTTP:</p>
      <Command about="Accept flows" text={`${start} --flows ingest`} />
      <Command
        about="Send some"
        text={`hubble observe --last 1000 -o jsonpb | curl --data-binary @- -H 'content-type: application/x-ndjson' ${origin}${BASE_PATH}/api/v1/flows`}
      />
    </Empty>
  )
}

/** A word that a shell takes as it is. */
function shellWord(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
