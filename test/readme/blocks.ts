/** The fenced code blocks of a Markdown text, gathered into what a reader would run. */

/** One fenced block. `info` are the words after the backticks: the language and, rarely, one word more. */
export interface Block {
  readonly info: string;
  readonly code: string;
  /** Line of the opening fence, counted from 1. */
  readonly line: number;
  /** The `##` heading it stands under. */
  readonly section: string;
}

/** A TypeScript program: all `ts` blocks of one section, in order, after the section's hidden preparations. */
export interface Program {
  readonly section: string;
  readonly line: number;
  readonly code: string;
}

/** One command of an `sh` block, continuation lines joined. */
export interface Command {
  readonly text: string;
  readonly line: number;
}

/** All fenced blocks in order. An HTML comment `<!-- example … -->` is a block with the info `hidden`. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let section = "";
  let open: { info: string; end: RegExp; line: number; code: string[] } | undefined;
  for (const [i, text] of markdown.split(/\r?\n/).entries()) {
    if (open) {
      if (open.end.test(text)) {
        const { info, line, code } = open;
        blocks.push({ info, line, section, code: `${code.join("\n")}\n` });
        open = undefined;
      } else open.code.push(text);
      continue;
    }
    const heading = /^## (.+)/.exec(text);
    if (heading) section = heading[1]!.trim();
    const fence = /^(`{3,}|~{3,})\s*(.*?)\s*$/.exec(text);
    if (fence)
      open = { info: fence[2]!, end: new RegExp(`^${fence[1]}\\s*$`), line: i + 1, code: [] };
    if (/^<!-- example\s*$/.test(text))
      open = { info: "hidden", end: /^-->\s*$/, line: i + 1, code: [] };
  }
  if (open) throw new Error(`line ${open.line}: the block is never closed`);
  return blocks;
}

/** The programs that `ts`, `js` and hidden blocks add up to, one a section. */
export function programsOf(blocks: readonly Block[]): Program[] {
  const sections = new Map<string, Block[]>();
  for (const block of blocks) {
    if (!["ts", "js", "hidden"].includes(block.info)) continue;
    sections.set(block.section, [...(sections.get(block.section) ?? []), block]);
  }
  return [...sections].map(([section, parts]) => ({
    section,
    line: parts[0]!.line,
    code: parts.map(({ code }) => code).join("\n"),
  }));
}

/** The commands of all `sh` blocks. Comments and prompts (`$ `) are dropped. */
export function commandsOf(blocks: readonly Block[]): Command[] {
  return blocks
    .filter(({ info }) => info === "sh")
    .flatMap(({ code, line }) => {
      const commands: Command[] = [];
      let pending = "";
      for (const [i, raw] of code.split("\n").entries()) {
        const text =
          pending +
          raw
            .replace(/^\$ /, "")
            .replace(/(^|\s)#\s.*$/, "")
            .trim();
        pending = "";
        if (text.endsWith("\\")) pending = text.slice(0, -1);
        else if (text !== "") commands.push({ text, line: line + 1 + i });
      }
      return commands;
    });
}
