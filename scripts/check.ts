import { spawn } from 'node:child_process';
import { join } from 'node:path';

interface Step {
  name: string;
  /** A program in node_modules/.bin, or a script of ours. */
  command: string[];
}

/** `pnpm check`: everything that can be said without running the tests. One line per step; the output of failed ones. */
const root = join(import.meta.dirname, '..');
const bin = (name: string): string => join(root, 'node_modules', '.bin', name);
const STEPS: Step[] = [
  { name: 'format and lint', command: [bin('biome'), 'check', '--error-on-warnings', '.'] },
  { name: 'types', command: [bin('tsc'), '-p', '.'] },
  { name: 'import rules', command: [process.execPath, join('scripts', 'check-imports.ts')] },
  { name: 'unused code', command: [bin('knip'), '--no-progress'] },
  { name: 'generated files', command: [process.execPath, join('scripts', 'generate.ts'), '--check'] },
];

const passed = await Promise.all(STEPS.map(run));
process.exitCode = passed.every(Boolean) ? 0 : 1;

async function run({ name, command }: Step): Promise<boolean> {
  const startedAt = performance.now();
  const [file = '', ...args] = command;
  const { code, output } = await new Promise<{ code: number | null; output: string }>((done) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.stderr.on('data', (chunk) => (text += chunk));
    child.on('error', (error) => done({ code: 127, output: error.message }));
    child.on('close', (exitCode) => done({ code: exitCode, output: text }));
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(16)} ${seconds} s`);
  if (code !== 0) console.log(output.trimEnd().replace(/^/gm, '  '));
  return code === 0;
}
