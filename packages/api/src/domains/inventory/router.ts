import { router } from '../../trpc/procedures.ts';

export const inventoryRouter = router({});
