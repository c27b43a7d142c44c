import { compareText } from '../../model/compare-text'
import type { FieldPath } from '../../model/field-locator'
import { NO_LABELS } from '../../model/labels'
import { NODE_LOCAL_DNS, nodeCacheOf } from '../../platform/dns/detect-dns'
import { hasAddress } from '../../policy/address-set'
import type { CompiledPolicy, CompiledRule } from '../../policy/compiled-policy'
import type { Condition } from '../../policy/end-term'
import { holdsForPod } from '../../policy/end-term'
import type { PodClass } from '../../policy/pod-classes'
import type { Severity } from '../finding'
import { aboutPolicy, type FindingDraft, makeFinding } from '../make-finding'
import { admits, cellAdmits, portSet } from './admission'
import type { SubjectGroup } from './cells'
import { type DnsEndpoint, dnsEndpoints } from './dns-endpoints'
import { isPlain } from './judged-rules'
import { mayBeOutside, mayBeUnseen } from './peer-scope'
import type { PolicyView } from './policy-view'

/** What of DNS is out of reach. */
type Trouble = { readonly severity: Severity; readonly message: string; readonly evidence: readonly string[] }

/** NP-04: pods that are isolated for egress and cannot ask DNS; one finding for each policy that isolates and could let it through. */
export function* findDnsBlocked(view: PolicyView): Iterable<FindingDraft | null> {
  const dns = dnsEndpoints(view.cluster)
  const found = new Map<string, { readonly policy: CompiledPolicy; readonly trouble: Trouble; readonly classes: PodClass[] }>()
  for (const group of view.cells.groups) {
    if (group.direction !== 'egress') continue
    yield null
    const isolating = group.policies.filter((policy) => policy.egress.isolates === 'yes')
    const [blamed] = [...isolating].sort(
      (a, b) => Number(b.egress.rules.length > 0) - Number(a.egress.rules.length > 0) || compareText(a.ref, b.ref),
    )
    if (blamed === undefined) continue
    const trouble = dns.length === 0 ? troubleByRules(group, view) : troubleWith(dns, group, view)
    if (trouble === null) continue
    const key = `${blamed.ref} ${trouble.message}`
    const known = found.get(key)
    if (known === undefined) found.set(key, { policy: blamed, trouble, classes: [...group.classes] })
    else known.classes.push(...group.classes)
  }
  for (const { policy, trouble, classes } of found.values()) {
    yield makeFinding('NP-04', aboutPolicy(policy.raw), {
      ...trouble,
      field: egressPath(policy, view),
      evidence: [...trouble.evidence, ...view.workloadsOf(classes)],
    })
  }
}

function egressPath(policy: CompiledPolicy, view: PolicyView): FieldPath {
  const viewed = view.viewedOf(policy)
  if (viewed === null) return ['spec']
  return Object.hasOwn(viewed.spec, 'egress') ? [...viewed.specPath, 'egress'] : viewed.specPath
}

function troubleWith(dns: readonly DnsEndpoint[], group: SubjectGroup, view: PolicyView): Trouble | null {
  const servers = new Map<PodClass, DnsEndpoint[]>()
  for (const endpoint of dns) {
    const podClass = view.engine.facts.classes.byPod.get(endpoint.pod)
    if (podClass === undefined) continue
    const known = servers.get(podClass)
    if (known === undefined) servers.set(podClass, [endpoint])
    else known.push(endpoint)
  }
  // DNS pods ask the outside, and host-network DNS is reached as a machine.
  if (servers.size === 0 || group.classes.every((podClass) => servers.has(podClass))) return null
  const reaches = (protocol: 'UDP' | 'TCP'): boolean =>
    [...servers].some(([podClass, endpoints]) => {
      const ports = endpoints.filter((endpoint) => endpoint.protocol === protocol)
      return ports.length > 0 && admits(group.podClass, 'egress', podClass, ports, view)
    })
  const hasTcp = dns.some(({ protocol }) => protocol === 'TCP')
  const evidence = [...new Set(dns.map(({ pod, protocol, port }) => `DNS pod ${pod} listens on ${protocol} ${port}`))]
    .sort(compareText)
    .slice(0, 4)
  const cache = nodeCacheOf(view.cluster) !== null
  if (cache && reachesCache(group, view)) return null
  if (!reaches('UDP')) {
    return allowsNothing(group, view)
      ? { severity: 'info', message: 'The policies allow no egress at all, DNS included.', evidence }
      : { severity: 'error', message: 'Egress is isolated and no rule reaches DNS over UDP.', evidence }
  }
  if (cache) {
    const message = 'Egress reaches the DNS pods but not the DNS cache of the machine at 169.254.20.10.'
    return { severity: 'warning', message, evidence: ['DaemonSet node-local-dns answers at 169.254.20.10'] }
  }
  return hasTcp && !reaches('TCP')
    ? { severity: 'warning', message: 'Egress reaches DNS over UDP only: answers that need TCP fail.', evidence }
    : null
}

