import type { FlowL7 } from '@/lib/flows/flow'

/** One line for a layer-7 exchange: `GET /cart → 503`, `DNS A cart.shop.svc NXDOMAIN`. */
export function l7Text(l7: FlowL7): string {
  const subject = [l7.protocol === 'http' ? null : l7.protocol.toUpperCase(), l7.method, l7.path]
    .filter((part) => part !== null && part !== '')
    .join(' ')
  return l7.code === null ? subject : `${subject} → ${l7.code}`
}
