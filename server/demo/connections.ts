import type { Protocol } from '@/lib/model/protocol'

/** One kind of request that travels on a connection. */
export type Call = {
  /** How often, relative to the other calls of the connection. */
  readonly weight: number
  readonly method: string
  /** `#` stands for a number. */
  readonly path: string
  /** `id` of a connection without which this call cannot succeed. */
  readonly needs?: string
}

/** Who regularly opens connections to whom: the cast of the demo at work. */
export type Connection = {
  /** `from>to:port`, unique. */
  readonly id: string
  /** `NS/NAME` of a workload, or the key of an outsider. */
  readonly from: string
  readonly to: string
  /** The port of the pod, after any Service. */
  readonly port: number
  readonly protocol: Protocol
  /** Service that the client calls, as `NS/NAME`; null when it dials the pod or an address. */
  readonly service: string | null
  /** Connections a second at the busiest hour. */
  readonly perSecond: number
  /** `day` follows the passengers, `steady` never changes. */
  readonly rhythm: 'day' | 'steady'
  /** What is spoken; null when the source does not look inside. */
  readonly speaks: 'http' | 'grpc' | null
  readonly calls: readonly Call[]
  /** Middle of the answer times, in milliseconds. */
  readonly latencyMs: number
  /** Name that the client resolves first; null when it needs none. */
  readonly lookup: string | null
  /** Happens only as far as another connection is let through; `rest` is the share that happens anyhow. */
  readonly after: { readonly connection: string; readonly rest: number } | null
  /** Only this pod of the target, for a database that writes in one place. */
  readonly ordinal: number | null
  /** Share of IPv6, from 0 to 1. */
  readonly ipv6: number
}

type Details = Partial<Omit<Connection, 'id' | 'from' | 'to' | 'port' | 'perSecond'>>

function connect(from: string, to: string, port: number, perSecond: number, details: Details = {}): Connection {
  return {
    id: `${from}>${to}:${port}`,
    from,
    to,
    port,
    protocol: 'TCP',
    service: null,
    perSecond,
    rhythm: 'day',
    speaks: null,
    calls: [],
    latencyMs: 12,
    lookup: null,
    after: null,
    ordinal: null,
    ipv6: 0,
    ...details,
  }
}

/** A connection to a Service of the cluster, found by its name. */
function call(from: string, service: string, port: number, perSecond: number, details: Details = {}): Connection {
  const [namespace = '', name = ''] = service.split('/')
  return connect(from, service, port, perSecond, { service, lookup: `${name}.${namespace}.svc.cluster.local`, ...details })
}

function http(...calls: readonly (readonly [weight: number, method: string, path: string, needs?: string])[]): Details {
  return { speaks: 'http', calls: calls.map(([weight, method, path, needs]) => ({ weight, method, path, ...(needs ? { needs } : {}) })) }
}

function grpc(...calls: readonly (readonly [weight: number, path: string])[]): Details {
  return { speaks: 'grpc', calls: calls.map(([weight, path]) => ({ weight, method: 'POST', path })) }
}

/** The connection that the story is about. */
export const CHECKOUT_TO_PAYMENTS = 'storefront/checkout>payments/payments-api:8443'

const AFTER_PAYMENT = { after: { connection: CHECKOUT_TO_PAYMENTS, rest: 0.08 } }

