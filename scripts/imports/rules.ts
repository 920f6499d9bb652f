import { findCycles } from './cycles.ts';
import { OWNERS, READING } from './owners.ts';
import { type Manifest, memberOf, packageOf, type SourceFile, sliceOf, type Workspace } from './workspace.ts';

export interface Violation {
  rule: string;
  path: string;
  line: number;
  message: string;
}

type FileRule = (file: SourceFile, workspace: Workspace) => Violation[];

const API = 'packages/api/src/';
const STORAGE = ['kysely', 'pg', 'pg-boss', 'hono'];

/** Checks the import rules of docs/design: R1 to R10, R6's freedom from cycles included. */
export function checkRules(workspace: Workspace): Violation[] {
  const rules: FileRule[] = [
    direction,
    apiPackages,
    clientTypes,
    trpcPlaces,
    routers,
    doorways,
    kit,
    ambient,
    cli,
    owners,
  ];
  const perFile = [...workspace.files.values()].flatMap((file) => rules.flatMap((rule) => rule(file, workspace)));
  const all = [...perFile, ...manifests(workspace), ...fileCycles(workspace), ...sliceCycles(workspace)];
  return all.sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}

function onImports(
  file: SourceFile,
  rule: string,
  judge: (each: SourceFile['imports'][number]) => string | undefined,
): Violation[] {
  return file.imports.flatMap((each) => {
    const message = judge(each);
    return message === undefined ? [] : [{ rule, path: file.path, line: each.line, message }];
  });
}

const direction: FileRule = (file) => {
  const member = memberOf(file.path);
  return onImports(file, 'R1', ({ specifier, target }) => {
    if (member === undefined) return undefined;
    const targetMember = target === undefined ? undefined : memberOf(target);
    if (specifier.startsWith('.') && targetMember !== member)
      return `${specifier} leaves ${member}; import the package`;
    if (member.startsWith('packages/') && targetMember?.startsWith('apps/'))
      return `a package imports the app ${specifier}`;
    if (member === 'packages/db' && specifier.startsWith('@cartwright/') && targetMember !== member) {
      return `packages/db imports nothing of ours, and imports ${specifier}`;
    }
    return undefined;
  });
};

const apiPackages: FileRule = (file) => {
  if (memberOf(file.path) !== 'packages/api') return [];
  return onImports(file, 'R2', ({ specifier }) =>
    isStorage(packageOf(specifier)) ? `packages/api does not know ${packageOf(specifier)}` : undefined,
  );
};

function isStorage(name: string): boolean {
  return STORAGE.includes(name) || name.startsWith('@hono/');
}

const clientTypes: FileRule = (file) => {
  if (memberOf(file.path) !== 'packages/client' || file.isTest) return [];
  return onImports(file, 'R3', ({ specifier, typeOnly }) => {
    if (isStorage(packageOf(specifier))) return `the client does not know ${packageOf(specifier)}`;
    if (!specifier.startsWith('@cartwright/')) return undefined;
    if (specifier !== '@cartwright/api/contract')
      return `the client imports only @cartwright/api/contract, not ${specifier}`;
    return typeOnly ? undefined : 'the client imports only types: write `import type`';
  });
};

const trpcPlaces: FileRule = (file) => {
  if (file.isTest) return [];
  const inApi =
    file.path.startsWith(API) &&
    !/^(trpc\/.*|domains\/.*\/router\.ts|root\.ts|contract\.ts)$/.test(file.path.slice(API.length));
  const inServer = /^apps\/server\/src\/(?!trpc\.ts$|rest\/)/.test(file.path);
  if (!inApi && !inServer) return [];
  return onImports(file, 'R4', ({ specifier }) =>
    packageOf(specifier) === '@trpc/server'
      ? '@trpc/server is known to trpc/, router.ts, root.ts, contract.ts and the faces only'
      : undefined,
  );
};

