import { readyzQuery } from '@/lib/api/schemas'
import { countParameters } from '@/server/http/read-request'
import { runtime } from '@/server/runtime'

/** GET /readyz: the cluster has been read, so the pages have something to show. `?verbose` lists each check. */
export function GET(request: Request): Response {
  const running = runtime()
  countParameters(request, readyzQuery, running.measures.countUnknown)
  const checks = [
    { name: 'cluster', ok: running.isReady, note: running.isReady ? `revision ${running.state.revision}` : 'not read yet' },
    { name: 'sources', ok: true, note: `${running.sources.length} configured` },
  ]
  const isReady = checks.every((check) => check.ok)
  const isVerbose = new URL(request.url).searchParams.has('verbose')
  const lines = checks.map(({ name, ok, note }) => `[${ok ? '+' : '-'}] ${name}: ${note}`)
  const text = isVerbose ? [...lines, isReady ? 'ready' : 'not ready'].join('\n') : isReady ? 'ok' : 'not ready'
  return new Response(`${text}\n`, {
    status: isReady ? 200 : 503,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  })
}
