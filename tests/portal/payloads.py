"""Text that is markup, script or a trick to a page that does not hold it for text."""

MARK = "window.harmed=1"
PAYLOADS = (
    f"<script>{MARK}</script>", f"<ScRiPt >{MARK}</sCrIpT>", f"</script><script>{MARK}</script>",
    f"<img src=x onerror={MARK}>", f'"><img src=x onerror="{MARK}">', f"'><img src=x onerror='{MARK}'>",
    f"<svg onload={MARK}>", f"<svg><script>{MARK}</script></svg>", f"<svg><animate onbegin={MARK} attributeName=x>",
    f"<body onload={MARK}>", f"<details open ontoggle={MARK}>x</details>", f"<input autofocus onfocus={MARK}>",
    f"<iframe srcdoc='<script>parent.{MARK}</script>'></iframe>", f"<iframe src='javascript:parent.{MARK}'></iframe>",
    f"<a href='javascript:{MARK}'>x</a>", f"<a href='java\tscript:{MARK}'>x</a>", f"<form action='javascript:{MARK}'>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={MARK}>", f"<style>@import 'x'</style>{MARK}",
    f"<link rel=stylesheet href=x><object data='javascript:{MARK}'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{MARK}'>",
    f"<base href='https://example.org/'>{MARK}", f'" onmouseover="{MARK}" x="', f"' autofocus onfocus='{MARK}' x='",
    f"` onclick=`{MARK}", f"<!--><img src=x onerror={MARK}>-->", f"]]><script>{MARK}</script>", f"&lt;script&gt;{MARK}",
    f"&#60;script&#62;{MARK}&#60;/script&#62;", f"\u003cscript\u003e{MARK}", "{{ 7 * 7 }}",
    "{% raw %}{{ self }}{% endraw %}",
    "${7*7} #{7*7} <%= 7*7 %>", f"[click](javascript:{MARK})", f"![x](x\"onerror=\"{MARK})", f"<javascript:{MARK}>",
    "[a]: javascript:x\n[a]", "| a | b |\n|---|---|", "\u202egnp.exe\u202c", "\u2066hidden\u2069 \u200btext",
    "a\x00b", "\x1b[31mred",
    f"<noscript><p title='</noscript><img src=x onerror={MARK}>'>", f"<template><script>{MARK}</script></template>",
)  # fmt: skip
EVERY = "\n".join(one.replace("\x00", "").replace("\x1b", "") for one in PAYLOADS)
