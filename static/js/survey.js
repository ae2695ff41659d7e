// Shows the questions to which the answers so far lead (data-if: groups of clauses, of which one must
// hold), as participa/surveys/questionnaire/conditions.py does again on the server. Besides: what is
// written beside «Otra», «No sabe / No aplica» beside a text, and the barrios of a comuna.
(() => {
  "use strict";
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const one = (selector, from = document) => from.querySelector(selector);
  const isTick = (field) => /radio|checkbox/.test(field.type);

  // ---- conditions: the answers of a question are pairs of a row, or "", and a value
  function given(box) {
    const name = `q_${box.dataset.question}`;
    const signs = box.dataset.signs && JSON.parse(box.dataset.signs); // of a sheet that is typed in
    return all("input,select,textarea", box).flatMap((field) => {
      const isNone = field.matches(":disabled,.other") || !field.name.startsWith(name) || (isTick(field) ? !field.checked : !field.value.trim());
      if (isNone) return [];
      const part = field.name.slice(name.length + 1);
      if (signs) return field.value.toUpperCase().split(/[\s,;.+]+/).filter(Boolean).map((sign) => [part, signs[sign.replace(/^0+(?=.)/, "")] ?? sign]);
      if (field.closest("[data-plain]") && part) return [["", part]]; // a place in an order
      return [[field.type === "radio" ? part : "", field.value.trim()]];
    });
  }
  const bare = (text) => (/^-?\d{1,3}(?:[. ']\d{3})+(?:,\d+)?$/.test(text) ? text.replace(/[. ']/g, "") : text); // without what stands between thousands
  const number = (text) => (text.trim() ? Number(bare(text.trim()).replace(",", ".")) : NaN);
  const COMPARED = {
    is: (values, value) => values.includes(value),
    is_not: (values, value) => !values.includes(value),
    at_least: (values, value) => values.some((one) => number(one) >= number(value)),
    at_most: (values, value) => values.some((one) => number(one) <= number(value)),
    answered: (values) => values.length > 0,
    not_answered: (values) => values.length === 0,
  };
  const holds = (groups, answers) => groups.some((group) => group.every(([key, operator, value, row]) => {
    const values = (answers[key] || []).filter(([own]) => !row || own === row).map(([, said]) => said);
    return COMPARED[operator](values, value);
  }));
  function fit() {
    const answers = {};
    for (const box of all("[data-question]")) {
      box.hidden = Boolean(box.dataset.if) && !holds(JSON.parse(box.dataset.if), answers);
      if (!box.hidden) answers[box.dataset.question] = given(box);
    }
    for (const box of all("[data-authorises]")) box.hidden = !all(box.dataset.authorises, box.closest("section")).some((asked) => !asked.hidden);
    for (const text of all("li .other")) keep(text, one("input", text.closest("li")).checked);
  }

  // ---- what is written counts with its box alone, and comes back with it
  function keep(text, isWanted) {
    if (!isWanted && text.value) { text.dataset.was = text.value; text.value = ""; }
    if (isWanted && !text.value && text.dataset.was) { text.value = text.dataset.was; delete text.dataset.was; }
  }
  function settle({ target }) {
    const field = target.closest?.(".field"), none = field && one("[data-alone]", field);
    if (!none) return;
    const texts = all("input,textarea", field).filter((other) => other !== none && !isTick(other));
    if (target === none) texts.forEach((text) => keep(text, !none.checked));
    else if (target.value) none.checked = false;
  }

  // ---- the barrios of a comuna, and the comuna of a barrio
  const list = document.getElementById("barrios"), names = list ? [...list.options] : [];
  const comunaOf = (text) => one("select", text.closest("[data-question]"));
  const isBarrio = (field) => list && field.list === list;
  document.addEventListener("focusin", ({ target }) => {
    if (!isBarrio(target)) return;
    const code = comunaOf(target).value;
    list.replaceChildren(...names.filter((name) => !code || name.dataset.of === code));
  });
  function place({ target }) {
    if (isBarrio(target) && !comunaOf(target).value) {
      const found = names.filter((name) => name.value === target.value);
      if (found.length === 1) comunaOf(target).value = found[0].dataset.of;
    }
    if (target.dataset?.comuna) {
      const text = document.getElementById(target.dataset.comuna);
      const has = !target.value || names.some((name) => name.dataset.of === target.value);
      text.closest(".field").hidden = !has;
      keep(text, has);
    }
  }

  document.addEventListener("input", (event) => { settle(event); fit(); });
  document.addEventListener("change", (event) => { settle(event); place(event); fit(); });
  window.addEventListener("pageshow", fit); // what a browser restored
  fit();
})();
