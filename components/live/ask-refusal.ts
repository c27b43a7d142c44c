import { problemSentence } from './request-json'

/**
 * Why the server gives no event stream at a URL, in its own words; null when it does not answer at all, or gives one by now. The
 * browser only tells that a stream failed, and keeps the reason to itself.
 */
export async function askRefusal(url: string): Promise<string | null> {
  const asking = new AbortController()
  try {
    const response = await fetch(url, { signal: asking.signal })
    return response.ok ? null : await problemSentence(response)
  } catch {
    return null
  } finally {
    asking.abort()
  }
}
