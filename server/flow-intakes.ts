import { basename } from 'node:path'
import type { CountedBefore } from '@/lib/flows/counted-before'
import type { FilePosition } from '@/lib/flows/file-position'
import { isSharedSource } from '@/lib/flows/shared-sources'
import type { FlowAccess, FlowSourceChoice } from './config'
import { accessOf, ownAccessOf } from './config/access-of'
import { FlowIntake, type IntakeOptions } from './flow-intake'
import { createDirSource } from './flow-sources/dir-source'
import { createFileSource } from './flow-sources/file-source'
import type { FlowSource } from './flow-sources/flow-source'
import { createForwardSource } from './flow-sources/forward/forward-source'
import { createGoldmaneSource } from './flow-sources/goldmane/goldmane-source'
import type { GrpcTarget } from './flow-sources/grpc/open-session'
import { hubbleTarget } from './flow-sources/hubble/hubble-address'
import { createHubbleSource } from './flow-sources/hubble/hubble-source'
import { INGEST_LIMITS, IngestReader } from './flow-sources/ingest'
import { TimeZone } from './flow-sources/lines/time-zone'
import { createNetobservLokiSource } from './flow-sources/netobserv-loki/netobserv-loki-source'
import { OTLP_LIMITS, OtlpReader } from './flow-sources/otlp/otlp-reader'
import { createPrometheusSource } from './flow-sources/prometheus/prometheus-source'
import { followClaimed } from './follow-claimed'
import { type Following, followSource } from './follow-source'
import type { ReadPositions } from './read-positions'
import type { SourceClaims } from './source-claims'

/** A source does not wait longer for a store that does not say what was counted. */
const STORE_MS = 10_000

/** Where posted flows go. */
export type PostedFlows = { readonly reader: IngestReader; readonly otlp: OtlpReader; readonly intake: FlowIntake }

export type IntakesOptions = IntakeOptions & {
  /** Files for the connections of sources whose values say nothing else. */
  readonly access: FlowAccess
  /** Of sources that others can read too; null where nobody else does, or nothing can be claimed. */
  readonly claims?: SourceClaims | null
  /** How far earlier runs read files; null where nobody writes that down. */
  readonly positions?: ReadPositions | null
  /** What earlier runs counted of a source; null for nothing. Gives up waiting for the store after a while, or never. */
  readonly countedBefore?: (source: string, patienceMs: number, signal: AbortSignal) => Promise<CountedBefore | null>
}

/** The flow sources of one cluster, each with its intake. */
export class FlowIntakes {
  readonly all: FlowIntake[] = []
  readonly #options: IntakesOptions
  #posted: PostedFlows | null = null

  constructor(options: IntakesOptions) {
    this.#options = options
  }

  /** null when no flows are taken over HTTP. */
  get posted(): PostedFlows | null {
    return this.#posted
  }