function reachesCache({ podClass }: SubjectGroup, view: PolicyView): boolean {
  if (NODE_LOCAL_DNS === null) return false
  const { family, value } = NODE_LOCAL_DNS
  const wanted = portSet([{ protocol: 'UDP', port: 53 }], view)
  return view.cells.columns.some(
    ({ end }, column) =>
      end.kind === 'address' && hasAddress(end.possible, family, value) && cellAdmits(podClass, 'egress', column, wanted, view),
  )
}

/** Without DNS pods in the input the rules alone tell: one for port 53 is taken to be written for DNS. */
function troubleByRules(group: SubjectGroup, view: PolicyView): Trouble | null {
  const { sets } = view.engine.facts.evaluation
  const rules = group.policies.flatMap((policy) =>
    policy.egress.rules.filter(({ action }) => action !== 'deny').map((rule) => ({ policy, rule })),
  )
  const covers = (protocol: 'UDP' | 'TCP'): boolean =>
    rules.some(({ rule }) => {
      if (rule.ports.names.some(({ name }) => /^(?:dns|domain)/.test(name))) return true
      if (!PORTS.some((port) => sets.has(rule.ports.set, protocol, port))) return false
      return sets.ranges(rule.ports.set, protocol).every(([from, to]) => to - from < 1_000) || rule.peers.some((peer) => mayBeDns(peer))
    })
  const evidence = ['No DNS pods are in the input: judged by whether any rule allows port 53.']
  if (!covers('UDP')) {
    return allowsNothing(group, view)
      ? { severity: 'info', message: 'The policies allow no egress at all, DNS included.', evidence }
      : { severity: 'error', message: 'Egress is isolated and no rule allows port 53 over UDP.', evidence }
  }
  return covers('TCP') ? null : { severity: 'warning', message: 'Egress allows DNS over UDP only: answers that need TCP fail.', evidence }
}

const PORTS = [53, 5353]

function mayBeDns(peer: Condition): boolean {
  if (peer.length === 0) return true
  const facts = {
    namespace: 'kube-system',
    namespaceLabels: new Map([['kubernetes.io/metadata.name', 'kube-system']]),
    labels: new Map([['k8s-app', 'kube-dns']]),
    serviceAccount: 'coredns',
    serviceAccountLabels: NO_LABELS,
  }
  return mayBeOutside(peer) || peer.every((term) => holdsForPod(term, facts))
}

/** Whether no rule lets the pods out anywhere: then names are of no use to them. */
function allowsNothing(group: SubjectGroup, view: PolicyView): boolean {
  return group.policies.every((policy) => policy.egress.rules.every((rule) => rule.action === 'deny' || matchesNobody(policy, rule, view)))
}

function matchesNobody(policy: CompiledPolicy, rule: CompiledRule, view: PolicyView): boolean {
  const viewed = view.viewedOf(policy)
  if (viewed === null || !isPlain(rule) || mayBeUnseen(viewed, rule, view)) return false
  for (const _column of view.cells.columnsMatching(rule)) return false
  return true
}
