import type { Cluster, Service } from '../model/cluster'
import { ADDRESS_FAMILIES, type AddressSet, formatAddressRange, splitAtBounds } from './address-set'
import type { Assumptions } from './assumptions'
import { evaluatePair, sharedFamilies, unknown } from './evaluate-pair'
import type { Evaluation } from './evaluation'
import { mergeAnswers } from './merge-answers'
import { splitPorts } from './port-samples'
import type { Question } from './question'
import { type EndResolver, isMachine, oneOfEachClass, type Party } from './resolve-end'
import { asTransport } from './rule-match'
import { serviceOf, serviceTargets } from './service-targets'
import { type Translation, translationOf } from './translation'
import type { EvaluateAnswer, EvaluatedPart, PortRange, UnknownReason } from './types'

export type QuestionContext = {
  readonly cluster: Cluster
  readonly resolver: EndResolver
  readonly evaluation: Evaluation
  readonly assumptions: Assumptions
  readonly addresses: readonly AddressSet[]
}

/** A question to ends themselves; `translation` when a Service stands before them. */
type EndQuestion = Question & { readonly translation: Translation | null }
type PortQuestion = Pick<EndQuestion, 'port' | 'protocol' | 'translation'>

/** Answers one question; a name that stands for several things gets one answer when all agree, and its parts when not. */
export function evaluateQuestion(question: Question, context: QuestionContext): EvaluateAnswer {
  const service = serviceOf(question.to, context.cluster)
  return service === null ? evaluateEnds({ ...question, translation: null }, context) : evaluateService(service, question, context, [])
}

/** One answer per endpoint, on the port that the endpoint sees. `seen` are the aliases followed so far. */
function evaluateService(service: Service, question: Question, context: QuestionContext, seen: readonly Service[]): EvaluateAnswer {
  if (service.type === 'ExternalName') {
    if (service.externalName === null || seen.includes(service)) return unanswerable('unknown-endpoint')
    const alias = `dns:${service.externalName}`
    const next = serviceOf(alias, context.cluster)
    if (next === null) return evaluateEnds({ ...question, to: alias, translation: null }, context)
    return evaluateService(next, question, context, [...seen, service])
  }
  const isPluginKnown = context.assumptions.cidrAfterTranslation || service.headless
  const translation = isPluginKnown ? null : translationOf(service, context.cluster)
  const targets = serviceTargets(context.cluster, service, question.port, question.protocol)
  const endpoints = targets.map(({ ref, port }): EvaluatedPart => {
    const answer =
      port === null ? unanswerable('unresolved-named-port') : evaluateEnds({ ...question, to: ref, port, translation }, context)
    return { ref, port, ports: null, family: null, answer }
  })
  if (endpoints.length === 0) return { ...unanswerable('unknown-endpoint'), endpoints }
  return { ...mergeAnswers(endpoints), endpoints, parts: null }
}

function evaluateEnds(question: EndQuestion, context: QuestionContext): EvaluateAnswer {
  const allSources = context.resolver.resolve(question.from)
  const allDestinations = context.resolver.resolve(question.to)
  const isGuarded = context.evaluation.hosts?.guardForwarded === true
  const isAboutMachines = isGuarded || allSources.some(isMachine) || allDestinations.some(isMachine)
  const sources = isAboutMachines ? allSources : oneOfEachClass(allSources)
  const destinations = isAboutMachines ? allDestinations : oneOfEachClass(allDestinations)
  if (sources.length === 0 || destinations.length === 0) return unanswerable('unknown-endpoint')
  const isOnePair = sources.length === 1 && destinations.length === 1
  const parts: EvaluatedPart[] = []
  for (const from of sources) {
    for (const to of destinations) {
      const answer = evaluateParties(from, to, question, context)
      const ref = sources.length === 1 ? to.ref : destinations.length === 1 ? from.ref : `${from.ref} → ${to.ref}`
      if (isOnePair) return answer
      parts.push({ ref, port: question.port, ports: null, family: null, answer })
    }
  }
  return mergeAnswers(parts)
}