  /** Starts a configured source; it is read until `signal` aborts. */
  start(choice: FlowSourceChoice, signal: AbortSignal): void {
    switch (choice.kind) {
      case 'ingest': {
        const intake = this.add({ name: 'ingest', kind: 'ingest', proof: null })
        intake.become('live', null)
        const zone = choice.zone === undefined ? null : new TimeZone(choice.zone)
        const otlp = new OtlpReader(this.#options.clock.now(), OTLP_LIMITS, zone)
        this.#posted = { reader: new IngestReader(INGEST_LIMITS, zone), otlp, intake }
        return
      }
      case 'file': {
        const { path, format } = choice
        this.#read(`file:${path}`, signal, (resume) =>
          createFileSource({ name: basename(path), path, format, resume, ...zoneOf(choice), now: () => this.#options.clock.now() }),
        )
        return
      }
      case 'forward': {
        const { host, port, format } = choice
        const { clock } = this.#options
        this.#follow(
          createForwardSource({
            name: 'forward',
            host,
            port,
            format,
            ...zoneOf(choice),
            files: this.#accessOf(choice),
            now: () => clock.now(),
          }),
          signal,
        )
        return
      }
      case 'netobserv-loki': {
        const { url, tenant, labels } = choice
        const { clock } = this.#options
        this.#follow(
          createNetobservLokiSource({ url, tenant, matchers: labels, access: this.#accessOf(choice), now: () => clock.now() }),
          signal,
        )
        return
      }
      case 'prometheus': {
        const { url, tenant, labels } = choice
        const { clock } = this.#options
        const source = createPrometheusSource({ url, tenant, matchers: labels, access: this.#accessOf(choice), now: () => clock.now() })
        this.#follow(source, signal)
        return
      }
      case 'goldmane': {
        const { host, port } = choice
        const target = { host, port, tls: tlsOf(this.#accessOf(choice)) }
        this.#follow(createGoldmaneSource({ target, now: () => this.#options.clock.now(), random: Math.random }), signal)
        return
      }
      case 'dir': {
        const { path, format } = choice
        this.#read(`dir:${path}`, signal, (resume) =>
          createDirSource({ name: basename(path), path, format, resume, ...zoneOf(choice), now: () => this.#options.clock.now() }),
        )
        return
      }
      case 'hubble': {
        const { host, port, namespaces } = choice
        const target = hubbleTarget({ host, port }, this.#accessOf(choice), ownAccessOf(choice) !== null)
        this.#follow(createHubbleSource({ target, namespaces, now: () => this.#options.clock.now(), random: Math.random }), signal)
        return
      }
    }
  }

  #accessOf(choice: FlowSourceChoice): FlowAccess {
    return accessOf(choice, this.#options.access)
  }

  #follow(source: FlowSource, signal: AbortSignal): void {
    const intake = this.add(source)
    const { claims = null, countedBefore = async () => null } = this.#options
    if (!isSharedSource(source.kind)) void followSource(source, intake, signal)
    else if (claims === null) void this.#goOn(source, intake, signal)
    else void followClaimed(source, intake, claims, (until) => countedBefore(intake.name, Number.POSITIVE_INFINITY, until), signal)
  }

  /** Follows files, from where an earlier run stopped reading. `key` names the source in what is written down. */
  #read(key: string, signal: AbortSignal, create: (resume: readonly FilePosition[]) => FlowSource): void {
    const { positions = null } = this.#options
    const resume = positions?.of(key) ?? []
    const source = create(resume)
    const intake = this.add(source)
    const onRead = (read: readonly FilePosition[]) => positions?.moved(key, read)
    if (resume.length === 0) void followSource(source, intake, signal, { before: null, onRead })
    else void this.#goOn(source, intake, signal, onRead)
  }

  async #goOn(source: FlowSource, intake: FlowIntake, signal: AbortSignal, onRead?: Following['onRead']): Promise<void> {
    const { countedBefore = async () => null } = this.#options
    const before = await countedBefore(intake.name, STORE_MS, signal)
    if (!signal.aborted) await followSource(source, intake, signal, { before, ...(onRead === undefined ? {} : { onRead }) })
  }

  /** Two files may have one name. */
  add({ name, kind, proof }: Pick<FlowSource, 'name' | 'kind' | 'proof'>): FlowIntake {
    const taken = new Set(this.all.map((intake) => intake.name))
    let unique = name
    for (let number = 2; taken.has(unique); number++) unique = `${name} ${number}`
    const intake = new FlowIntake({ name: unique, kind, proof }, this.#options)
    this.all.push(intake)
    return intake
  }
}

/** A source is spoken to over TLS as soon as anything of TLS is configured. */
function tlsOf({ ca, cert, key, serverName }: FlowAccess): GrpcTarget['tls'] {
  return ca === null && cert === null && key === null && serverName === null ? null : { ca, cert, key, serverName }
}

function zoneOf({ zone }: { readonly zone?: string | undefined }): { readonly zone?: TimeZone } {
  return zone === undefined ? {} : { zone: new TimeZone(zone) }
}
