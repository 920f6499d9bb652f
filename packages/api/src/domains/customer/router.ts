import { router } from '../../trpc/procedures.ts';
import { addressProcedures } from './addresses/procedures.ts';
import { adminProcedures } from './admin/procedures.ts';
import { consentProcedures } from './consents/procedures.ts';
import { groupProcedures } from './groups/procedures.ts';
import { impersonationProcedures } from './impersonation/procedures.ts';
import { paymentMethodProcedures } from './payment-methods/procedures.ts';
import { profileProcedures } from './profile/procedures.ts';

export const customerRouter = router({
  ...profileProcedures,
  ...addressProcedures,
  ...consentProcedures,
  ...paymentMethodProcedures,
  ...adminProcedures,
  ...groupProcedures,
  ...impersonationProcedures,
});
