import { type Command, InvalidArgumentError } from 'commander';

/** For `--url`: what commander reports as a usage error unless it is an http address. */
export function parseUrl(text: string): string {
  const url = httpUrl(text);
  if (url === undefined) throw new InvalidArgumentError('An http address such as http://localhost:3000.');
  return url;
}

/** An http address without a trailing slash; undefined for anything else. */
export function httpUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && /^https?:$/.test(url.protocol) ? url.href.replace(/(?<!\/)\/+$/, '') : undefined;
}

/** A parser of whole numbers from `min` to `max`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) throw new InvalidArgumentError(`A whole number from ${min} to ${max}.`);
    return value;
  };
}

/** The options of a list that is read page by page. */
export function pageOptions(command: Command): Command {
  return command
    .option('--limit <count>', 'how many, 1 to 100', wholeNumber(1, 100), 24)
    .option('--cursor <cursor>', 'go on after an earlier page (its nextCursor)');
}

/** For options that may be repeated. */
export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** A currency code of ISO 4217. */
export function currencyCode(text: string): string {
  if (!/^[A-Za-z]{3}$/.test(text)) throw new InvalidArgumentError('A currency code such as EUR.');
  return text.toUpperCase();
}
