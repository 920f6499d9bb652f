export { addInitialStock } from './add-initial-stock.ts';
export { refuse as refuseStock } from './errors.ts';
export { allocateUnits, releaseUnits, shipUnits } from './order-units.ts';
export { RESERVATION_SECONDS, reserveStock } from './reserve-stock.ts';
export { MAX_ON_HAND } from './schema.ts';
