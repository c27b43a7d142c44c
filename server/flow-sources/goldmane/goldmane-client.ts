import type { DecodedLine } from '../decoded-line'
import type { GrpcConnection } from '../grpc/grpc-connection'
import { bytesTag, ProtobufError, ProtobufReader, varintTag } from '../grpc/protobuf-reader'
import { ProtobufWriter } from '../grpc/protobuf-writer'
import { readFlowResult } from './goldmane-wire'
import { observeGoldmane } from './observe-goldmane'

/** A loaded Goldmane answers a list after many seconds. */
const LIST_DEADLINE_MS = 30_000

export type ListedPage = { readonly lines: readonly DecodedLine[]; readonly totalPages: number }

/**
 * Rows as they become complete, from `since` on, without an end. Yields what arrived together. Throws `GrpcError`.
 *
 * @param since seconds since the epoch, or seconds before now when it is negative.
 */
export async function* streamFlows(connection: GrpcConnection, since: number, signal: AbortSignal): AsyncGenerator<readonly DecodedLine[]> {
  const request = new ProtobufWriter().int64(1, since).finish()
  const reader = new ProtobufReader(new Uint8Array())
  for await (const messages of connection.serverStream('/goldmane.Flows/Stream', request, { signal })) {
    yield messages.map((message) => {
      reader.restart(message)
      return readRow(reader)
    })
  }
}

/** One page of the rows that began at `since` (seconds since the epoch) or later. Throws `GrpcError`. */
export async function listFlows(
  connection: GrpcConnection,
  { since, page, pageSize }: { readonly since: number; readonly page: number; readonly pageSize: number },
  signal: AbortSignal,
): Promise<ListedPage> {
  const request = new ProtobufWriter().int64(1, since).int64(3, page).int64(4, pageSize).finish()
  const answer = await connection.unary('/goldmane.Flows/List', request, { signal, deadlineMs: LIST_DEADLINE_MS })
  return readPage(answer)
}

/** Bytes that are no row cost only themselves. */
function readRow(reader: ProtobufReader): DecodedLine {
  try {
    const row = readFlowResult(reader)
    return row === null ? { kind: 'ignored', reason: 'not-a-flow' } : observeGoldmane(row, null)
  } catch (error) {
    if (error instanceof ProtobufError) return { kind: 'rejected', reason: error.message }
    throw error
  }
}

function readPage(answer: Uint8Array): ListedPage {
  const lines: DecodedLine[] = []
  let totalPages = 1
  try {
    const reader = new ProtobufReader(answer)
    while (reader.hasMore) {
      const tag = reader.tag()
      if (tag === bytesTag(2)) {
        const outer = reader.enter()
        lines.push(readRow(reader))
        reader.leave(outer)
      } else if (tag === bytesTag(1)) {
        const outer = reader.enter()
        while (reader.hasMore) {
          const inner = reader.tag()
          if (inner === varintTag(1)) totalPages = reader.int64()
          else reader.skip(inner)
        }
        reader.leave(outer)
      } else reader.skip(tag)
    }
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error
    lines.push({ kind: 'rejected', reason: error.message })
  }
  return { lines, totalPages }
}