const ENTRY: readonly Connection[] = [
  connect('passengers', 'edge/traefik', 8443, 9, { service: 'edge/traefik' }),
  connect('passengers', 'edge/gateway-envoy', 10443, 6, { service: 'edge/gateway-envoy', ipv6: 0.45 }),
  connect('partners', 'edge/gateway-envoy', 10443, 0.5, { service: 'edge/gateway-envoy' }),
  connect('card-hooks', 'edge/traefik', 8443, 0.4, { service: 'edge/traefik', ...AFTER_PAYMENT }),
  connect('harbour-terminals', 'bookings/boarding', 8443, 1.6, { service: 'bookings/boarding' }),
  connect('edge/traefik', 'storefront/web', 8080, 11, {
    service: 'storefront/web',
    latencyMs: 45,
    ...http(
      [5, 'GET', '/'],
      [4, 'GET', '/timetable'],
      [3, 'GET', '/sailings/#'],
      [3, 'GET', '/search'],
      [2, 'POST', '/basket/items'],
      [1, 'GET', '/account'],
      [1, 'POST', '/pay', CHECKOUT_TO_PAYMENTS],
    ),
  }),
  connect('edge/traefik', 'payments/payment-events', 8080, 0.4, {
    service: 'payments/payment-events',
    ...AFTER_PAYMENT,
    ...http([1, 'POST', '/cardbridge/events']),
  }),
  connect('edge/traefik', 'monitoring/grafana', 3000, 0.2, {
    service: 'monitoring/grafana',
    rhythm: 'steady',
    ...http([2, 'GET', '/api/dashboards/uid/shop'], [3, 'POST', '/api/ds/query']),
  }),
  connect('edge/traefik', 'sandbox/web-2023', 8080, 0.08, {
    service: 'sandbox/web-2023',
    rhythm: 'steady',
    ...http([3, 'GET', '/'], [1, 'GET', '/wp-login.php'], [1, 'GET', '/.env']),
  }),
  connect('edge/gateway-envoy', 'storefront/mobile-api', 8080, 7, {
    service: 'storefront/mobile-api',
    latencyMs: 30,
    ipv6: 0.4,
    ...http([4, 'GET', '/v3/sailings'], [3, 'GET', '/v3/fares/#'], [2, 'GET', '/v3/bookings/#'], [1, 'POST', '/v3/bookings']),
  }),
  connect('edge/gateway-envoy', 'bookings/tickets', 8080, 0.8, { service: 'bookings/tickets', ...http([1, 'GET', '/v3/wallet/#']) }),
  connect('edge/gateway-envoy', 'bookings/booking-api', 8080, 0.5, {
    service: 'bookings/booking-api',
    ...http([2, 'GET', '/bookings/#'], [1, 'POST', '/bookings']),
  }),
  call('edge/gateway-envoy', 'edge/rate-limiter', 8081, 4, {
    latencyMs: 2,
    ...grpc([1, '/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit']),
  }),
  call('edge/rate-limiter', 'data/valkey', 6379, 1, { ordinal: 0 }),
]

const SHOP: readonly Connection[] = [
  call('storefront/web', 'storefront/search', 8080, 4, { latencyMs: 60, ...http([1, 'GET', '/search']) }),
  call('storefront/web', 'storefront/sailings', 8080, 5, http([3, 'GET', '/sailings/#'], [2, 'GET', '/timetable'])),
  call('storefront/web', 'storefront/fares', 8080, 4, http([1, 'GET', '/fares/#'])),
  call('storefront/web', 'storefront/basket', 8080, 3, http([2, 'GET', '/baskets/#'], [1, 'POST', '/baskets/#/items'])),
  call('storefront/web', 'storefront/accounts', 8080, 1.5, http([3, 'GET', '/me'], [1, 'POST', '/session'])),
  call('storefront/web', 'storefront/checkout', 8080, 2, {
    latencyMs: 180,
    ...http([1, 'GET', '/checkout/#'], [2, 'POST', '/checkout/#/pay', CHECKOUT_TO_PAYMENTS]),
  }),
  call('storefront/mobile-api', 'storefront/sailings', 8080, 3, http([1, 'GET', '/sailings/#'])),
  call('storefront/mobile-api', 'storefront/fares', 8080, 2, http([1, 'GET', '/fares/#'])),
  call('storefront/mobile-api', 'storefront/accounts', 8080, 1, http([1, 'GET', '/me'])),
  call('storefront/mobile-api', 'bookings/booking-api', 8080, 1.5, http([3, 'GET', '/bookings/#'], [1, 'POST', '/bookings'])),
  call('storefront/checkout', 'storefront/basket', 8080, 1.5, http([1, 'GET', '/baskets/#'])),
  call('storefront/checkout', 'storefront/fares', 8080, 1, http([1, 'POST', '/quotes'])),
  call('storefront/checkout', 'payments/payments-api', 8443, 1.6, {
    latencyMs: 220,
    ...grpc([3, '/northwater.payments.v1.Payments/Authorize'], [2, '/northwater.payments.v1.Payments/Capture']),
  }),
  call('storefront/checkout', 'bookings/booking-api', 8080, 1, { ...AFTER_PAYMENT, ...http([1, 'POST', '/bookings']) }),
  call('storefront/search', 'data/search-index', 9200, 3, { latencyMs: 25, ...http([1, 'POST', '/sailings/_search']) }),
  call('storefront/sailings', 'data/valkey', 6379, 3),
  call('storefront/sailings', 'data/postgres', 5432, 0.8, { ordinal: 0 }),
  call('storefront/fares', 'data/valkey', 6379, 2),
  call('storefront/basket', 'data/valkey', 6379, 2, { ordinal: 0 }),
  call('storefront/accounts', 'data/postgres', 5432, 0.8, { ordinal: 0 }),
]

