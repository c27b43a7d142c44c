/** A document that counts how often somebody looked into it. For tests that measure work instead of time. */
export type CountingDocument = { readonly body: Readonly<Record<string, unknown>>; readonly steps: () => number }

export function countingDocument(document: Readonly<Record<string, unknown>>): CountingDocument {
  let steps = 0
  const wrapped = new WeakMap<object, object>()
  const wrap = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const known = wrapped.get(value)
    if (known !== undefined) return known
    const proxy = new Proxy(value, {
      get: (target, key, receiver) => {
        steps++
        return wrap(Reflect.get(target, key, receiver))
      },
      ownKeys: (target) => {
        const keys = Reflect.ownKeys(target)
        steps += keys.length
        return keys
      },
      getOwnPropertyDescriptor: (target, key) => {
        steps++
        return Reflect.getOwnPropertyDescriptor(target, key)
      },
    })
    wrapped.set(value, proxy)
    return proxy
  }
  return { body: wrap(document) as Readonly<Record<string, unknown>>, steps: () => steps }
}
