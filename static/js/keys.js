/* A key that does not answer is said on the page, not in the console. */
document.addEventListener('allauth.error', function (event) {
  const trouble = document.getElementById('key_trouble')
  if (trouble) {
    event.preventDefault()
    trouble.hidden = false
  }
})
