// Before anything is painted: light or dark as chosen here, else as the system says. A file, since the policy allows no inline script.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('tenantry.scheme');
  } catch {
    // Storage that is closed to us leaves the system's choice.
  }
  const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.add(dark ? 'dark' : 'light');
  document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
})();
