// The second device of a challenge: it waits for the opened ballot, and reads it by itself.
(() => {
  "use strict";
  const POLL_MS = 3000, POLLS = 200, BLANK_WORDS = "Voto en blanco";
  const waiting = document.querySelector("[data-waiting]"), opened = document.querySelector("[data-opened]");
  const bytesOf = async (address) => {
    const answer = await fetch(address, { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    return new Uint8Array(await answer.arrayBuffer());
  };

  async function wait(address) {
    for (let n = 0; n < POLLS;) {
      await new Promise((resume) => { setTimeout(resume, POLL_MS); });
      if (document.hidden) continue; // a dark screen does not use up the turns
      n += 1;
      try { await bytesOf(address); location.reload(); return; } catch { /* not yet */ }
    }
    waiting.append("Ya no la estamos buscando. Toque «Buscar otra vez».");
  }

  function say(words, isWrong = false) {
    const verdict = opened.querySelector("[data-verdict]");
    verdict.textContent = words;
    verdict.className = isWrong ? "note late" : "small";
  }
  async function read() {
    const { script, record, ballot: address, typed } = opened.dataset;
    const [urna, election, raw] = await Promise.all([import(script), bytesOf(record), bytesOf(address)]);
    try {
      const asked = await urna.readElection(election), { ballot, votes } = await urna.openChallenge(asked, raw);
      const tracker = await urna.fingerprint(ballot), start = typed.replace(/\s/g, "");
      if (!tracker.startsWith(start) && !tracker.startsWith(typed.trim().replace(/ /g, "+"))) {
        say("Lo que llegó no es la papeleta de ese rastreador. No vote en el otro celular y avise.", true);
        return;
      }
      const words = (question, vote) => (vote === urna.BLANK ? BLANK_WORDS : vote.map((place) => question.answers[place]).join("; ") || "Ninguna opción");
      opened.querySelector("[data-votes]").replaceChildren(...asked.questions.map((question, n) => {
        const line = document.createElement("div"), name = document.createElement("dt"), said = document.createElement("dd");
        name.textContent = question.text;
        said.textContent = words(question, votes[n]);
        line.append(name, said);
        return line;
      }));
      say("Este celular la abrió y la leyó por su cuenta: dice esto.");
    } catch (problem) {
      say(`${problem.message} No vote en el otro celular y avise.`, true);
    }
  }

  if (waiting) wait(waiting.dataset.waiting);
  if (opened) read().catch(() => say("No pudimos abrirla en este celular. Revise la señal y recargue la página.", true));
})();
