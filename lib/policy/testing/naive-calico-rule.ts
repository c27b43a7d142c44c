import { naiveContains } from './naive-address'
import { type NaiveLabels, naiveSelectorHolds } from './naive-calico-selector'
import type { CalicoEntity, CalicoPacket, CalicoPod, CalicoRule, CalicoWorld } from './naive-calico-world'

/** Rules of Calico policies, for tests only: whether one matches a packet, address by address. */

/** The first rule that is not a Log and matches: `allow`, `deny` or `pass`. */
export function naiveFirstMatch(
  world: CalicoWorld,
  rules: readonly CalicoRule[],
  namespace: string | null,
  packet: CalicoPacket,
): string | null {
  const found = rules.find((rule) => rule.action !== 'Log' && naiveRuleMatches(world, rule, namespace, packet))
  return found === undefined ? null : found.action.toLowerCase()
}

const NUMBERS: Readonly<Record<string, string>> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP', 132: 'SCTP' }

function naiveRuleMatches(world: CalicoWorld, rule: CalicoRule, namespace: string | null, packet: CalicoPacket): boolean {
  const name = (protocol: string | number): string => NUMBERS[protocol] ?? String(protocol)
  if (rule.protocol !== undefined && name(rule.protocol) !== packet.protocol) return false
  if (rule.notProtocol !== undefined && name(rule.notProtocol) === packet.protocol) return false
  if (rule.ipVersion !== undefined && rule.ipVersion !== familyOf(packet.source)) return false
  const { source = {}, destination = {} } = rule
  return (
    entityMatches(world, source, namespace, packet.source, packet) &&
    entityMatches(world, destination, namespace, packet.destination, packet) &&
    portsMatch(world, source, namespace, packet.source, packet.protocol, packet.sourcePort) &&
    portsMatch(world, destination, namespace, packet.destination, packet.protocol, packet.port) &&
    servicesMatch(world, source, namespace, ({ ip }) => ip === packet.source) &&
    servicesMatch(
      world,
      destination,
      namespace,
      ({ ip, port, protocol }) => ip === packet.destination && port === packet.port && protocol === packet.protocol,
    )
  )
}

function entityMatches(world: CalicoWorld, entity: CalicoEntity, namespace: string | null, address: string, packet: CalicoPacket): boolean {
  const { nets = [], notNets = [], notSelector } = entity
  const ofFamily = (list: readonly string[]): readonly string[] => list.filter((net) => familyOf(net) === familyOf(packet.source))
  if (nets.length > 0 && !ofFamily(nets).some((net) => naiveContains(net, address))) return false
  if (notNets.length > 0 && ofFamily(notNets).length === 0) return false
  if (ofFamily(notNets).some((net) => naiveContains(net, address))) return false
  const owners = labelsAt(world, address)
  if (isPositive(entity, namespace) && !owners.some((labels) => positiveHolds(entity, namespace, labels))) return false
  return notSelector === undefined || !owners.some((labels) => naiveSelectorHolds(notSelector, labels))
}

function isPositive({ selector, notSelector, namespaceSelector, serviceAccounts }: CalicoEntity, namespace: string | null): boolean {
  const hasAccounts = (serviceAccounts?.names ?? []).length > 0 || serviceAccounts?.selector !== undefined
  const any = selector !== undefined || namespaceSelector !== undefined || hasAccounts
  return any || (namespace !== null && notSelector !== undefined)
}

function positiveHolds(entity: CalicoEntity, namespace: string | null, labels: NaiveLabels): boolean {
  const { selector = '', namespaceSelector, serviceAccounts = {} } = entity
  const { names = [], selector: accountSelector } = serviceAccounts
  if (namespaceSelector === undefined && namespace !== null && labels['projectcalico.org/namespace'] !== namespace) return false
  return (
    naivePrefixedHolds(namespaceSelector, 'pcns.', labels) &&
    (names.length === 0 || names.includes(labels['projectcalico.org/serviceaccount'] ?? ' ')) &&
    naivePrefixedHolds(accountSelector, 'pcsa.', labels) &&
    naiveSelectorHolds(selector, labels)
  )
}

