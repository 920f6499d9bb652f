import sax, { type SAXParser } from 'sax';
import { MAX_ROW_BYTES } from '../row-size.ts';
import { brokenFile } from './broken-file.ts';
import { CsvHeader, CsvRecord } from './csv-header.ts';
import { GOOGLE_KEPT, googleKey } from './google.ts';
import { readText } from './read-text.ts';

const MAX_DEPTH = 64;
const ITEMS = new Set(['item', 'entry']);
const HEADER = new CsvHeader({ line: 1, cells: GOOGLE_KEPT }, { keyOf: (name) => name, required: [] });

/**
 * The items of a Google Merchant feed in RSS or Atom, as records of the same feed as text. Throws a broken file where it
 * is not well formed, and for a document type: a feed needs none, and it is where entities that grow are declared.
 */
export async function* readGoogleXml(file: string, onRead?: (bytes: number) => void): AsyncGenerator<CsvRecord> {
  const feed = new FeedReader();
  for await (const text of readText(file, onRead)) yield* feed.write(text);
  yield* feed.end();
}

class FeedReader {
  readonly #sax: SAXParser;
  #ready: CsvRecord[] = [];
  #path: string[] = [];
  #itemDepth: number | undefined;
  #line = 1;
  #size = 0;
  #fields = new Map<string, string[]>();
  #text = '';

  constructor() {
    const reader = sax.parser(true, { position: true });
    this.#sax = reader;
    reader.onerror = (error) => {
      throw brokenFile(`The feed is not well-formed XML: ${error.message.split('\n')[0]}.`, { row: reader.line + 1 });
    };
    reader.ondoctype = () => {
      throw brokenFile('The feed declares a document type, which is not read.', { row: reader.line + 1 });
    };
    reader.onopentag = ({ name }) => this.#open(name);
    reader.onclosetag = () => this.#close();
    reader.ontext = (text) => this.#add(text);
    reader.oncdata = (text) => this.#add(text);
  }

  *write(text: string): Generator<CsvRecord> {
    this.#sax.write(text);
    yield* this.#take();
  }

  *end(): Generator<CsvRecord> {
    this.#sax.close();
    yield* this.#take();
  }

  #take(): CsvRecord[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #open(name: string): void {
    this.#path.push(name);
    if (this.#path.length > MAX_DEPTH) throw brokenFile('The feed is nested too deeply.', { row: this.#sax.line + 1 });
    this.#text = '';
    if (this.#itemDepth !== undefined || !ITEMS.has(name)) return;
    this.#itemDepth = this.#path.length;
    this.#line = this.#sax.line + 1;
    this.#size = 0;
    this.#fields = new Map();
  }

  #add(text: string): void {
    if (this.#itemDepth === undefined) return;
    this.#size += text.length;
    if (this.#size > MAX_ROW_BYTES)
      throw brokenFile(`An item is longer than ${MAX_ROW_BYTES} characters.`, { row: this.#line });
    this.#text += text;
  }

  #close(): void {
    const name = this.#path.pop() ?? '';
    const depth = this.#path.length;
    if (this.#itemDepth === undefined) return;
    // What is nested deeper belongs to shipping, tax and the like.
    if (depth === this.#itemDepth) this.#keep(name);
    if (depth !== this.#itemDepth - 1) return;
    this.#itemDepth = undefined;
    const cells = GOOGLE_KEPT.map((key) => (this.#fields.get(key) ?? []).join(','));
    this.#ready.push(new CsvRecord({ line: this.#line, cells }, HEADER));
  }

  #keep(name: string): void {
    const key = name === 'summary' ? 'description' : googleKey(name);
    const text = this.#text.trim();
    if (key === undefined || text === '') return;
    const before = this.#fields.get(key);
    if (!before) this.#fields.set(key, [text]);
    // A comma inside a URL is escaped as in a list.
    else if (key === 'additional_image_link') before.push(text.replaceAll(',', '\\,'));
  }
}