const routers: FileRule = (file) => {
  const slice = sliceOf(file.path);
  if (slice === undefined || !file.path.endsWith('/router.ts')) return [];
  return onImports(file, 'R5', ({ specifier, target }) => {
    if (packageOf(specifier) === '@cartwright/db') return 'a router does not import @cartwright/db';
    if (target === undefined || !specifier.startsWith('.')) return undefined;
    const allowed = sliceOf(target) === slice || target.startsWith(`${API}trpc/`) || target.startsWith(`${API}kit/`);
    return allowed ? undefined : `a router imports its own slice, trpc/ and kit/, not ${specifier}`;
  });
};

const doorways: FileRule = (file) => {
  const slice = sliceOf(file.path);
  if (slice === undefined) return [];
  return onImports(file, 'R6', ({ specifier, target }) => {
    const other = target === undefined ? undefined : sliceOf(target);
    if (other === undefined || other === slice) return undefined;
    return target === `${API}domains/${other}/index.ts`
      ? undefined
      : `${specifier}: another slice is entered by its index.ts`;
  });
};

const kit: FileRule = (file) => {
  if (!file.path.startsWith(`${API}kit/`)) return [];
  return onImports(file, 'R7', ({ specifier, target }) =>
    target?.startsWith(`${API}domains/`) ? `kit/ imports the domain file ${specifier}` : undefined,
  );
};

const ENV = /\bprocess\s*\??\.\s*env\b/g;
const CLOCK =
  /\bnew\s+Date\s*(?:\(\s*\)|(?![\s\w(<]))|\bDate\s*\.\s*now\b|(?<!new\s+)(?<![\w$.])Date\s*\(\s*\)|\bTemporal\s*\.\s*Now\b/g;
const RANDOM =
  /\bMath\s*\.\s*random\b|\b(?:randomUUID(?:v7)?|randomBytes|randomInt|randomFill(?:Sync)?|getRandomValues)\b/g;

const ambient: FileRule = (file) => {
  if (file.isTest) return [];
  const member = memberOf(file.path);
  const inSource = member === undefined ? '' : file.path.slice(member.length + 1);
  if (!inSource.startsWith('src/')) return [];
  const inApi = member === 'packages/api';
  const inDb = member === 'packages/db';
  const hasConfig = member?.startsWith('apps/') || member === 'packages/simulators';
  const configFile = inApi ? 'src/runtime/config.ts' : 'src/config.ts';
  const found: Violation[] = [];
  const scan = (pattern: RegExp, message: string): void => {
    for (const match of file.code.matchAll(pattern)) {
      const line = file.code.slice(0, match.index).split('\n').length;
      found.push({ rule: 'R8', path: file.path, line, message: `${match[0].trim()}: ${message}` });
    }
  };
  if ((inApi || inDb || hasConfig) && inSource !== configFile) {
    scan(ENV, inDb ? 'packages/db reads no environment' : `the environment is read in ${member}/${configFile} only`);
    found.push(
      ...onImports(file, 'R8', ({ specifier, clause }) =>
        /^(node:)?process$/.test(specifier) && /\benv\b/.test(clause)
          ? `env of ${specifier}: read it in ${configFile}`
          : undefined,
      ),
    );
  }
  if (inApi && inSource !== 'src/kit/clock.ts') scan(CLOCK, 'the time comes from kit/clock.ts');
  if (inApi && inSource !== 'src/kit/ids.ts') scan(RANDOM, 'randomness comes from kit/ids.ts');
  if (inDb) scan(CLOCK, 'in packages/db the time is a parameter');
  // Retry jitter is the exception the rule names.
  if (inDb && inSource !== 'src/transaction.ts') scan(RANDOM, 'in packages/db randomness is a parameter');
  return found;
};

const cli: FileRule = (file) => {
  if (!file.path.startsWith('apps/admin-cli/src/') || file.path.startsWith('apps/admin-cli/src/ops/') || file.isTest)
    return [];
  const database = ['@cartwright/db', '@cartwright/api', '@cartwright/server', 'kysely', 'pg', 'pg-boss'];
  return onImports(file, 'R9', ({ specifier }) =>
    database.includes(packageOf(specifier))
      ? `only ops/ imports ${packageOf(specifier)}; a command uses the client`
      : undefined,
  );
};

const owners: FileRule = (file) => {
  const slice = sliceOf(file.path);
  if (slice === undefined || file.isTest) return [];
  return file.imports
    .filter((each) => packageOf(each.specifier) === '@cartwright/db' && !each.typeOnly)
    .flatMap((each) => namesOf(each.clause))
    .flatMap(({ imported, local }) => {
      if (imported === 'transaction' || imported === 'Tx' || !new RegExp(`\\b${local}\\s*\\.`).test(file.code))
        return [];
      const allowed = OWNERS[imported];
      return [...file.code.matchAll(new RegExp(`(?<![\\w$.])${local}\\s*\\.\\s*([a-z]\\w*)`, 'g'))].flatMap((match) => {
        if (READING.test(match[1] ?? '') || allowed === 'everyone' || allowed?.includes(slice)) return [];
        const line = file.code.slice(0, match.index).split('\n').length;
        const who = allowed === undefined ? 'nobody yet (scripts/imports/owners.ts)' : allowed.join(', ');
        const message = `${imported}.${match[1]} locks or writes what belongs to ${who}`;
        return [{ rule: 'R10', path: file.path, line, message }];
      });
    });
};

function namesOf(clause: string): { imported: string; local: string }[] {
  const inside = /\{([^}]*)\}/.exec(clause)?.[1] ?? '';
  return inside
    .split(',')
    .map((part) => part.trim().split(/\s+as\s+/))
    .filter(([name = '']) => name !== '' && !name.startsWith('type '))
    .map(([imported = '', local = imported]) => ({ imported, local }));
}

