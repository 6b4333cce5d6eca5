/**
 * Gives every field of a page the name that its wrapper has. uni leaves an
 * aria-label on <uni-input>, where no screen reader looks for the field's.
 */
export function nameFields() {
  new MutationObserver(() =>
    document.querySelectorAll('uni-input[aria-label] input:not([aria-label])').forEach(field =>
      field.setAttribute('aria-label', field.closest('uni-input')?.getAttribute('aria-label') ?? ''),
    ),
  ).observe(document.body, { childList: true, subtree: true })
}
