import { router } from '../../trpc/procedures.ts';

export const orderRouter = router({});
