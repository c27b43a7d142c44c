import type { DecodedLine } from '../../decoded-line'
import type { Envelope, LineFormat, Payload } from '../line-format'
import { decodedFlows } from '../parts/request-flow'
import { flowsOfEnvoy } from './envoy-flows'
import { isEnvoyObject, readEnvoyObject } from './envoy-json'
import type { EnvoyRecord } from './envoy-record'
import { isEnvoyText, readEnvoyText } from './envoy-text'

/** Access logs of Envoy: Istio's sidecars, gateways and waypoints, Envoy Gateway, and Envoy alone. */
export const ENVOY: LineFormat = {
  id: 'envoy',
  title: 'Envoy and Istio access log',
  proof: 'recorded',
  recognises: (payload) => (payload.kind === 'text' ? isEnvoyText(payload.text) : isEnvoyObject(payload.body)),
  decode: decodeEnvoy,
}

function decodeEnvoy(payload: Payload, envelope: Envelope): DecodedLine {
  if (payload.kind === 'object') {
    return isEnvoyObject(payload.body) ? decoded(readEnvoyObject(payload.body), envelope) : { kind: 'ignored', reason: 'not-a-flow' }
  }
  if (!isEnvoyText(payload.text)) return { kind: 'ignored', reason: 'not-a-flow' }
  const record = readEnvoyText(payload.text)
  if (record === null) return { kind: 'rejected', reason: "an Envoy access log line in another layout than Istio's or Envoy's own" }
  return decoded(record, envelope)
}

function decoded(record: EnvoyRecord, envelope: Envelope): DecodedLine {
  return decodedFlows(flowsOfEnvoy(record, envelope), (record.time ?? envelope.time) !== null)
}
