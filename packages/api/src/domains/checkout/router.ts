import { router } from '../../trpc/procedures.ts';

export const checkoutRouter = router({});
