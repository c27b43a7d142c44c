import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { ServerConfig } from '../server/config'
import { formatListen } from '../server/config/parse-listen'
import { describeRoleConflict } from '../server/config/role-conflict'
import { ListenError, listen } from '../server/http/listen'
import { materialiseBuild, NoBuildError } from '../server/http/materialise-build'
import { createServerShell } from '../server/http/server-shell'
import { settleCluster } from '../server/settle-cluster'
import type { Command, CommandContext } from './command'
import { readServerOptions, serverOptionsHelp } from './read-server-options'

/** How long open event streams may keep a stopping server. */
const STOP_TIMEOUT_MS = 1_000
/** How long writing what waits may take at the end. */
const WRITE_TIMEOUT_MS = 15_000

/** `sluice serve`: runs the server until a signal ends it. */
export const serve: Command = async (args, context) => {
  if (args.includes('--help') || args.includes('-h')) {
    context.stdout(`Usage: sluice serve [options]\n\n${serverOptionsHelp()}`)
    return 0
  }
  const options = readServerOptions(args, [], context)
  if (!options.ok) {
    for (const line of options.error.lines) context.stderr(`${line}\n`)
    return options.error.exitCode
  }
  for (const warning of options.value.warnings) context.stderr(`${warning}\n`)

  const { wish } = options.value
  if (wish.cluster.kind === 'manifests' && !existsSync(wish.cluster.path)) {
    context.stderr(`${wish.cluster.path}: no such file or folder\n`)
    return 3
  }
  const settled = settleCluster(wish, context.environment, context.folder)
  if (!settled.ok) {
    context.stderr(`${settled.error.message}\n`)
    return settled.error.kind === 'usage' ? 2 : 3
  }
  const { cluster, messages } = settled.value
  // What auto finds is known only now.
  const conflict = describeRoleConflict({ ...wish, cluster })
  if (conflict !== null) {
    for (const message of messages) context.stderr(`${message}\n`)
    context.stderr(`--role: ${conflict}\n`)
    return 2
  }
  const { kubeconfig: _kubeconfig, contexts: _contexts, ...asked } = wish

  try {
    return await run({ ...asked, cluster }, messages, context)
  } catch (error) {
    if (!(error instanceof ListenError || error instanceof NoBuildError)) throw error
    context.stderr(`sluice: ${error.message}\n`)
    return 1
  }
}

async function run(config: ServerConfig, messages: readonly string[], { packageFolder, stdout, stderr }: CommandContext): Promise<0> {
  const shell = createServerShell(config)
  const port = await listen(shell.server, config.listen)
  for (const message of messages) stderr(`${message}\n`)
  const stopped = new Promise((resolve) => {
    process.on('SIGINT', resolve).on('SIGTERM', resolve)
  })

  process.env.SLUICE_CONFIG = JSON.stringify({ ...config, listen: { ...config.listen, port } })
  process.env.SLUICE_NEXT_BASE_PATH = config.basePath
  process.env.SLUICE_NEXT_DIST_DIR = await materialiseBuild(packageFolder, config.basePath)
  process.env.NEXT_TELEMETRY_DISABLED = '1'
  Object.assign(process.env, { NODE_ENV: 'production' })
  // Next and the demo find their files from the current folder; every path in the configuration is absolute.
  process.chdir(packageFolder)

  const { default: next } = await import('next')
  const app = next({
    dir: packageFolder,
    dev: false,
    quiet: true,
    hostname: config.listen.host,
    port,
    // Next attaches its upgrade handler to this one, which never listens.
    httpServer: createServer(),
  })
  await app.prepare()
  shell.open(app.getRequestHandler())
  stdout(`Sluice is ready on http://${formatListen({ ...config.listen, port })}${config.basePath}/\n`)

  await stopped
  await close(shell.server)
  await clustersStopped()
  return 0
}

/** Flows that wait for the store are written before the process ends; `server/runtime.ts` leaves the promise of that. */
async function clustersStopped(): Promise<void> {
  const stopping: unknown = Reflect.get(globalThis, Symbol.for('sluice.stopping'))
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, WRITE_TIMEOUT_MS)
  })
  await Promise.race([stopping, patience])
  clearTimeout(timer)
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), STOP_TIMEOUT_MS)
  await closed
  clearTimeout(timer)
}
