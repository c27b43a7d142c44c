import type { ServerRole } from '../config'
import { aProblem, type Problem } from './problem'

const INGEST = '/api/v1/flows'
const OTLP = '/api/v1/otlp/'
const OF_COLLECTORS: readonly string[] = ['/livez', '/readyz', '/metrics', '/api/v1/status']

/** Why a process of a role does not answer a request; null when it does. `path` begins after the base path. */
export function refuseByRole(role: ServerRole, method: string, path: string): Problem | null {
  const isIngest = method === 'POST' && (path === INGEST || path.startsWith(OTLP))
  if (role === 'web' && isIngest) {
    const detail = 'It was started with --role web. Send flows to a process with --role collector and --flows ingest.'
    return aProblem(404, 'This process takes no flows', detail)
  }
  if (role !== 'collector' || isIngest || (method !== 'POST' && OF_COLLECTORS.includes(path))) return null
  const detail = `It was started with --role collector: it fills the store, and answers ${OF_COLLECTORS.join(', ')} and posted flows. Pages and the rest of the API are served by a process with --role web.`
  return aProblem(404, 'This process is a collector', detail)
}
