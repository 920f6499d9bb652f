import { router } from '../../trpc/procedures.ts';

export const shippingRouter = router({});
