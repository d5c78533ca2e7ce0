/*
 * Says on the page that a passkey was not used: django-allauth's script only tells the console.
 */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const trouble = document.getElementById("passkey-trouble");
  if (trouble) trouble.hidden = false;
});
