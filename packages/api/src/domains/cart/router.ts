import { router } from '../../trpc/procedures.ts';

export const cartRouter = router({});
