/* A key that does not answer is said on the page, not in the console. */
document.addEventListener('allauth.error', function (event) {
  const trouble = document.getElementById('key_trouble')
  if (trouble) {
    event.preventDefault()
    trouble.hidden = false
  }
})

/* Until everything above has run, a press of the button would do nothing. */
document.addEventListener('DOMContentLoaded', function () {
  document.querySelectorAll('button[data-key]').forEach(function (button) {
    button.disabled = false
  })
})