function manifests(workspace: Workspace): Violation[] {
  const found: Violation[] = [];
  for (const [dir, manifest] of workspace.manifests) {
    const at = (rule: string, message: string): number =>
      found.push({ rule, path: `${dir}/package.json`, line: 1, message });
    const apps = [...workspace.manifests].filter(([each]) => each.startsWith('apps/')).map(([, each]) => each.name);
    for (const name of dependenciesOf(manifest)) {
      if (dir.startsWith('packages/') && apps.includes(name)) at('R1', `a package depends on the app ${name}`);
      if (dir === 'packages/db' && name.startsWith('@cartwright/')) at('R1', `packages/db depends on ${name}`);
      if (dir === 'packages/api' && isStorage(name)) at('R2', `packages/api depends on ${name}`);
    }
    if (dir !== 'packages/client') continue;
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      if (name.startsWith('@cartwright/') || isStorage(name)) at('R3', `the published client depends on ${name}`);
    }
  }
  return found;
}

function dependenciesOf(manifest: Manifest): string[] {
  const { dependencies, devDependencies, peerDependencies, optionalDependencies } = manifest;
  return Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies, ...optionalDependencies });
}

function fileCycles(workspace: Workspace): Violation[] {
  const graph = new Map<string, Set<string>>();
  for (const file of workspace.files.values()) {
    const targets = file.imports.filter((each) => !each.typeOnly).map((each) => each.target ?? '');
    graph.set(file.path, new Set(targets.filter((target) => workspace.files.has(target))));
  }
  return findCycles(graph).map((walk) => cycle(walk[0] ?? '', `import cycle: ${walk.join(' → ')}`));
}

function sliceCycles(workspace: Workspace): Violation[] {
  const graph = new Map<string, Set<string>>();
  for (const file of workspace.files.values()) {
    const slice = sliceOf(file.path);
    if (slice === undefined || file.isTest) continue;
    const others = file.imports
      .map((each) => sliceOf(each.target ?? ''))
      .filter((each) => each !== undefined && each !== slice);
    const known = graph.get(slice) ?? new Set<string>();
    for (const other of others) if (other !== undefined) known.add(other);
    graph.set(slice, known);
  }
  return findCycles(graph).map((walk) =>
    cycle(`${API}domains/${walk[0]}`, `slices import each other: ${walk.join(' → ')}; one way must be an outbox event`),
  );
}

function cycle(path: string, message: string): Violation {
  return { rule: 'R6', path, line: 1, message };
}
