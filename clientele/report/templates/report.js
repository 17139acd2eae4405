// The page itself: what is chosen, the tabs, the filters, and the cards that are drawn when seen.

let CUBE = null;
let METRICS = {};
let PANELS = {};
let VIEW = null;
let plotlyReady = false;
const state = { page: "happened", from: 0, to: 0, country: ALL, channel: ALL, segment: ALL, compare: "before", controls: {} };
const timings = { answer: [], filter: [] };

// ---- the data come compressed
async function unpack(id) {
  const letters = atob(document.getElementById(id).textContent);
  const bytes = new Uint8Array(letters.length);
  for (let index = 0; index < letters.length; index += 1) bytes[index] = letters.charCodeAt(index);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

function panelRows(name) {
  const panel = PANELS[name];
  if (!panel || panel.missing) return null;
  if (!panel.objects) panel.objects = panel.rows.map((row) => Object.fromEntries(panel.columns.map((column, index) => [column, row[index]])));
  return panel.objects;
}

// ---- what is chosen stands in the address, so that a link is enough
const OTHER = "~other";
function memberToken(dimension, member) {
  const { names } = CUBE.members[dimension];
  return member < names.length ? names[member] : OTHER;
}
function memberOf(dimension, token) {
  const { names, other_count: others } = CUBE.members[dimension];
  const found = names.indexOf(token);
  if (found >= 0) return found;
  return token === OTHER && others ? names.length : ALL;
}
function defaultPeriod() {
  let to = CUBE.monthCount - 1;
  while (to > 0 && CUBE.isPartial[to]) to -= 1;
  return { from: Math.max(0, to - 11), to };
}
function addressOf() {
  const parts = new URLSearchParams();
  const usual = defaultPeriod();
  parts.set("page", state.page);
  if (state.from !== usual.from) parts.set("from", CUBE.months[state.from].slice(0, 7));
  if (state.to !== usual.to) parts.set("to", CUBE.months[state.to].slice(0, 7));
  DIMENSIONS.forEach((dimension) => { if (state[dimension] !== ALL) parts.set(dimension, memberToken(dimension, state[dimension])); });
  if (state.compare !== "before") parts.set("compare", state.compare);
  Object.entries(state.controls).forEach(([name, value]) => parts.set(`show.${name}`, value));
  return `#${parts}`;
}
function readAddress() {
  const parts = new URLSearchParams(window.location.hash.slice(1));
  const month = (name, usual) => { const found = CUBE.months.findIndex((date) => date.slice(0, 7) === parts.get(name)); return found >= 0 ? found : usual; };
  const usual = defaultPeriod();
  state.from = month("from", usual.from);
  state.to = month("to", usual.to);
  if (state.from > state.to) [state.from, state.to] = [state.to, state.from];
  DIMENSIONS.forEach((dimension) => { state[dimension] = parts.has(dimension) && CUBE.counts[DIMENSIONS.indexOf(dimension)] > 1 ? memberOf(dimension, parts.get(dimension)) : ALL; });
  state.compare = parts.get("compare") === "year" ? "year" : "before";
  state.page = PAGES.some((page) => page.id === parts.get("page")) ? parts.get("page") : PAGES[0].id;
  state.controls = {};
  parts.forEach((value, name) => { if (name.startsWith("show.")) state.controls[name.slice(5)] = value; });
}
function remember() {
  window.history.replaceState(null, "", addressOf());
}

// ---- filters
function isFiltered() {
  return DIMENSIONS.filter((dimension) => state[dimension] !== ALL);
}
function option(value, label, chosen) {
  return make("option", { value: String(value), selected: String(value) === String(chosen) }, label);
}
function buildFilters() {
  const box = document.getElementById("filters");
  const pick = (name, label, options, change) => make("label", {}, label, make("select", { id: `filter-${name}`, onchange: (event) => { change(event.target.value); filtersChanged(); } }, options));
  const months = (chosen) => CUBE.months.map((month, index) => option(index, `${monthName(month)}${CUBE.isPartial[index] ? " (not whole)" : ""}`, chosen));
  box.replaceChildren(
    pick("from", "From", months(state.from), (value) => { state.from = Number(value); state.to = Math.max(state.to, state.from); }),
    pick("to", "To", months(state.to), (value) => { state.to = Number(value); state.from = Math.min(state.to, state.from); }),
    ...DIMENSIONS.filter((_, index) => CUBE.counts[index] > 1).map((dimension) => pick(dimension, nice(dimension), [
      option(ALL, dimension === "country" ? "All countries" : `All ${dimension}s`, state[dimension]),
      ...Array.from({ length: CUBE.counts[DIMENSIONS.indexOf(dimension)] }, (_, member) => option(member, cut(memberName(dimension, member), 40), state[dimension])),
    ], (value) => { state[dimension] = Number(value); })),
    pick("compare", "Compare with", [option("before", "The period before", state.compare), option("year", "The same months a year before", state.compare)], (value) => { state.compare = value; }),
    make("button", { type: "button", class: "quiet", id: "reset", onclick: () => { Object.assign(state, defaultPeriod(), { country: ALL, channel: ALL, segment: ALL, compare: "before" }); filtersChanged(); } }, "Reset"),
  );
  showFilters();
}
function showFilters() {
  ["from", "to", ...DIMENSIONS, "compare"].forEach((name) => {
    const select = document.getElementById(`filter-${name}`);
    if (!select) return;
    select.value = String(state[name]);
    select.classList.toggle("active", DIMENSIONS.includes(name) && state[name] !== ALL);
  });
  const chosen = isFiltered().map((dimension) => memberName(dimension, state[dimension]));
  const against = VIEW.before ? `${monthName(CUBE.months[VIEW.before.from])} – ${monthName(CUBE.months[VIEW.before.to])}` : "nothing: the data do not reach back that far";
  const follows = pageFollowsFilters(state.page);
  document.getElementById("filters").hidden = !follows;
  document.getElementById("filter-note").textContent = !follows ? `The state of ${ABOUT.as_of_date}, of the whole shop: there is nothing to filter on this page.` : `${periodName(VIEW)}${chosen.length ? `, ${chosen.join(", ")}` : ", whole shop"}. Compared with ${against}. Segments are those of ${ABOUT.as_of_date}.`;
}
function chooseMember(dimension, member) {
  state[dimension] = state[dimension] === member ? ALL : member;
  filtersChanged();
}
function filtersChanged() {
  const started = performance.now();
  const before = VIEW.filter;
  VIEW = CUBE.answer({ ...state });
  timings.answer.push(performance.now() - started);
  remember();
  showFilters();
  const changed = ["country", "channel", "segment", "compare"].filter((name) => before[name] !== state[name]);
  if (before.from !== state.from || before.to !== state.to) changed.push("period");
  drawPage(changed);
  timings.filter.push(performance.now() - started);
}

// ---- tabs
function buildTabs() {
  const tabs = document.getElementById("tabs");
  tabs.replaceChildren(...PAGES.map((page) => make("button", {
    type: "button", role: "tab", id: `tab-${page.id}`, "aria-controls": `page-${page.id}`, onclick: () => showPage(page.id),
    onkeydown: (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const ends = { Home: 0, End: PAGES.length - 1 }[event.key];
      if (step === undefined && ends === undefined) return;
      event.preventDefault();
      const next = ends === undefined ? (PAGES.indexOf(page) + step + PAGES.length) % PAGES.length : ends;
      showPage(PAGES[next].id);
      document.getElementById(`tab-${PAGES[next].id}`).focus();
    },
  }, page.label)));
  const content = document.getElementById("content");
  content.replaceChildren(...PAGES.map((page) => make("div", { class: "page", role: "tabpanel", id: `page-${page.id}`, "aria-labelledby": `tab-${page.id}`, hidden: true },
    CARDS.filter((found) => found.page === page.id && (!found.when || found.when())).map(buildCard))));
}
function showPage(id) {
  state.page = id;
  PAGES.forEach((page) => {
    const chosen = page.id === id;
    const tab = document.getElementById(`tab-${page.id}`);
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    document.getElementById(`page-${page.id}`).hidden = !chosen;
    if (chosen && tab.scrollIntoView) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  remember();
  showFilters();
  drawPage();
}

// ---- cards
const seen = new IntersectionObserver((entries) => {
  entries.forEach((entry) => {
    const found = CARDS.find((definition) => definition.element === entry.target);
    found.visible = entry.isIntersecting;
    if (found.visible && found.stale) drawCard(found);
  });
}, { rootMargin: "250px" });

function widthOf(definition) {
  return typeof definition.w === "function" ? definition.w() : definition.w;
}

function buildCard(definition) {
  if (definition.section) return make("div", { class: "section" }, make("h2", {}, definition.section), make("p", {}, definition.text));
  definition.stale = true;
  if (definition.bare) {
    definition.element = make("div", { class: widthOf(definition), id: `card-${definition.id}` });
    definition.box = definition.element;
  } else {
    definition.heading = make("h3", {});
    definition.explanation = make("p", { class: "definition" });
    definition.controlBox = make("div", { class: "card-controls" });
    definition.box = make("div", definition.plot ? { class: "plot", style: `height:${definition.height + (isNarrow() ? 36 : 0)}px` } : {});
    definition.foot = make("p", { class: "card-foot" });
    definition.element = make("article", { class: `card ${widthOf(definition)}`, id: `card-${definition.id}` },
      make("div", { class: "card-head" }, make("div", {}, definition.heading, definition.explanation),
        definition.table ? make("div", { class: "card-tools" }, make("button", { type: "button", title: "Download what is shown as CSV", "aria-label": "Download as CSV", onclick: () => downloadCard(definition) }, "CSV")) : null),
      definition.controls ? definition.controlBox : null, definition.box, definition.foot);
  }
  seen.observe(definition.element);
  return definition.element;
}

// Rows of all panels by name, read when asked for; and the values of the card's own choices.
function dataOf(definition) {
  const data = new Proxy({}, { get: (target, name) => (name === "control" ? target.control : panelRows(name)), set: (target, name, value) => { target[name] = value; return true; } });
  const control = {};
  data.control = control;
  (definition.controls || []).forEach(({ key, options }) => {
    const values = options(VIEW, data).map(([value]) => value);
    const wanted = state.controls[`${definition.id}.${key}`];
    control[key] = values.includes(wanted) ? wanted : values[0];
  });
  return data;
}

function sayMissing(definition) {
  const missing = definition.needs.flatMap((name) => (PANELS[name] ? PANELS[name].missing || [] : [name]));
  const empty = definition.needs.filter((name) => PANELS[name] && PANELS[name].rows && !PANELS[name].rows.length);
  if (!missing.length && !empty.length && !definition.isEmpty?.()) return false;
  const names = [...new Set(missing.length ? missing : empty.flatMap((name) => PANELS[name].marts))];
  const text = missing.length ? `Left out: this warehouse has no ${names.join(" and no ")}.` : (typeof definition.emptyText === "function" ? definition.emptyText() : definition.emptyText) || `Nothing to show: ${names.join(" and ")} ${names.length > 1 ? "have" : "has"} no such rows for this input.`;
  if (definition.bare) { definition.element.hidden = true; return true; }
  definition.heading.textContent = typeof definition.title === "string" ? definition.title : definition.name || nice(definition.id.replaceAll("-", "_"));
  definition.explanation.textContent = "";
  definition.box.removeAttribute("style");
  definition.box.replaceChildren(make("p", { class: "missing" }, text));
  definition.element.querySelector(".card-tools")?.remove();
  return true;
}

// A page of nothing but today's state has no filters, and says so.
function pageFollowsFilters(page) {
  return CARDS.some((definition) => definition.page === page && (definition.filters || []).length && (!definition.when || definition.when()));
}

function footOf(definition) {
  if (!pageFollowsFilters(definition.page)) return "";
  const chosen = isFiltered().filter((dimension) => !definition.filters.includes(dimension) && definition.dimension !== dimension);
  const parts = [];
  if (chosen.length) parts.push(`Not filtered by ${chosen.join(" or ")}: shows ${definition.filters.some((name) => isFiltered().includes(name)) ? "all of them" : "the whole shop"}.`);
  if (pageFollowsFilters(definition.page) && !definition.filters.includes("period")) parts.push("Whatever the period: as of today’s data.");
  return parts.join(" ");
}

function buildControls(definition, data) {
  if (!definition.controls) return;
  definition.controlBox.replaceChildren(...definition.controls.filter((control) => control.options(VIEW, data).length > 1).map((control) => make("label", {}, control.label, make("select", {
    onchange: (event) => { state.controls[`${definition.id}.${control.key}`] = event.target.value; remember(); drawCard(definition); },
  }, control.options(VIEW, data).map(([value, label]) => option(value, label, data.control[control.key]))))));
}

function drawCard(definition) {
  if (sayMissing(definition)) { definition.stale = false; return; }
  if (definition.plot && !plotlyReady) {
    // the words can be read before Plotly is there
    writeWords(definition, dataOf(definition));
    return;
  }
  definition.stale = false;
  const data = dataOf(definition);
  try {
    writeWords(definition, data);
    if (definition.plot) {
      if (definition.webgl && !hasWebGl()) {
        definition.box.replaceChildren(make("p", { class: "missing" }, "This browser cannot draw in three dimensions (no WebGL)."));
        return;
      }
      const figure = definition.plot(VIEW, data);
      figure.data.filter((trace) => trace.type === "heatmap" && trace.text).forEach((map) => {
        figure.data.push(heatTexts(map));
        // numbers of their own would widen the axes beyond the cells
        const { xaxis, yaxis } = figure.layout;
        const isDown = yaxis.autorange === "reversed";
        Object.assign(xaxis, { type: "category", range: [-0.5, map.x.length - 0.5], autorange: false });
        Object.assign(yaxis, { type: "category", range: isDown ? [map.y.length - 0.5, -0.5] : [-0.5, map.y.length - 0.5], autorange: false });
      });
      // an element that Plotly has sized before it is seen would keep the wrong size
      Plotly.react(definition.box, figure.data, figure.layout, CONFIG);
      definition.box.removeAllListeners?.("plotly_click");
      if (figure.onClick) definition.box.on("plotly_click", (event) => figure.onClick(event.points[0]));
      turnScene(definition, figure.turn);
    } else {
      definition.box.replaceChildren(definition.body(VIEW, data));
    }
  } catch (error) {
    // one card that fails must not take the others with it
    console.error(definition.id, error);
    definition.box.replaceChildren(make("p", { class: "missing" }, "This chart could not be drawn from these data."));
  }
}
function writeWords(definition, data) {
  if (definition.bare) return;
  definition.heading.textContent = typeof definition.title === "function" ? definition.title(VIEW, data) : definition.title;
  definition.explanation.textContent = typeof definition.definition === "function" ? definition.definition(VIEW, data) : definition.definition;
  if (definition.plot) {
    definition.box.setAttribute("role", "figure");
    definition.box.setAttribute("aria-label", `${definition.heading.textContent}. ${definition.explanation.textContent}`);
  }
  definition.foot.textContent = footOf(definition);
  buildControls(definition, data);
}

// Words and tables take their room before they are seen, so that nothing moves when charts follow.
function prepareCard(definition) {
  definition.prepared = true;
  if (sayMissing(definition)) definition.stale = false;
  else if (definition.plot) writeWords(definition, dataOf(definition));
  else drawCard(definition);
}

// What follows no filter that has changed need not be drawn again.
function followsAny(definition, changed) {
  // what is compared with shows beside totals, and they follow every filter
  const followed = definition.filters === EVERY_FILTER ? ["compare", ...EVERY_FILTER] : definition.filters;
  return changed.some((name) => followed.includes(name) || definition.dimension === name);
}
function drawPage(changed = null) {
  CARDS.forEach((definition) => {
    if (!definition.element) return;
    if (changed && followsAny(definition, changed)) definition.stale = true;
    if (definition.page !== state.page) return;
    if (!definition.prepared) prepareCard(definition);
    if (changed && !definition.stale && !definition.bare && definition.heading && !sayMissing(definition)) definition.foot.textContent = footOf(definition);
    if (!definition.stale || !(definition.visible || definition.bare)) return;
    if (changed && definition.plot) drawSoon(definition);
    else drawCard(definition);
  });
}

// The figures answer at once; the charts in sight follow a few a frame, and only with the last choice; those that
// are nearly in sight come when nothing else is to be done.
const waiting = [];
const nearby = [];
function drawSoon(definition) {
  if (waiting.includes(definition)) return;
  const { top, bottom } = definition.box.getBoundingClientRect();
  if (bottom < 0 || top > window.innerHeight) {
    if (!nearby.includes(definition)) nearby.push(definition);
    if (!waiting.length) setTimeout(drawNearby, 60);
    return;
  }
  waiting.push(definition);
  if (waiting.length === 1) requestAnimationFrame(drawNext);
}
function drawNext() {
  // some charts a frame: to paint after every one of them would take as long as drawing them
  const started = performance.now();
  do {
    const definition = waiting.shift();
    if (definition.stale && definition.page === state.page) drawCard(definition);
  } while (waiting.length && performance.now() - started < 60);
  if (waiting.length) requestAnimationFrame(drawNext);
  else if (nearby.length) setTimeout(drawNearby, 60);
}
function drawNearby() {
  if (waiting.length || !nearby.length) return;
  const definition = nearby.shift();
  if (definition.stale && definition.page === state.page) drawCard(definition);
  if (nearby.length) setTimeout(drawNearby, 0);
}

function hasWebGl() {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2") || canvas.getContext("webgl"));
}
function turnScene(definition, wanted) {
  cancelAnimationFrame(definition.turning);
  if (!wanted) return;
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  let angle = Math.PI / 4;
  const step = () => {
    if (definition.visible && state.page === definition.page && !document.hidden) {
      angle += 0.006;
      Plotly.relayout(definition.box, { "scene.camera.eye": { x: 1.7 * Math.cos(angle), y: 1.7 * Math.sin(angle), z: 0.6 } });
    }
    definition.turning = requestAnimationFrame(step);
  };
  if (!calm) definition.turning = requestAnimationFrame(step);
}

function downloadCard(definition) {
  const { columns, rows } = definition.table(VIEW, dataOf(definition));
  download(`${definition.id}.csv`, csvText(columns, rows));
}

// ---- light and dark
const system = window.matchMedia("(prefers-color-scheme: dark)");
function kept(name, value) {
  // a page from a disk may have no storage
  try {
    if (value !== undefined) window.localStorage.setItem(name, value);
    return window.localStorage.getItem(name);
  } catch {
    return null;
  }
}
function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  forgetColours();
  const button = document.getElementById("theme");
  button.textContent = theme === "dark" ? "Light" : "Dark";
  button.setAttribute("aria-pressed", String(theme === "dark"));
  if (!CUBE) return;
  CARDS.forEach((definition) => { if (definition.element) definition.stale = true; });
  drawPage();
}
function toast(text) {
  const box = document.getElementById("toast");
  box.textContent = text;
  box.classList.add("shown");
  setTimeout(() => box.classList.remove("shown"), 1800);
}

// ---- beginning
setTheme(kept("clientele-theme") || (system.matches ? "dark" : "light"));
system.addEventListener("change", () => { if (!kept("clientele-theme")) setTheme(system.matches ? "dark" : "light"); });
document.getElementById("theme").addEventListener("click", () => { const theme = isDark() ? "light" : "dark"; kept("clientele-theme", theme); setTheme(theme); });
document.getElementById("print").addEventListener("click", () => window.print());
document.getElementById("skip").addEventListener("click", (event) => { event.preventDefault(); document.getElementById("content").focus(); });
document.getElementById("share").addEventListener("click", async () => {
  remember();
  try { await navigator.clipboard.writeText(window.location.href); toast("The link is in the clipboard."); } catch { toast("Copy the link from the address bar: it holds this view."); }
});
// on paper everything of the page is seen, dark on light
let themeOnScreen = null;
window.addEventListener("beforeprint", () => {
  themeOnScreen = document.documentElement.dataset.theme;
  if (themeOnScreen === "dark") setTheme("light");
  CARDS.forEach((definition) => { if (definition.page === state.page && definition.element && definition.stale) drawCard(definition); });
});
window.addEventListener("afterprint", () => { if (themeOnScreen === "dark") setTheme("dark"); });
window.addEventListener("hashchange", () => { readAddress(); VIEW = CUBE.answer({ ...state }); buildFilters(); CARDS.forEach((definition) => { if (definition.element) definition.stale = true; }); showPage(state.page); });

const started = (async () => {
  if (typeof DecompressionStream === "undefined") {
    document.getElementById("loading").textContent = "This browser is too old for the report: any of 2023 or later will do.";
    return;
  }
  const data = JSON.parse(await unpack("data"));
  CUBE = makeCube(data.cube);
  METRICS = data.metrics;
  PANELS = data.panels;
  readAddress();
  VIEW = CUBE.answer({ ...state });
  buildTabs();
  buildFilters();
  showPage(state.page);
  document.documentElement.dataset.words = String(Math.round(performance.now()));
})();

async function startDrawing() {
  await started;
  if (!CUBE) return;
  const script = document.createElement("script");
  script.textContent = await unpack("plotly");
  // the words are painted before Plotly keeps the browser busy
  await new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); });
  document.head.append(script);
  Plotly.register(PLOTLY_LOCALE);
  plotlyReady = true;
  drawPage();
  document.documentElement.dataset.ready = String(Math.round(performance.now()));
}
