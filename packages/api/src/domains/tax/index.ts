export { computeTax } from './compute-tax.ts';
