/** The one style of the server's own pages. Colours follow the reader's scheme; all text is at least 7:1. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #14213d; --soft: #3c4a63; --paper: #f7f6f2; --card: #ffffff; --line: #d9d5c9; --mark: #7a3e00; --link: #0b3f8a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f1efe8; --soft: #c3c8d4; --paper: #10151f; --card: #182030; --line: #303a4d; --mark: #f4b860; --link: #9fc4ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 3rem 1.25rem 5rem; }
h1 { font-size: 2.25rem; line-height: 1.2; margin: 0 0 .75rem; letter-spacing: -.02em; text-wrap: balance; }
h2 { font-size: 1.25rem; margin: 3rem 0 1rem; }
h3 { font-size: 1rem; margin: 0 0 .25rem; }
p { margin: 0 0 1rem; max-width: 44rem; color: var(--soft); }
a { color: var(--link); text-underline-offset: .2em; }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
code, pre { font: .9rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; overflow: auto; margin: .5rem 0 1rem; }
.eyebrow { color: var(--mark); font-weight: 600; margin-bottom: .5rem; }
.lead { font-size: 1.15rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; padding: 0; margin: 2rem 0; list-style: none; }
.cards li, details { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
.cards li { padding: 1.1rem 1.25rem; }
.cards p { margin: 0; font-size: .95rem; }
details { margin: 0 0 .6rem; padding: 0 1rem; }
summary { cursor: pointer; padding: .75rem 0; display: flex; gap: .75rem; align-items: baseline; flex-wrap: wrap; }
summary span { color: var(--soft); }
.method { font-weight: 700; color: var(--mark); min-width: 4.5rem; }
table { border-collapse: collapse; width: 100%; margin: .25rem 0 1rem; font-size: .95rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; }
caption { text-align: left; font-weight: 600; padding: .4rem 0; color: var(--ink); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; padding-right: 1.25rem; }
.statement { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .75rem; }
@media print {
  :root { color-scheme: light; --ink: #000000; --soft: #222222; --paper: #ffffff; --card: #ffffff; --line: #999999; --mark: #000000; --link: #000000; }
  main { max-width: none; padding: 0; }
  body { font-size: 10.5pt; }
  h1, h2, h3, caption { break-after: avoid; }
  tr { break-inside: avoid; }
  thead { display: table-header-group; }
}
[hidden] { display: none; }
form { margin: 1.5rem 0; max-width: 30rem; }
label { display: block; font-weight: 600; margin-bottom: .35rem; }
.field { display: flex; flex-wrap: wrap; gap: .5rem; margin-bottom: .5rem; }
input { flex: 1 1 14rem; min-width: 0; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--soft); border-radius: .5rem; padding: .6rem .75rem; }
input[aria-invalid="true"] { border: 2px solid var(--mark); }
button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: .5rem 1rem; border: 1px solid var(--soft); border-radius: .5rem; background: var(--card); color: inherit; cursor: pointer; }
button[type="submit"] { background: var(--ink); color: var(--paper); }
button:disabled { opacity: .6; cursor: default; }
input:focus-visible, button:focus-visible, section:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
.error { color: var(--mark); font-weight: 600; }
`;
