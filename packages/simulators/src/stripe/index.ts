export { type FaultPlan, type FaultSwitch, isFaultPlan, type Milliseconds } from './faults.ts';
export type { DeliveryOutcome, SeenRequest } from './journal.ts';
export type { StripeLedger } from './ledger.ts';
export type { Charge, Customer, PaymentIntent, PaymentMethod, Refund, StripeEvent } from './objects.ts';
export { readStripeLedger } from './read-ledger.ts';
export { type StripeSimulator, type StripeSimulatorOptions, startStripeSimulator } from './simulator.ts';
export { TEST_PAYMENT_METHODS } from './test-payment-methods.ts';
export type { WebhookRetry } from './webhooks.ts';
