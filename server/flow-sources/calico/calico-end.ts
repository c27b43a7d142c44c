import type { ObservedEndpoint } from '@/lib/flows/flow'

/** What an end of a flow is, in Goldmane and in Calico's flow logs. */
export type CalicoEndType = 'workload' | 'host' | 'network-set' | 'network'

/** An end as Calico names it. Empty names and `-` are null. */
export type CalicoEnd = {
  readonly type: CalicoEndType
  /** Pod; machine and interface. Null where it is summed up with others. */
  readonly name: string | null
  /** `PREFIX-*` for all pods that one controller made, or a pod that has none; a set's name; `pub` or `pvt` for a network. */
  readonly aggregate: string | null
  readonly namespace: string | null
}

type About = Partial<Pick<ObservedEndpoint, 'ip' | 'service' | 'names' | 'labels'>>

/**
 * The end as a record names it. A set of networks may hold any address, so it is not the world's; it is known by its name. A
 * private network (`pvt`) is one that no object of the cluster names.
 */
export function endOfCalico({ type, name, aggregate, namespace }: CalicoEnd, about: About): ObservedEndpoint {
  const end: ObservedEndpoint = {
    ip: about.ip ?? null,
    namespace: null,
    pod: null,
    workload: null,
    service: about.service ?? null,
    entity: null,
    names: about.names ?? NONE,
    labels: about.labels ?? NONE,
  }
  switch (type) {
    case 'workload': {
      const isSummedUp = aggregate?.endsWith('*') === true
      // All pods of one controller, which the cluster knows by their names.
      const workload = isSummedUp ? { name: aggregate, kind: null } : null
      return { ...end, namespace, pod: name ?? (isSummedUp ? null : aggregate), workload }
    }
    case 'host':
      return { ...end, entity: 'host' }
    case 'network':
      return { ...end, entity: aggregate === 'pub' ? 'world' : 'unknown' }
    case 'network-set': {
      const set = aggregate ?? name
      if (set === null) return { ...end, entity: 'unknown' }
      return { ...end, names: [...end.names, namespace === null ? set : `${namespace}/${set}`] }
    }
  }
}

const NONE: readonly string[] = []
