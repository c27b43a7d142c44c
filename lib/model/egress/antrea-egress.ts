import type { Cluster } from '../cluster'
import { type DoorStanding, PREDICTED } from '../door'
import type { RawObject } from '../object'
import { SELECT_EVERYTHING } from '../selector'
import { checkPods, readSelector, selectPods, startReading, titleOf } from './egress-pods'
import { type EgressWay, egressWay } from './egress-way'

/** `crd.antrea.io Egress`: selected pods leave with an address that one machine holds. */
export function antreaEgress(cluster: Cluster, raw: RawObject): EgressWay {
  const reading = startReading(cluster, raw)
  const { meta, draft, document, spec } = reading
  const status = document.object('status')
  const applied = spec.object('appliedTo')
  const at = ['spec', 'appliedTo']
  const wanted = applied.has('podSelector') ? readSelector(reading, applied, 'podSelector', at) : SELECT_EVERYTHING
  const namespaces = applied.has('namespaceSelector') ? readSelector(reading, applied, 'namespaceSelector', at) : null
  const pods = applied.keys().length === 0 ? [] : selectPods(cluster, wanted, namespaces)
  checkPods(reading, pods, at)
  const addresses = [...new Set([spec.string('egressIP'), status.string('egressIP'), ...spec.strings('egressIPs')])].flatMap(
    (ip) => ip || [],
  )
  const pool = spec.string('externalIPPool') || null
  checkPool(cluster, pool, reading)
  const machine = status.string('egressNode') || null
  if (meta.uid !== null && machine === null && addresses.length > 0) {
    const message = `${titleOf(meta)}: no machine holds ${addresses.join(', ')}`
    draft.problem('machine-missing', 'error', message, { meta, path: ['status', 'egressNode'], value: null }, false)
  }
  const standing: DoorStanding = machine === null ? PREDICTED : { by: 'status', isOpen: true, text: `on ${machine}` }
  return egressWay(meta, 'Antrea', pods, draft, {
    addresses,
    machines: machine === null ? [] : [machine],
    facts: pool === null ? [] : [{ name: 'addresses from', value: `ExternalIPPool ${pool}` }],
    standing,
  })
}

function checkPool(cluster: Cluster, pool: string | null, { meta, draft }: Parameters<typeof checkPods>[0]): void {
  if (pool === null || cluster.unread.has('crd.antrea.io/ExternalIPPool')) return
  if (cluster.others.some((other) => other.meta.kind === 'ExternalIPPool' && other.meta.name === pool)) return
  const place = { meta, path: ['spec', 'externalIPPool'], value: pool }
  draft.problem('machine-missing', 'error', `${titleOf(meta)} takes its address from ExternalIPPool ${pool}, which does not exist`, place)
}
