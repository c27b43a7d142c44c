import type { PodDns } from '../cluster'
import type { Fields } from '../fields'

const POLICIES = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'] as const

/** What a spec asks for that says nothing; one value for all pods. */
const PLAIN: PodDns = { policy: 'ClusterFirst', nameservers: [], searches: [], ndots: null }

export function readPodDns(spec: Fields): PodDns {
  if (!spec.has('dnsPolicy') && !spec.has('dnsConfig')) return PLAIN
  const policy = spec.oneOf('dnsPolicy', POLICIES, 'ClusterFirst')
  if (policy === PLAIN.policy && !spec.has('dnsConfig')) return PLAIN
  const config = spec.object('dnsConfig')
  const ndots = config.list('options').find((option) => option.string('name') === 'ndots')
  return {
    policy,
    nameservers: config.strings('nameservers'),
    searches: config.strings('searches'),
    ndots: readCount(ndots?.text('value')),
  }
}

function readCount(text: string | null | undefined): number | null {
  return text != null && /^\d{1,3}$/.test(text) ? Number(text) : null
}
