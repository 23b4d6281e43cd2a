### The reference pages inside the page.

## The reference inside the page

ui-ref-title = {$protocol} reference
ui-ref-intro = Every word the bench knows of {$protocol}, from the tables it runs on. Each row names the section of the standard that says so.
ui-ref-protocols = Protocol of the reference
ui-ref-sections = Sections
ui-ref-search = Search the rows
ui-ref-found = { $count ->
    [1] 1 row
   *[other] {$count} rows
}
ui-ref-nothing = Nothing fits. Try a shorter word.
ui-ref-look-up = Look up
ui-ref-states = State diagram
ui-ref-verbs = Commands
ui-ref-moves = Moves between states
ui-ref-status = Status indicators
ui-ref-codes = Reply codes
ui-ref-digits = Digits of a code
ui-ref-enhanced = Enhanced codes
ui-ref-capabilities = Capabilities
ui-ref-keywords = EHLO keywords
ui-ref-response-codes = Response codes
ui-ref-mechanisms = SASL mechanisms
ui-ref-parameters = Parameters of MAIL and RCPT
ui-ref-problems = Problems the bench names

ui-ref-verbs-about = The form, what it means, where it is legal, which replies it may get, and where it leads.
ui-ref-moves-about = What is not a row here leaves the session where it is.
ui-ref-status-about = The first word of a reply says how it went; all after it is for people or for the command it answers.
ui-ref-codes-about = A program decides by the code alone; the words after it are for people.
ui-ref-digits-about = Each digit speaks for itself, so even an unknown code tells something.
ui-ref-enhanced-about = Class, subject, detail: what a server adds after the three digits. `x` stands for any number.
ui-ref-capabilities-about = The lines of a reply to `CAPA`.
ui-ref-keywords-about = The lines of a reply to `EHLO`.
ui-ref-response-codes-about = In brackets after `+OK` or `-ERR`, for programs.
ui-ref-mechanisms-about = Ways to log in, as a server lists them and as `AUTH` names them.
ui-ref-parameters-about = What may follow the address, when the server announced the extension.
ui-ref-problems-about = What the bench finds wrong with a line, or worth a word. `…` stands for what the line holds.

ui-ref-legal-in = Legal in
ui-ref-leads-to = Leads to
ui-ref-replies = Replies
ui-ref-required = required
ui-ref-optional = optional
ui-ref-extension = extension
ui-ref-obsolete = obsolete
ui-ref-on-connect = connect
ui-ref-on-greeting = greeting {$class}
ui-ref-on-sent = `{$verb}` sent
ui-ref-on-reply = `{$verb}` {$class}
ui-ref-on-tls = TLS is up
ui-ref-on-end = the connection ends
ui-ref-state = {$name} ({$words})
