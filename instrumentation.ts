/** How long the first page waits for a cluster that takes its time; it then shows how far reading has come. */
const PATIENCE_MS = 2_000

/** Next calls this once when the server starts: the cluster is read before the first page is asked for. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { runtime } = await import('./server/runtime')
  await Promise.race([runtime().firstReading, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))])
}
