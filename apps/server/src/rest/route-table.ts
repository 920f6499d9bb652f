import type { RestRoute } from './routes.ts';

/** What is served at one path. */
export interface Resource<Route> {
  methods: Map<string, Route>;
  /** Value of `Allow`. */
  allow: string;
}

interface Node<Route> {
  fixed: Map<string, Node<Route>>;
  parameter: Node<Route> | undefined;
  resource: Resource<Route> | undefined;
}

/** Finds the resource of a path's segments: a fixed segment wins over a parameter, and a parameter is never empty. */
export class RouteTable<Route extends Pick<RestRoute, 'method' | 'segments' | 'path'>> {
  readonly #root: Node<Route> = emptyNode();

  constructor(routes: readonly Route[]) {
    for (const route of routes) this.#add(route);
  }

  find(segments: readonly string[]): Resource<Route> | undefined {
    return findFrom(this.#root, segments, 0);
  }

  #add(route: Route): void {
    let node = this.#root;
    for (const segment of route.segments) {
      if (segment.startsWith('{')) {
        node = node.parameter ??= emptyNode();
      } else {
        const next = node.fixed.get(segment) ?? emptyNode<Route>();
        node.fixed.set(segment, next);
        node = next;
      }
    }
    node.resource ??= { methods: new Map(), allow: '' };
    const { methods } = node.resource;
    if (methods.has(route.method)) throw new TypeError(`Two procedures are reached by ${route.method} ${route.path}`);
    methods.set(route.method, route);
    node.resource.allow = [...(methods.has('GET') ? ['HEAD'] : []), 'OPTIONS', ...methods.keys()].sort().join(', ');
  }
}

function emptyNode<Route>(): Node<Route> {
  return { fixed: new Map(), parameter: undefined, resource: undefined };
}

function findFrom<Route>(node: Node<Route>, segments: readonly string[], at: number): Resource<Route> | undefined {
  const segment = segments[at];
  if (segment === undefined) return node.resource;
  const fixed = node.fixed.get(segment);
  const found = fixed && findFrom(fixed, segments, at + 1);
  if (found || segment === '' || node.parameter === undefined) return found;
  return findFrom(node.parameter, segments, at + 1);
}
