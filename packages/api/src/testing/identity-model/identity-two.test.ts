import { testIdentity } from './test-identity.ts';

testIdentity(1);
