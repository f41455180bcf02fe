/* Pasting from a word processor or a web page into an article: headings, lists, bold and links become the simple markup of
   learning/article.py. The server does the same with HTML that arrives as text; without this file plain text is pasted. */

const HEADINGS = { H1: "# ", H2: "# ", H3: "## ", H4: "## ", H5: "## ", H6: "## ", BLOCKQUOTE: "> " };
const SILENT = new Set(["SCRIPT", "STYLE", "HEAD", "TITLE", "TEMPLATE", "SVG", "MATH", "IFRAME", "OBJECT", "TEXTAREA", "SELECT"]);
const BLOCKS = new Set("P DIV SECTION ARTICLE HEADER FOOTER TABLE TR UL OL LI DD DT PRE FIGURE H1 H2 H3 H4 H5 H6 BLOCKQUOTE".split(" "));

/** Lines of markup from pasted HTML. The parser runs no script and loads nothing. */
export function fromHtml(html) {
  const lines = [];
  let line = "";
  let mark = "";
  const end = () => {
    const text = line.replace(/\s+/g, " ").trim();
    if (text) {
      lines.push(mark + text);
      mark = "";
    }
    line = "";
  };
  const wrap = (node, before, after) => {
    const start = line.length;
    node.childNodes.forEach(walk);
    const words = line.slice(start).trim();
    if (line.length >= start && words && !/[[\]*]/.test(words)) line = line.slice(0, start) + before + words + after;
  };
  function walk(node) {
    if (node.nodeType === Node.TEXT_NODE) {
      line += node.data.replace(/\s+/g, " ");
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || SILENT.has(node.tagName)) return;
    const block = BLOCKS.has(node.tagName);
    if (block || node.tagName === "BR") end();
    if (HEADINGS[node.tagName]) mark = HEADINGS[node.tagName];
    if (node.tagName === "LI") {
      const list = node.parentElement;
      mark = list && list.tagName === "OL" ? `${[...list.children].indexOf(node) + 1}. ` : "- ";
    }
    const address = node.tagName === "A" ? node.getAttribute("href") || "" : "";
    if (/^https?:\/\/[^\s()]+$/i.test(address)) wrap(node, "[", `](${address})`);
    else if (node.tagName === "B" || node.tagName === "STRONG") wrap(node, "**", "**");
    else node.childNodes.forEach(walk);
    if (block) end();
  }
  walk(new DOMParser().parseFromString(html, "text/html").body);
  end();
  return lines.join("\n\n").replace(/\n\n(?=- |\d+\. )/g, "\n");
}

document.querySelectorAll("textarea[data-markup]").forEach((area) => {
  area.addEventListener("paste", (event) => {
    const html = event.clipboardData.getData("text/html");
    if (!html) return;
    const text = fromHtml(html);
    if (!text) return;
    event.preventDefault();
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
});
