import { jsonOption, musterCommand } from './cli/muster-command.js';
import { exportTable, type TableExport, tableOptions } from './export/table.js';

const command = musterCommand(
  'export',
  'Write a table or view of the read model to a file or to stdout, row by row; a server may go on meanwhile.',
  [
    'npm run -s export -- --table head_count_by_day --format csv > head-count.csv',
    'npm run export -- --table members_now --names --out members.jsonl',
  ],
);
for (const option of tableOptions) command.addOption(option);

export const exportCommand = command
  .addOption(jsonOption('print what was exported as JSON'))
  .action((options: TableExport) => exportTable(options));
