import { compareText } from '../../model/compare-text'
import { serviceRef, type WorkloadRef } from '../../model/names'
import type { ClusterView } from '../cluster-view'
import { aboutWorkload, type FindingDraft, makeFinding } from '../make-finding'
import type { NameLookups } from './name-lookups'

/** Answers from which their kinds say something. */
const ENOUGH = 20
/** Share of look-ups without an answer that is no accident: one external name alone costs four of them. */
const STORM = 0.6

/** DN-03: most of what a workload asks for does not exist. DN-04: a Service that it asks for does not exist. */
export function* findMissingNames(view: ClusterView): Iterable<FindingDraft | null> {
  const byClient = new Map<WorkloadRef, NameLookups[]>()
  for (const lookups of view.traffic?.lookups ?? []) {
    const known = byClient.get(lookups.client)
    if (known === undefined) byClient.set(lookups.client, [lookups])
    else known.push(lookups)
  }
  for (const [client, lookups] of [...byClient].sort(([a], [b]) => compareText(a, b))) {
    yield null
    const workload = view.workload(client)
    if (workload === null) continue
    const about = aboutWorkload(workload.namespace, workload.name, workload.kind, workload.meta)
    const missing = lookups.filter((lookup) => lookup.missing > 0).sort((a, b) => b.missing - a.missing || compareText(a.name, b.name))
    const failed = missing.reduce((sum, lookup) => sum + lookup.missing, 0)
    const all = lookups.reduce((sum, { answered, missing: none }) => sum + answered + none, 0)
    if (all >= ENOUGH && failed / all >= STORM) {
      yield makeFinding('DN-03', about, {
        field: null,
        message: `${Math.round((failed / all) * 100)} % of ${all} look-ups of the workload asked for names that do not exist.`,
        evidence: missing.map((lookup) => `${lookup.name}: ${lookup.missing} times`),
      })
    }
    if (!view.isRead('/Service', '/Namespace')) continue
    for (const lookup of missing) {
      const asked = serviceOfName(lookup.name)
      if (asked === null || !view.cluster.namespaces.has(asked.namespace)) continue
      if (view.cluster.services.has(serviceRef(asked.namespace, asked.name))) continue
      yield makeFinding('DN-04', about, {
        field: null,
        value: lookup.name,
        message: `The workload asks for Service ${asked.name} of namespace ${asked.namespace}, which does not exist.`,
        evidence: [`${lookup.name} was asked for ${lookup.missing} times`, ...elsewhere(asked.name, view)],
      })
    }
  }
}

/** Namespaces that have a Service of the name. */
function elsewhere(name: string, { cluster }: ClusterView): readonly string[] {
  return [...cluster.services.values()]
    .filter((service) => service.name === name)
    .map(({ ref }) => `${ref} exists`)
    .sort(compareText)
}

/** `NAME.NS.svc.ZONE`, whatever the zone; longer names are tries with a search domain, or pods of a headless Service. */
function serviceOfName(name: string): { readonly name: string; readonly namespace: string } | null {
  const [service, namespace, svc, ...zone] = name.split('.')
  return service && namespace && svc === 'svc' && zone.length > 0 ? { name: service, namespace } : null
}
