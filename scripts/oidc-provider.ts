import { parseArgs } from 'node:util';
import { startLocalProvider } from './oidc/local-provider.ts';

/** `pnpm oidc`: an OpenID Connect provider to try signing in with. */
const USAGE = 'npx -y pnpm@12 oidc [--email ada@example.com] [--port 9400] [--unverified]';

function readOptions(): { email: string; port: number; verified: boolean } {
  const { values } = parseArgs({
    options: {
      email: { type: 'string', default: 'ada@example.com' },
      port: { type: 'string', default: '9400' },
      unverified: { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new TypeError(`--port ${values.port} is no port`);
  return { email: values.email, port, verified: !values.unverified };
}

try {
  const options = readOptions();
  const { issuer, stop } = await startLocalProvider(options);
  const { email, verified } = options;
  console.log(`
A provider to sign in with, for development
  Issuer    ${issuer}
  Suggests  ${email}, ${verified ? 'verified' : 'not verified'}; its page takes any other address

In another terminal, start the store with it:

  OIDC_ISSUER=${issuer} OIDC_CLIENT_ID=cartwright OIDC_CLIENT_SECRET=development npx -y pnpm@12 start

Then open http://localhost:3000/auth/oidc in a browser. Ctrl-C stops the provider.
`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop().then(() => process.exit(0)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(USAGE);
  process.exitCode = error instanceof TypeError ? 64 : 1;
}
