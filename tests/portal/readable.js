// What keeps people from reading a page: things without a name, tables without scopes, low contrast (WCAG 2.2, 1.4.3).
() => {
  const name = e => e.getAttribute('aria-label') || e.getAttribute('title') || e.innerText?.trim() || e.labels?.[0]?.innerText.trim()
    || (e.getAttribute('aria-labelledby') && document.getElementById(e.getAttribute('aria-labelledby'))?.innerText.trim());
  const bad = [];
  for (const e of document.querySelectorAll('a, button, input, [role=button], [role=tab], [tabindex="0"]'))
    if (e.checkVisibility() && !name(e)) bad.push('no name: ' + e.outerHTML.slice(0, 120));
  for (const e of document.querySelectorAll('img:not([alt])')) bad.push('no alt: ' + e.src);
  for (const e of document.querySelectorAll('th:not([scope])')) bad.push('no scope: ' + e.innerText);
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) bad.push('id twice: ' + id);
  if (document.querySelectorAll('h1').length !== 1) bad.push('not one h1');
  const rgb = c => { const x = document.createElement('canvas').getContext('2d', {willReadFrequently: true}); x.fillStyle = c; x.fillRect(0, 0, 1, 1); return [...x.getImageData(0, 0, 1, 1).data]; };
  const lum = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
  const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c; } return [255, 255, 255]; };
  const walk = document.createTreeWalker(document.querySelector('body'), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || !e.checkVisibility() || e.closest('[aria-hidden=true], script')) continue;
    const [a, b] = [lum(rgb(getComputedStyle(e).color)), lum(ground(e))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) bad.push('contrast ' + ((a + .05) / (b + .05)).toFixed(2) + ': ' + walk.currentNode.textContent.trim().slice(0, 40));
  }
  if (document.documentElement.scrollWidth > innerWidth) bad.push('wider than the window');
  return bad;
}
