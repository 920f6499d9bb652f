import type { Address } from './environment.ts';

export interface SetupResult {
  adminEmail: string;
  /** Only when this start made it. */
  adminPassword: string | null;
  seeded: boolean;
}

/** What a person needs in the first minute. */
export function banner(o: {
  address: Address;
  setup: SetupResult;
  mail: string;
  stripe: string;
  /** There the page for trying accounts is not served. */
  production: boolean;
}): string {
  const { publicUrl } = o.address;
  const password = o.setup.adminPassword === null ? '' : `, password ${o.setup.adminPassword}  (shown once)`;
  return [
    '',
    'Cartwright is ready',
    `  API            ${publicUrl}`,
    `  Swagger UI     ${publicUrl}/docs`,
    ...(o.production ? [] : [`  Accounts       ${publicUrl}/sign-in`]),
    `  Administrator  ${o.setup.adminEmail}${password}`,
    `  Mail           ${o.mail}`,
    `  Stripe         ${o.stripe}`,
    '',
    `  curl '${publicUrl}/v1/products?limit=3'`,
    '',
    '  Ctrl-C stops everything and keeps the data.',
    '',
  ].join('\n');
}
