import { AwsClient } from 'aws4fetch';
import { instant } from '../../kit/clock.ts';
import type { DomainError } from '../../kit/domain-error.ts';
import { assertKey, type BlobInfo, type BlobStore } from './blob-store.ts';
import { refuse } from './errors.ts';

export interface S3Settings {
  /** Such as `https://s3.eu-central-1.amazonaws.com`; the bucket is the first part of the path. */
  endpoint: string;
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
}

const RETRIES = 2;
const TIMEOUT_MS = 15_000;
const DELETIONS_AT_ONCE = 8;

/** Blobs in a bucket of any store that speaks S3. */
export function createS3Blobs(settings: S3Settings): BlobStore {
  const { accessKeyId, secretAccessKey, region } = settings;
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3', retries: RETRIES });
  const bucketUrl = `${settings.endpoint.replace(/(?<!\/)\/+$/, '')}/${settings.bucket}`;
  const urlOf = (key: string): string => {
    assertKey(key);
    return `${bucketUrl}/${key}`;
  };

  /** The answer when its status is one of those expected; anything else is the store's failure. */
  async function ask(url: string, init: RequestInit, expected: readonly number[]): Promise<Response> {
    let response: Response;
    try {
      response = await client.fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (cause) {
      throw unavailable(cause);
    }
    if (expected.includes(response.status)) return response;
    const said = (await response.text().catch(() => '')).slice(0, 500);
    throw unavailable(new Error(`${init.method ?? 'GET'} of a blob was answered ${response.status}: ${said}`));
  }

  const stat: BlobStore['stat'] = async (key) => {
    const { status, headers } = await ask(urlOf(key), { method: 'HEAD' }, [200, 404]);
    if (status === 404) return undefined;
    return {
      key,
      bytes: Number(headers.get('content-length')),
      modifiedAt: instant(headers.get('last-modified') ?? ''),
      etag: headers.get('etag') ?? '""',
    };
  };

  return {
    stat,
    async put(key, content, { contentType, ifAbsent = false }) {
      // A store that does not know the condition would overwrite: what is there is looked for as well.
      if (ifAbsent && (await stat(key)) !== undefined) return false;
      const headers = { 'content-type': contentType, ...(ifAbsent && { 'if-none-match': '*' }) };
      const body = new Uint8Array(content);
      const { status } = await ask(urlOf(key), { method: 'PUT', headers, body }, [200, 201, 204, 409, 412]);
      return status < 400;
    },
    async get(key, range) {
      const known = range && (await stat(key));
      if (range && known === undefined) return undefined;
      const part = known && range?.(known.bytes);
      const headers: Record<string, string> = part ? { range: `bytes=${part.start}-${part.end}` } : {};
      const response = await ask(urlOf(key), { headers }, part ? [206, 404] : [200, 404]);
      if (response.status === 404) {
        await response.body?.cancel();
        return undefined;
      }
      const content = new Uint8Array(await response.arrayBuffer());
      return { content, bytes: known?.bytes ?? content.byteLength, etag: response.headers.get('etag') ?? '""' };
    },
    async *list(prefix) {
      // The first version of listing goes on after a key instead of with a token, so that any store can be asked anew.
      for (let marker = ''; ; ) {
        const query = new URLSearchParams({ prefix, marker });
        const answer = await (await ask(`${bucketUrl}?${query}`, {}, [200])).text();
        const page = readListing(answer);
        if (page.length > 0) yield page;
        const last = page.at(-1);
        if (last === undefined || elementOf(answer, 'IsTruncated') !== 'true') return;
        marker = last.key;
      }
    },
    async delete(keys) {
      for (let from = 0; from < keys.length; from += DELETIONS_AT_ONCE) {
        const some = keys.slice(from, from + DELETIONS_AT_ONCE);
        await Promise.all(some.map((key) => ask(urlOf(key), { method: 'DELETE' }, [200, 204, 404])));
      }
    },
    async presignPut(key, { contentType, bytes, expiresInSeconds }) {
      const url = new URL(urlOf(key));
      url.searchParams.set('X-Amz-Expires', String(expiresInSeconds));
      const headers = { 'content-type': contentType, 'content-length': String(bytes) };
      const signer = { signQuery: true, allHeaders: true };
      const signed = await client.sign(url.href, { method: 'PUT', headers, aws: signer });
      return { url: signed.url, headers };
    },
  };
}

function unavailable(cause: unknown): DomainError {
  return refuse('media_store_unavailable', { cause, retryAfterSeconds: 5 });
}

function readListing(xml: string): BlobInfo[] {
  return xml
    .split('<Contents>')
    .slice(1)
    .map((entry) => ({
      key: elementOf(entry, 'Key') ?? '',
      bytes: Number(elementOf(entry, 'Size')),
      modifiedAt: instant(elementOf(entry, 'LastModified') ?? ''),
    }));
}

/** The text of the first element of this name; in what is read here, nothing needs to be escaped. */
function elementOf(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}