/** A range of addresses whose answer is not the same everywhere is asked again, piece by piece. */
function evaluateParties(from: Party, to: Party, question: PortQuestion, context: QuestionContext): EvaluateAnswer {
  const answer = evaluatePorts(from, to, question, context)
  if (answer.verdict === 'allowed' || answer.verdict === 'denied') return answer
  const sources = piecesOf(from, context.addresses)
  const destinations = piecesOf(to, context.addresses)
  if (sources.length === 1 && destinations.length === 1) return answer
  const parts = sources.flatMap((source) =>
    destinations.map(
      (destination): EvaluatedPart => ({
        ref: sources.length > 1 ? source.ref : destination.ref,
        port: question.port,
        ports: null,
        family: null,
        answer: evaluatePorts(source, destination, question, context),
      }),
    ),
  )
  return mergeAnswers(parts)
}

/** The parts of an outside range between which policies can tell; one part for everything else. */
function piecesOf(party: Party, addresses: readonly AddressSet[]): readonly Party[] {
  const { end } = party
  if (end.kind !== 'address' || end.node !== null || end.domain !== null) return [party]
  const pieces = ADDRESS_FAMILIES.flatMap((family) =>
    splitAtBounds(family, [...addresses, end.possible])
      .filter((piece) => end.possible[family].some((range) => range.first <= piece.first && piece.last <= range.last))
      .map((piece): Party => {
        const possible = family === 4 ? { 4: [piece], 6: [] } : { 4: [], 6: [piece] }
        return { ref: `ip:${formatAddressRange(family, piece)}`, pod: null, isOneOfMany: false, end: { ...end, possible } }
      }),
  )
  return pieces.length > 1 ? pieces : [party]
}

/** Without a port, every port of the protocol is asked, ports that no policy tells apart once. */
function evaluatePorts(from: Party, to: Party, question: PortQuestion, context: QuestionContext): EvaluateAnswer {
  const transport = asTransport(question.protocol)
  if (question.port !== null || transport === null) return evaluateFamilies(from, to, question, question.port ?? 0, context)
  const byVerdict = new Map<string, { answer: EvaluateAnswer; ports: PortRange[] }>()
  for (const range of splitPorts(from.end, to.end, transport, context.evaluation)) {
    const answer = evaluateFamilies(from, to, question, range[0], context)
    const group = byVerdict.get(answer.verdict) ?? { answer, ports: [] }
    const last = group.ports.at(-1)
    if (last !== undefined && last[1] + 1 === range[0]) group.ports[group.ports.length - 1] = [last[0], range[1]]
    else group.ports.push(range)
    byVerdict.set(answer.verdict, group)
  }
  return mergeAnswers([...byVerdict.values()].map(({ answer, ports }) => ({ ref: to.ref, port: null, ports, family: null, answer })))
}

function evaluateFamilies(
  from: Party,
  to: Party,
  { protocol, translation }: PortQuestion,
  port: number,
  context: QuestionContext,
): EvaluateAnswer {
  const families = sharedFamilies(from, to)
  const ask = (family: (typeof families)[number]): EvaluateAnswer =>
    evaluatePair({ from, to, protocol, port, translation }, family, context.evaluation, context.assumptions)
  const only = families[0]
  // Ends without a common address family cannot talk; no policy decides that.
  if (only === undefined) return unanswerable('unknown-endpoint')
  if (families.length === 1) return ask(only)
  return mergeAnswers(families.map((family) => ({ ref: to.ref, port, ports: null, family, answer: ask(family) })))
}

function unanswerable(reason: UnknownReason): EvaluateAnswer {
  const { answer } = unknown(reason)
  return { verdict: 'unknown', egress: answer, ingress: answer, mesh: null, reason, endpoints: null, parts: null }
}
