/** A record as Fluent Bit sends the line of a container: one flow of our own format, told from others by its id. */
export function aRecord(number: number): Record<string, unknown> {
  const line = { id: `f-${number}`, from: `shop/web-${number % 50}`, to: 'shop/cart[Deployment]', port: 8080, verdict: 'forwarded' }
  return {
    log: JSON.stringify(line),
    stream: 'stdout',
    kubernetes: { namespace_name: 'shop', pod_name: `web-${number % 50}`, host: 'node-1' },
  }
}
