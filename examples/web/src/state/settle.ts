/** Works out the settings from the preset and what was typed, and what they take; says what is wrong with one. */

import { EngineError } from "../engine/calls.js";
import { engine } from "./engine.js";
import { withOwn } from "./options.js";
import { settingsOf } from "./presets.js";
import { change, now } from "./state.js";

export function settle(): void {
  const { preset, own, facts } = now();
  if (!facts) return;
  const settings = withOwn(settingsOf(preset, facts.ids.length), own);
  change({ settings });
  engine.call("estimate", settings).then(
    (memory) => now().settings === settings && change({ memory, wrong: {} }),
    (error: unknown) => {
      if (now().settings !== settings || !(error instanceof EngineError)) return;
      const { where, message } = error.trouble;
      const name = where.replace(/\[.*/, "");
      const [, expected, got] = /expected (.*), got (.*)$/s.exec(message) ?? [];
      const said = expected ? `${upper(expected)}. You wrote ${got}` : message;
      change({ wrong: { [name]: /\.$/.test(said) ? said : `${said}.` } });
    },
  );
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).replaceAll("`", "");
}
