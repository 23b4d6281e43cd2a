### The reference pages inside the page.
