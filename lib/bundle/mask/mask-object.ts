import { isRecord } from '../../model/fields'
import { groupOf } from '../../model/object-kinds'
import { define } from '../../model/projection/field-tree'
import { FIELD_NAMES } from './field-names'
import { maskCalicoSelector } from './mask-selector'
import { isPublic, type TextMask } from './mask-text'
import { PUBLIC_DOMAINS, PUBLIC_KEYS, PUBLIC_WORDS } from './public-words'

/** Every word that stands for something in the cluster: what a list of all that is meant can be made of. */
export type KnownNames = {
  readonly labelValues: ReadonlySet<string>
  readonly namespaces: ReadonlySet<string>
}

/** Maps whose keys are labels. `selector` and its like are, where they are no LabelSelector. */
const LABEL_MAPS: ReadonlySet<string> = new Set(['labels', 'matchLabels', 'selector', 'nodeSelector', 'subselector', 'sourceLabels'])
const SELECTOR_TEXTS: ReadonlySet<string> = new Set([
  ...['selector', 'notSelector', 'namespaceSelector', 'serviceAccountSelector', 'nodeSelector'],
])
/** Fields whose digits are a name. */
const NAMES: ReadonlySet<string> = new Set(['name', 'namespace', 'values', 'value', 'serviceAccountName', 'nodeName'])
const NAMESPACE_LISTS: ReadonlySet<string> = new Set(['namespaces', 'notNamespaces'])
/** Names of hosts, which are the same in capitals. */
const HOSTS: ReadonlySet<string> = new Set([
  ...[
    'host',
    'hosts',
    'hostname',
    'hostnames',
    'notHosts',
    'dnsNames',
    'commonName',
    'fqdn',
    'fqdns',
    'matchName',
    'matchPattern',
    'dnsName',
  ],
  ...['domains', 'externalName', 'serverName', 'serverNames', 'sniHosts', 'servername'],
])
const VERSIONS: ReadonlySet<string> = new Set(['kubeletVersion', 'kubeProxyVersion', 'calicoVersion', 'minVersion', 'maxVersion'])

/** Masks whole objects. What it gives is read as the object was, with other names. */
export class ObjectMask {
  constructor(
    private readonly mask: TextMask,
    private readonly known: KnownNames,
  ) {}

  object(body: unknown): unknown {
    if (!isRecord(body)) return this.value(body, '', false)
    const group = typeof body.apiVersion === 'string' ? groupOf(body.apiVersion) : ''
    return this.value(body, '', group.endsWith('projectcalico.org'))
  }

  private value(value: unknown, field: string, isCalico: boolean): unknown {
    if (typeof value === 'string') return this.text(value, field, isCalico)
    if (Array.isArray(value)) return this.list(value, field, isCalico)
    if (!isRecord(value)) return value
    if (field === 'annotations') return this.annotations(value, isCalico)
    return this.isLabelMap(value, field) ? this.labels(value) : this.fields(value, isCalico)
  }

  private list(values: readonly unknown[], field: string, isCalico: boolean): unknown[] {
    const listed = NAMESPACE_LISTS.has(field) ? values.flatMap((value) => this.namesMeant(value)) : values
    return listed.map((value) => this.value(value, field, isCalico))
  }

