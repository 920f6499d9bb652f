/** A domain that no mail can ever reach (RFC 2606). */
const DOMAIN = '@erased.invalid';

/** What stands where the address of an erased account stood. */
export const erasedAddress = (userId: string): string => `erased-${userId}${DOMAIN}`;

export const isErasedAddress = (email: string): boolean => email.endsWith(DOMAIN);
