import { setImmediate } from 'node:timers/promises'
import { bundleLines } from '@/lib/bundle/bundle-lines'
import type { Recording } from '@/lib/bundle/recording'
import { bundleBytes } from './bundle/write-bundle'
import { aProblem, problemResponse } from './http/problem'

/** Bundles that are written at once; each may take seconds of one core. */
const AT_ONCE = 2
let writing = 0

/** A bundle as a file to save, compressed while it is sent and no faster than it is read. */
export function exportBundle(recording: Recording): Response {
  if (writing >= AT_ONCE) {
    return problemResponse(aProblem(429, 'Too many bundles at once', 'Other bundles are being written; try again soon.'), {
      'retry-after': '5',
    })
  }
  writing++
  const bytes = bundleBytes(bundleLines(recording))
  let isOver = false
  const over = (): void => {
    if (!isOver) writing--
    isOver = true
  }
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await bytes.next()
        await setImmediate()
        if (!done) return controller.enqueue(value)
        over()
        controller.close()
      } catch (error) {
        over()
        controller.error(error)
      }
    },
    async cancel() {
      over()
      await bytes.return(undefined)
    },
  })
  return new Response(body, {
    headers: {
      'content-type': 'application/gzip',
      'content-disposition': `attachment; filename="${bundleName(recording)}"`,
      'cache-control': 'no-store',
    },
  })
}

/** `prod-eu-2026-05-04T100000Z.sluice.gz`, of characters that every file system takes. */
export function bundleName({ header }: Pick<Recording, 'header'>): string {
  const name = header.cluster.replaceAll(/[^A-Za-z0-9_-]+/g, '-').slice(0, 80)
  const time = new Date(header.recordedAt).toISOString().replaceAll(':', '').slice(0, 17)
  return `${name}-${time}Z.sluice.gz`
}