const BOOKINGS: readonly Connection[] = [
  call(
    'bookings/booking-api',
    'bookings/seat-allocator',
    9000,
    1.6,
    grpc([2, '/northwater.seats.v2.Seats/Hold'], [1, '/northwater.seats.v2.Seats/Release']),
  ),
  call('bookings/booking-api', 'data/postgres', 5432, 1.4, { ordinal: 0 }),
  call('bookings/booking-api', 'data/nats', 4222, 0.6),
  call('bookings/booking-api', 'bookings/tickets', 8080, 0.8, http([1, 'POST', '/tickets'])),
  call('bookings/booking-api', 'payments/payments-api', 8443, 0.12, {
    latencyMs: 160,
    ...grpc([1, '/northwater.payments.v1.Payments/Refund']),
  }),
  call('bookings/seat-allocator', 'data/valkey', 6379, 1.4, { ordinal: 0 }),
  call('bookings/boarding', 'bookings/tickets', 8080, 1.2, http([4, 'GET', '/tickets/#'], [3, 'POST', '/tickets/#/boarded'])),
  connect('bookings/boarding', 'harbour-database', 1521, 0.3, { service: 'data/harbour-db', lookup: 'harbour-db.data.svc.cluster.local' }),
  call('bookings/tickets', 'data/nats', 4222, 0.5),
  connect('bookings/tickets', 'object-storage', 443, 0.5, { lookup: 'objects.fjordstore.example' }),
  call('bookings/notifications', 'data/nats', 4222, 0.3, {
    rhythm: 'steady',
    after: { connection: 'dns bookings/notifications', rest: 0.3 },
  }),
  connect('bookings/notifications', 'mail-provider', 587, 0.6, {
    rhythm: 'steady',
    lookup: 'smtp.letterbird.example',
    after: { connection: 'dns bookings/notifications', rest: 0 },
  }),
]

const PAYMENTS: readonly Connection[] = [
  call('payments/payments-api', 'payments/fraud-check', 9000, 1.3, {
    latencyMs: 35,
    ...AFTER_PAYMENT,
    ...grpc([1, '/northwater.fraud.v1.Fraud/Score']),
  }),
  call('payments/payments-api', 'payments/ledger', 9000, 1.3, { ...AFTER_PAYMENT, ...grpc([1, '/northwater.ledger.v1.Ledger/Book']) }),
  connect('payments/payments-api', 'card-provider', 443, 1.3, { lookup: 'api.cardbridge.example', ...AFTER_PAYMENT }),
  call('payments/payment-events', 'payments/ledger', 9000, 0.4, { ...AFTER_PAYMENT, ...grpc([1, '/northwater.ledger.v1.Ledger/Settle']) }),
  connect('payments/payment-events', 'card-telemetry', 443, 0.06, { rhythm: 'steady', lookup: 'telemetry.cardbridge.example' }),
  call('payments/ledger', 'data/postgres', 5432, 0.9, { ordinal: 0, ...AFTER_PAYMENT }),
  call('payments/ledger', 'data/nats', 4222, 0.4, AFTER_PAYMENT),
]

