import type { RecordedConnection } from '../flow-replay'

/** A recorded connection with defaults: one forwarded TCP connection from web to cart on port 80. */
export function aRecordedConnection(options: Partial<RecordedConnection> = {}): RecordedConnection {
  const { count = 1 } = options
  return {
    src: 'shop/web[Deployment]',
    dst: 'shop/cart[Deployment]',
    protocol: 'TCP',
    port: 80,
    count,
    firstSeen: 1_000,
    lastSeen: 2_000,
    observed: { forwarded: count, dropped: 0, audit: 0, error: 0, unknown: 0 },
    ...options,
  }
}
