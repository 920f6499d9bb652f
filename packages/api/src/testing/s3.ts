import { join } from 'node:path';
import S3rver from 's3rver';

export interface TestS3 {
  /** The settings of a store that keeps its pictures there. */
  env: Record<'S3_ENDPOINT' | 'S3_BUCKET' | 'S3_ACCESS_KEY_ID' | 'S3_SECRET_ACCESS_KEY', string>;
  close(): Promise<void>;
}

/** An S3 server on this machine with the bucket `pictures`, whose files are below `directory`. */
export async function openTestS3(directory: string): Promise<TestS3> {
  const server = new S3rver({
    port: 0,
    silent: true,
    directory: join(directory, 's3'),
    configureBuckets: [{ name: 'pictures', configs: [] }],
  });
  const { port } = await server.run();
  return {
    env: {
      S3_ENDPOINT: `http://localhost:${port}`,
      S3_BUCKET: 'pictures',
      S3_ACCESS_KEY_ID: 'S3RVER',
      S3_SECRET_ACCESS_KEY: 'S3RVER',
    },
    close: () => server.close(),
  };
}
