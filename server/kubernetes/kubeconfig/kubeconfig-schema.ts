import { z } from 'zod'

/** As in Go, `null` and an absent field are the empty value. */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '')
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false)
const texts = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? [])
const listOf = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? [])
const object = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z
    .object(shape)
    .nullish()
    .transform((value) => value ?? z.object(shape).parse({}))

const clusterSchema = object({
  server: text,
  'certificate-authority': text,
  'certificate-authority-data': text,
  'insecure-skip-tls-verify': flag,
  'tls-server-name': text,
  'proxy-url': text,
  extensions: listOf(z.object({ name: text, extension: z.unknown() })),
})

const userSchema = object({
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  as: text,
  'as-uid': text,
  'as-groups': texts,
  'as-user-extra': z
    .record(z.string(), z.array(z.string()))
    .nullish()
    .transform((value) => value ?? {}),
  exec: z
    .object({
      apiVersion: text,
      command: text,
      args: texts,
      env: listOf(z.object({ name: text, value: text })),
      installHint: text,
      provideClusterInfo: flag,
      interactiveMode: text,
    })
    .nullish()
    .transform((value) => value ?? null),
  'auth-provider': z
    .object({ name: text })
    .nullish()
    .transform((value) => value ?? null),
})

const contextSchema = object({ cluster: text, user: text, namespace: text })

/** One kubeconfig file as written; unknown fields are ignored, as kubectl does. */
export const kubeconfigSchema = z.object({
  apiVersion: z.enum(['v1', '']).nullish(),
  kind: z.enum(['Config', '']).nullish(),
  'current-context': text,
  clusters: listOf(z.object({ name: text, cluster: clusterSchema })),
  users: listOf(z.object({ name: text, user: userSchema })),
  contexts: listOf(z.object({ name: text, context: contextSchema })),
})

export type WrittenKubeconfig = z.infer<typeof kubeconfigSchema>
