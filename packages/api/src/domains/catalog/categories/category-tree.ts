/** A category with those below it, siblings in their order. */
export interface CategoryNode {
  id: string;
  slug: string;
  name: string;
  parentId: string | null;
  /** 0 for a root. */
  depth: number;
  seo?: { title: string; description: string | null } | undefined;
  children: CategoryNode[];
}

/** Joins rows into trees. Parents come before their children, siblings in their order. */
export function categoryTree(
  rows: readonly { id: string; parentId: string | null; slug: string; name: string; seo?: CategoryNode['seo'] }[],
): CategoryNode[] {
  const nodes = new Map<string, CategoryNode>();
  const roots: CategoryNode[] = [];
  for (const { id, parentId, slug, name, seo } of rows) {
    const parent = parentId === null ? undefined : nodes.get(parentId);
    const depth = parent ? parent.depth + 1 : 0;
    const node: CategoryNode = { id, slug, name, parentId, depth, ...(seo && { seo }), children: [] };
    nodes.set(id, node);
    (parent?.children ?? roots).push(node);
  }
  return roots;
}

/** The category of the slug in trees. */
export function findNode(nodes: readonly CategoryNode[], slug: string): CategoryNode | undefined {
  const waiting = [...nodes];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (node.slug === slug) return node;
    waiting.push(...node.children);
  }
  return undefined;
}

/** Trees without what is more than so many levels below their tops. */
export function upToLevel(nodes: readonly CategoryNode[], levels: number): CategoryNode[] {
  return nodes.map((node) => ({ ...node, children: levels === 1 ? [] : upToLevel(node.children, levels - 1) }));
}
