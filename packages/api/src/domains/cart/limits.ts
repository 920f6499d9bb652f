/** Lines in one cart. */
export const MAX_LINES = 100;
/** Units in one line; the database checks the same. */
export const MAX_QUANTITY = 10_000;
