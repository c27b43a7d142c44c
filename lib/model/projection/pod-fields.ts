import { isRecord } from '../fields'
import { fields, type Reduce, shared } from './field-tree'
import { annotations } from './kept-annotations'
import { keptOfValue } from './named-endpoints'
import { keptFlags, systemProgram } from './program-flags'

const PORTS = fields(['name', 'containerPort', 'protocol', 'hostPort'])
const PROBE = fields([], { httpGet: fields(['port', 'scheme']), tcpSocket: fields(['port']), grpc: fields(['port']) })

const CONTAINER = fields(['name', 'image', 'restartPolicy'], {
  ports: PORTS,
  env: environment,
  readinessProbe: PROBE,
  livenessProbe: PROBE,
  startupProbe: PROBE,
})

/** Containers with what their command line and environment say of the network. */
const containers: Reduce = (value, pool) => {
  if (!Array.isArray(value)) return CONTAINER(value, pool)
  return value.map((element) => {
    const kept = CONTAINER(element, pool)
    if (!isRecord(element) || !isRecord(kept)) return kept
    const program = systemProgram(element.image, element.command)
    const command = commandLine(element.command, program)
    const args = commandLine(element.args, program)
    if (program !== null && command !== null && Array.isArray(element.command)) command.unshift(element.command[0])
    return { ...kept, ...(command === null ? {} : { command }), ...(args === null ? {} : { args }) }
  })
}

/** null when nothing of it is kept. */
function commandLine(words: unknown, program: string | null): unknown[] | null {
  if (!Array.isArray(words)) return null
  if (program !== null) return [...keptFlags(program, words)]
  const kept: string[] = []
  for (const [index, word] of words.entries()) {
    if (typeof word !== 'string') continue
    const before: unknown = words[index - 1]
    const flag = /^--?[\w.-]+$/.test(String(before)) ? String(before) : ''
    const text = keptOfValue(/^--?([\w.-]+)=/.exec(word)?.[1] ?? flag, word)
    if (text !== '') kept.push(text)
  }
  return kept.length === 0 ? null : kept
}

/** Names of all variables; of their values only endpoints that they name. */
function environment(value: unknown): unknown {
  if (!Array.isArray(value)) return []
  return value.map((variable: unknown) => {
    if (!isRecord(variable) || typeof variable.name !== 'string') return null
    const { name } = variable
    const text = keptOfValue(name, variable.value)
    return text === '' ? { name } : { name, value: text }
  })
}

/** `spec` of a Pod and of a template. */
export const podSpec: Reduce = fields(['hostNetwork', 'hostname', 'subdomain', 'shareProcessNamespace'], {
  nodeName: shared(),
  serviceAccountName: shared(),
  serviceAccount: shared(),
  dnsPolicy: shared(),
  dnsConfig: shared(),
  containers: shared(containers),
  initContainers: shared(containers),
})

const CONTAINER_STATUSES = shared(fields(['name', 'ready', 'restartCount'], { state: fields([], { waiting: fields(['reason']) }) }))

const CONDITION = fields(['type', 'status', 'reason'])

/** Why no machine takes a pod is nowhere else; the words of all other conditions repeat what containers say. */
const conditions: Reduce = (value, pool) => {
  if (!Array.isArray(value)) return CONDITION(value, pool)
  return value.map((element) => {
    const kept = CONDITION(element, pool)
    if (!isRecord(element) || !isRecord(kept) || element.type !== 'PodScheduled' || element.message == null) return kept
    return { ...kept, message: element.message }
  })
}

const STATUS = fields(['phase', 'reason', 'podIPs'], {
  hostIPs: shared(),
  conditions: shared(conditions),
  containerStatuses: CONTAINER_STATUSES,
  initContainerStatuses: CONTAINER_STATUSES,
})
const SINGLE_ADDRESSES = fields(['podIP'], { hostIP: shared() })

/** The single addresses are left out where they repeat the first of the lists, as they do on every server of today. */
export const podStatus: Reduce = (value, pool) => {
  const status = STATUS(value, pool)
  if (!isRecord(value) || !isRecord(status)) return status
  const hasAll = repeats(value.podIP, value.podIPs) && repeats(value.hostIP, value.hostIPs)
  return hasAll ? status : { ...status, ...Object(SINGLE_ADDRESSES(value, pool)) }
}

function repeats(address: unknown, list: unknown): boolean {
  return address === undefined || address === null || (Array.isArray(list) && isRecord(list[0]) && list[0].ip === address)
}

/** A pod template, of a workload's spec. */
export const podTemplate: Reduce = fields([], {
  metadata: fields([], { labels: shared(), annotations: shared(annotations) }),
  spec: podSpec,
})
