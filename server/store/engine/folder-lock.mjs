// @ts-check
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'

const SOCKET = 'lock.sock'
const ANSWER_MS = 1_000

/**
 * Holds the current folder for this process: a second one finds out who has it. The engine itself does not notice that
 * two processes write into one folder. A socket is used because it dies with its process, whatever ends it.
 *
 * @param {{ pid: number }} owner the process that people know, which is the server
 * @returns {Promise<{ heldBy: number } | { release: () => void }>} the process that holds it, or the way to let go
 */
export async function lockFolder({ pid }) {
  const holder = await ask()
  if (holder !== null) return { heldBy: holder.pid }
  rmSync(SOCKET, { force: true })
  const nonce = randomUUID()
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.end(JSON.stringify({ pid, nonce }))
  })
  await /** @type {Promise<void>} */ (
    new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(SOCKET, resolve)
    })
  )
  server.unref()
  // Another one may have found the folder free at the same moment and taken the socket's place.
  await new Promise((resolve) => setTimeout(resolve, 20))
  const now = await ask()
  if (now?.nonce !== nonce) {
    server.close()
    return { heldBy: now?.pid ?? 0 }
  }
  return { release: () => server.close() }
}

/** @returns {Promise<{ pid: number, nonce: string } | null>} who answers at the socket; null when nobody does */
function ask() {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(SOCKET)
    socket.setTimeout(ANSWER_MS, () => socket.destroy())
    socket.on('data', (chunk) => (text += chunk))
    socket.on('error', () => resolve(null))
    socket.on('close', () => {
      try {
        const { pid, nonce } = JSON.parse(text)
        resolve({ pid: Number(pid), nonce: String(nonce) })
      } catch {
        resolve(null)
      }
    })
  })
}
