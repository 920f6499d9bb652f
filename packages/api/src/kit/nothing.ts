import { z } from 'zod';

/** The input of a procedure that takes none. */
export const NoInput = z.strictObject({}).optional();

/** The answer to what is done and leaves nothing to say. */
export const Nothing = z.void();