  /** A pattern of names with a star inside a word means nothing of masked names: it becomes the names that it means. */
  private namesMeant(pattern: unknown): unknown[] {
    if (typeof pattern !== 'string' || pattern === '*' || !pattern.includes('*')) return [pattern]
    const [start = '', end = ''] = [pattern.slice(0, pattern.indexOf('*')), pattern.slice(pattern.indexOf('*') + 1)]
    const meant = [...this.known.namespaces].filter(
      (name) => name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end),
    )
    return meant.length === 0 ? [pattern] : meant
  }

  private fields(value: Readonly<Record<string, unknown>>, isCalico: boolean): object {
    const masked: Record<string, unknown> = {}
    const isExpression = 'key' in value && 'operator' in value
    for (const [name, field] of Object.entries(value)) {
      const key = FIELD_NAMES.has(name) ? name : this.mask.text(name)
      const isKey = isExpression && name === 'key' && typeof field === 'string'
      define(masked, key, isKey ? this.mask.key(field) : this.value(field, meaningOf(name, value.key), isCalico))
    }
    return masked
  }

  private isLabelMap(value: Readonly<Record<string, unknown>>, field: string): boolean {
    if (!LABEL_MAPS.has(field)) return false
    return field === 'labels' || field === 'matchLabels' || !('matchLabels' in value || 'matchExpressions' in value)
  }

  private labels(labels: Readonly<Record<string, unknown>>): object {
    const masked: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(labels)) {
      define(masked, this.mask.key(key), typeof value === 'string' ? this.mask.name(value) : this.value(value, 'value', false))
    }
    return masked
  }

  /** Annotations of people are dropped, also those of tools nobody here knows. */
  private annotations(annotations: Readonly<Record<string, unknown>>, isCalico: boolean): object {
    const masked: Record<string, unknown> = {}
    for (const [key, value] of Object.entries(annotations)) {
      if (!PUBLIC_KEYS.has(key) || typeof value !== 'string') continue
      const isSelector = key.startsWith('egress.projectcalico.org/') || isCalico
      define(masked, key, isSelector ? maskCalicoSelector(value, this.mask, this.known.labelValues) : this.mask.text(value))
    }
    return masked
  }

  private text(text: string, field: string, isCalico: boolean): string {
    if (isCalico && SELECTOR_TEXTS.has(field)) return maskCalicoSelector(text, this.mask, this.known.labelValues)
    if (field === 'apiVersion') return maskApiVersion(text, this.mask)
    if (field === 'image') return maskImage(text, this.mask)
    if (field === 'message' || field === 'description') return ''
    if (field === 'reason' && /^[A-Z][A-Za-z]{1,60}$/.test(text)) return text
    if (VERSIONS.has(field) && VERSION.test(text)) return text
    if (TIME.test(text) || (PORTS.has(field) && /^\d{1,5}(?:[:-]\d{1,5})?$/.test(text))) return text
    if (field === 'uid') return this.mask.whole(text)
    if (HOSTS.has(field)) return this.mask.text(text.toLowerCase())
    if (field === 'command' || field === 'args' || field === 'data') return this.mask.text(text, isWordOfApi)
    if (SETTINGS.has(field)) return this.mask.text(text, isWordOfApi)
    return NAMES.has(field) ? this.mask.name(text) : this.mask.text(text)
  }
}

/** Conditions of Istio say beside their values what these are. */
function meaningOf(field: string, key: unknown): string {
  if (field !== 'values' && field !== 'notValues') return field
  return key === 'source.namespace' ? 'namespaces' : key === 'destination.port' ? 'ports' : field
}

const PORTS: ReadonlySet<string> = new Set(['port', 'ports', 'notPorts', 'targetPort', 'endPort', 'nodePort', 'sourcePorts'])

/** Configuration in a ConfigMap names the fields of its format. */
const SETTINGS: ReadonlySet<string> = new Set([
  ...['Corefile', 'config.conf', 'config', 'ClusterConfiguration', 'net-conf.json', 'antrea-agent.conf', 'mesh', 'ip-masq-agent'],
])
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/
const VERSION = /^(?:VersionTLS)?v?\d+(?:\.?\d+){0,3}(?:[+-](?:k3s|rke2r|eks|gke)[\w.]{0,10})?$/

function isWordOfApi(word: string): boolean {
  return isPublic(word) || FIELD_NAMES.has(word)
}

function maskApiVersion(text: string, mask: TextMask): string {
  const slash = text.indexOf('/')
  const group = slash < 0 ? '' : text.slice(0, slash)
  return slash < 0 || PUBLIC_DOMAINS.has(group) ? `${text.slice(0, slash + 1)}${mask.text(text.slice(slash + 1))}` : mask.text(text)
}

/** Which program it is, where that is a known one, and its version; where it comes from is nobody's business. */
function maskImage(text: string, mask: TextMask): string {
  const [place = ''] = text.split('@')
  const colon = place.lastIndexOf(':')
  const hasTag = colon > place.lastIndexOf('/')
  const [path, tag] = hasTag ? [place.slice(0, colon), place.slice(colon + 1)] : [place, null]
  const name = path.slice(path.lastIndexOf('/') + 1)
  const keepsTag = tag !== null && PUBLIC_WORDS.has(name) && VERSION.test(tag)
  return `${mask.text(path)}${tag === null ? '' : `:${keepsTag ? tag : mask.whole(tag)}`}`
}
