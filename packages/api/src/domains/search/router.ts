import { router } from '../../trpc/procedures.ts';

export const searchRouter = router({});
