import type { TxCtx } from '../../../context.ts';

/** A factor that was found right, and has not been used up yet. */
export interface ProvenFactor {
  /** How (RFC 8176). */
  amr: readonly string[];
  /** Uses it up, once, in the transaction that acts on it; throws when another request was faster. */
  spend: (ctx: TxCtx) => Promise<void>;
}
