import type { LoggedChange } from '../../changes/change-log'
import type { AlteredVerdicts } from '../../changes/cluster-change'
import type { Flow, FlowEndpoint } from '../../flows/flow'
import type { WindowCell } from '../../flows/window-types'
import { isRecord } from '../../model/fields'
import { flattenLists } from '../../model/flatten-lists'
import type { PodRef, PolicyRef, ServiceRef, WorkloadRef } from '../../model/names'
import { isPolicyKind } from '../../model/object-kinds'
import { project } from '../../model/projection/project'
import type { Recording } from '../recording'
import { FIELD_NAMES } from './field-names'
import { AddressMask } from './mask-address'
import { type KnownNames, ObjectMask } from './mask-object'
import { isPublic, TextMask } from './mask-text'
import { type Digest, Pseudonyms } from './pseudonyms'

/** Pseudonyms with what they stand for: of single words, and of whole names that keep their order. */
export type MaskedWords = { readonly parts: ReadonlyMap<string, string>; readonly names: ReadonlyMap<string, string> }

export type MaskedRecording = {
  readonly recording: Recording
  /** What the owner needs for reading it. Complete once `cells` were gone through. */
  readonly words: MaskedWords
  /** For names that were seen elsewhere, such as that of a pod in a question. */
  readonly mask: TextMask
}

/**
 * A recording with pseudonyms for all names and addresses: equal names have equal pseudonyms, and whatever the policies say
 * of the objects they say of the masked ones. Problems of the input are left out, because they quote it.
 */
export function maskRecording(recording: Recording, digest: Digest): MaskedRecording {
  const documents = flattenLists(recording.documents).map(({ body }) => project(body))
  const known = namesOf(documents)
  const pseudonyms = new Pseudonyms(digest)
  const mask = new TextMask(pseudonyms, new AddressMask(digest), (digits) => known.labelValues.has(digits))
  // Of policies of equal order, the first by namespace and name comes first.
  mask.keepOrder(policyNames(documents))
  const objects = new ObjectMask(mask, known)
  const traffic = new TrafficMask(mask)
  const { header, unread, changes, effects, sources, cells, flows } = recording
  const masked: Recording = {
    header: { ...header, cluster: mask.name(header.cluster), view: '', masked: true },
    documents: documents.map((body) => ({ body: objects.object(body), origin: null })),
    unread: new Map([...unread].map(([kind, names]) => [kind, new Set([...names].map((name) => mask.text(name)))])),
    problems: [],
    changes: changes.map((change) => maskChange(change, mask)),
    effects: effects.map((effect) => ({ ...effect, verdicts: maskVerdicts(effect.verdicts, mask) })),
    sources: sources.map((source) => {
      const name = mask.text(source.name)
      return { ...source, name, ledger: { ...source.ledger, source: name } }
    }),
    cells: traffic.cells(cells),
    flows: flows.map((flow) => traffic.flow(flow)),
  }
  return { recording: masked, words: { parts: pseudonyms.made, names: mask.ordered }, mask }
}

class TrafficMask {
  private readonly ends = new Map<FlowEndpoint, FlowEndpoint>()
  private readonly lanes = new Map<WindowCell['lane'], WindowCell['lane']>()

  constructor(private readonly mask: TextMask) {}

  *cells(cells: Iterable<WindowCell>): Generator<WindowCell> {
    for (const cell of cells) {
      let lane = this.lanes.get(cell.lane)
      if (lane === undefined) {
        lane = { ...cell.lane, ...this.shared(cell.lane) }
        this.lanes.set(cell.lane, lane)
      }
      yield { ...cell, lane }
    }
  }

  flow(flow: Flow): Flow {
    const { l7, node } = flow
    return {
      ...flow,
      ...this.shared(flow),
      rawReason: null,
      node: node === null ? null : this.mask.text(node),
      l7: l7 === null ? null : { ...l7, path: l7.path === null ? null : this.mask.text(l7.path.toLowerCase()) },
    }
  }

  private shared(lane: Omit<WindowCell['lane'], 'rank'>): Pick<WindowCell['lane'], 'source' | 'destination' | 'policies' | 'reporter'> {
    const policies = lane.policies.map((policy) => ({ ...policy, policy: this.mask.text(policy.policy) as PolicyRef }))
    return { source: this.end(lane.source), destination: this.end(lane.destination), policies, reporter: this.mask.text(lane.reporter) }
  }

  private end(end: FlowEndpoint): FlowEndpoint {
    const known = this.ends.get(end)
    if (known !== undefined) return known
    const mask = <Text extends string>(text: Text | null): Text | null => (text === null ? null : (this.mask.text(text) as Text))
    const made: FlowEndpoint = {
      ref: this.mask.text(end.ref),
      namespace: mask(end.namespace),
      workload: mask<WorkloadRef>(end.workload),
      pod: mask<PodRef>(end.pod),
      service: mask<ServiceRef>(end.service),
      ip: mask(end.ip),
      group: mask(end.group),
      identity: end.identity,
      candidates: end.candidates.map((name) => this.mask.text(name)),
    }
    this.ends.set(end, made)
    return made
  }
}

function maskChange(change: LoggedChange, mask: TextMask): LoggedChange {
  const text = (value: string | null): string | null => (value === null ? null : mask.text(value))
  return {
    ...change,
    ref: mask.text(change.ref),
    namespace: text(change.namespace),
    fields: change.fields.map(({ path, before, after }) => ({
      path: TOLD.has(path) ? path : mask.text(path, (word) => FIELD_NAMES.has(word) || isPublic(word)),
      before: text(before),
      after: text(after),
    })),
  }
}

/** What changes say in words of ours. */
const TOLD: ReadonlySet<string> = new Set([
  'pods',
  'pods that came',
  'pods that went',
  'pods with another address',
  'ready',
  'endpoints',
  'ports',
])

function maskVerdicts(verdicts: AlteredVerdicts, mask: TextMask): AlteredVerdicts {
  if (verdicts.state !== 'computed') return verdicts
  const pairs = verdicts.pairs.map((pair) => ({ ...pair, source: mask.text(pair.source), destination: mask.text(pair.destination) }))
  return { ...verdicts, pairs }
}

function policyNames(documents: readonly unknown[]): readonly string[] {
  return documents.flatMap((body) => {
    if (!isRecord(body) || typeof body.apiVersion !== 'string' || typeof body.kind !== 'string') return []
    const { metadata } = body
    if (!isPolicyKind(body.apiVersion, body.kind) || !isRecord(metadata)) return []
    return [metadata.namespace, metadata.name].filter((name) => typeof name === 'string')
  })
}

/** What selectors by parts of names can mean. */
function namesOf(documents: readonly unknown[]): KnownNames {
  const labelValues = new Set<string>()
  const namespaces = new Set<string>()
  const collect = (value: unknown, field: string): void => {
    if (Array.isArray(value)) for (const element of value) collect(element, field)
    else if (isRecord(value)) {
      for (const [name, inner] of Object.entries(value)) {
        if (field === 'labels' && typeof inner === 'string') labelValues.add(inner)
        else if ((name === 'name' || name === 'serviceAccountName') && typeof inner === 'string') labelValues.add(inner)
        else if (name === 'namespace' && typeof inner === 'string') {
          namespaces.add(inner)
          labelValues.add(inner)
        } else collect(inner, name)
      }
    }
  }
  for (const document of documents) {
    collect(document, '')
    if (isRecord(document) && document.kind === 'Namespace' && isRecord(document.metadata) && typeof document.metadata.name === 'string')
      namespaces.add(document.metadata.name)
  }
  return { labelValues, namespaces }
}
