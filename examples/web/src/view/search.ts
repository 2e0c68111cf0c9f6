/** Finds items by name or id: arrows choose, Enter clicks, Backspace in the empty field takes the last click back. */

import { click, search as found, takeBack } from "../state/play.js";
import { change, now, type State } from "../state/state.js";
import { h, type Node_ } from "./dom.js";
import { icon } from "./icons.js";

export function search(state: State): Node_ {
  const { query, isSearching, found: place, names, categories, hasSlash } = state;
  const { items, isNear } = found(isSearching ? query : "");
  const isOpen = isSearching && query.trim() !== "";
  const at = Math.min(place, items.length - 1);
  return h(
    "div",
    { class: "search" },
    h(
      "div",
      { class: "field" },
      icon("search"),
      h("input", {
        id: "search",
        type: "text",
        role: "combobox",
        placeholder: "Find an item by name or id",
        autocomplete: "off",
        spellcheck: "false",
        "aria-label": "Find an item by name or id",
        "aria-expanded": String(isOpen && items.length > 0),
        "aria-controls": "found",
        "aria-activedescendant": isOpen && items.length > 0 ? `found-${at}` : undefined,
        value: query,
        oninput: ({ target }: { target: HTMLInputElement }) =>
          change({ query: target.value, isSearching: true, found: 0 }),
        onfocus: () => change({ isSearching: true }),
        onblur: () => change({ isSearching: false }),
        onkeydown: key,
      }),
      (isOpen || hasSlash) && h("kbd", { "aria-hidden": "true" }, isOpen ? "Esc" : "/"),
    ),
    isOpen &&
      isNear &&
      h(
        "p",
        { class: "small", role: "status" },
        `No item is called “${query.trim()}”.${items.length > 0 ? " Perhaps one of these:" : ""}`,
      ),
    isOpen &&
      items.length > 0 &&
      h(
        "div",
        {
          class: `popover found${isNear ? " near" : ""}`,
          id: "found",
          role: "listbox",
          "aria-label": "Items",
        },
        items.map((item, i) =>
          h(
            "div",
            {
              id: `found-${i}`,
              key: item,
              role: "option",
              "aria-selected": String(i === at),
              class: i === at ? "chosen" : "",
              onmousedown: (event: MouseEvent) => {
                event.preventDefault(); // the field keeps the focus
                click(item);
              },
            },
            h("span", {}, marked(names[item]!, query)),
            categories && h("span", { class: "category" }, categories[item]!),
          ),
        ),
      ),
  );
}

/** Reads the state anew: keys come faster than pictures of them. */
function key(event: KeyboardEvent): void {
  const { query, visit, found: place } = now();
  const { items } = found(query);
  const at = Math.min(place, items.length - 1);
  if (event.key === "ArrowDown") change({ found: Math.min(at + 1, items.length - 1) });
  else if (event.key === "ArrowUp") change({ found: Math.max(at - 1, 0) });
  else if (event.key === "Enter" && items[at] !== undefined) {
    (event.target as HTMLInputElement).value = ""; // at once: who types on does not wait for the next picture
    click(items[at]);
  } else if (event.key === "Escape") change({ query: "", isSearching: false });
  else if (event.key === "Backspace" && query === "" && visit.length > 0)
    takeBack(visit.length - 1);
  else return;
  event.preventDefault();
}

/** The words of the query stand out in the name. */
function marked(name: string, query: string): (Node_ | string)[] {
  const words = query
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (words.length === 0) return [name];
  return name
    .split(new RegExp(`(${words.join("|")})`, "i"))
    .map((part, i) => (i % 2 === 1 ? h("b", {}, part) : part));
}
