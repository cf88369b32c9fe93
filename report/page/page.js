(() => {
"use strict";
const BLOCK = 100; // rows that are drawn together
const ALL = 1000; // up to so many rows are all drawn: the browser's own search finds them
const PRINTED = 5000;
const lists = new Map();
const count = n => n.toLocaleString("en-US");
const say = (text, ...values) => values.reduce((t, v, i) => t.replace("{" + i + "}", v), text);
const fold = text => text.normalize("NFKC").toLowerCase();
const plain = html => html.replaceAll("<wbr>", "").replace(/<[^>]*>/g, " ").replace(/&(lt|gt|amp|#34|#39|#43);/g, (all, name) => ({lt: "<", gt: ">", amp: "&", "#34": '"', "#39": "'", "#43": "+"})[name]);

// A list holds its rows as text that is inert until it is drawn: only what is near the window is.
class List {
  constructor(section) {
    this.section = section;
    this.table = section.querySelector("table.list");
    this.lines = section.querySelector("noscript.rows").textContent.split("\n").filter(line => line.startsWith("<tr "));
    const head = /^<tr id="([^"]+)" data-f="([^"]*)"/;
    this.ids = new Map();
    this.at = this.lines.map((line, i) => {
      const [, id, at] = head.exec(line);
      this.ids.set(id, i);
      return at.split(",");
    });
    this.order = this.lines.map((_, i) => i);
    this.size = matchMedia("(max-width: 58rem)").matches ? 150 : 66;
    this.near = new IntersectionObserver(entries => entries.forEach(e => e.isIntersecting ? this.fill(e.target) : this.empty(e.target)), {rootMargin: "1500px 0px"});
    this.search = section.querySelector("input");
    this.selects = [...section.querySelectorAll("select")];
    this.status = section.querySelector(".shown");
    this.search.addEventListener("input", () => { clearTimeout(this.wait); this.wait = setTimeout(() => this.narrow(), this.lines.length > 5000 ? 150 : 0); });
    this.selects.forEach(s => s.addEventListener("change", () => this.narrow()));
    section.querySelector("button.reset").addEventListener("click", () => { this.reset(); this.search.focus(); });
    section.querySelectorAll("thead button").forEach((b, i) => b.addEventListener("click", () => this.sort(b)));
    section.querySelectorAll("[hidden]").forEach(e => { e.hidden = false; });
    this.narrow();
  }
  texts() {
    return this.folded ||= this.lines.map(line => fold(plain(line)));
  }
  narrow() {
    const words = fold(this.search.value).split(/\s+/).filter(Boolean);
    const picks = this.selects.map((s, i) => [i, s.value]).filter(([, v]) => v !== "");
    const texts = words.length ? this.texts() : null;
    this.view = this.order.filter(i => picks.every(([k, v]) => this.at[i][k] === v) && words.every(w => texts[i].includes(w)));
    const s = this.status.dataset;
    this.status.textContent = this.view.length === this.lines.length ? say(s.all, count(this.lines.length)) : say(s.some, count(this.view.length), count(this.lines.length));
    this.draw();
  }
  reset() {
    this.search.value = "";
    this.selects.forEach(s => { s.value = ""; });
    this.narrow();
  }
  sort(button) {
    const head = button.closest("th");
    const down = head.getAttribute("aria-sort") === "ascending";
    this.section.querySelectorAll("thead th[aria-sort]").forEach(th => th.setAttribute("aria-sort", "none"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const by = button.dataset.sort, sign = down ? -1 : 1;
    let key = null;
    if (by.startsWith("f")) key = this.at.map(at => Number(at[Number(by.slice(1))]));
    if (by.startsWith("t")) {
      const cells = this.lines.map(line => fold(plain(line.split("<td")[Number(by.slice(1)) + 1].replace(/^[^>]*>/, ""))));
      const rank = new Map([...new Set(cells)].sort(new Intl.Collator(document.documentElement.lang, {numeric: true}).compare).map((c, i) => [c, i]));
      key = cells.map(c => rank.get(c));
    }
    this.order.sort((a, b) => sign * ((key ? key[a] - key[b] : 0) || a - b));
    this.narrow();
  }
  draw() {
    this.near.disconnect();
    [...this.table.tBodies].forEach(b => b.remove());
    this.table.setAttribute("aria-rowcount", this.view.length + 1);
    for (let from = 0; from < this.view.length; from += BLOCK) {
      const body = this.table.createTBody();
      body.from = from;
      if (this.view.length <= ALL) this.fill(body); else this.empty(body);
    }
    if (this.view.length > ALL) [...this.table.tBodies].forEach(b => this.near.observe(b));
  }
  rows(body) { return this.view.slice(body.from, body.from + BLOCK); }
  fill(body) {
    if (body.filled) return;
    body.filled = true;
    body.innerHTML = this.rows(body).map(i => this.lines[i]).join("");
    [...body.rows].forEach((row, i) => { row.setAttribute("aria-rowindex", body.from + i + 2); if (row.id === this.here) row.classList.add("here"); });
  }
  empty(body) {
    if (body.contains(document.activeElement)) return;
    const height = body.filled ? body.offsetHeight : this.rows(body).length * this.size;
    if (body.filled) this.size = Math.max(20, height / body.rows.length);
    body.filled = false;
    const gap = document.createElement("tr"), cell = gap.insertCell();
    gap.className = "gap";
    gap.ariaHidden = "true";
    cell.colSpan = this.table.tHead.rows[0].cells.length;
    cell.style.height = height + "px";
    body.replaceChildren(gap);
  }
  print() {
    this.near.disconnect();
    [...this.table.tBodies].filter(b => b.from < PRINTED).forEach(b => this.fill(b));
    if (this.view.length > PRINTED) this.status.textContent += " · " + say(this.status.dataset.printed, count(PRINTED));
  }
  show(id) {
    const i = this.ids.get(id);
    let at = this.view.indexOf(i);
    if (at < 0) { this.reset(); at = this.view.indexOf(i); }
    this.here = id;
    this.table.querySelectorAll("tr.here").forEach(row => row.classList.remove("here"));
    this.fill(this.table.tBodies[Math.floor(at / BLOCK)]);
    const row = document.getElementById(id);
    row.classList.add("here");
    const reach = () => row.isConnected && row.scrollIntoView({block: "center"});
    reach();
    requestAnimationFrame(() => requestAnimationFrame(reach)); // the blocks beside it are drawn by then
  }
  pick(filter, value) {
    this.reset();
    this.selects[filter].value = value;
    this.narrow();
    this.section.scrollIntoView();
    this.selects[filter].focus({preventScroll: true});
  }
}

const follow = () => {
  const id = decodeURIComponent(location.hash.slice(1));
  for (const list of lists.values()) if (list.ids.has(id)) list.show(id);
  const target = id && document.getElementById(id);
  if (target && target.matches("details")) target.open = true;
};

const copy = async text => {
  try { await navigator.clipboard.writeText(text); } catch { return false; }
  return true;
};

const clicked = async event => {
  const link = event.target.closest("a");
  if (!link) return;
  if (link.dataset.pick) {
    const [list, filter, value] = link.dataset.pick.split(":");
    if (!lists.has(list)) return;
    event.preventDefault();
    lists.get(list).pick(Number(filter), value);
    return;
  }
  const row = link.closest("td.w-link");
  if (!row) return;
  event.preventDefault();
  history.replaceState(null, "", link.hash);
  follow();
  const said = document.getElementById("said");
  said.textContent = await copy(link.href) ? said.dataset.copied : said.dataset.address;
};

const customers = () => {
  const input = document.getElementById("customer-search");
  if (!input) return;
  const all = [...document.querySelectorAll("details.customer")];
  const texts = all.map(d => fold(d.querySelector("summary").textContent));
  const status = document.getElementById("customer-shown");
  input.addEventListener("input", () => {
    const words = fold(input.value).split(/\s+/).filter(Boolean);
    let n = 0;
    all.forEach((d, i) => { d.hidden = !words.every(w => texts[i].includes(w)); n += d.hidden ? 0 : 1; });
    status.textContent = words.length ? say(status.dataset.some, count(n), count(all.length)) : "";
  });
  const every = open => () => all.forEach(d => { if (!d.hidden) d.open = open; });
  document.getElementById("customers-open").addEventListener("click", every(true));
  document.getElementById("customers-close").addEventListener("click", every(false));
  input.closest(".tools").hidden = false;
};

// What is wider than the window can be scrolled by keyboard, too.
const reach = new ResizeObserver(entries => entries.forEach(({target: e}) => { if (e.scrollWidth > e.clientWidth) e.tabIndex = 0; else e.removeAttribute("tabindex"); }));
document.querySelectorAll(".scroll").forEach(e => reach.observe(e));
document.querySelectorAll("section[data-list]").forEach(s => lists.set(s.id, new List(s)));
customers();
document.addEventListener("click", clicked);
addEventListener("hashchange", follow);
addEventListener("afterprint", () => lists.forEach(l => l.narrow()));
addEventListener("beforeprint", () => lists.forEach(l => l.print()));
follow();
})();