const PLATFORM: readonly Connection[] = [
  connect('data/postgres', 'data/postgres', 5432, 0.2, { rhythm: 'steady', ordinal: 0 }),
  connect('data/valkey', 'data/valkey', 6379, 0.2, { rhythm: 'steady', ordinal: 0 }),
  connect('data/nats', 'data/nats', 6222, 0.2, { rhythm: 'steady' }),
  connect('data/search-index', 'data/search-index', 9300, 0.3, { rhythm: 'steady' }),
  connect('data/postgres-backup', 'data/postgres', 5432, 0.5, { rhythm: 'steady', service: 'data/postgres', ordinal: 1 }),
  connect('data/postgres-backup', 'object-storage', 443, 0.5, { rhythm: 'steady', lookup: 'objects.fjordstore.example' }),
  call('monitoring/log-agent', 'monitoring/loki', 3100, 2, { rhythm: 'steady', ...http([1, 'POST', '/loki/api/v1/push']) }),
  call('monitoring/prometheus', 'monitoring/alertmanager', 9093, 0.2, { rhythm: 'steady', ...http([1, 'POST', '/api/v2/alerts']) }),
  connect('monitoring/alertmanager', 'monitoring/alertmanager', 9094, 0.2, { rhythm: 'steady' }),
  connect('monitoring/alertmanager', 'pager', 443, 0.03, { rhythm: 'steady', lookup: 'events.callout.example' }),
  call('monitoring/grafana', 'monitoring/prometheus', 9090, 0.4, { rhythm: 'steady', ...http([1, 'POST', '/api/v1/query_range']) }),
  call('monitoring/grafana', 'monitoring/loki', 3100, 0.1, { rhythm: 'steady', ...http([1, 'GET', '/loki/api/v1/query_range']) }),
  connect('kube-system/coredns', 'resolver', 53, 0.6, { protocol: 'UDP' }),
  ...['monitoring/prometheus', 'edge/traefik', 'kube-system/coredns', 'kube-system/metrics-server'].map((from) =>
    connect(from, 'api-server', 6443, 0.1, { rhythm: 'steady' }),
  ),
]

const SCHEDULED: readonly Connection[] = [
  connect('batch/timetable-import', 'timetable-source', 443, 1.2, { rhythm: 'steady', lookup: 'timetables.harbourdata.example' }),
  call('batch/timetable-import', 'storefront/sailings', 8080, 2.5, { rhythm: 'steady', ...http([1, 'PUT', '/sailings/#']) }),
  call('batch/fare-refresh', 'storefront/fares', 8080, 3, { rhythm: 'steady', ...http([1, 'POST', '/fares/#/refresh']) }),
  call('batch/settlement', 'payments/ledger', 9000, 2, { rhythm: 'steady', ...grpc([1, '/northwater.ledger.v1.Ledger/Export']) }),
  connect('batch/settlement', 'object-storage', 443, 0.4, { rhythm: 'steady', lookup: 'objects.fjordstore.example' }),
]

/** Nobody has looked after these since the workshop. */
const FORGOTTEN: readonly Connection[] = [
  call('sandbox/fares-prototype', 'storefront/sailings', 8080, 0.05, { rhythm: 'steady', ...http([1, 'GET', '/timetable']) }),
  call('sandbox/fares-prototype', 'sandbox/web-2023', 8080, 0.1, { rhythm: 'steady', ...http([1, 'GET', '/prices']) }),
]

/**
 * Every connection that somebody opens again and again. What is not here: name resolution, probes, scrapes, the scan and
 * the connections that were open before; `traffic.ts` adds them.
 */
export const CONNECTIONS: readonly Connection[] = [...ENTRY, ...SHOP, ...BOOKINGS, ...PAYMENTS, ...PLATFORM, ...SCHEDULED, ...FORGOTTEN]
