/** The manifest of a bare pod in the namespace `shop`, labelled by its name, that others may follow in the same file. */
export function aPodOfShop(name: string, ip: string): string {
  return `apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: shop, labels: {app: ${name}}}
spec: {containers: [{name: app}]}
status: {phase: Running, podIP: ${ip}, conditions: [{type: Ready, status: "True"}]}
---
`
}
