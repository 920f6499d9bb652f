/** The strongly connected groups of more than one node (or of one that names itself), each as a shortest walk around. */
export function findCycles(graph: Map<string, Set<string>>): string[][] {
  const cycles: string[][] = [];
  const inCycle = new Set<string>();
  for (const start of [...graph.keys()].sort()) {
    if (inCycle.has(start)) continue;
    const walk = shortestWalkBack(graph, start);
    if (walk === undefined) continue;
    for (const node of walk) inCycle.add(node);
    cycles.push(walk);
  }
  return cycles;
}

function shortestWalkBack(graph: Map<string, Set<string>>, start: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const node of queue) {
    for (const next of graph.get(node) ?? []) {
      if (next === start) return [...pathTo(cameFrom, start, node), start];
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      queue.push(next);
    }
  }
  return undefined;
}

function pathTo(cameFrom: Map<string, string>, start: string, end: string): string[] {
  const path = [end];
  for (let at = end; at !== start; path.unshift(at)) at = cameFrom.get(at) ?? start;
  return path;
}
