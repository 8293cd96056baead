import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface SourceFile {
  /** From the root of the project, with slashes. */
  readonly path: string;
  /** Without comments. */
  readonly code: string;
  readonly imports: readonly Import[];
}

export interface Import {
  /** A path from the root of the project for own files, else the name as written (`node:fs`, `graphql`). */
  readonly target: string;
  readonly isOwnFile: boolean;
  readonly isTypeOnly: boolean;
}

/** Every TypeScript file of a folder, with what it imports. */
export function sourceFiles(folder: string): readonly SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
    .map((path) => {
      const code = withoutComments(readFileSync(join(root, path), 'utf8'));
      return { path, code, imports: importsOf(path, code) };
    });
}

const importStatement = /\b(import|export)\s+(type\s+)?(?:[\w$*{][^;'"]*?\s+from\s+)?['"]([^'"\n]+)['"]/g;
const importCall = /\b(?:import|require)\(\s*['"]([^'"\n]+)['"]\s*\)/g;

/** Static and dynamic imports and re-exports, found by their form. */
export function importsOf(path: string, code: string): readonly Import[] {
  const statements = [...code.matchAll(importStatement)].map(([, , type, name]) => ({ type, name }));
  const calls = [...code.matchAll(importCall)].map(([, name]) => ({ type: undefined, name }));
  return [...statements, ...calls].map(({ type, name = '' }) => {
    const isOwnFile = name.startsWith('.');
    const target = isOwnFile
      ? normalize(join(dirname(path), name))
          .split(sep)
          .join('/')
      : name;
    return { target, isOwnFile, isTypeOnly: type !== undefined };
  });
}

/** Blanks comments, and leaves strings and templates as they are. */
export function withoutComments(code: string): string {
  return code.replace(
    /('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_, literal: string | undefined) => literal ?? ' ',
  );
}

export function declaredPackages(): ReadonlySet<string> {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return new Set(Object.keys(dependencies));
}

/** `@scope/name/file` → `@scope/name`. */
export function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}
