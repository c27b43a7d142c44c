import { cp, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** Folder of the build, and what its copies begin with; all lie in the package folder, where modules resolve. */
const BUILD_FOLDER = '.next'
const COPY_PREFIX = '.next-at-'

/** There is no build to serve. */
export class NoBuildError extends Error {
  override readonly name = 'NoBuildError'
}

/**
 * Gives the name of a folder that holds the build for this base path. The build carries a placeholder, so that one
 * build serves every path; the copy for a path is made once and lives until the next build.
 *
 * @param basePath without a slash at the end, empty for the root
 */
export async function materialiseBuild(packageFolder: string, basePath: string): Promise<string> {
  const source = join(packageFolder, BUILD_FOLDER)
  const buildId = await readFile(join(source, 'BUILD_ID'), 'utf8').catch(() => null)
  if (buildId === null) throw new NoBuildError('the pages are not built; run "npm start", or "npm run build"')

  const placeholder = await builtBasePath(source)
  if (placeholder === '' && basePath !== '') {
    throw new NoBuildError('this build serves the root only; build with "npm run build" to use --base-path')
  }

  const name = `${COPY_PREFIX}${basePath === '' ? 'root' : basePath.slice(1).replaceAll('/', '+')}`
  const target = join(packageFolder, name)
  if ((await readFile(join(target, 'BUILD_ID'), 'utf8').catch(() => null)) === buildId) return name

  const draft = await mkdtemp(join(packageFolder, `${COPY_PREFIX}draft-`))
  try {
    await cp(source, draft, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => path !== join(source, 'cache') && path !== join(source, 'trace'),
    })
    if (placeholder !== '') await replaceInFolder(draft, placeholder, basePath)
    await rm(target, { recursive: true, force: true })
    await rename(draft, target).catch(async (error: unknown) => {
      // Another server made the same copy meanwhile.
      if (!(await stat(target).catch(() => null))) throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return name
}

const manifestSchema = z.object({ config: z.object({ basePath: z.string() }) })

async function builtBasePath(buildFolder: string): Promise<string> {
  const text = await readFile(join(buildFolder, 'required-server-files.json'), 'utf8')
  return manifestSchema.parse(JSON.parse(text)).config.basePath
}

async function replaceInFolder(folder: string, placeholder: string, basePath: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !/\.(js|json|html|rsc|css|body|meta)$/.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    const text = await readFile(path, 'utf8')
    const replaced = text.replaceAll(placeholder, basePath)
    if (replaced !== text) await writeFile(path, replaced)
  }
}
