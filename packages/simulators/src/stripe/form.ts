import { invalidRequest } from './errors.ts';

/** A decoded form value: text, or the members of a bracketed name. Nodes have no prototype. */
export type FormValue = string | FormNode;

/** The members of a form or of one bracketed name. */
export interface FormNode {
  [key: string]: FormValue;
}

const MAX_PAIRS = 1_000;
const MAX_DEPTH = 8;

function emptyNode(): FormNode {
  return Object.create(null) as FormNode;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidRequest('Invalid percent-encoding in the request.');
  }
}

function segmentsOf(name: string): string[] {
  const open = name.indexOf('[');
  if (open === -1) return [name];
  const segments = [name.slice(0, open)];
  const rest = name.slice(open);
  const brackets = /\[([^[\]]*)\]/gy;
  let end = 0;
  for (let match = brackets.exec(rest); match !== null; match = brackets.exec(rest)) {
    segments.push(match[1] ?? '');
    end = brackets.lastIndex;
  }
  if (end !== rest.length || segments[0] === '' || segments.length > MAX_DEPTH) {
    throw invalidRequest(`Invalid parameter name: ${name.slice(0, 100)}`);
  }
  return segments;
}

function insert(root: FormNode, name: string, value: string): void {
  let node = root;
  const segments = segmentsOf(name);
  for (const [index, raw] of segments.entries()) {
    const key = raw === '' ? String(Object.keys(node).length) : raw;
    const existing = node[key];
    if (index === segments.length - 1) {
      if (typeof existing === 'object') throw invalidRequest(`Conflicting values for ${name.slice(0, 100)}`);
      node[key] = value;
      return;
    }
    if (typeof existing === 'string') throw invalidRequest(`Conflicting values for ${name.slice(0, 100)}`);
    const next = existing ?? emptyNode();
    node[key] = next;
    node = next;
  }
}

/**
 * Decodes `a=1&b[c]=2&d[]=3` into nested nodes.
 *
 * @throws ApiError 400 on broken encoding, unbalanced brackets, conflicts or excessive size.
 */
export function parseForm(text: string): FormNode {
  const root = emptyNode();
  if (text === '') return root;
  const pairs = text.split('&');
  if (pairs.length > MAX_PAIRS) throw invalidRequest('Too many parameters.');
  for (const pair of pairs) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    insert(root, name, equals === -1 ? '' : decode(pair.slice(equals + 1)));
  }
  return root;
}

/** One text per meaning: the same parameters in another order give the same text. */
export function canonicalForm(value: FormValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalForm(value[key] ?? '')}`);
  return `{${members.join(',')}}`;
}
