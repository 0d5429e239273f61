import type { Command } from "./command.ts";

/** What `troupe COMMAND --help` prints. */
export function commandHelp(command: Command): string {
  const rows = Object.entries(command.flags).map(([name, flag]): [string, string] => [
    "placeholder" in flag ? `--${name} ${flag.placeholder}` : `--${name}`,
    flag.help,
  ]);
  const flags = table([...rows, ["--help", "Show this help"]]);
  const parts = [
    command.summary,
    `Usage: troupe ${command.name} ${command.synopsis}`,
    `Flags:\n${flags}`,
    ...command.notes ?? [],
  ];
  return parts.join("\n\n");
}

/** What `troupe --help` prints. */
export function overviewHelp(commands: readonly Command[]): string {
  return [
    "Run plain TypeScript functions on many threads, processes and machines",
    "Usage: troupe COMMAND [FLAGS]",
    `Commands:\n${table(commands.map(({ name, summary }) => [name, summary]))}`,
    `Flags:\n${table([["--help", "Show this help, or that of a command"], ["--version", "Show the version"]])}`,
  ].join("\n\n");
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
