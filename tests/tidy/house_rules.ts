/**
 * Lint rules of this house, loaded from `lint.plugins` in `deno.json`. They see one file at a time; what concerns the
 * tree as a whole is checked by the tests beside this file.
 *
 * @module
 */

const FUNCTION_LINES_MAX = 70;

/** What a machine may not name: the same events must give the same effects, for ever. */
const IMPURE_NAMES: ReadonlySet<string> = new Set([
  "AbortSignal",
  "BroadcastChannel",
  "Date",
  "Deno",
  "FinalizationRegistry",
  "Intl",
  "MessageChannel",
  "WeakRef",
  "Worker",
  "clearInterval",
  "clearTimeout",
  "console",
  "crypto",
  "fetch",
  "globalThis",
  "localStorage",
  "navigator",
  "performance",
  "process",
  "queueMicrotask",
  "setInterval",
  "setTimeout",
]);

type Node = Deno.lint.Node;
type Context = Deno.lint.RuleContext;
type Rule = Deno.lint.Rule;

/** Whether a file lies in a folder of the checkout, also when its path is absolute. */
function isUnder(context: Context, folder: string): boolean {
  return `/${context.filename.replaceAll("\\", "/")}`.includes(`/${folder}/`);
}

/** `machine/` folders below `actors/`; the tests of machines live elsewhere. */
function isMachine(context: Context): boolean {
  return isUnder(context, "actors") && isUnder(context, "machine") && !isUnder(context, "tests");
}

/** Whether an identifier names a variable: no key, no property, no word of a type. */
function isVariable(node: Deno.lint.Identifier): boolean {
  const parent: Node = node.parent;
  switch (parent.type) {
    case "MemberExpression":
      return parent.object === node || parent.computed;
    case "Property":
    case "PropertyDefinition":
    case "MethodDefinition":
      return parent.value === node || parent.computed;
    case "TSPropertySignature":
    case "TSMethodSignature":
    case "TSTypeReference":
    case "TSQualifiedName":
    case "TSEnumMember":
      return false;
    default:
      return true;
  }
}

const shortFunctions: Rule = {
  create(context) {
    function check(node: Node): void {
      const lines = context.sourceCode.getText(node).split("\n").length;
      if (lines <= FUNCTION_LINES_MAX) return;
      const message = `Function has ${lines} lines, ${FUNCTION_LINES_MAX} at most`;
      context.report({
        node,
        message,
        hint: "Dispatch in one line per case; the work belongs into functions by topic.",
      });
    }
    return { FunctionDeclaration: check, FunctionExpression: check, ArrowFunctionExpression: check };
  },
};

const pureMachines: Rule = {
  create(context) {
    if (!isMachine(context)) return {};
    function refuse(node: Node, what: string): void {
      const message = `\`${what}\` in a machine`;
      context.report({ node, message, hint: "Take it as data in the event, or return an effect." });
    }
    function refuseAsync(node: { async: boolean } & Node): void {
      if (node.async) refuse(node, "async");
    }
    return {
      Identifier(node) {
        if (IMPURE_NAMES.has(node.name) && isVariable(node)) refuse(node, node.name);
      },
      MemberExpression(node) {
        if (context.sourceCode.getText(node) === "Math.random") refuse(node, "Math.random");
      },
      ImportDeclaration(node) {
        if (!node.source.value.startsWith(".")) refuse(node, `import "${node.source.value}"`);
      },
      FunctionDeclaration: refuseAsync,
      FunctionExpression: refuseAsync,
      ArrowFunctionExpression: refuseAsync,
      ImportExpression: (node) => refuse(node, "import()"),
      AwaitExpression: (node) => refuse(node, "await"),
    };
  },
};

const noDefaultExport: Rule = {
  create(context) {
    // What `lint.plugins` names must have one.
    if (context.filename.endsWith("house_rules.ts")) return {};
    return {
      ExportDefaultDeclaration(node) {
        context.report({ node, message: "Default export", hint: "Name the export: one thing, one name everywhere." });
      },
    };
  },
};

const noPrivate: Rule = {
  create(context) {
    function check(node: Deno.lint.MethodDefinition | Deno.lint.PropertyDefinition): void {
      // A constructor has no `#` form.
      if (node.accessibility === undefined || (node.type === "MethodDefinition" && node.kind === "constructor")) return;
      const message = `\`${node.accessibility}\` member`;
      context.report({ node, message, hint: "Private is `#name`; everything else is public and says nothing." });
    }
    return {
      MethodDefinition: check,
      PropertyDefinition: check,
      TSParameterProperty(node) {
        context.report({
          node,
          message: "Parameter property",
          hint: "Declare the field, assign it in the constructor.",
        });
      },
    };
  },
};

const noOtherWays: Rule = {
  create(context) {
    const refuse = (node: Node, what: string) => context.report({ node, message: `${what} in this house` });
    return {
      TSEnumDeclaration: (node) => refuse(node, "Enum"),
      Decorator: (node) => refuse(node, "Decorator"),
      ExportAllDeclaration: (node) => refuse(node, "`export *`"),
      TSModuleDeclaration(node) {
        if (!context.filename.endsWith(".d.ts")) refuse(node, "Namespace");
      },
    };
  },
};

const noTopLevelArrow: Rule = {
  create(context) {
    if (isUnder(context, "tests")) return {};
    function check(node: Deno.lint.VariableDeclaration): void {
      for (const one of node.declarations) {
        if (one.init?.type !== "ArrowFunctionExpression") continue;
        context.report({ node: one, message: "Top-level arrow function", hint: "Write `function name()`." });
      }
    }
    return {
      Program(node) {
        for (const statement of node.body) {
          const inner = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
          if (inner?.type === "VariableDeclaration") check(inner);
        }
      },
    };
  },
};

const errorMessages: Rule = {
  create(context) {
    return {
      CallExpression(node) {
        if (node.callee.type !== "Identifier" || node.callee.name !== "troupeError") return;
        const message = node.arguments[1];
        if (message?.type !== "Literal" && message?.type !== "TemplateLiteral") return;
        const text = context.sourceCode.getText(message).slice(1, -1);
        if (text.endsWith(".")) context.report({ node: message, message: "Error message ends with a period" });
        if (!/^[A-Z]/.test(text)) {
          context.report({ node: message, message: "Error message does not start with the failed action" });
        }
      },
    };
  },
};

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    "short-functions": shortFunctions,
    "pure-machines": pureMachines,
    "no-default-export": noDefaultExport,
    "no-private": noPrivate,
    "no-other-ways": noOtherWays,
    "no-top-level-arrow": noTopLevelArrow,
    "error-messages": errorMessages,
  },
};

export default plugin;
