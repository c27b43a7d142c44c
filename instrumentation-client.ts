import { BASE_PATH } from '@/lib/api/base-path'

declare global {
  interface Window {
    /** Only where the browser knows Trusted Types. */
    readonly trustedTypes?: {
      createPolicy(name: string, rules: { createScriptURL: (url: string) => string | null }): unknown
    }
  }
}

/**
 * The one way for a text to become a script address: our own built chunks, which the bundler's runtime loads by URL.
 * Runs before anything else on the page; markup from texts has no policy and stays impossible.
 */
window.trustedTypes?.createPolicy('default', {
  createScriptURL: (text) => {
    const url = new URL(text, window.location.href)
    return url.origin === window.location.origin && url.pathname.startsWith(`${BASE_PATH}/_next/static/`) ? text : null
  },
})
