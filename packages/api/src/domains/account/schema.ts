import { z } from 'zod';
import { uuid } from '../../kit/text.ts';
import { EmailAddress, NewPassword } from '../auth/index.ts';

export { Accepted } from '../auth/index.ts';

const token = z.string().min(1).max(200).describe('What follows `#token=` in the link');

export const AddressInput = z.strictObject({ email: EmailAddress });
export type AddressInput = z.infer<typeof AddressInput>;

export const TokenInput = z.strictObject({ token });
export type TokenInput = z.infer<typeof TokenInput>;

export const ResetPasswordInput = z.strictObject({ token, password: NewPassword });
export type ResetPasswordInput = z.infer<typeof ResetPasswordInput>;

export const EraseCustomerInput = z.strictObject({ customerId: uuid });
export type EraseCustomerInput = z.infer<typeof EraseCustomerInput>;

export const ChangePasswordInput = z.strictObject({
  currentPassword: z.string().min(1).max(128).optional().describe('Not needed soon after a log-in or a step-up'),
  newPassword: NewPassword,
});
export type ChangePasswordInput = z.infer<typeof ChangePasswordInput>;
