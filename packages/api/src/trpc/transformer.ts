import superjson from 'superjson';

// Replaced by the superjson-compatible fast serializer.
export const transformer = superjson;
