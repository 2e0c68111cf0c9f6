/**
 * The page as a function of its state: views return nodes, and `patch` changes what differs. What has not changed is
 * left alone, so focus, selection and transitions stay.
 */

type Attribute = string | number | boolean | undefined | ((event: never) => void);

export interface Node_ {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly children: readonly (Node_ | string)[];
}

export type Child = Node_ | string | number | false | undefined | null | readonly Child[];

/** A node. `key` tells a child from its siblings; `onclick` and the like are functions; `style` is text. */
export function h(
  tag: string,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly Child[]
): Node_ {
  return { tag, attributes, children: flat(children) };
}

function flat(children: readonly Child[]): (Node_ | string)[] {
  return children.flatMap((child): (Node_ | string)[] => {
    if (Array.isArray(child)) return flat(child);
    if (child === undefined || child === null || child === false) return [];
    return [typeof child === "object" ? (child as Node_) : String(child)];
  });
}

const SVG = "http://www.w3.org/2000/svg";
/** What was last drawn into an element. */
const drawn = new WeakMap<Element, Node_>();

/** Makes the children of an element those that are given. */
export function patch(parent: Element, children: readonly (Node_ | string)[]): void {
  const keyed = new Map<string, Element>();
  for (const child of parent.children) {
    const key = drawn.get(child)?.attributes.key;
    if (key !== undefined) keyed.set(`${child.localName} ${key}`, child);
  }
  let at: ChildNode | null = parent.firstChild;
  for (const child of children) {
    const place: ChildNode =
      typeof child === "string" ? text(at, child) : element(parent, at, child, keyed);
    if (place === at) at = at.nextSibling;
    else parent.insertBefore(place, at);
  }
  while (at) {
    const next: ChildNode | null = at.nextSibling;
    at.remove();
    at = next;
  }
}

function text(at: ChildNode | null, value: string): ChildNode {
  if (at?.nodeType !== Node.TEXT_NODE) return document.createTextNode(value);
  if (at.nodeValue !== value) at.nodeValue = value;
  return at;
}

function element(
  parent: Element,
  at: ChildNode | null,
  node: Node_,
  keyed: ReadonlyMap<string, Element>,
): Element {
  const { key } = node.attributes;
  const found = key === undefined ? at : keyed.get(`${node.tag} ${key}`);
  const fits =
    found instanceof Element &&
    found.localName === node.tag &&
    drawn.get(found)?.attributes.key === key;
  const space =
    node.tag === "svg" ? SVG : parent.localName === "foreignObject" ? null : parent.namespaceURI;
  const place = fits ? found : document.createElementNS(space, node.tag);
  update(place, drawn.get(place), node);
  return place;
}

function update(place: Element, before: Node_ | undefined, node: Node_): void {
  if (before === node) return;
  drawn.set(place, node);
  // Children first: what a choice or an option is set to must be among them.
  if (!("html" in node.attributes)) patch(place, node.children);
  const names = new Set([
    ...Object.keys(before?.attributes ?? {}),
    ...Object.keys(node.attributes),
  ]);
  for (const name of names) {
    const value = node.attributes[name];
    if (name === "value" || value !== before?.attributes[name]) set(place, name, value);
  }
}

function set(place: Element, name: string, value: Attribute): void {
  if (name === "key") return;
  // Icons are text of this program; nothing that was read comes here.
  if (name === "html") place.innerHTML = String(value);
  else if (name === "style") (place as HTMLElement).style.cssText = String(value ?? "");
  else if (name.startsWith("on")) Object.assign(place, { [name]: value ?? null });
  else if (name === "value" || name === "checked") {
    if (Reflect.get(place, name) !== value) Reflect.set(place, name, value ?? "");
  } else if (value === undefined || value === false) place.removeAttribute(name);
  else place.setAttribute(name, value === true ? "" : String(value));
}

/** Draws a node once, as long as what it is made of is the same. */
export function once(): (parts: readonly unknown[], make: () => Node_) => Node_ {
  let last: readonly unknown[] = [];
  let node: Node_ | undefined;
  return (parts, make) => {
    const isSame =
      node && parts.length === last.length && parts.every((part, i) => part === last[i]);
    if (!isSame) node = make();
    last = parts;
    return node!;
  };
}
