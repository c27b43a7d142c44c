/** Next calls this once when the server starts: the cluster is read before the first page is asked for. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { runtime } = await import('./server/runtime')
  await runtime().firstReading
}
