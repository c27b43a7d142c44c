import { type FileHandle, open } from 'node:fs/promises'

/** First bytes of a file that tell it from one that was written anew in its place. */
const FINGERPRINT_BYTES = 256

export type OpenFile = { readonly handle: FileHandle; readonly device: number; readonly inode: number; fingerprint: Buffer }

/** Why the file cannot be read now, and whether time alone may mend it. */
export class OpenFailure {
  readonly isWaiting: boolean
  readonly message: string

  constructor(isWaiting: boolean, message: string) {
    this.isWaiting = isWaiting
    this.message = message
  }
}

export async function openFile(path: string): Promise<OpenFile | OpenFailure> {
  let handle: FileHandle
  try {
    handle = await open(path, 'r')
  } catch (error) {
    return openFailure(path, codeOf(error))
  }
  try {
    const stats = await handle.stat()
    if (stats.isDirectory()) {
      await handle.close()
      return new OpenFailure(false, `${path} is a folder; name a file in it`)
    }
    return { handle, device: stats.dev, inode: stats.ino, fingerprint: await fingerprintOf(handle) }
  } catch (error) {
    await handle.close()
    return openFailure(path, codeOf(error))
  }
}

function openFailure(path: string, code: string): OpenFailure {
  if (code === 'ENOENT') return new OpenFailure(true, `${path} is not there yet; waiting for it`)
  if (code === 'EACCES' || code === 'EPERM') return new OpenFailure(false, `${path} may not be read; give this user the right to read it`)
  if (code === 'ENOTDIR') return new OpenFailure(false, `${path} is below something that is no folder`)
  return new OpenFailure(false, `${path} cannot be opened (${code}); trying again`)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error'
}

async function fingerprintOf(handle: FileHandle): Promise<Buffer> {
  const bytes = Buffer.alloc(FINGERPRINT_BYTES)
  const { bytesRead } = await handle.read(bytes, 0, FINGERPRINT_BYTES, 0)
  return bytes.subarray(0, bytesRead)
}

/** True when the file was truncated or written anew since it was read to `offset`. */
export async function startsOver(file: OpenFile, offset: number): Promise<boolean> {
  const { size } = await file.handle.stat()
  const beginning = await fingerprintOf(file.handle)
  const isSame = size >= offset && beginning.subarray(0, file.fingerprint.length).equals(file.fingerprint)
  file.fingerprint = beginning
  return !isSame
}
