import type { Schemas } from '@/api/client'

type Union = Schemas['Union']
export interface UnionNode extends Union { children: UnionNode[] }

/** The flat list of unions as a tree; one whose parent is not in the list becomes a root. */
export function unionTree(unions: readonly Union[]): UnionNode[] {
  const nodes = new Map(unions.map((u) => [u.id, { ...u, children: [] as UnionNode[] }]))
  const roots: UnionNode[] = []
  for (const node of nodes.values()) {
    const parent = node.parentId === undefined ? undefined : nodes.get(node.parentId)
    ;(parent ? parent.children : roots).push(node)
  }
  return roots
}
