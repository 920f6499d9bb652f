import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

// knip parses YAML already; one more dependency for one test is not worth it.
const { parse }: { parse(text: string, options: { merge: boolean }): unknown } = createRequire(
  createRequire(import.meta.url).resolve('knip'),
)('yaml');

/** The part of the Compose specification that our file uses; an unknown key is most likely a misspelt one. */
const duration = z.string().regex(/^(\d+(ms|s|m|h))+$/);
const Healthcheck = z.union([
  z.strictObject({ disable: z.literal(true) }),
  z.strictObject({
    test: z.tuple([z.enum(['CMD', 'CMD-SHELL'])]).rest(z.string()),
    interval: duration,
    timeout: duration,
    retries: z.int().positive(),
  }),
]);
const Service = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  init: z.boolean().optional(),
  environment: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).optional(),
  ports: z.array(z.string().regex(/^127\.0\.0\.1:(\d+|\$\{[A-Z]+:-\d+\}):\d+$/)).optional(),
  volumes: z.array(z.string().regex(/^[a-z]+:\/[a-z/]+$/)).optional(),
  profiles: z.array(z.string()).optional(),
  healthcheck: Healthcheck.optional(),
  stop_grace_period: duration.optional(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.enum(['service_healthy', 'service_completed_successfully']) }))
    .optional(),
});
const Compose = z.strictObject({
  'x-store': z.unknown(),
  'x-store-environment': z.unknown(),
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.null()),
});

const compose = (): z.infer<typeof Compose> => Compose.parse(parse(read('docker-compose.yml'), { merge: true }));

describe('docker-compose.yml', () => {
  it('has the services of the store, the simulator for demonstrations only', () => {
    const { services } = compose();
    const always = Object.entries(services).filter(([, service]) => service.profiles === undefined);
    const names = ['mailpit', 'postgres', 'redis', 'server', 'setup', 'worker'];
    expect(always.map(([name]) => name).sort()).toEqual(names);
    expect(services['stripe-simulator']?.profiles).toEqual(['demo']);
    expect(services['postgres']?.image).toBe('postgres:18');
  });

  it('depends on services, and on the health of those that tell, and mounts volumes that exist', () => {
    const { services, volumes } = compose();
    for (const service of Object.values(services)) {
      for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
        const target = services[name];
        expect(target?.profiles).toBeUndefined();
        expect(condition === 'service_healthy').toBe(target?.healthcheck !== undefined && 'test' in target.healthcheck);
      }
      for (const mount of service.volumes ?? []) expect(Object.keys(volumes)).toContain(mount.split(':')[0]);
    }
  });

  it('lets every secret be replaced', () => {
    for (const service of Object.values(compose().services)) {
      for (const [name, value] of Object.entries(service.environment ?? {})) {
        if (/SECRET|PASSWORD|_KEY$/.test(name)) expect(value).toMatch(/^\$\{[A-Z0-9_]+:-.*\}$/);
      }
    }
  });
});

describe('deploy/Dockerfile', () => {
  it('copies the manifest of every workspace member before it installs', () => {
    const dockerfile = read('deploy/Dockerfile');
    const members = execFileSync('git', ['ls-files', 'packages/*/package.json', 'apps/*/package.json'], { cwd: root });
    for (const manifest of String(members).trim().split('\n')) {
      expect(dockerfile).toContain(`COPY ${manifest} ${manifest.replace('package.json', '')}\n`);
    }
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK /m);
  });
});

it('.ci/run calls the two commands of the README and nothing else of ours', () => {
  const script = read('.ci/run');
  execFileSync('bash', ['-n', join(root, '.ci/run')]);
  expect(script.match(/^npx .*$/gm)).toEqual(['npx -y pnpm@12 check', 'npx -y pnpm@12 test']);
  expect(parse(read('.github/workflows/ci.yml'), { merge: false })).toMatchObject({
    jobs: { 'check-and-test': { steps: expect.arrayContaining([{ run: '.ci/run' }]) } },
  });
});
