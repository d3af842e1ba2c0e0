/** Files, each with those that it imports. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** Import cycles, none of which shares a file with another: the shortest of each knot, as `a → b → a`. */
export function cyclesIn(graph: Graph): readonly string[] {
  const seen = new Set<string>();
  return [...graph.keys()]
    .flatMap((file) => shortestCycle(graph, file) ?? [])
    .sort((one, other) => one.length - other.length)
    .filter((cycle) => {
      const isNew = !cycle.some((file) => seen.has(file));
      for (const file of cycle) seen.add(file);
      return isNew;
    })
    .map((cycle) => cycle.join(' → '));
}

/** Breadth first, from a file back to itself; the list is wrapped for `flatMap`. */
function shortestCycle(graph: Graph, start: string): readonly [readonly string[]] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const file of queue) {
    for (const next of graph.get(file) ?? []) {
      if (next === start) return [[...pathTo(cameFrom, start, file), start]];
      if (cameFrom.has(next) || !graph.has(next)) continue;
      cameFrom.set(next, file);
      queue.push(next);
    }
  }
  return undefined;
}

function pathTo(cameFrom: ReadonlyMap<string, string>, start: string, end: string): readonly string[] {
  const path = [end];
  for (let file = end; file !== start; file = cameFrom.get(file) ?? start)
    path.unshift(cameFrom.get(file) ?? start);
  return path;
}
