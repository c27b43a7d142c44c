import type { DecodedLine } from '../../decoded-line'
import type { Envelope, LineFormat, Payload } from '../line-format'
import { decodedFlows } from '../parts/request-flow'
import { isNginxObject, readNginxObject } from './nginx-json'
import { isNginxText, readNginxText } from './nginx-text'
import { flowsOfProxied, type ProxiedRequest } from './proxied-request'

/**
 * Access logs of ingress-nginx. The plain combined log is none: it does not say who was asked, and every web server writes it.
 * Neither are the controller's own lines and nginx's error log.
 */
export const INGRESS_NGINX: LineFormat = {
  id: 'ingress-nginx',
  title: 'ingress-nginx access log',
  proof: 'real-server',
  recognises: (payload) => (payload.kind === 'text' ? isNginxText(payload.text) : isNginxObject(payload.body)),
  decode: decodeNginx,
}

function decodeNginx(payload: Payload, envelope: Envelope): DecodedLine {
  if (payload.kind === 'object') {
    return isNginxObject(payload.body) ? decoded(readNginxObject(payload.body), envelope) : { kind: 'ignored', reason: 'not-a-flow' }
  }
  if (!isNginxText(payload.text)) return { kind: 'ignored', reason: 'not-a-flow' }
  const request = readNginxText(payload.text)
  return request === null ? { kind: 'rejected', reason: "not in ingress-nginx's upstreaminfo format" } : decoded(request, envelope)
}

function decoded(request: ProxiedRequest, envelope: Envelope): DecodedLine {
  return decodedFlows(flowsOfProxied(request, envelope), (request.time ?? envelope.time) !== null)
}
