import type { ApiResponse } from './api-connection'
import type { WireRequest } from './transport'

/** As Node wants headers to send. */
export function mutableHeaders(headers: WireRequest['headers']): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]))
}

/** Headers that Node received, each as one text; those that HTTP/2 adds are left out. */
export function headersOf(received: Readonly<Record<string, string | string[] | number | undefined>>): ApiResponse['headers'] {
  return new Map(
    Object.entries(received).flatMap(([name, value]): [string, string][] =>
      value === undefined || name.startsWith(':') ? [] : [[name, Array.isArray(value) ? value.join(', ') : String(value)]],
    ),
  )
}
