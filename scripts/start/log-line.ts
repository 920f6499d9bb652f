import { stripVTControlCharacters } from 'node:util';

const LEVELS: Record<string, string> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' };
const DROPPED = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'v', 'name']);

/** A child's line for people: a JSON log line becomes `12:30:01 server info  listening port=3000`. */
export function readableLine(name: string, line: string): string {
  const record = parse(line);
  if (record === undefined) return `${name.padEnd(6)} | ${stripVTControlCharacters(line)}`;
  const at = new Date(typeof record['time'] === 'number' || typeof record['time'] === 'string' ? record['time'] : NaN);
  const time = Number.isNaN(at.getTime()) ? '' : `${at.toTimeString().slice(0, 8)} `;
  const level = LEVELS[String(record['level'])] ?? String(record['level'] ?? 'info');
  const rest = Object.entries(record).filter(([key]) => !DROPPED.has(key));
  const details = rest.map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  // What a request logged must not be able to move the cursor of the terminal it is shown in.
  return stripVTControlCharacters(
    `${time}${name.padEnd(6)} ${level.padEnd(5)} ${record['msg'] ?? ''}${details.join('')}`,
  );
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
