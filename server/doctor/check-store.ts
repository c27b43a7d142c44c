import { constants } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Check } from '@/lib/api/report/doctor-report'
import { DEFAULT_CONFIG, type ServerWish, type StoreChoice } from '../config'
import { openStore } from '../open-store'
import { StoreError } from '../store/store-error'

const ABOUT = 'store'
const LITTLE_BYTES = 1024 ** 3

/** Looks whether flows can be kept where the options say. */
export async function checkStore(wish: ServerWish): Promise<Check> {
  const { store } = wish
  if (store.kind === 'memory' || wish.cluster.kind === 'demo' || wish.cluster.kind === 'bundle') {
    return { about: ABOUT, state: 'ok', message: 'flows of the last hour are kept in memory, and go with the server', fixes: [] }
  }
  return store.kind === 'embedded' ? checkFolder(store, wish.storeRetentionDays) : checkServer(wish, new URL(store.url).host)
}

async function checkFolder({ folder }: Extract<StoreChoice, { kind: 'embedded' }>, days: number): Promise<Check> {
  const existing = await nearestFolder(folder)
  try {
    await access(existing, constants.W_OK)
    const { bavail, bsize } = await statfs(existing)
    const free = bavail * bsize
    const message = `${folder}, for ${days} days; ${Math.floor(free / 1e6)} MB are free there`
    if (free >= LITTLE_BYTES) return { about: ABOUT, state: 'ok', message, fixes: [] }
    return { about: ABOUT, state: 'problem', message, fixes: ['free some space, or name another folder with --store embedded:DIR'] }
  } catch {
    const fixes = ['give the folder to this user, or name another one with --store embedded:DIR']
    return { about: ABOUT, state: 'problem', message: `${existing} cannot be written to`, fixes }
  }
}

/** The folder itself, or the one above it that is there. */
async function nearestFolder(folder: string): Promise<string> {
  try {
    await access(folder)
    return folder
  } catch {
    const above = dirname(folder)
    return above === folder ? folder : nearestFolder(above)
  }
}

async function checkServer(wish: ServerWish, host: string): Promise<Check> {
  const opened = openStore({ ...DEFAULT_CONFIG, ...wish, cluster: { kind: 'in-cluster' } }, () => Date.now())
  try {
    await opened?.of('doctor').store.open()
    return { about: ABOUT, state: 'ok', message: `ClickHouse at ${host}, for ${wish.storeRetentionDays} days`, fixes: [] }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return { about: ABOUT, state: 'problem', message: error.message, fixes: ['check the address, the user and the password of --store'] }
  } finally {
    await opened?.close()
  }
}
