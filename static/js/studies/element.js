/** Make an element: attributes as a table (null leaves one out), then children. */

/**
 * @param {string} tag
 * @param {Record<string, string|boolean|null|undefined>} [attributes] true gives an empty attribute, false and null none
 * @param {...(Node|string)} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}
