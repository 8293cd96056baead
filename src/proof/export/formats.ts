import { cloudeventsFormat } from './cloudevents-format.js';
import { csvFormat } from './csv-format.js';
import type { ExportFormat } from './export-format.js';
import { jsonlFormat } from './jsonl-format.js';

export const exportFormats: readonly ExportFormat[] = [jsonlFormat, csvFormat, cloudeventsFormat];
