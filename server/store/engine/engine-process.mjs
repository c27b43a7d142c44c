// @ts-check
import { mkdirSync } from 'node:fs'
import { lockFolder } from './folder-lock.mjs'

/**
 * The store process: chDB on one folder, asked through messages. It is a process of its own because a crash of the
 * native engine ends whatever it runs in, and it must not be bundled.
 *
 * @typedef {import('./engine-messages').EngineRequest} EngineRequest
 * @typedef {import('./engine-messages').EngineAnswer} EngineAnswer
 * @typedef {import('chdb').Session} Session
 */

/** Asks of each session come one after the other, so reading, writing and looking after the store have one each. */
/** @type {{ read: Session, write: Session, control: Session } | null} */
let sessions = null
/** @type {() => void} */
let release = () => undefined
/** @type {Set<Promise<unknown>>} */
const underway = new Set()

/** Sent with every query, so that it can be found and ended. */
const comment = (/** @type {number} */ id) => `sluice-${id}`

/** @param {Extract<EngineRequest, { kind: 'open' }>} request */
async function open({ folder }) {
  mkdirSync(folder, { recursive: true })
  process.chdir(folder)
  const lock = await lockFolder({ pid: process.ppid })
  if ('heldBy' in lock) throw Object.assign(new Error(String(lock.heldBy)), { reason: 'in-use' })
  release = lock.release
  let chdb
  try {
    chdb = await import('chdb')
  } catch (cause) {
    throw Object.assign(new Error(cause instanceof Error ? cause.message : String(cause)), { reason: 'unsupported' })
  }
  const start = () => new chdb.Session(`${folder}/engine`)
  sessions = { read: start(), write: start(), control: start() }
  return null
}

/** @param {EngineRequest} request */
async function answer(request) {
  if (request.kind === 'open') return open(request)
  if (sessions === null) throw Object.assign(new Error('the store is not open'), { reason: 'closed' })
  const { read, write, control } = sessions
  switch (request.kind) {
    case 'query': {
      const settings = Object.entries(request.settings).map(([name, value]) => `${name} = ${Number(value)}`)
      const sql = `${request.sql} SETTINGS ${settings.join(', ')}, log_comment = '${comment(request.id)}'`
      const result = await run(read, sql, request.parameters, request.format)
      return result.bytes()
    }
    case 'command':
      await run(control, request.sql, request.parameters)
      return null
    case 'insert': {
      const { table, columns, token, data } = request
      const settings = { insert_deduplication_token: token }
      await write.insert({ table, columns, values: data, format: 'JSONCompactEachRow', settings })
      return null
    }
    case 'cancel':
      await control.queryAsync(`KILL QUERY WHERE Settings['log_comment'] = '${comment(request.target)}' ASYNC`)
      return null
    case 'close':
      await Promise.allSettled(underway)
      for (const session of [read, write, control]) session.close()
      release()
      return null
  }
}

/**
 * Statements with values wait for each other, whichever session they are for; those without do not.
 *
 * @param {Session} session
 * @param {string} sql
 * @param {Readonly<Record<string, unknown>>} parameters
 * @param {string} [format]
 */
function run(session, sql, parameters, format = 'JSONCompactEachRow') {
  const options = { format }
  return Object.keys(parameters).length === 0 ? session.queryAsync(sql, options) : session.queryBindAsync(sql, parameters, options)
}

/** @param {EngineRequest} request */
async function serve(request) {
  const work = answer(request)
  if (request.kind !== 'close') {
    underway.add(work)
    void work.catch(() => undefined).finally(() => underway.delete(work))
  }
  try {
    send({ id: request.id, ok: true, data: await work })
  } catch (error) {
    send({ id: request.id, ok: false, ...describe(error) })
  }
  if (request.kind === 'close') process.disconnect?.()
}

/** @param {unknown} error */
function describe(error) {
  /** @type {{ reason?: unknown, clickhouseCode?: unknown, message?: unknown, code?: unknown }} */
  const { reason, clickhouseCode, message, code } = error instanceof Error ? error : { message: String(error) }
  return { code: Number(clickhouseCode ?? 0), reason: String(reason ?? code ?? ''), message: String(message) }
}

/** @param {EngineAnswer} message */
function send(message) {
  if (process.connected) process.send?.(message)
}

process.on('message', (message) => void serve(/** @type {EngineRequest} */ (message)))
// A signal for the group is for the server, which then closes the store in its own time.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
// Without the server there is nothing to do. The engine has written what it acknowledged, and ending it in the middle of
// something is what it must survive anyway.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
