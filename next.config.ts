import type { NextConfig } from 'next'

// Both are set by our own build and server: one build with a placeholder serves every base path.
const basePath = process.env.SLUICE_NEXT_BASE_PATH ?? ''
const distDir = process.env.SLUICE_NEXT_DIST_DIR ?? '.next'

const config: NextConfig = {
  basePath,
  distDir,
  env: { NEXT_PUBLIC_BASE_PATH: basePath },
  // Holds a native library.
  serverExternalPackages: ['@napi-rs/canvas'],
  poweredByHeader: false,
  reactStrictMode: true,
  images: { unoptimized: true },
  // The server shell decides about paths; Next's redirects would carry the base path of the build.
  skipTrailingSlashRedirect: true,
  // `npm test` checks the types; a start does not wait for it.
  typescript: { ignoreBuildErrors: process.env.SLUICE_NEXT_BASE_PATH !== undefined },
}

export default config
