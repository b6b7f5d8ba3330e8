import { z } from "zod";
import { alertJson } from "../../core/alert-json.ts";
import type { DestinationDefinition } from "../../core/destination.ts";

interface FileConfig {
  readonly path: string;
}

const file: DestinationDefinition<FileConfig> = {
  id: "file",
  doc: "Appends alerts to a file, one JSON object a line",
  config: z.strictObject({
    path: z
      .string()
      .min(1)
      .refine((path) => !path.includes("\0"), "must not hold a NUL")
      .describe("File to append to; it and its folder are made when absent"),
  }),
  render: alertJson,
  open: (config, ports) => ({ id: "file", send: (alert) => ports.files.appendLines(config.path, [alertJson(alert)]) }),
};

export default file;
