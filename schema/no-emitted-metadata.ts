/**
 * type-graphql looks for types that the compiler emitted before it takes those we name. There are none: every field
 * and argument names its type, so nothing needs the `reflect-metadata` package. Must be loaded before any decorator.
 */
const reflect = Reflect as typeof Reflect & { getMetadata?: () => undefined };
reflect.getMetadata ??= () => undefined;
