import { savedPaymentMethods } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import {
  type KeptPaymentMethod,
  type PaymentVault,
  ProviderUnavailableError,
  refuse as refusePayment,
} from '../../payment/index.ts';
import { refuse } from '../errors.ts';
import { lockOwnAccount } from '../lock-account.ts';
import { ownUserId } from '../own-account.ts';
import { hasCardNumber } from './card-number.ts';
import { type AddPaymentMethodInput, MAX_PAYMENT_METHODS, type SavedPaymentMethod } from './schema.ts';
import { paymentMethodView } from './view.ts';

type Provider = AddPaymentMethodInput['provider'];

/**
 * Saves what a payment provider keeps for the caller, after the provider has said what it is and tied it to the
 * account; one that is saved already is answered. The first one becomes the default. Refuses with
 * `card_number_refused`, `payment_method_refused`, `payment_method_limit_reached` (details: limit),
 * `payment_provider_unavailable`, `payment_provider_unreachable`.
 */
export async function addPaymentMethod(ctx: Ctx, input: AddPaymentMethodInput): Promise<SavedPaymentMethod> {
  const { provider, reference } = input;
  if (hasCardNumber(reference)) throw refuse('card_number_refused');
  const vault = ctx.payments.get(provider)?.vault;
  if (!vault) throw refusePayment('payment_provider_unavailable');
  const userId = ownUserId(ctx);
  const rows = await savedPaymentMethods.listSavedPaymentMethods(ctx.db, { userId, limit: MAX_PAYMENT_METHODS });
  const isKnown = rows.some((row) => row.provider === provider && row.reference === reference);
  // Before the provider is asked; the second look, under the lock, is the one that counts.
  if (!isKnown && rows.length >= MAX_PAYMENT_METHODS) throw limitReached();
  try {
    const customerRef = await customerAt(ctx, vault, { userId, provider });
    const kept = await keep(vault, reference, customerRef);
    if (!kept) throw refuse('payment_method_refused');
    return await save(ctx, input, kept);
  } catch (error) {
    if (!(error instanceof ProviderUnavailableError)) throw error;
    throw refusePayment('payment_provider_unreachable', { retryAfterSeconds: 5, cause: error });
  }
}

const limitReached = () => refuse('payment_method_limit_reached', { details: { limit: MAX_PAYMENT_METHODS } });

/** The account as the provider knows it; made known before anything of it is kept there. */
async function customerAt(
  ctx: Ctx,
  vault: PaymentVault,
  account: { userId: string; provider: Provider },
): Promise<string> {
  const known = await savedPaymentMethods.findPaymentCustomer(ctx.db, account);
  if (known) return known.reference;
  const reference = await vault.createCustomer(account.userId);
  return inTransaction(ctx, async (txCtx) => {
    await lockOwnAccount(txCtx);
    await savedPaymentMethods.insertPaymentCustomer(txCtx.tx, { ...account, reference, createdAt: ctx.now });
    const saved = await savedPaymentMethods.findPaymentCustomer(txCtx.tx, account);
    return saved?.reference ?? reference;
  });
}

/** Undefined when the provider does not know it, refuses it, or keeps it for somebody else. */
async function keep(
  vault: PaymentVault,
  reference: string,
  customerRef: string,
): Promise<KeptPaymentMethod | undefined> {
  const found = await vault.find(reference);
  if (!found || found.customerRef === customerRef) return found;
  return found.customerRef === null ? vault.attach(reference, customerRef) : undefined;
}

function save(ctx: Ctx, input: AddPaymentMethodInput, kept: KeptPaymentMethod): Promise<SavedPaymentMethod> {
  return inTransaction(ctx, async (txCtx) => {
    const { tx, ids, now } = txCtx;
    const { id: userId } = await lockOwnAccount(txCtx);
    const rows = await savedPaymentMethods.listSavedPaymentMethods(tx, { userId, limit: MAX_PAYMENT_METHODS });
    const known = rows.find((row) => row.provider === input.provider && row.reference === kept.reference);
    const id = known?.id ?? ids.uuid(now);
    if (!known) {
      if (rows.length >= MAX_PAYMENT_METHODS) throw limitReached();
      const { customerRef: _customerRef, ...shown } = kept;
      const row = { id, userId, provider: input.provider, ...shown, isDefault: false, createdAt: now };
      await savedPaymentMethods.insertSavedPaymentMethod(tx, row);
    }
    if (input.makeDefault || rows.length === 0) await savedPaymentMethods.saveDefaultPaymentMethod(tx, { id, userId });
    const saved = await savedPaymentMethods.findSavedPaymentMethod(tx, { id, userId });
    if (!saved) throw new Error('The payment method vanished under its lock');
    return paymentMethodView(saved, now);
  });
}
