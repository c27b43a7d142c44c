import { matchesCalicoSelector } from '../../model/calico-selector'
import type { Fields } from '../../model/fields'
import { allOthers, type CompiledRule, type PortMatch, type RuleAction } from '../compiled-policy'
import { addressesTerm, type Condition } from '../end-term'
import { allowOnly } from '../policy-fields'
import { both } from '../truth'
import type { Direction } from '../types'
import type { CalicoContext } from './calico-context'
import { selectorTerm } from './endpoint-labels'
import { type EntityMatch, entityCondition, familyTerm, outsideOf, readEntity } from './entity-rule'
import { readRulePorts } from './rule-ports'

const ACTIONS: ReadonlyMap<string, RuleAction | 'log'> = new Map([
  ['allow', 'allow'],
  ['deny', 'deny'],
  ['pass', 'pass'],
  ['next-tier', 'pass'],
  ['log', 'log'],
])

const FIELDS = ['action', 'protocol', 'notProtocol', 'ipVersion', 'icmp', 'notICMP', 'source', 'destination', 'http', 'metadata']

/**
 * Reads one rule; nothing for a Log rule, which decides nothing. One rule can become several of the same index: they
 * match together what the rule matches, where ports depend on which endpoint is connected to.
 */
export function readCalicoRule(
  direction: Direction,
  index: number,
  rule: Fields,
  namespace: string | null,
  context: CalicoContext,
): readonly CompiledRule[] {
  allowOnly(rule, FIELDS)
  const action = ACTIONS.get((rule.string('action') ?? '').toLowerCase())
  if (action === undefined) rule.problem('action', 'must be one of Allow, Deny, Pass, Log')
  const source = readEntity(rule.object('source'), namespace, context)
  const destination = readEntity(rule.object('destination'), namespace, context)
  checkPlaces(direction, rule)
  const version = readVersion(rule)
  const { ports, sourcePorts } = readRulePorts(rule, context.sets)
  if (action === 'log' || action === undefined) return []

  const isCertain = source.isCertain && destination.isCertain
  const certainty = both(isCertain ? 'yes' : 'unsupported-policy', both(rule.has('http') ? 'l7-rule' : 'yes', sourcePorts))
  const compiled = (from: Condition, part: DestinationPart): CompiledRule => {
    const [peer, self] = direction === 'ingress' ? [from, part.condition] : [part.condition, from]
    return { direction, index, name: null, action, peers: [[...peer, ...version]], self, ports: part.ports, certainty }
  }
  const never: CompiledRule = { direction, index, name: null, action, peers: [], self: [], ports, certainty: 'yes' }
  if (certainty === 'no') return [never]
  if (!isCertain) return [compiled([], { condition: [], ports })]
  const sources = source.service === null ? [entityCondition(source, context)] : source.service.map(({ term }) => [term])
  const rules = sources.flatMap((from) => destinationParts(destination, ports, context).map((part) => compiled(from, part)))
  return rules.length === 0 ? [never] : rules
}

type DestinationPart = { readonly condition: Condition; readonly ports: PortMatch }

/** Endpoints that the destination means, apart where their ports differ. */
function destinationParts(destination: EntityMatch, ports: PortMatch, context: CalicoContext): readonly DestinationPart[] {
  const { sets } = context
  if (destination.service !== null) {
    return destination.service.map((part) => ({
      condition: [part.term],
      ports: {
        ...ports,
        set: sets.intersect(ports.set, part.ports),
        names: part.names.filter(({ protocol }) => sets.intersect(ports.set, sets.range(protocol, 1, 65_535)) !== sets.none),
        others: allOthers('no'),
      },
    }))
  }
  const condition = entityCondition(destination, context)
  return ports.names.length + ports.exceptNames.length === 0
    ? [{ condition, ports }]
    : namedPortParts({ ...destination, condition }, ports, context)
}

/**
 * A port name means the ports of endpoints that the selector finds by their labels, not of pods whose address only
 * lies in a network set. Source: felix/calc, named ports become sets of addresses and ports.
 */
function namedPortParts(
  { selector, others, condition }: EntityMatch & { readonly condition: Condition },
  ports: PortMatch,
  context: CalicoContext,
): readonly DestinationPart[] {
  const machines = machineParts(condition, selector, ports, context)
  const apart = machines.flatMap(({ apart }) => apart)
  const whole = selector === null ? null : selectorTerm(selector, false, context)
  if (selector === null || whole?.kind !== 'expression' || whole.addresses === null) {
    return [...machines, { condition: [...condition, ...apart], ports }]
  }
  const byLabels = { labelled: [], profileLabels: context.profileLabels }
  const withLabels = { condition: [...others, selectorTerm(selector, false, byLabels), ...apart], ports }
  if (ports.set === context.sets.none) return [...machines, withLabels]
  const numbersOnly = { ...ports, names: [], exceptNames: [] }
  return [...machines, withLabels, { condition: [...condition, selectorTerm(selector, true, byLabels), ...apart], ports: numbersOnly }]
}

/** Machines whose HostEndpoint declares ports of those names; `apart` keeps the other parts away from them. */
function machineParts(
  condition: Condition,
  selector: EntityMatch['selector'],
  { set, names, exceptNames, others }: PortMatch,
  { sets, hostEndpoints, hostLabelsOf }: CalicoContext,
): readonly (DestinationPart & { readonly apart: Condition })[] {
  return hostEndpoints.flatMap((host) => {
    const declared = (wanted: PortMatch['names']): PortMatch['set'] =>
      host.ports.reduce((all, { name, protocol, port }) => {
        const named = wanted.find((candidate) => candidate.name === name && (candidate.protocol ?? protocol) === protocol)
        const range = sets.range(protocol, port, port)
        return named === undefined ? all : sets.union(all, sets.intersect(range, named.within ?? range))
      }, sets.none)
    const [more, less] = [declared(names), declared(exceptNames)]
    const isFound = selector === null || matchesCalicoSelector(selector, hostLabelsOf(host))
    if (!isFound || (more === sets.none && less === sets.none)) return []
    const text = `host endpoint ${host.name}`
    return [
      {
        condition: [...condition, addressesTerm(host.addresses, true, text)],
        ports: { set: sets.subtract(sets.union(set, more), less), names: [], exceptNames: [], others },
        apart: [outsideOf(host.addresses, text)],
      },
    ]
  })
}

/** Fields that make sense in one direction only. */
function checkPlaces(direction: Direction, rule: Fields): void {
  const [source, destination] = [rule.object('source'), rule.object('destination')]
  const wrong = direction === 'ingress' ? destination : source
  if (wrong.has('services')) wrong.problem('services', 'stands in the source of ingress rules and the destination of egress rules only')
  const right = direction === 'egress' ? destination : source
  if (direction === 'egress' && right.has('services') && (right.has('ports') || right.has('notPorts'))) {
    right.problem('ports', 'cannot stand beside services in an egress rule; the service names the ports')
  }
  if (!rule.has('http')) return
  if (direction === 'egress') rule.problem('http', 'is for ingress rules only')
  const protocol = rule.get('protocol')
  if (protocol !== undefined && protocol !== 6 && !(typeof protocol === 'string' && protocol.toUpperCase() === 'TCP')) {
    rule.problem('http', 'needs protocol TCP, or none')
  }
}

function readVersion(rule: Fields): Condition {
  const version = rule.integer('ipVersion', 4, 6)
  if (version === 5) rule.problem('ipVersion', 'must be 4 or 6')
  return version === 4 || version === 6 ? [familyTerm(version, `IPv${version}`)] : []
}
