import { router } from '../../trpc/procedures.ts';

export const catalogRouter = router({});
