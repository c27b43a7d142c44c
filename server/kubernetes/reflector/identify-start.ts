/**
 * The object that a line is about, from how the line begins: the API server writes the name and the namespace before
 * anything that could be long. null when that cannot be told for certain.
 */
export function identifyStart(start: string): { readonly namespace: string | null; readonly name: string } | null {
  const metadata = /^\s*\{"type":"(?:ADDED|MODIFIED)","object":\{(?:"(?:kind|apiVersion)":"[^"\\]*",)*"metadata":\{(.*)$/s.exec(start)?.[1]
  if (metadata === undefined) return null
  const [, name, , namespace] = /^"name":"([^"\\]+)",("generateName":"[^"\\]*",)?(?:"namespace":"([^"\\]+)",)?/.exec(metadata) ?? []
  return name === undefined ? null : { namespace: namespace ?? null, name }
}
