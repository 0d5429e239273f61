/** Memory that a process has in use. */
export async function residentBytes(pid: number): Promise<number> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "rss=", "-p", String(pid)] }).output();
  const kibibytes = Number(new TextDecoder().decode(stdout));
  if (!(kibibytes > 0)) throw new Error(`Cannot read memory: ps does not know the process ${pid}`);
  return kibibytes * 1024;
}
