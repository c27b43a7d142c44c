import { noQuery } from '@/lib/api/schemas'
import { countParameters } from '@/server/http/read-request'
import { metricsText } from '@/server/metrics'
import { fleet, runtime } from '@/server/runtime'

/** GET /metrics: numbers for Prometheus. */
export async function GET(request: Request): Promise<Response> {
  const running = runtime()
  countParameters(request, noQuery, running.measures.countUnknown)
  return new Response(await metricsText(running, fleet().connected()), {
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
  })
}
export const dynamic = 'force-dynamic'
