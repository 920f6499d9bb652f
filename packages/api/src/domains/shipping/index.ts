export { shippingErrors } from './errors.ts';
export { shippingPrice } from './shipping-price.ts';
