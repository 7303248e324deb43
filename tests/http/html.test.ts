import { expect, test } from 'vitest';
import { html } from '../../server/http/html.ts';

test('what is put into a page is escaped, unless it is markup itself', () => {
  const hostile = `<script>alert("x")</script>&'`;
  expect(html`<p title="${hostile}">${hostile}</p>`.markup).toBe(
    `<p title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;">&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;</p>`,
  );
  expect(html`<ul>${['a', '<b>'].map((item) => html`<li>${item}</li>`)}</ul>${7}`.markup).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>7');
});
