// Charts from the payload of hongqiao/ui/charts.py. A null is a gap, never zero; a figure that is not final is hollow.
(function () {
  "use strict";
  const words = JSON.parse(document.getElementById("ui-words")?.textContent || "{}");
  const zh = (document.documentElement.lang || "zh").startsWith("zh");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const ORDER = ["data", "crisis", "users", "team", "content", "brand", "channels"];
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const live = new Map();

  // ---- figures, written as hongqiao/ui/formats.py writes them
  const minus = (s) => s.replace(/^-/, "−");
  const fixed = (v, d) => minus(v.toLocaleString("en-US", { minimumFractionDigits: d, maximumFractionDigits: d }));
  function short(v) {
    const a = Math.abs(v);
    if (!zh) return a >= 1e9 ? fixed(v / 1e9, 1) + "B" : a >= 1e6 ? fixed(v / 1e6, 1) + "M" : a >= 1e4 ? fixed(v / 1e3, 1) + "K" : plain(v);
    if (Math.round(a / 1e3) / 10 >= 1e4) return fixed(v / 1e8, 2) + " " + words.yi;
    return a >= 1e4 ? fixed(v / 1e4, 1) + " " + words.wan : plain(v);
  }
  const plain = (v) => fixed(v, Number.isInteger(v) || Math.abs(v) >= 1000 ? 0 : 2);
  function write(v, unit) {
    if (v === null || v === undefined) return words.missing;
    if (unit === "percent" || unit === "ratio") return fixed(v * 100, 1) + "%";
    if (unit === "money") return v < 0 ? "−¥" + short(-v) : "¥" + (Math.abs(v) >= 1e4 ? short(v) : fixed(v, 2));
    if (unit === "seconds") return fixed(v, v < 60 && !Number.isInteger(v) ? 1 : 0) + " " + words.sec;
    if (unit === "number") return plain(v);
    if (unit === "times") return fixed(v, 2);
    return short(v);
  }
  function tick(v, unit) {
    if (unit === "percent" || unit === "ratio") return minus(String(Math.round(v * 1000) / 10)) + "%";
    if (Math.abs(v) >= 1e4) return short(v).replace(/\.0+(?= |[KMB]|$)/, "");
    return minus(v.toLocaleString("en-US", { maximumFractionDigits: 2 }));
  }
  const dayLabel = (s) => (/^\d{4}-\d\d-\d\d$/.test(s) ? s.slice(5) : s);

  function hatch() {
    const c = document.createElement("canvas");
    c.width = c.height = 8;
    const g = c.getContext("2d");
    g.strokeStyle = css("faint");
    g.globalAlpha = 0.55;
    g.lineWidth = 1;
    g.beginPath();
    for (const d of [-8, 0, 8]) { g.moveTo(d, 8); g.lineTo(d + 8, 0); }
    g.stroke();
    return { image: c, repeat: "repeat" };
  }
  // A series with a room keeps its colour; the others take those that nobody has, so that no two look alike.
  function coloursOf(all) {
    const taken = all.map((s) => s.room), free = ORDER.filter((c) => !taken.includes(c)), rest = free.length ? free : ORDER;
    let n = 0;
    return all.map((s) => css(s.room === "plain" ? "muted" : ORDER.includes(s.room) ? s.room : rest[n++ % rest.length]));
  }

  // ---- the tooltip says every series, its unit, and why a figure is not there
  function tip(data, i, colours) {
    const box = document.createElement("div");
    box.className = "tip";
    const head = document.createElement("b");
    head.textContent = data.x[i];
    box.append(head);
    data.series.forEach((s, k) => {
      const name = document.createElement("span");
      const dot = document.createElement("i");
      dot.style.background = colours[k];
      name.append(dot, s.name);
      const v = document.createElement("span");
      const quiet = s.values[i] === null && data.quiet.includes(i);
      const few = s.few[i] ? words.few + " " + s.few[i] : "";
      const mark = few || (s.partial.includes(i) ? words.partial : "");
      v.className = "v" + (s.values[i] === null && !quiet ? " miss" : "");
      v.textContent = quiet ? "—" : write(s.values[i], s.unit) + (s.values[i] !== null && mark ? (zh ? "（" + mark + "）" : " (" + mark + ")") : "");
      box.append(name, v);
    });
    return box;
  }

  function lineSeries(s, color, area) {
    const last = new Set([...s.partial, ...Object.keys(s.few).map(Number)]);
    const own = { type: "line", name: s.name, color, symbol: "circle", symbolSize: 6, lineStyle: { width: s.dashed ? 1.5 : 2, type: s.dashed ? [4, 4] : "solid", opacity: s.dashed ? 0.75 : 1 }, connectNulls: false };
    // Points stand only where a line cannot: a day alone between two gaps.
    own.data = s.values.map((v, i) => {
      if (last.has(i)) return null;
      const alone = v !== null && (s.values[i - 1] ?? null) === null && (s.values[i + 1] ?? null) === null;
      return { value: v, symbol: alone ? "circle" : "none" };
    });
    own.showSymbol = true;
    if (area) own.areaStyle = { opacity: 0.07 };
    if (!last.size) return [own];
    const open = { ...own, areaStyle: undefined, symbol: "circle", symbolSize: 7, lineStyle: { width: 2, type: [3, 4], color }, itemStyle: { color: css("card"), borderColor: color, borderWidth: 2 } };
    open.data = s.values.map((v, i) => (last.has(i) ? v : last.has(i + 1) ? { value: v, symbol: "none" } : null));
    return [own, open];
  }
  function barSeries(s, color, stack) {
    const card = css("card");
    return { type: "bar", name: s.name, color, stack, barMaxWidth: 28, itemStyle: { borderRadius: stack ? 0 : [3, 3, 0, 0], borderColor: stack ? card : undefined, borderWidth: stack ? 0.5 : 0 },
      data: s.values.map((v, i) => (s.partial.includes(i) || s.few[i] ? { value: v, itemStyle: { color: card, borderColor: color, borderWidth: 1.5, borderType: "dashed" } } : v)) };
  }

  function bands(data, list) {
    return { type: "custom", name: words.missing, silent: true, z: 0, legendHoverLink: false, tooltip: { show: false }, encode: { x: 0, y: [] }, data: list.map((i) => [i]), clip: true,
      renderItem: (p, api) => {
        const width = Math.abs(api.size([1, 0])[0]);
        const mid = api.coord([api.value(0), 0])[0];
        return { type: "rect", shape: { x: mid - width / 2, y: p.coordSys.y, width, height: p.coordSys.height }, style: { fill: hatch() }, silent: true };
      } };
  }

  function option(data, narrow) {
    const colours = coloursOf(data.series);
    const muted = css("muted"), line = css("line"), ink = css("ink"), card = css("card");
    const font = getComputedStyle(document.body).fontFamily;
    const base = {
      textStyle: { fontFamily: font, color: ink }, color: colours, animation: !still.matches, animationDuration: 160, animationDurationUpdate: 120,
      tooltip: { trigger: data.type === "funnel" ? "item" : "axis", confine: true, backgroundColor: card, borderColor: line, padding: [8, 12], textStyle: { color: ink, fontSize: 13 }, axisPointer: { type: "line", lineStyle: { color: css("faint") } }, formatter: (p) => tip(data, (Array.isArray(p) ? p[0] : p).dataIndex, colours) },
      legend: { show: data.series.length > 1, top: 0, left: 0, itemWidth: 14, itemHeight: 8, textStyle: { color: muted, fontSize: 12.5 }, inactiveColor: css("faint"), data: data.series.map((s) => ({ name: s.name, icon: s.dashed ? "path://M0 3h5v2h-5zM8 3h5v2h-5z" : "roundRect" })), selectedMode: false, type: "scroll" },
    };
    if (data.type === "funnel") return { ...base, ...funnel(data, colours, ink, muted, narrow) };
    const lying = data.type === "hbar";
    const label = { color: muted, fontSize: 12 };
    const names = { type: "category", data: data.x.map((s, i) => dayLabel(s) + (lying && data.missing.includes(i) ? (zh ? "（" + words.missing + "）" : " (" + words.missing + ")") : "")), inverse: lying, axisTick: { show: false }, axisLine: { lineStyle: { color: line } }, axisLabel: { ...label, hideOverlap: true, width: lying ? 140 : undefined, overflow: lying ? "truncate" : undefined } };
    const share = data.unit === "percent", whole = !share && data.series.every((s) => s.values.every((v) => v === null || Number.isInteger(v)));
    const most = Math.max(...(data.type === "stacked" ? data.x.map((_, i) => data.series.reduce((sum, s) => sum + (s.values[i] ?? 0), 0)) : data.series.flatMap((s) => s.values)));
    const top = data.top ?? (share && most > 0.8 && most <= 1 + 1e-9 ? 1 : undefined); // nearly all: the axis ends at 100 %, in quarters
    const sizes = { type: "value", splitNumber: 4, minInterval: whole ? 1 : 0, max: top, interval: top ? top / 4 : undefined, axisLabel: { ...label, hideOverlap: true, formatter: (v) => tick(v, data.unit) }, splitLine: { lineStyle: { color: line } }, axisLine: { show: false } };
    const grid = { left: lying ? 14 : 4, right: lying ? 56 : 14, top: data.series.length > 1 && data.annotations.length ? 54 : data.series.length > 1 || data.annotations.length ? 36 : 14, bottom: 4, containLabel: true };
    const drawn = data.type === "line" ? data.series.flatMap((s, i) => lineSeries(s, colours[i], data.series.length === 1)) : data.series.map((s, i) => barSeries(s, colours[i], data.type === "stacked" ? "all" : undefined));
    if (data.least) drawn.forEach((s) => { s.barMinHeight = 4; });
    if (lying) drawn.forEach((s, i) => { s.itemStyle.borderRadius = [0, 3, 3, 0]; s.label = { show: true, position: "right", color: ink, fontSize: 12, formatter: (p) => write(p.value, data.series[i].unit) }; });
    if (data.missing.length && !lying) drawn.push(bands(data, data.missing));
    if (data.annotations.length && drawn.length) {
      drawn[0].markLine = { symbol: "none", silent: true, lineStyle: { color: css("faint"), type: [3, 3] }, label: { formatter: (p) => p.name, color: muted, fontSize: 12, position: "insideEndTop", rotate: 0, align: "right" }, data: data.annotations.map((a) => ({ xAxis: a.x, name: a.label, label: { align: a.x < data.x.length / 2 ? "left" : "right" } })) }; // towards the wider side
    }
    return { ...base, grid, xAxis: lying ? sizes : names, yAxis: lying ? names : sizes, series: drawn };
  }
  function funnel(data, colours, ink, muted, narrow) {
    const s = data.series[0];
    const top = s.values.find((v) => v !== null) || 0;
    const steps = s.values.map((v, i) => ({ v, i })).filter((p) => p.v !== null);
    return { legend: { show: false }, series: [{ type: "funnel", sort: "none", gap: 3, left: 4, width: narrow ? "46%" : "56%", top: 8, bottom: 8, minSize: "4%", funnelAlign: "center",
      tooltip: { formatter: (p) => tip(data, p.data.i, colours) }, label: { position: "right", color: ink, fontSize: 12.5, formatter: (p) => `${data.x[p.data.i]}  ${write(p.data.value, s.unit)}${top ? "  " + write(p.data.value / top, "percent") : ""}` }, labelLine: { lineStyle: { color: css("line") } },
      itemStyle: { color: colours[0], borderWidth: 0 }, data: steps.map(({ v, i }, k) => ({ value: v, name: data.x[i], i, itemStyle: { color: window.echarts.color.modifyAlpha(colours[0], 1 - (0.6 * k) / Math.max(steps.length, 1)) } })) }] };
  }

  // ---- life on the page
  function go(data, i, k) {
    const own = k !== undefined && data.series[k]?.links ? data.series[k].links[i] : null;
    const url = own || data.links[i];
    if (url && new URL(url, location.href).origin === location.origin) location.assign(url);
  }
  function clicks(chart, data) {
    const byName = (name) => data.series.findIndex((s) => s.name === name);
    chart.on("click", (p) => { if (p.componentType === "series") go(data, data.type === "funnel" ? p.data.i : p.dataIndex, data.type === "funnel" ? 0 : byName(p.seriesName)); });
    if (data.type === "funnel" || data.type === "hbar") return;
    chart.getZr().on("click", (e) => { // anywhere in a day's column will do
      if (e.target || !chart.containPixel("grid", [e.offsetX, e.offsetY])) return;
      go(data, Math.round(chart.convertFromPixel({ gridIndex: 0 }, [e.offsetX, e.offsetY])[0]));
    });
  }
  function save(chart, title) {
    const url = chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: css("card") });
    const bytes = Uint8Array.from(atob(url.split(",")[1]), (c) => c.charCodeAt(0));
    const a = document.createElement("a");
    a.href = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
    a.download = (title || "chart").replace(/[\\/:*?"<>|]/g, " ") + ".png";
    a.click();
    setTimeout(() => URL.revokeObjectURL(a.href), 2000);
  }
  function draw(figure) {
    const plot = figure.querySelector(".plot");
    const source = document.getElementById(figure.dataset.chart + "-data");
    if (!plot || !source || live.has(plot)) return;
    const data = JSON.parse(source.textContent);
    let chart;
    if (data.type === "hbar" && data.size === "s") plot.style.height = 52 + 36 * data.x.length + "px"; // as many bars, no more
    try {
      chart = window.echarts.init(plot, null, { renderer: "canvas" });
      chart.setOption(option(data, plot.clientWidth < 480));
    } catch (e) {
      plot.textContent = words.chart_failed;
      figure.querySelector("details").open = true;
      console.error(e);
      return;
    }
    live.set(plot, { chart, data });
    clicks(chart, data);
    if (data.links.length || data.series.some((s) => s.links?.length)) plot.classList.add("live");
    new ResizeObserver(() => chart.resize()).observe(plot);
    const png = figure.querySelector("[data-png]");
    png.hidden = false;
    png.addEventListener("click", () => save(chart, plot.dataset.title));
    plot.dataset.drawn = "1";
  }
  function sweep() {
    for (const [plot, { chart }] of live) if (!plot.isConnected) { chart.dispose(); live.delete(plot); }
  }
  function drawAll() { sweep(); document.querySelectorAll("[data-chart]").forEach(draw); }
  drawAll();
  document.addEventListener("htmx:afterSettle", drawAll);
  document.addEventListener("hongqiao:theme", () => {
    for (const [plot, { chart, data }] of live) chart.setOption(option(data, plot.clientWidth < 480), true);
  });
})();
