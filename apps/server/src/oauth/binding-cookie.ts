import { type IdentityProvider, SIGN_IN_SECONDS } from '@cartwright/api';
import { cookieNameOn, readCookie } from '../http/cookies.ts';

/** Binds a sign-in to the browser that began it. */
export interface BindingCookie {
  set(value: string): string;
  clear(): string;
  read(headers: Headers): string | undefined;
}

/**
 * A browser that comes back by GET sends it with SameSite=Lax. With a form of another site it sends only what is
 * SameSite=None, which is safe here: without the state that the cookie goes with, the cookie does nothing.
 */
export function bindingCookie(publicUrl: string, { name: provider, answersBy }: IdentityProvider): BindingCookie {
  const name = cookieNameOn(publicUrl, `cartwright-sign-in-${provider}`);
  const crossSite = answersBy === 'form';
  const secure = crossSite || publicUrl.startsWith('https:') ? '; Secure' : '';
  const attributes = `Path=/; HttpOnly; SameSite=${crossSite ? 'None' : 'Lax'}${secure}`;
  return {
    set: (value) => `${name}=${value}; Max-Age=${SIGN_IN_SECONDS}; ${attributes}`,
    clear: () => `${name}=; Max-Age=0; ${attributes}`,
    read: (headers) => readCookie(headers.get('cookie'), name),
  };
}
