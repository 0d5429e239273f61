import type { CodeUnit } from "./captured_function.ts";
import { type ModuleCode, type ModuleLink, type ModuleTarget, parseModuleCode } from "./module_code.ts";

/** The name on the global object under which modules in memory find who has loaded them. */
export const MEMORY_KEY = "troupe.modules";
/** What a module in memory imports to see itself. */
export const SELF = "troupe:self";

/**
 * A module that came from elsewhere. It is loaded under its own URL with a fragment that names its version: two versions
 * are two modules, and `new URL("./x", import.meta.url)` means what its author meant.
 */
export class ShippedModule {
  /** As it came. */
  readonly unit: CodeUnit;
  /** What it consists of. */
  readonly content: ModuleCode;
  /** The URL that it is loaded under. */
  readonly loadUrl: string;
  /** Whether everything that it imports from outside, and its imports do, was imported once. */
  isPrepared = false;
  readonly #links: ReadonlyMap<string, ModuleLink>;
  /** Units that it imports, by hash. */
  readonly #units: ReadonlyMap<string, CodeUnit>;

  /** Reads a unit. @throws {TroupeError} `wire/malformed` when it is no module. */
  constructor(unit: CodeUnit) {
    this.unit = unit;
    this.content = parseModuleCode(unit.code);
    this.loadUrl = `${this.content.url}#troupe-${unit.hash}`;
    this.#links = new Map(this.content.links.map((link) => [linkKey(link.specifier, link.type), link]));
    this.#units = new Map(unit.requires.map((required) => [required.hash, required]));
  }

  /** Where an import leads; undefined for one that was not seen where the module was sent. */
  target(specifier: string, type: string): ModuleTarget | undefined {
    return this.#links.get(linkKey(specifier, type))?.target;
  }

  /** A unit that it imports. */
  required(hash: string): CodeUnit | undefined {
    return this.#units.get(hash);
  }

  /** Units that it cannot be loaded without. */
  get staticUnits(): CodeUnit[] {
    const hashes = this.content.links.flatMap(({ isDynamic, target }) =>
      target.kind === "unit" && !isDynamic ? target.hash : []
    );
    return hashes.map((hash) => this.required(hash)).filter((unit) => unit !== undefined);
  }

  /**
   * What is compiled. After the user's lines, so that these keep their numbers: the module tells who loads it that it is
   * there, and gets its way to import.
   */
  get source(): string {
    const { text, importName, sourceMap } = this.content;
    const memory = `globalThis[Symbol.for("${MEMORY_KEY}")]`;
    const lines = [
      text,
      `;import * as $troupe_self from "${SELF}"; ${memory}.loaded(import.meta.url, $troupe_self);`,
    ];
    if (importName !== "") {
      lines.push(`function ${importName}(...call) { return ${memory}.import(import.meta.url, ...call); }`);
    }
    if (sourceMap !== "") {
      const encoded = new TextEncoder().encode(sourceMap).toBase64();
      lines.push(`//# sourceMappingURL=data:application/json;base64,${encoded}`);
    }
    return lines.join("\n");
  }
}

function linkKey(specifier: string, type: string): string {
  return `${type} ${specifier}`;
}
