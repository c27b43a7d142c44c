import type { NamedRuntime } from './combined-graph'
import type { GraphStore } from './graph-store'
import { aProblem, problemResponse } from './http/problem'
import type { Runtime } from './running'
import { fleet } from './runtime'

/** A route about one cluster: the first that `?cluster=` names, else the first of the server. */
export function onCluster(
  answer: (request: Request, running: Runtime) => Response | Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const [name = null] = clusterNames(request)
    const found = fleet().find(name)
    return found.kind === 'connected' ? answer(request, found.running) : problemResponse(absence(name ?? '', found))
  }
}

/** A route about the graph of one cluster or several: `running` is the first that `?cluster=` names, `graph` is of all of them. */
export function onClusters(
  answer: (request: Request, running: Runtime, graph: GraphStore) => Response | Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const names = [...new Set(clusterNames(request))]
    const clusters: NamedRuntime[] = []
    for (const name of names) {
      const found = fleet().find(name)
      if (found.kind !== 'connected') return problemResponse(absence(name, found))
      clusters.push({ name, runtime: found.running })
    }
    const running = clusters[0]?.runtime ?? fleet().first
    return answer(request, running, clusters.length < 2 ? running.graph : fleet().together(clusters))
  }
}

/** Names of the clusters that a request is about; none for the first one. A comma inside a name is `%2C`, a percent sign `%25`. */
export function clusterNames(request: Request): readonly string[] {
  const text = new URL(request.url).searchParams.get('cluster') ?? ''
  return text
    .split(',')
    .filter((name) => name !== '')
    .map((name) => name.replaceAll('%2C', ',').replaceAll('%25', '%'))
}

/** Why a cluster that was asked for is not there. */
export function absence(
  name: string,
  found: { readonly kind: 'off' | 'unknown' } | { readonly kind: 'unusable'; readonly problem: string },
) {
  const shown = JSON.stringify(name.slice(0, 80))
  if (found.kind === 'off')
    return aProblem(409, 'Not connected', `The cluster ${shown} is not connected. POST api/v1/clusters connects it.`)
  if (found.kind === 'unusable') return aProblem(409, 'Cannot be opened', `The cluster ${shown} cannot be opened: ${found.problem}`)
  return aProblem(404, 'No such cluster', `This server knows no cluster ${shown}. GET api/v1/clusters lists them.`)
}
