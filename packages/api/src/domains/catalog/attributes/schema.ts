import { z } from 'zod';
import { localeCode } from '../../../kit/locale.ts';
import { text } from '../../../kit/text.ts';
import { AttributeType, CategoryRef } from '../schema.ts';

const code = z
  .string()
  .max(200)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Lower-case words joined by hyphens');
const optionCode = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Lower-case words joined by hyphens');
const swatch = z.string().regex(/^#[0-9a-f]{6}$/, 'A colour such as #ff8800');
const position = z.int().min(0).max(1_000_000);
const version = z.int().min(1).optional().describe('Refused with version_conflict when the definition has another one');

const translations = z.record(z.string(), z.record(z.string(), z.string()));
const few = (all: object) => Object.keys(all).length <= 100;

export const AttributeOption = z
  .object({
    code: z.string().describe('What a product has as its value'),
    label: z.string(),
    swatch: z.string().nullable().describe('Of a color: #rrggbb'),
    translations,
  })
  .meta({ id: 'AttributeOption' });

const flags = {
  required: z.boolean().describe('A product must have a value'),
  filterable: z.boolean().describe('Its values are facets of the search'),
  sortable: z.boolean().describe('Products can be ordered by it'),
  searchable: z.boolean().describe('Its values are found by the search'),
  variantForming: z.boolean().describe('Variants of a product differ in it'),
  position: z.int().describe('Among the attributes of a product; equal ones are sorted by name'),
};

export const Attribute = z
  .object({
    code: z.string(),
    name: z.string(),
    type: AttributeType,
    unit: z.string().nullable().describe('Of an integer or decimal'),
    referenceKind: z.enum(['product', 'category']).nullable().describe('What the value of a reference is the id of'),
    ...flags,
    translations,
    options: z.array(AttributeOption).describe('In order: what an enum, multi-enum or color can be'),
    version: z.int(),
  })
  .meta({ id: 'Attribute' });
export type Attribute = z.infer<typeof Attribute>;

const OptionTexts = z.strictObject({ label: text(200).nullable().optional() });

export const NewAttributeOption = z
  .strictObject({
    code: optionCode.optional().describe('Made from the label unless given'),
    label: text(200),
    swatch: swatch.optional(),
    translations: z.record(localeCode, OptionTexts).refine(few, 'At most 100 locales').optional(),
  })
  .meta({ id: 'NewAttributeOption' });
export type NewAttributeOption = z.infer<typeof NewAttributeOption>;

const options = z.array(NewAttributeOption).max(1000);
const AttributeTexts = z.strictObject({
  name: text(200).nullable().optional(),
  unit: text(20).nullable().optional(),
});
const texts = z.record(localeCode, AttributeTexts).refine(few, 'At most 100 locales');

export const CreateAttributeInput = z.strictObject({
  name: text(200),
  code: code.optional().describe('Made from the name unless given'),
  type: AttributeType,
  unit: text(20).optional().describe('Of an integer or decimal'),
  referenceKind: z.enum(['product', 'category']).optional().describe('Of a reference'),
  required: z.boolean().optional(),
  filterable: z.boolean().default(false),
  sortable: z.boolean().optional(),
  searchable: z.boolean().default(true),
  variantForming: z.boolean().optional(),
  position: position.optional(),
  options: options.optional().describe('Of an enum, multi-enum or color, in order'),
  translations: texts.optional(),
});
export type CreateAttributeInput = z.infer<typeof CreateAttributeInput>;

export const UpdateAttributeInput = z.strictObject({
  attribute: text(200).describe('Code'),
  version,
  name: text(200).optional(),
  type: AttributeType.optional().describe('Refused with attribute_in_use when a value of a product does not fit it'),
  unit: text(20).nullable().optional(),
  referenceKind: z.enum(['product', 'category']).nullable().optional(),
  required: z.boolean().optional(),
  filterable: z.boolean().optional(),
  sortable: z.boolean().optional(),
  searchable: z.boolean().optional(),
  variantForming: z.boolean().optional(),
  position: position.optional(),
  options: options.optional().describe('All of them, in order; one that a product has must stay'),
  translations: texts.optional().describe('Changes the texts given; null removes one'),
});
export type UpdateAttributeInput = z.infer<typeof UpdateAttributeInput>;

export const DeleteAttributeInput = z.strictObject({
  attribute: text(200).describe('Code'),
  removeValues: z.boolean().default(false).describe('Also when products have values, which are taken away from them'),
});
export type DeleteAttributeInput = z.infer<typeof DeleteAttributeInput>;

export const AttributeInput = z.strictObject({ attribute: text(200).describe('Code') });
export type AttributeInput = z.infer<typeof AttributeInput>;

export const AttributeListInput = z.strictObject({
  q: text(200).optional().describe('A part of the name or code'),
  limit: z.int().min(1).max(100).default(24),
  cursor: z.string().min(1).max(1000).optional(),
});
export type AttributeListInput = z.infer<typeof AttributeListInput>;

export const AttributeList = z.object({ items: z.array(Attribute), nextCursor: z.string().nullable() });
export type AttributeList = z.infer<typeof AttributeList>;

const said = 'Null: what the nearest category above says, and in the end the definition';

export const AssignAttributeInput = z.strictObject({
  category: text(200).describe('Slug or id'),
  attribute: text(200).describe('Code'),
  required: z.boolean().nullable().default(null).describe(said),
  filterable: z.boolean().nullable().default(null).describe(said),
  sortable: z.boolean().nullable().default(null).describe(said),
  searchable: z.boolean().nullable().default(null).describe(said),
  variantForming: z.boolean().nullable().default(null).describe(said),
  position: position.nullable().default(null).describe(said),
});
export type AssignAttributeInput = z.infer<typeof AssignAttributeInput>;

export const UnassignAttributeInput = z.strictObject({
  category: text(200).describe('Slug or id'),
  attribute: text(200).describe('Code'),
});
export type UnassignAttributeInput = z.infer<typeof UnassignAttributeInput>;

const effective = <V extends z.ZodType>(value: V) =>
  z.object({
    value,
    source: z.enum(['own', 'inherited', 'definition']),
    category: CategoryRef.nullable().describe('The category that says it'),
  });

export const CategoryAttribute = z
  .object({
    code: z.string(),
    name: z.string(),
    type: AttributeType,
    assignedBy: z.array(CategoryRef).describe('Root first'),
    required: effective(z.boolean()),
    filterable: effective(z.boolean()),
    sortable: effective(z.boolean()),
    searchable: effective(z.boolean()),
    variantForming: effective(z.boolean()),
    position: effective(z.int()),
  })
  .meta({ id: 'CategoryAttribute' });
export type CategoryAttribute = z.infer<typeof CategoryAttribute>;
