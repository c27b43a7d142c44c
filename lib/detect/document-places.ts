import type { FieldPath } from '../model/field-locator'
import { flattenLists } from '../model/flatten-lists'
import type { Origin } from '../model/object'
import type { SourceDocument } from '../model/source-document'

/** Finds what objects were read from by where it begins, so that a finding can name the line of a field. */
export class DocumentPlaces {
  #byOrigin: ReadonlyMap<string, SourceDocument> | null = null

  constructor(private readonly documents: readonly SourceDocument[]) {}

  /** The line of the field, else of what it stands in, else of the document. */
  placeOf(origin: Origin, path: FieldPath | null): Origin {
    if (path === null) return origin
    const locate = this.#documentAt(origin)?.locate
    if (locate === undefined) return origin
    return placeBelow(origin, path, locate)
  }

  #documentAt(origin: Origin): SourceDocument | undefined {
    this.#byOrigin ??= new Map(
      flattenLists(this.documents).flatMap((document) => (document.origin === null ? [] : [[keyOf(document.origin), document]])),
    )
    return this.#byOrigin.get(keyOf(origin))
  }
}

export function placeBelow(origin: Origin, path: FieldPath, locate: NonNullable<SourceDocument['locate']>): Origin {
  for (let length = path.length; length > 0; length--) {
    const place = locate(path.slice(0, length))
    if (place !== null) return { file: origin.file, ...place }
  }
  return origin
}

function keyOf({ file, line, column }: Origin): string {
  return `${line}:${column}:${file}`
}
