/** The version of this package, out of its `deno.json`; read, since an import would be no module of ours. */
export async function version(): Promise<string> {
  const response = await fetch(new URL("../deno.json", import.meta.url));
  const config: unknown = await response.json();
  if (typeof config === "object" && config !== null && "version" in config && typeof config.version === "string") {
    return config.version;
  }
  throw new TypeError("Cannot tell the version: deno.json has none");
}
