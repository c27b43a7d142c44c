import { accessSync, constants, statSync } from 'node:fs'
import type { Check } from '@/lib/api/report/doctor-report'
import type { Cluster } from '@/lib/model/cluster'
import { reachFlows } from '@/lib/platform/reach-flows'
import { shellWord } from '@/lib/platform/shell-word'
import type { FlowSourceChoice, ServerConfig } from '../config'
import { accessOf } from '../config/access-of'
import { formatListen } from '../config/parse-listen'
import { checkForward } from './check-forward'
import { checkHubble } from './check-hubble'
import { checkLoki } from './check-loki'
import { checkPrometheus } from './check-prometheus'

/** A source that wrote nothing for this long is mentioned. */
const QUIET_MS = 300_000

type SourceConfig = Pick<ServerConfig, 'flows' | 'flowAccess' | 'listen'>

/** Looks at the flow sources; where there are none, says how to get at the flows of this cluster. */
export async function checkSources(config: SourceConfig, cluster: Cluster | null, now: number): Promise<readonly Check[]> {
  if (config.flows.length > 0) return Promise.all(config.flows.map((choice) => checkSource(choice, config, now)))
  if (cluster === null) return []
  const [way] = reachFlows(cluster)
  if (way === undefined) return []
  const serve = way.flows.map((value) => `npx sluice serve --flows ${shellWord(value)}`)
  const fixes = [...way.steps.map(({ command }) => command), ...serve]
  return [{ about: 'flows', state: 'warning', message: `no flow source is named, so that no traffic is shown. ${way.text}`, fixes }]
}

async function checkSource(choice: FlowSourceChoice, { listen, flowAccess: common }: SourceConfig, now: number): Promise<Check> {
  const flowAccess = accessOf(choice, common)
  if (choice.kind === 'ingest') {
    return { about: 'flows', state: 'ok', message: `lines may be posted to http://${formatListen(listen)}/api/v1/flows`, fixes: [] }
  }
  if (choice.kind === 'forward') return checkForward(choice, flowAccess)
  if (choice.kind === 'netobserv-loki') return checkLoki(choice, flowAccess, now)
  if (choice.kind === 'hubble') return checkHubble(choice, flowAccess)
  if (choice.kind === 'prometheus') return checkPrometheus(choice, flowAccess, now)
  if (choice.kind !== 'file') return { about: 'flows', state: 'warning', message: `${choice.kind} is not looked at here`, fixes: [] }
  const { path } = choice
  try {
    accessSync(path, constants.R_OK)
    const { size, mtimeMs } = statSync(path)
    const quietMs = now - mtimeMs
    if (size === 0 || quietMs > QUIET_MS) {
      const message = size === 0 ? `${path} is empty` : `nothing was written to ${path} for ${Math.round(quietMs / 60_000)} minutes`
      return { about: 'flows', state: 'warning', message, fixes: ['is the program that writes it still running?'] }
    }
    return { about: 'flows', state: 'ok', message: `${path} is being written`, fixes: [] }
  } catch {
    const fixes = ['start the program that writes it, or give another path with --flows file:PATH']
    return { about: 'flows', state: 'problem', message: `${path} cannot be read`, fixes }
  }
}
