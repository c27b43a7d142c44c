import { PartialLines } from './partial-lines'

/**
 * What reading one source's lines remembers from line to line. A source makes one and hands it to every line; without it each
 * line is read on its own.
 */
export class LineMemory {
  readonly partials = new PartialLines()
}
