import type { ObservedEndpoint } from '@/lib/flows/flow'
import { canonicalAddress } from '@/lib/model/address'

/** What a metric's labels say of one end. Empty texts and `unknown` are left out by the caller. */
export type EndParts = {
  readonly namespace?: string | null
  readonly pod?: string | null
  readonly workload?: { readonly name: string; readonly kind: string | null } | null
  readonly service?: { readonly namespace: string; readonly name: string } | null
  readonly ip?: string | null
  readonly entity?: string | null
  /** A name outside the cluster's objects. */
  readonly name?: string | null
}

/** Ends kept; when there are more, all are made anew, because what comes after knows them by identity. */
const MAX_ENDS = 20_000
const MAX_NAME = 253

/** Makes ends out of labels. Equal ends are one object. */
export class EndPool {
  private readonly ends = new Map<string, ObservedEndpoint>()

  get size(): number {
    return this.ends.size
  }

  end(parts: EndParts): ObservedEndpoint {
    const { namespace = null, pod = null, workload = null, service = null, ip = null, entity = null, name = null } = parts
    const key = JSON.stringify([namespace, pod, workload?.name, workload?.kind, service?.namespace, service?.name, ip, entity, name])
    const known = this.ends.get(key)
    if (known !== undefined) return known
    if (this.ends.size >= MAX_ENDS) this.ends.clear()
    const made: ObservedEndpoint = {
      ip: ip === null ? null : canonicalAddress(ip),
      namespace: namespace === null ? null : cut(namespace),
      pod: pod === null ? null : cut(pod),
      workload: workload === null ? null : { name: cut(workload.name), kind: workload.kind === null ? null : cut(workload.kind) },
      service: service === null ? null : { namespace: cut(service.namespace), name: cut(service.name) },
      entity,
      names: name === null ? [] : [cut(name)],
      labels: [],
    }
    this.ends.set(key, made)
    return made
  }
}

function cut(text: string): string {
  return text.length > MAX_NAME ? text.slice(0, MAX_NAME) : text
}
