import type { GraphEdge, Topology } from '../graph/topology'
import { printTime } from './print-time'
import { csvLine } from './report/csv-line'

const COLUMNS: readonly { readonly name: string; readonly value: (edge: GraphEdge) => string | number }[] = [
  { name: 'source', value: (edge) => edge.source },
  { name: 'target', value: (edge) => edge.target },
  { name: 'relation', value: (edge) => edge.relation },
  { name: 'basis', value: (edge) => edge.basis },
  { name: 'state', value: (edge) => edge.state ?? '' },
  { name: 'protocol', value: (edge) => edge.protocol ?? '' },
  { name: 'ports', value: (edge) => edge.ports.join(' ') },
  { name: 'forwarded', value: (edge) => edge.verdicts.forwarded },
  { name: 'dropped', value: (edge) => edge.verdicts.dropped },
  { name: 'audit', value: (edge) => edge.verdicts.audit },
  { name: 'error', value: (edge) => edge.verdicts.error },
  { name: 'unknown', value: (edge) => edge.verdicts.unknown },
  { name: 'rate', value: (edge) => edge.rate },
  { name: 'policies', value: (edge) => edge.policies.map(({ policy, rule }) => (rule === null ? policy : `${policy} ${rule}`)).join('; ') },
  { name: 'service', value: (edge) => edge.service?.ref ?? '' },
  { name: 'label', value: (edge) => edge.label },
  { name: 'last seen', value: (edge) => (edge.lastSeen === null ? '' : printTime(edge.lastSeen)) },
]

/** The edges as RFC 4180 text, one line each. */
export function topologyCsv(topology: Topology): string {
  const lines = [COLUMNS.map(({ name }) => name), ...topology.edges.map((edge) => COLUMNS.map(({ value }) => value(edge)))]
  return lines.map(csvLine).join('')
}
