export interface DemoCategory {
  name: string;
  slug: string;
  children?: readonly DemoCategory[];
}

/** Three levels; products are in the lowest. */
export const demoCategories: readonly DemoCategory[] = [
  {
    name: 'Home',
    slug: 'home',
    children: [
      {
        name: 'Kitchen',
        slug: 'kitchen',
        children: [
          { name: 'Mugs', slug: 'mugs' },
          { name: 'Plates & Bowls', slug: 'plates-bowls' },
          { name: 'Cookware', slug: 'cookware' },
          { name: 'Kitchen Tools', slug: 'kitchen-tools' },
        ],
      },
      {
        name: 'Living',
        slug: 'living',
        children: [
          { name: 'Lamps', slug: 'lamps' },
          { name: 'Cushions & Throws', slug: 'cushions-throws' },
          { name: 'Vases & Candles', slug: 'vases-candles' },
        ],
      },
      {
        name: 'Bath',
        slug: 'bath',
        children: [
          { name: 'Towels', slug: 'towels' },
          { name: 'Soap & Care', slug: 'soap-care' },
        ],
      },
    ],
  },
  {
    name: 'Clothing',
    slug: 'clothing',
    children: [
      {
        name: 'Tops',
        slug: 'tops',
        children: [
          { name: 'T-Shirts', slug: 't-shirts' },
          { name: 'Sweatshirts', slug: 'sweatshirts' },
        ],
      },
      {
        name: 'Accessories',
        slug: 'accessories',
        children: [
          { name: 'Hats & Scarves', slug: 'hats-scarves' },
          { name: 'Socks', slug: 'socks' },
          { name: 'Bags', slug: 'bags' },
        ],
      },
    ],
  },
  {
    name: 'Pantry',
    slug: 'pantry',
    children: [
      {
        name: 'Drinks',
        slug: 'drinks',
        children: [
          { name: 'Coffee', slug: 'coffee' },
          { name: 'Tea', slug: 'tea' },
        ],
      },
      {
        name: 'Larder',
        slug: 'larder',
        children: [
          { name: 'Spreads', slug: 'spreads' },
          { name: 'Oil & Pasta', slug: 'oil-pasta' },
        ],
      },
    ],
  },
  {
    name: 'Stationery',
    slug: 'stationery',
    children: [
      {
        name: 'Paper',
        slug: 'paper',
        children: [
          { name: 'Notebooks', slug: 'notebooks' },
          { name: 'Books', slug: 'books' },
        ],
      },
      { name: 'Desk', slug: 'desk', children: [{ name: 'Pens & Pencils', slug: 'pens-pencils' }] },
    ],
  },
];
