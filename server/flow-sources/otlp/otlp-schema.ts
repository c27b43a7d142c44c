/**
 * The fields of OTLP that are read, by their numbers. Source: open-telemetry/opentelemetry-proto, collector/{logs,metrics,trace}/v1
 * and what they import; the names are those of its JSON form.
 */
export type OtlpKind = 'string' | 'bytes' | 'bool' | 'int64' | 'double' | 'fixed64' | 'sfixed64' | 'enum'
export type OtlpField = { readonly name: string; readonly kind: OtlpKind | (() => OtlpMessage); readonly isList: boolean }
export type OtlpMessage = ReadonlyMap<number, OtlpField>

function one(number: number, name: string, kind: OtlpField['kind']): [number, OtlpField] {
  return [number, { name, kind, isList: false }]
}

function list(number: number, name: string, kind: OtlpField['kind']): [number, OtlpField] {
  return [number, { name, kind, isList: true }]
}

const ANY_VALUE: OtlpMessage = new Map([
  one(1, 'stringValue', 'string'),
  one(2, 'boolValue', 'bool'),
  one(3, 'intValue', 'int64'),
  one(4, 'doubleValue', 'double'),
  one(5, 'arrayValue', () => ARRAY_VALUE),
  one(6, 'kvlistValue', () => KEY_VALUES),
  one(7, 'bytesValue', 'bytes'),
])
const ARRAY_VALUE: OtlpMessage = new Map([list(1, 'values', () => ANY_VALUE)])
const KEY_VALUE: OtlpMessage = new Map([one(1, 'key', 'string'), one(2, 'value', () => ANY_VALUE)])
const KEY_VALUES: OtlpMessage = new Map([list(1, 'values', () => KEY_VALUE)])
const RESOURCE: OtlpMessage = new Map([list(1, 'attributes', () => KEY_VALUE)])

const LOG_RECORD: OtlpMessage = new Map([
  one(1, 'timeUnixNano', 'fixed64'),
  one(5, 'body', () => ANY_VALUE),
  list(6, 'attributes', () => KEY_VALUE),
  one(11, 'observedTimeUnixNano', 'fixed64'),
])
const SCOPE_LOGS: OtlpMessage = new Map([list(2, 'logRecords', () => LOG_RECORD)])
const RESOURCE_LOGS: OtlpMessage = new Map([one(1, 'resource', () => RESOURCE), list(2, 'scopeLogs', () => SCOPE_LOGS)])

const NUMBER_POINT: OtlpMessage = new Map([
  one(2, 'startTimeUnixNano', 'fixed64'),
  one(3, 'timeUnixNano', 'fixed64'),
  one(4, 'asDouble', 'double'),
  one(6, 'asInt', 'sfixed64'),
  list(7, 'attributes', () => KEY_VALUE),
])
/** A point that is only counted. */
const UNREAD: OtlpMessage = new Map()
const SUM: OtlpMessage = new Map([
  list(1, 'dataPoints', () => NUMBER_POINT),
  one(2, 'aggregationTemporality', 'enum'),
  one(3, 'isMonotonic', 'bool'),
])
const OTHER_POINTS: OtlpMessage = new Map([list(1, 'dataPoints', () => UNREAD)])
const METRIC: OtlpMessage = new Map([
  one(1, 'name', 'string'),
  one(5, 'gauge', () => OTHER_POINTS),
  one(7, 'sum', () => SUM),
  one(9, 'histogram', () => OTHER_POINTS),
  one(10, 'exponentialHistogram', () => OTHER_POINTS),
  one(11, 'summary', () => OTHER_POINTS),
])
const SCOPE_METRICS: OtlpMessage = new Map([list(2, 'metrics', () => METRIC)])
const RESOURCE_METRICS: OtlpMessage = new Map([one(1, 'resource', () => RESOURCE), list(2, 'scopeMetrics', () => SCOPE_METRICS)])

const SCOPE_SPANS: OtlpMessage = new Map([list(2, 'spans', () => UNREAD)])
const RESOURCE_SPANS: OtlpMessage = new Map([list(2, 'scopeSpans', () => SCOPE_SPANS)])

/** What is posted to each of the three addresses. */
export type OtlpSignal = 'logs' | 'metrics' | 'traces'
export const OTLP_REQUESTS: Readonly<Record<OtlpSignal, OtlpMessage>> = {
  logs: new Map([list(1, 'resourceLogs', () => RESOURCE_LOGS)]),
  metrics: new Map([list(1, 'resourceMetrics', () => RESOURCE_METRICS)]),
  traces: new Map([list(1, 'resourceSpans', () => RESOURCE_SPANS)]),
}
