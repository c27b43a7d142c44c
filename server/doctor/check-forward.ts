import { createServer } from 'node:net'
import type { Check } from '@/lib/api/report/doctor-report'
import type { FlowAccess, FlowSourceChoice } from '../config'
import { formatListen } from '../config/parse-listen'
import { readForwardAccess } from '../flow-sources/forward/forward-access'

/** Looks whether senders can be listened for: the files of keys and certificates, and the port. */
export async function checkForward(choice: Extract<FlowSourceChoice, { kind: 'forward' }>, access: FlowAccess): Promise<Check> {
  const address = formatListen(choice)
  const files = await readForwardAccess(access)
  if (!files.ok)
    return { about: 'flows', state: 'problem', message: `forward: ${files.error}`, fixes: ['mend the file; it is read again by itself'] }
  const { keys, tls } = files.value
  const how = [
    tls === null ? 'without TLS' : tls.ca === undefined ? 'with TLS' : 'with TLS and certificates of senders',
    keys === null ? 'without a shared key' : keys.users.size === 0 ? 'with a shared key' : 'with a shared key and names',
  ].join(', ')
  const code = await tryToListen(choice.host, choice.port)
  if (code === null) return { about: 'flows', state: 'ok', message: `senders can be listened for on ${address}, ${how}`, fixes: [] }
  if (code === 'EADDRINUSE') {
    const fixes = [`if that is not a running sluice: stop it, or give another port with --flows forward:HOST:PORT`]
    return { about: 'flows', state: 'ok', message: `a program listens on ${address} already`, fixes }
  }
  const fixes = [code === 'EACCES' ? 'give a port above 1023' : 'give an address of this machine with --flows forward:HOST:PORT']
  return { about: 'flows', state: 'problem', message: `${address} cannot be listened on (${code})`, fixes }
}

/** The code of the system's error; null when the port is free. */
function tryToListen(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown error'))
    server.listen({ host, port }, () => server.close(() => resolve(null)))
  })
}
