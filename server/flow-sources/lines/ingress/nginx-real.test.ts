import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request, type Server } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ObservedFlow } from '@/lib/flows/flow'
import { freePort } from '@/testing/free-port'
import { aLogger, flowsOf } from '../../testing/decode-flows'

const NGINX = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'].find((path) => existsSync(path))
if (NGINX === undefined) console.warn('nginx is not installed: its access logs are read from recordings only')

/** The formats: `upstreaminfo` as ingress-nginx writes it, and one in JSON with keys of our own. */
const FORMATS = `
  log_format upstreaminfo '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" '
    '$request_length $request_time [$name] [] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $request_id';
  log_format json escape=json '{"time_iso8601":"$time_iso8601","client_ip":"$remote_addr","request":"$request","status":"$status",'
    '"bytes_sent":$bytes_sent,"request_length":$request_length,"request_time":"$request_time","proxy_upstream_name":"$name",'
    '"upstream_addr":"$upstream_addr","upstream_status":"$upstream_status","upstream_response_time":"$upstream_response_time",'
    '"upstream_response_length":"$upstream_response_length","agent":"$http_user_agent"}';
`

const AGENT = 'probe "quoted" \\ [x] ünïcode'

describe.skipIf(NGINX === undefined)('lines that a real nginx writes', () => {
  const dir = mkdtempSync(join(tmpdir(), 'nginx-lines-'))
  const backend = createServer((incoming, answer) => {
    answer.statusCode =
      incoming.url?.startsWith('/cart/refused') === true ? 403 : incoming.url?.startsWith('/cart/broken') === true ? 502 : 200
    answer.end('from the backend')
  })
  const logger = aLogger({ namespace: 'ingress', pod: 'controller-1' })
  let nginx: ReturnType<typeof spawn> | null = null
  let lines: { readonly text: readonly string[]; readonly json: readonly string[] } = { text: [], json: [] }

  beforeAll(async () => {
    const [port, deadPort] = [await freePort(), await freePort()]
    const backendPort = await listen(backend)
    writeFileSync(
      join(dir, 'nginx.conf'),
      `daemon off; worker_processes 1; pid ${dir}/pid; error_log ${dir}/error.log info;
       events { worker_connections 64; }
       http {
         client_body_temp_path ${dir}/b; proxy_temp_path ${dir}/p; fastcgi_temp_path ${dir}/f; uwsgi_temp_path ${dir}/u; scgi_temp_path ${dir}/s;
         ${FORMATS}
         access_log ${dir}/text.log upstreaminfo; access_log ${dir}/json.log json;
         upstream tried { server 127.0.0.1:${deadPort} max_fails=0; server 127.0.0.2:${deadPort} max_fails=0; }
         server {
           listen 127.0.0.1:${port}; set $name "";
           location /cart { set $name shop-cart-80; proxy_pass http://127.0.0.1:${backendPort}; }
           location /pay { set $name shop-pay-8080; proxy_pass http://tried; }
           location /admin { set $name shop-admin-80; deny all; }
           location /moved { set $name shop-moved-80; return 301 /cart; }
         }
       }`,
    )
    nginx = spawn(NGINX ?? '', ['-c', join(dir, 'nginx.conf'), '-p', dir, '-e', join(dir, 'error.log')], { stdio: 'ignore' })
    await untilListening(port)
    for (const path of ['/cart/12?token=secret', '/cart/refused', '/cart/broken', '/pay', '/admin', '/moved']) await get(port, path)
    await sendJunk(port)
    await until(() => logged('text.log').length === 7 && logged('json.log').length === 7)
    lines = { text: logged('text.log'), json: logged('json.log') }
  }, 10_000)

  afterAll(async () => {
    if (nginx !== null && nginx.exitCode === null) {
      nginx.kill('SIGTERM')
      await once(nginx, 'exit')
    }
    backend.close()
    rmSync(dir, { recursive: true, force: true })
  })

  function logged(file: string): readonly string[] {
    const path = join(dir, file)
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : []
  }

  function summary({ source, destination, verdict, reason, l7 }: ObservedFlow): string {
    const from = source.pod ?? source.ip
    const to = destination.pod ?? `${destination.service?.namespace ?? ''}/${destination.service?.name ?? ''}`
    return [from, to, verdict, reason, l7?.method, l7?.path, l7?.code].filter((part) => part !== null && part !== undefined).join(' ')
  }

  const EXPECTED = [
    ['127.0.0.1 controller-1 forwarded GET /cart/{id} 200', 'controller-1 shop/cart forwarded GET /cart/{id} 200'],
    ['127.0.0.1 controller-1 forwarded GET /cart/refused 403', 'controller-1 shop/cart forwarded GET /cart/refused 403'],
    ['127.0.0.1 controller-1 forwarded GET /cart/broken 502', 'controller-1 shop/cart forwarded GET /cart/broken 502'],
    [
      '127.0.0.1 controller-1 forwarded GET /pay 502',
      'controller-1 shop/pay error l7/connect-failed GET /pay 502',
      'controller-1 shop/pay error l7/connect-failed GET /pay 502',
    ],
    ['127.0.0.1 controller-1 dropped l7/ingress-rule GET /admin 403'],
    ['127.0.0.1 controller-1 forwarded GET /moved 301'],
    ['127.0.0.1 controller-1 error l7/bad-request 400'],
  ]

  test.each(['text', 'json'] as const)('%s: each request with every backend that was tried', (format) => {
    expect(lines[format].map((line) => flowsOf(line, { logger }).map(summary))).toEqual(EXPECTED)
  })

  test('both formats say the same, and neither query nor agent is kept', () => {
    for (const [index, line] of lines.text.entries()) {
      const [text, json] = [flowsOf(line), flowsOf(lines.json[index])]
      expect(text.map(({ verdict, port }) => [verdict, port])).toEqual(json.map(({ verdict, port }) => [verdict, port]))
      expect(Math.abs((text[0]?.time ?? 0) - Date.now())).toBeLessThan(60_000)
      expect(JSON.stringify([text, json])).not.toMatch(/secret|quoted|\?/)
    }
  })

  test('the error log is no access log', () => {
    const errors = logged('error.log')
    expect(errors.length).toBeGreaterThan(0)
    for (const line of errors) expect(() => flowsOf(line)).toThrow('no flow: ignored')
  })
})

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function get(port: number, path: string): Promise<void> {
  const call = request({ host: '127.0.0.1', port, path, agent: false, headers: { 'user-agent': Buffer.from(AGENT).toString('latin1') } })
  call.end()
  const [answer] = await once(call, 'response')
  answer.resume()
  await once(answer, 'end')
}

/** The beginning of a TLS handshake, which is no HTTP. */
async function sendJunk(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  socket.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x0d, 0x0a]))
  socket.resume()
  await once(socket, 'close')
}

async function untilListening(port: number): Promise<void> {
  await until(async () => {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return true
    } catch {
      return false
    } finally {
      socket.destroy()
    }
  })
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 8_000
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error('waited for eight seconds')
    await wait(50)
  }
}
