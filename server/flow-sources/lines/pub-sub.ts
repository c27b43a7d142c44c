import { Buffer } from 'node:buffer'
import type { JsonObject } from '../json-fields'
import { readTime } from './time-text'

/**
 * What a message of Google's Pub/Sub holds, and when it was published (null when it does not say): a log sink puts one entry of
 * Cloud Logging into each. Null for anything else.
 */
export function pubSubData(body: JsonObject): { readonly text: string; readonly time: number | null } | null {
  const { data, messageId, message_id, publishTime, publish_time } = body
  const published = publishTime ?? publish_time
  const isMessage = (messageId ?? message_id ?? published) !== undefined
  if (!isMessage || typeof data !== 'string' || data === '') return null
  return { text: Buffer.from(data, 'base64').toString('utf8'), time: readTime(published) }
}
