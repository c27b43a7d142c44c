// @ts-check
/**
 * Lets the process live on when nobody reads its output any more (`sluice serve | head -1`). Without a listener the
 * failed write is an uncaught exception, the handler for those writes to the same pipe, and that never ends.
 */
export function surviveClosedPipes() {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}
