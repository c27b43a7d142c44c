import { metricsText } from '@/server/metrics'
import { runtime } from '@/server/runtime'

/** GET /metrics: numbers for Prometheus. */
export async function GET(_request: Request): Promise<Response> {
  return new Response(await metricsText(runtime()), {
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
  })
}
export const dynamic = 'force-dynamic'
