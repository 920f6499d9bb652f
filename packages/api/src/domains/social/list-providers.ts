import type { Ctx } from '../../context.ts';
import type { ProviderList } from './schema.ts';

/** The identity providers that the store is configured for, in the order of the buttons. */
export function listProviders({ identityProviders, config }: Ctx): ProviderList {
  return { items: [...identityProviders.keys()].map((name) => ({ name, url: `${config.publicUrl}/auth/${name}` })) };
}
