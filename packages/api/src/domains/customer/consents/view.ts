import { type Consent, channels } from './schema.ts';

interface Said {
  channel: string;
  action: string;
  source: string;
  textVersion: string | null;
  at: Date;
}

/** Every channel, also those of which nothing has been said. `current` is the newest of each. */
export function consentsView(current: readonly Said[]): Consent[] {
  return channels.map((channel) => {
    const said = current.find((each) => each.channel === channel);
    if (!said) return { channel, granted: false, source: null, textVersion: null, at: null };
    const { action, source, textVersion, at } = said;
    return { channel, granted: action === 'granted', source, textVersion, at };
  });
}
