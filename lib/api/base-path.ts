/**
 * Path prefix of every page and route in the browser, without a slash at the end; empty at the root. Next adds it to
 * its own links; what calls `fetch` or opens an `EventSource` adds it with this.
 */
export const BASE_PATH: string = process.env.NEXT_PUBLIC_BASE_PATH ?? ''
