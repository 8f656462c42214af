"use strict";
// The page is complete without this: it adds a search, the arcs of relations, and the theme switch.
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  const theme = document.getElementById("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
  const named = () => { theme.textContent = isDark() ? "Light" : "Dark"; };
  theme.hidden = false;
  theme.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; named(); });
  dark.addEventListener("change", named);
  named();

  const documents = all(".doc");
  const field = document.getElementById("search");
  if (field) {
    const found = document.getElementById("found");
    let texts = null;
    const search = () => {
      texts = texts || documents.map((one) => one.textContent.toLowerCase());
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      documents.forEach((one, n) => {
        one.hidden = !words.every((word) => texts[n].includes(word));
        shown += !one.hidden;
      });
      found.textContent = words.length ? `${shown} of ${documents.length} shown` : "";
    };
    field.closest(".find").hidden = false;
    field.addEventListener("input", search);
    all("[data-find]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => {
        field.value = button.dataset.find;
        search();
        document.getElementById("documents").scrollIntoView();
      });
    });
  }

  const open = () => {
    const target = location.hash.startsWith("#d") && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") { target.open = true; target.hidden = false; target.scrollIntoView(); }
  };
  addEventListener("hashchange", open);
  open();

  const svg = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
    return made;
  };
  // An arc runs in the space over lines, and down the margin where it changes the line.
  const STEP = 4, LANE = 5, RADIUS = 4;
  const rounded = (points) => {
    const steps = [`M${points[0]}`];
    for (let n = 1; n < points.length - 1; n += 1) {
      const [before, corner, after] = [points[n - 1], points[n], points[n + 1]];
      const near = (other) => {
        const far = Math.hypot(other[0] - corner[0], other[1] - corner[1]) || 1;
        const share = Math.min(RADIUS, far / 2) / far;
        return [corner[0] + (other[0] - corner[0]) * share, corner[1] + (other[1] - corner[1]) * share];
      };
      steps.push(`L${near(before)} Q${corner} ${near(after)}`);
    }
    return [...steps, `L${points[points.length - 1]}`].join(" ");
  };
  const freeLevel = (levels, left, right) => {
    let level = 0;
    while ((levels[level] || []).some(([l, r]) => l < right + 3 && left < r + 3)) level += 1;
    (levels[level] = levels[level] || []).push([left, right]);
    return Math.min(level, 3);
  };
  const arcs = (relations, box, left) => {
    const lines = new Map(), lanes = [], feet = new Map(), made = [];
    const ends = relations
      .map((relation) => ({ a: box(relation.from), b: box(relation.to), lost: relation.lost }))
      .filter(({ a, b }) => a && b)
      .map((one) => ({ ...one, down: Math.abs(one.a.top - one.b.top) }));
    ends.sort((x, y) => x.down - y.down || Math.abs(x.a.left - x.b.left) - Math.abs(y.a.left - y.b.left));
    const foot = (at) => {
      const taken = feet.get(at.key) || 0;
      feet.set(at.key, taken + 1);
      return at.left + Math.min(6 + 8 * taken, at.width - 3);
    };
    const height = (top, x1, x2) => {
      const line = Math.round(top / 4);
      if (!lines.has(line)) lines.set(line, []);
      return top - 4 - STEP * freeLevel(lines.get(line), Math.min(x1, x2), Math.max(x1, x2));
    };
    for (const { a, b, lost, down } of ends) {
      const xa = foot(a), xb = foot(b);
      let points;
      if (down < 5) {
        const y = height(a.top, xa, xb);
        points = [[xa, a.top + 2], [xa, y], [xb, y], [xb, b.top]];
      } else {
        const lane = left - 7 - LANE * freeLevel(lanes, Math.min(a.top, b.top) - 12, Math.max(a.top, b.top));
        const ya = height(a.top, lane, xa), yb = height(b.top, lane, xb);
        points = [[xa, a.top + 2], [xa, ya], [lane, ya], [lane, yb], [xb, yb], [xb, b.top]];
      }
      const tip = `M${xb - 3},${b.top - 2} L${xb + 3},${b.top - 2} L${xb},${b.top + 3} Z`;
      made.push(svg("path", { d: rounded(points), class: lost ? "lost" : "" }), svg("path", { d: tip, class: "tip" }));
    }
    return made;
  };
  const draw = (one) => {
    const pair = one.querySelector(".pair");
    if (!pair) return;
    all(".arcs", pair).forEach((old) => old.remove());
    const relations = all("[data-from]", one).map((relation) => relation.dataset);
    if (!one.open || !relations.length) return;
    const origin = pair.getBoundingClientRect();
    const layer = svg("svg", { class: "arcs", "aria-hidden": "true" });
    for (const side of ["here", "there"]) {
      const cell = pair.querySelector(`.${side}:not(.head)`);
      if (!cell) continue;
      const box = (span) => {
        const tag = pair.querySelector(`.${side} [data-c="${span}"]`);
        if (!tag) return null;
        const r = tag.getBoundingClientRect();
        return { key: span, left: r.left - origin.left, top: r.top - origin.top - 3, width: r.width };
      };
      const drawn = relations.filter((relation) => side === "here" || !relation.lost);
      const edge = parseFloat(getComputedStyle(cell).paddingLeft);
      layer.append(...arcs(drawn, box, cell.getBoundingClientRect().left - origin.left + edge));
    }
    pair.append(layer);
  };
  documents.forEach((one) => {
    one.addEventListener("toggle", () => draw(one));
    if (one.open) draw(one);
    const mark = (event, on) => {
      const span = event.target.closest && event.target.closest("[data-s]");
      if (span) all(`[data-s="${span.dataset.s}"]`, one).forEach((m) => m.classList.toggle("on", on));
    };
    one.addEventListener("pointerover", (event) => mark(event, true));
    one.addEventListener("pointerout", (event) => mark(event, false));
  });
  let waiting = 0;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => documents.filter((one) => one.open).forEach(draw), 120);
  });
})();
