import type { catalogAttributes } from '@cartwright/db';

type Attribute = catalogAttributes.AttributeDefinition;

const facet = { filterable: true, searchable: true } as const;
const fact = { filterable: false, searchable: false } as const;

export const demoAttributes: readonly Attribute[] = [
  { code: 'material', name: 'Material', type: 'text', ...facet },
  { code: 'made-in', name: 'Made in', type: 'text', ...facet },
  { code: 'features', name: 'Features', type: 'multi-text', ...facet },
  { code: 'dishwasher-safe', name: 'Dishwasher safe', type: 'boolean', ...facet },
  { code: 'organic', name: 'Organic', type: 'boolean', ...facet },
  { code: 'capacity-ml', name: 'Capacity (ml)', type: 'integer', ...fact },
  { code: 'weight-grams', name: 'Weight (g)', type: 'integer', ...fact },
  { code: 'diameter-cm', name: 'Diameter (cm)', type: 'decimal', ...fact },
  { code: 'pages', name: 'Pages', type: 'integer', ...fact },
];
