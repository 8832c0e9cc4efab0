// Offers what the words being typed may become. Without it the form works as it always did.
"use strict";

(() => {
  const field = document.querySelector('form[role="search"] input[name="q"]');
  if (!field) return;
  const list = document.createElement("datalist");
  list.id = "suggestions";
  field.after(list);
  field.setAttribute("list", list.id);
  field.setAttribute("autocomplete", "off");
  let asked = "";

  function offer(suggestions) {
    list.replaceChildren(
      ...suggestions.map((each) => {
        const homes = each.count === 1 ? "1 home" : `${each.count} homes`;
        return new Option(`${each.kind}, ${homes}`, each.words);
      }),
    );
  }

  async function suggest() {
    const typed = field.value.trim();
    if (typed === asked || typed.length < 2) return;
    asked = typed;
    const query = new URLSearchParams({ q: typed });
    try {
      const answer = await fetch(`/api/v1/search/suggestions?${query}`);
      if (answer.ok && typed === asked) offer((await answer.json()).suggestions);
    } catch {
      // No suggestions are no reason to disturb anybody.
    }
  }

  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, 150);
  });
})();
