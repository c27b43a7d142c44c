import type { Cluster } from '../cluster'
import type { DoorRule } from '../door'
import { followExternalName } from '../external-name'
import type { ServiceRef } from '../names'
import type { DoorDraft } from './door-draft'

/** Adds a Service as the target of a rule; an alias for a name outside leads on to that name, which the note says. */
export function addServiceTarget(cluster: Cluster, draft: DoorDraft, rule: DoorRule, service: ServiceRef, port: number | null): void {
  const known = cluster.services.get(service)
  const end = known === undefined ? undefined : followExternalName(cluster, known)?.end
  const alias = end?.kind === 'dns' ? `an alias of ${end.name}` : ''
  const note = [rule.note, alias].filter((text) => text !== '').join(', ')
  draft.target({ ...rule, kind: 'service', service, port, note })
}
