import { countOf, type JsonObject, objectOf, timeOf } from '../../json-fields'
import { readAddressPort, readPort } from '../parts/address-port'
import { readClfTime } from '../parts/clf-time'
import { decimalOf, statedOf } from '../parts/fields'
import { byNormalKey, valueAt } from '../parts/normal-keys'
import { readRequestLine } from '../parts/request-flow'
import { servedBy, triesOf } from './nginx-text'
import { type ProxiedRequest, statedStatus } from './proxied-request'

const MAX_TEXT = 2_048

/** True for an object with nginx's names for a status and for the backend, under whatever keys nearby they stand. */
export function isNginxObject(body: JsonObject): boolean {
  const hasBackend = BACKENDS.some((name) => isValue(valueAt(body, name)))
  return hasBackend && valueAt(body, 'response_code') === undefined && STATUSES.some((name) => isValue(valueAt(body, name)))
}

const BACKENDS = ['upstream_addr', 'proxy_upstream_name', 'upstream'] as const
const STATUSES = ['status', 'response_status', 'status_code', 'upstream_status'] as const

/** Variables of nginx are texts or numbers; an object under such a key is another program's. */
function isValue(value: unknown): boolean {
  return value !== undefined && objectOf(value) === null
}

/**
 * Reads a line of ingress-nginx in JSON (`log-format-upstream: '{…}'`). The keys are the user's choice: nginx's own names for
 * its variables and the usual other ones are known.
 */
export function readNginxObject(body: JsonObject): ProxiedRequest {
  const values = valuesOf(body)
  const text = (...names: readonly string[]) => {
    for (const name of names) {
      const value = values.get(name)
      if (value !== undefined) return value
    }
    return null
  }
  const list = (...names: readonly string[]) => itemsOf(text(...names))
  const line = readRequestLine(text('request') ?? '')
  const { services, servicePort } = servedBy(text('proxy_upstream_name', 'upstream_name', 'upstream'))
  const [namespace, service] = [text('namespace', 'ingress_namespace'), text('service_name', 'service')]
  const seconds = decimalOf(text('request_time', 'duration'))
  const [received, sent] = [countOf(text('request_length')), countOf(text('bytes_sent', 'body_bytes_sent', 'bytes'))]
  return {
    time: readMoment(text('time_local', 'time_iso8601', 'time', 'timestamp', '@timestamp', 'ts')),
    client: readAddressPort(
      text('remote_addr', 'client_ip', 'client', 'remote') ?? firstOf(text('x_forwarded_for', 'http_x_forwarded_for')),
    ),
    method: text('method', 'request_method', 'http_method') ?? line.method,
    path: text('path', 'uri', 'request_uri', 'url') ?? line.path,
    status: statedStatus(countOf(text('status', 'response_status', 'status_code'))),
    latencyMs: seconds === null ? null : seconds * 1_000,
    bytes: received === null || sent === null ? null : received + sent,
    services: namespace !== null && service !== null ? [{ namespace, name: service }] : services,
    servicePort: readPort(text('service_port') ?? '') ?? servicePort,
    listenPort: readPort(text('server_port', 'listen_port') ?? ''),
    tries: triesOf({
      addresses: list('upstream_addr', 'upstream_address'),
      lengths: list('upstream_response_length', 'upstream_bytes_received'),
      seconds: list('upstream_response_time', 'upstream_time'),
      statuses: list('upstream_status'),
    }),
  }
}

/** Texts and numbers by their normal keys. Without what stands for none. */
function valuesOf(body: JsonObject): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const [name, value] of byNormalKey(body)) {
    const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? statedOf(value.slice(0, MAX_TEXT).trim()) : null
    if (text !== null) values.set(name, text)
  }
  return values
}

function readMoment(text: string | null): number | null {
  return timeOf(text) ?? readClfTime(text)
}

/** `a, b : c` as its items. */
function itemsOf(text: string | null): readonly string[] {
  return text === null ? [] : text.replaceAll(' : ', ', ').split(', ', 32)
}

function firstOf(text: string | null): string | null {
  return text === null ? null : (text.split(',', 1)[0]?.trim() ?? null)
}