/** Numbers, ranges, and names: the ports of that name of endpoints at the address that the selector finds. */
function portsMatch(
  world: CalicoWorld,
  entity: CalicoEntity,
  namespace: string | null,
  address: string,
  protocol: string,
  port: number,
): boolean {
  const isIn = (item: number | string): boolean => {
    const [low = 0, high = low] = String(item).split(':').map(Number)
    if (!Number.isNaN(low)) return port >= low && port <= high
    return world.pods.some(
      (pod) =>
        pod.ips.includes(address) &&
        (!isPositive(entity, namespace) || positiveHolds(entity, namespace, naivePodLabels(world, pod))) &&
        pod.ports.some((declared) => declared.name === item && declared.protocol === protocol && declared.port === port),
    )
  }
  const { ports = [], notPorts = [] } = entity
  if (ports.length + notPorts.length > 0 && protocol === 'ICMP') return false
  return (ports.length === 0 || ports.some(isIn)) && !notPorts.some(isIn)
}

function servicesMatch(
  world: CalicoWorld,
  { services }: CalicoEntity,
  namespace: string | null,
  isIt: (endpoint: CalicoWorld['services'][number]['endpoints'][number]) => boolean,
): boolean {
  if (services === undefined) return true
  const home = services.namespace ?? namespace
  return world.services.some((service) => service.name === services.name && service.namespace === home && service.endpoints.some(isIt))
}

/** The labels of everything that has the address, kept because every rule asks for them. */
const labelsByAddress = new WeakMap<CalicoWorld, Map<string, readonly NaiveLabels[]>>()

function labelsAt(world: CalicoWorld, address: string): readonly NaiveLabels[] {
  const known = labelsByAddress.get(world) ?? new Map<string, readonly NaiveLabels[]>()
  labelsByAddress.set(world, known)
  const labels = known.get(address) ?? findLabelsAt(world, address)
  known.set(address, labels)
  return labels
}

/** Pods, and network sets that hold the address. */
function findLabelsAt(world: CalicoWorld, address: string): readonly NaiveLabels[] {
  const pods = world.pods.filter((pod) => pod.ips.includes(address)).map((pod) => naivePodLabels(world, pod))
  const sets = world.sets
    .filter(({ nets }) => nets.some((net) => naiveContains(net, address)))
    .map(({ namespace, namespaceLabels, labels }): NaiveLabels => {
      if (namespace === null) return labels
      const inherited = { ...below('pcns.', namespaceLabels, namespace), ...profileLabels(world, namespace) }
      return { ...inherited, ...labels, 'projectcalico.org/namespace': namespace }
    })
  return [...pods, ...sets]
}

const labelsByPod = new WeakMap<CalicoPod, NaiveLabels>()

/** What a selector sees on a pod. */
export function naivePodLabels(world: CalicoWorld, pod: CalicoPod): NaiveLabels {
  const labels = labelsByPod.get(pod) ?? {
    ...below('pcsa.', pod.serviceAccountLabels, pod.serviceAccount),
    ...below('pcns.', pod.namespaceLabels, pod.namespace),
    ...profileLabels(world, pod.namespace),
    ...pod.labels,
    'projectcalico.org/namespace': pod.namespace,
    'projectcalico.org/serviceaccount': pod.serviceAccount,
    'projectcalico.org/orchestrator': 'k8s',
  }
  labelsByPod.set(pod, labels)
  return labels
}

function profileLabels({ profiles }: CalicoWorld, namespace: string): NaiveLabels {
  return profiles.find(({ name }) => name === `kns.${namespace}`)?.labelsToApply ?? {}
}

function below(prefix: string, labels: NaiveLabels, name: string): NaiveLabels {
  return {
    ...Object.fromEntries(Object.entries(labels).map(([key, value]) => [`${prefix}${key}`, value])),
    [`${prefix}projectcalico.org/name`]: name,
  }
}

function familyOf(address: string): number {
  return address.includes(':') ? 6 : 4
}

/** A selector over the labels of a namespace or an account, which the endpoint has with a prefix. */
export function naivePrefixedHolds(selector: string | undefined, prefix: string, labels: NaiveLabels): boolean {
  if (selector === undefined || selector === '') return true
  const isNamespaced = Object.hasOwn(labels, 'projectcalico.org/namespace')
  if (prefix === 'pcns.' && selector === 'all()') return isNamespaced
  if (prefix === 'pcns.' && selector === 'global()') return !isNamespaced
  const below = Object.entries(labels).filter(([key]) => key.startsWith(prefix))
  return naiveSelectorHolds(selector, Object.fromEntries(below.map(([key, value]) => [key.slice(prefix.length), value])))
}
