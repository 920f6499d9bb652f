import type { RouterOutputs } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { type Column, table } from '../output/table.ts';
import { connect } from '../session/connect.ts';

type Locales = RouterOutputs['catalog']['locales'];
type Profile = RouterOutputs['catalog']['saveShippingProfile'];

const localeColumns: Column<Locales['items'][number]>[] = [
  { head: 'Locale', cell: (locale) => locale.code },
  { head: 'Default', cell: (locale) => (locale.isDefault ? 'yes' : '') },
];

const profileColumns: Column<Profile>[] = [
  { head: 'Profile', cell: (profile) => profile.code },
  { head: 'Name', cell: (profile) => profile.name },
];

const print = (cli: Cli, locales: Locales): void =>
  cli.out(cli.json ? json(locales) : table(cli, localeColumns, locales.items));

/** `locales list`. */
export async function listLocales(cli: Cli): Promise<undefined> {
  print(cli, await connect(cli).catalog.locales.query());
}

/** `locales add`. */
export async function addLocale(cli: Cli, locale: string, options: { default?: true }): Promise<undefined> {
  print(cli, await connect(cli).catalog.addLocale.mutate({ locale, isDefault: options.default === true }));
}

/** `locales remove`. */
export async function removeLocale(cli: Cli, locale: string): Promise<undefined> {
  print(cli, await connect(cli).catalog.removeLocale.mutate({ locale }));
}

/** `shipping-profiles list`. */
export async function listShippingProfiles(cli: Cli): Promise<undefined> {
  const profiles = await connect(cli).catalog.shippingProfiles.query();
  cli.out(cli.json ? json(profiles) : table(cli, profileColumns, profiles.items));
}

/** `shipping-profiles save`. */
export async function saveShippingProfile(cli: Cli, code: string, name: string): Promise<undefined> {
  const profile = await connect(cli).catalog.saveShippingProfile.mutate({ code, name });
  cli.out(cli.json ? json(profile) : table(cli, profileColumns, [profile]));
}
