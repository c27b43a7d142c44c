import type { ClientHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'

export type Watchdog = {
  /** How often to ask. */
  readonly everyMs: number
  /** How long the other side may be silent after it was asked. */
  readonly patienceMs: number
}

/**
 * Pings a session again and again, and tells once when nothing at all came back in time. Bytes of any kind are a sign of
 * life: behind a long list on a slow line the answer to a ping comes late.
 *
 * @returns stops it.
 */
export function watchSession(
  session: ClientHttp2Session,
  wire: Socket,
  { everyMs, patienceMs }: Watchdog,
  onSilence: (silentMs: number) => void,
): () => void {
  let lastSign = performance.now()
  let bytesRead = wire.bytesRead
  let askedAt: number | null = null
  // Often enough that a silence is told little too late.
  const intervalMs = everyMs / 5
  let lastCheck = lastSign
  const check = () => {
    const now = performance.now()
    // While this process was busy or asleep, answers could not be taken: that time is not the other side's.
    if (askedAt !== null) askedAt += Math.max(0, now - lastCheck - 2 * intervalMs)
    lastCheck = now
    if (wire.bytesRead !== bytesRead) {
      bytesRead = wire.bytesRead
      lastSign = now
      askedAt = null
    }
    if (askedAt !== null) {
      if (now - askedAt >= patienceMs) {
        stop()
        onSilence(now - lastSign)
      }
      return
    }
    if (session.closed || session.destroyed || now - lastSign < everyMs) return
    askedAt = now
    session.ping((error) => {
      if (error !== null) return
      lastSign = performance.now()
      askedAt = null
    })
  }
  const timer = setInterval(check, intervalMs)
  const stop = () => clearInterval(timer)
  return stop
}
