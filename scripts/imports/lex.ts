/**
 * The same text with comments, and the insides of strings, templates and regular expressions, as blanks. Offsets and
 * line breaks stay, the code in `${…}` stays. A lexer, because TypeScript 7 has no parser API and no rule needs a tree.
 */
export function blankOut(source: string): string {
  const out = source.split('');
  const blank = (from: number, to: number): void => {
    for (let i = from; i < to && i < out.length; i += 1) if (out[i] !== '\n') out[i] = ' ';
  };
  // Braces open since each enclosing template's `${`; the innermost is last.
  const templates: number[] = [];
  let at = source.startsWith('#!') ? endOfLine(source, 0) : 0;
  blank(0, at);
  let significant = '';
  while (at < source.length) {
    const char = source[at] ?? '';
    const two = source.slice(at, at + 2);
    let end = at + 1;
    if (two === '//' || two === '/*') {
      end = two === '//' ? endOfLine(source, at) : after(source, '*/', at + 2);
      blank(at, end);
    } else if (char === '"' || char === "'" || (char === '/' && regexMayFollow(significant))) {
      end = char === '/' ? endOfRegex(source, at) : endOfString(source, at);
      blank(at + 1, end - 1);
    } else if (char === '`' || (char === '}' && templates.at(-1) === 0)) {
      if (char === '}') templates.pop();
      end = endOfTemplateText(source, at + 1);
      const opens = source[end - 1] === '{';
      blank(at + 1, end - (opens ? 2 : 1));
      if (opens) templates.push(0);
    } else if (templates.length > 0 && (char === '{' || char === '}')) {
      templates[templates.length - 1] = (templates.at(-1) ?? 0) + (char === '{' ? 1 : -1);
    }
    const isComment = two === '//' || two === '/*';
    if (!isComment) significant = (significant + source.slice(at, end).trim()).slice(-12);
    if (!isComment && /\s/.test(char) && /\w$/.test(significant)) significant += ' ';
    at = end;
  }
  return out.join('');
}

function endOfLine(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end === -1 ? source.length : end;
}

function after(source: string, text: string, from: number): number {
  const end = source.indexOf(text, from);
  return end === -1 ? source.length : end + text.length;
}

function endOfString(source: string, from: number): number {
  const quote = source[from];
  let at = from + 1;
  while (at < source.length && source[at] !== quote && source[at] !== '\n') at += source[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Past the closing backtick, or past the `${` that interrupts the text. */
function endOfTemplateText(source: string, from: number): number {
  let at = from;
  while (at < source.length) {
    if (source[at] === '\\') at += 2;
    else if (source[at] === '`') return at + 1;
    else if (source.startsWith('${', at)) return at + 2;
    else at += 1;
  }
  return at;
}

/** A slash is a division after a value, and begins a regular expression elsewhere. */
function regexMayFollow(before: string): boolean {
  const text = before.trimEnd();
  if (text === '' || /(^|\W)(return|typeof|case|in|of|do|else|void|yield|await|throw)$/.test(text)) return true;
  return /[([{,;=:!&|?+\-*%<>~^}]$/.test(text);
}

function endOfRegex(source: string, from: number): number {
  let inClass = false;
  for (let at = from + 1; at < source.length && source[at] !== '\n'; at += 1) {
    const char = source[at];
    if (char === '\\') at += 1;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '/' && !inClass) return at + 1;
  }
  // No closing slash on this line: it was a division after all.
  return from + 2;
}

/** Every regular expression that is written out in a source, with its flags. */
export function readRegexes(source: string): string[] {
  const found: string[] = [];
  // Blanked out, one is a slash, blanks, and a slash; a division has something between.
  const code = blankOut(source);
  for (const match of code.matchAll(/\/[ ]+\/[a-z]*/g)) {
    const text = source.slice(match.index, match.index + match[0].length);
    if (!text.startsWith('/ ')) found.push(text);
  }
  return found;
}

export interface Import {
  specifier: string;
  /** `import type` / `export type`: nothing of it is left at run time. */
  typeOnly: boolean;
  line: number;
  /** The text between `import` and `from`. */
  clause: string;
}

const STATIC = /(?<![\w$.])(import|export)(\s+type(?=[\s{*]))?([\w\s{},*$]*?)(?<![\w$])from\s*(['"])/g;
const SIDE_EFFECT = /(?<![\w$.])import\s*(['"])/g;
const DYNAMIC = /(typeof\s+)?(?<![\w$.])import\s*\(\s*(['"`])/g;

/** Every module a file names in import, export … from, import() and typeof import(). */
export function readImports(source: string, code = blankOut(source)): Import[] {
  const found: Import[] = [];
  const add = (match: RegExpMatchArray, o: { typeOnly: boolean; clause: string }): void => {
    const start = (match.index ?? 0) + match[0].length;
    const quote = source[start - 1] ?? '';
    const specifier = source.slice(start, source.indexOf(quote, start));
    found.push({ specifier, ...o, line: source.slice(0, match.index).split('\n').length });
  };
  for (const match of code.matchAll(STATIC)) add(match, { typeOnly: match[2] !== undefined, clause: match[3] ?? '' });
  for (const match of code.matchAll(SIDE_EFFECT)) add(match, { typeOnly: false, clause: '' });
  for (const match of code.matchAll(DYNAMIC)) add(match, { typeOnly: match[1] !== undefined, clause: '' });
  return found;
}
