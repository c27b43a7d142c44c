// What somebody meets who clones this and types "npm start": a whole first start, a fast second one, and Ctrl-C at any
// moment in between. Runs in a clone of the committed state with an empty home.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const SECOND_START_MS = 5_000
const STOP_MS = 2_000

const work = mkdtempSync(join(tmpdir(), 'sluice-start-'))
const clone = join(work, 'sluice')
const home = join(work, 'home')
process.on('exit', () => rmSync(work, { recursive: true, force: true }))

let failures = 0
function check(statement, isTrue, detail = '') {
  process.stdout.write(`${isTrue ? 'ok    ' : 'FAILED'} ${statement}${detail === '' ? '' : ` (${detail})`}\n`)
  if (!isTrue) failures += 1
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`
}

/** A program in a process group of its own, as a terminal would run it. */
function run(program, args) {
  const { HOME: _home, KUBECONFIG: _kubeconfig, ...environment } = process.env
  const child = spawn(program, args, {
    cwd: clone,
    env: { ...environment, HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const running = { child, output: '', started: performance.now(), exited: once(child, 'exit') }
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (running.output += chunk))
  return running
}

/** Waits for a text in the output; false when the program ends or the time is over before. */
async function says(running, text, timeoutMs) {
  while (!running.output.includes(text)) {
    if (running.child.exitCode !== null || performance.now() - running.started > timeoutMs) return false
    await sleep(50)
  }
  return true
}

/** Presses Ctrl-C, or sends another signal, to the whole group; gives how long it took until nothing ran any more. */
async function stop(running, signal = 'SIGINT') {
  const from = performance.now()
  process.kill(-running.child.pid, signal)
  const timer = setTimeout(() => process.kill(-running.child.pid, 'SIGKILL'), 20_000)
  await running.exited
  while (leftovers().length > 0 && performance.now() - from < 20_000) await sleep(20)
  clearTimeout(timer)
  return performance.now() - from
}

/** Processes that still work in the clone. */
function leftovers() {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(clone)
    } catch {
      return false
    }
  })
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

async function interrupted(moment, text, afterMs) {
  const running = run('npm', ['start', '--', '--listen', listen])
  const reached = await says(running, text, 300_000)
  await sleep(afterMs)
  const ms = await stop(running)
  check(`Ctrl-C ${moment} ends it and leaves nothing running`, reached && ms < 6_000 && leftovers().length === 0, seconds(ms))
  check(`Ctrl-C ${moment} prints no stack trace`, !/^\s+at .*:\d+:\d+/m.test(running.output))
}

mkdirSync(home)
const git = spawn('git', ['clone', '--quiet', '--no-hardlinks', process.cwd(), clone], { stdio: 'inherit' })
const [cloned] = await once(git, 'exit')
if (cloned !== 0) process.exit(1)

const port = await freePort()
const listen = `127.0.0.1:${port}`
const url = `http://${listen}`

await interrupted('during the install', 'Installing packages', 2_000)
await interrupted('during the build', 'Building the pages', 2_000)

const first = run('npm', ['start', '--', '--listen', listen])
const ready = await says(first, `Sluice is ready on ${url}/`, 600_000)
check('npm start on the clone gets ready', ready, seconds(performance.now() - first.started))
if (!ready) {
  process.stdout.write(first.output)
  process.exit(1)
}
check('it answers /readyz with 200', (await fetch(`${url}/readyz`)).status === 200)
check('it answers the map with 200', (await fetch(`${url}/map`)).status === 200)

const taken = run('node', ['bin/sluice.mjs', 'serve', '--listen', listen])
const [takenCode] = await taken.exited
check('a port in use is one line and exit code 1', takenCode === 1 && taken.output.trim().split('\n').length === 1, taken.output.trim())

const viewers = Array.from({ length: 5 }, () => fetch(`${url}/api/v1/stream?level=namespace`))
const streams = await Promise.all(viewers)
check(
  'event streams open',
  streams.every((stream) => stream.status === 200),
)
const stopMs = await stop(first, 'SIGTERM')
check('SIGTERM with open event streams ends it in time', stopMs < STOP_MS, seconds(stopMs))
await Promise.all(streams.map((stream) => stream.body.cancel().catch(() => {})))

const second = run('npm', ['start', '--', '--listen', listen])
await says(second, `Sluice is ready on ${url}/`, 60_000)
const answered = await fetch(`${url}/readyz`)
  .then((response) => response.status)
  .catch(() => 0)
const secondMs = performance.now() - second.started
check('a second start is ready fast', answered === 200 && secondMs < SECOND_START_MS, seconds(secondMs))
check('a second start neither installs nor builds', !/Installing|Building/.test(second.output))
const secondStopMs = await stop(second)
check('Ctrl-C ends it', secondStopMs < STOP_MS && leftovers().length === 0, seconds(secondStopMs))

process.stdout.write(failures === 0 ? 'The start checks pass.\n' : `${failures} start checks failed.\n`)
process.exit(failures === 0 ? 0 : 1)
