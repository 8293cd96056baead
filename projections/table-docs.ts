/** A line of the table `docs` in every read-model file: what a table or one of its columns is, for direct SQL. */
export interface TableDoc {
  readonly tableName: string;
  /** Null: the table itself. */
  readonly columnName: string | null;
  readonly description: string;
}

export const DOCS_TABLE = `CREATE TABLE docs ( -- What every table, view and column of this file is.
  table_name TEXT NOT NULL, -- The table or view.
  column_name TEXT, -- NULL = the table itself.
  description TEXT NOT NULL -- In one or two sentences.
) STRICT`;

const CREATED = /^CREATE (?:VIRTUAL )?(?:TABLE|VIEW) (\w+) .*?-- (.+)$/;
const COLUMN = /^ {2}(\w+)\b.*?-- (.+)$/;

/**
 * The comments of a CREATE statement, which SQLite keeps in its schema too: one behind the opening line, and one behind
 * each column on a line of its own. Indexes and triggers say nothing here.
 */
export function docsOf(statement: string): readonly TableDoc[] {
  const [first = '', ...lines] = statement.split('\n');
  const [, tableName, description] = CREATED.exec(first) ?? [];
  if (tableName === undefined || description === undefined) return [];
  const columns = lines.flatMap((line) => {
    const [, columnName, text] = COLUMN.exec(line) ?? [];
    return columnName === undefined || text === undefined
      ? []
      : [{ tableName, columnName, description: text }];
  });
  return [{ tableName, columnName: null, description }, ...columns];
}
