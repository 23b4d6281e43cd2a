### What each piece of a line means, and what is wrong with it. Own words; the section that says so stands in the code.
### Markup: two asterisks around the label, backticks around wire text. No backticks inside a label.

## Verbs of POP3

verb-capa = **List the capabilities.** What this server can do beyond the basics, one to a line.
verb-stls = **Start TLS here.** After `+OK` this same connection is encrypted; then ask `CAPA` again.
verb-user = **Say your name.** The mailbox you want to open; `PASS` comes right after it.
verb-pass = **Give the password:** all that follows the first space. Spaces inside may count as well.
verb-apop = **Prove the secret.** Your name and an MD5 digest; the password itself is not sent.
verb-pop3-auth = **Log in by SASL.** You name a mechanism; the server asks, you answer.
verb-stat = **Count the mail.** How many messages and octets, without those marked as deleted.
verb-list = **List the sizes.** Number and octets of every message not marked as deleted, or of the one you name.
verb-retr = **Retrieve** the whole message.
verb-dele = **Mark as deleted.** It is removed only when `QUIT` ends the session in order.
verb-top = **Show the top.** The header, and as many lines of the body as you say.
verb-uidl = **List unique identifiers.** A message keeps its own from session to session, so a client knows what it has fetched.
verb-pop3-noop = **Do nothing.** The server only says `+OK`.
verb-pop3-rset = **Unmark everything.** All messages marked as deleted in this session are back.
verb-utf8 = **Speak UTF-8.** From here on, messages may hold letters beyond ASCII as they are. It comes before the login; `STLS`, if at all, before it.
verb-lang = **Choose a language** for the server's words; alone, it asks which there are.
verb-last = **The last one read.** History: it told the highest message number that had been accessed; now each client remembers by `UIDL`.
verb-rpop = **Trust my computer.** History: in place of a password, the server took the word of the computer you came from.
verb-xtnd = **An extra service,** such as bulletin boards. History: never part of the standard.
verb-pop3-quit = **End in order.** After a login, this is what makes deletions real.

## Verbs of SMTP

verb-ehlo = **Introduce yourself** and ask which extensions the server offers.
verb-helo = **The older hello.** It introduces you but opens no extensions; `EHLO` is preferred.
verb-starttls = **Start TLS here.** After `220` this same connection is encrypted; then say `EHLO` again.
verb-smtp-auth = **Log in by SASL.** One login a session, after `EHLO`, and never inside a mail transaction.
verb-mail = **Begin a mail.** Names the envelope sender, who is told when delivery fails.
verb-rcpt = **Add a recipient** to the envelope. Repeat it for every further one.
verb-data = **Send the message.** After `354` every line is text, until a dot alone on its line.
verb-bdat = **Send a chunk.** So many octets follow at once; no lone dot is needed.
verb-etrn = **Send me my mail.** Asks the server to begin sending what waits for a host, over a connection of its own.
verb-smtp-rset = **Drop this mail.** Sender and recipients are forgotten; the session goes on.
verb-vrfy = **Verify a mailbox.** Many servers answer `252`, so as not to give names away.
verb-expn = **Expand a list.** Asks who is on a mailing list; rarely answered today.
verb-help = **Ask for help.** The answer is for people; naming a command may make it more specific.
verb-smtp-noop = **Do nothing.** The server only says `250`.
verb-smtp-quit = **End the session.** A mail that is not complete is dropped.
verb-atrn = **Send me my mail, here.** After a login, client and server swap roles on this connection, and what waits for the domains is sent.
verb-turn = **Swap the roles** of client and server. History: without a login anyone could steal mail.
verb-send = **Send to a terminal.** History: the mail appeared on the recipient's screen.
verb-soml = **Send or mail.** History: to the screen if possible, else to the mailbox.
verb-saml = **Send and mail.** History: to the screen if possible, and to the mailbox in any case.

## States

state-no-connection = no line yet
state-greeting = server speaks first
state-authorization = who are you?
state-user-given = and the password?
state-transaction = read, list, mark
state-update = deletes what you marked
state-connected = say hello first
state-greeted = ready for a mail
state-sender = to whom?
state-recipients = who else?
state-data = the letter itself
state-reversed = roles reversed
state-sasl = prove who you are
state-tls = agreeing on keys
state-closed = the line is down

## Problems on the learner's side: the command

problem-empty-line = There is no command on this line. A line begins with a verb; servers answer an empty one with an error, or not at all.
problem-leading-space = A command begins with its verb. Take away the space in front, or a strict server will not know the word.
problem-trailing-space = White space stands at the end of this line. Leave it off: most servers overlook it, a strict one need not.
problem-odd-space = One single space parts two words, no tab and no second space. Many servers overlook it; write just the one.
problem-private-verb = `{$detail}` is a private command: what begins with X is agreed between two sides, and no standard describes it. Other servers answer `500`.
problem-unknown-verb = `{$detail}` is no command of this protocol that we know. Check the spelling: a server answers unknown words with an error.
problem-smtp-verb-in-pop3 = `{$detail}` belongs to SMTP, and this server speaks POP3. The verbs it understands here are the ones offered as legal.
problem-pop3-verb-in-smtp = `{$detail}` belongs to POP3, and this server speaks SMTP. The verbs it understands here are the ones offered as legal.
problem-pop3-wrong-state = `{$detail}` is not legal in this state. First come the commands that encrypt and log in, then those that handle mail.
problem-after-user = After an accepted `USER`, RFC 1939 leaves you `PASS` or `QUIT`. Many servers take `{$detail}` here all the same.
problem-pass-not-at-once = `PASS` is to come immediately after its `USER`, and something came between them. Most servers take it; send `USER` again if yours does not.
problem-stls-after-utf8 = `STLS` may not follow `UTF8`. Connect again, and encrypt first.
problem-pass-without-user = `PASS` counts only right after a `USER` that the server accepted. Send `USER` with your name first.
problem-smtp-wrong-order = `{$detail}` is out of order here. A mail goes `EHLO`, `MAIL`, `RCPT`, `DATA`; `RSET` drops what is begun.
problem-mail-before-hello = Before `MAIL` you must introduce yourself with `EHLO`, or with the older `HELO`. Some servers let it pass; RFC 5321 does not.
problem-tls-already = This connection is already encrypted, so there is nothing `{$detail}` could begin. Just go on.
problem-auth-already = You are logged in already, and one login is all a session may have. Go on with `MAIL`.
problem-extension-before-hello = `{$detail}` belongs to an extension: say `EHLO` first, and see whether the server offers it.
problem-perhaps-password = This line is no command. If it is a password, it is hidden here, but it reached the server. In POP3 a password goes behind `PASS`; after `AUTH`, an answer counts only while the server waits for it.
problem-missing-argument = `{$detail}` is the whole form, and something of it is missing. Servers usually answer the short form with an error.
problem-extra-argument = `{$detail}` takes fewer words than this line has. Leave the rest off; a strict server refuses it.
problem-not-a-number = `{$detail}` is not a number we can use here. Write plain digits, such as `1`, without sign or point.
problem-zero-message = There is no message 0: message numbers begin at 1. `LIST` shows them.
problem-no-such-message = There is no message {$detail} in this maildrop. `LIST` shows the numbers it has.
problem-message-deleted = You marked message {$detail} as deleted, so no command of this session may name it. `RSET` brings it back.
problem-bad-digest = The digest must be 32 hex digits in lower case, and this word of {$detail} octets is not that. It is the MD5 of the greeting's timestamp and your secret.
problem-no-timestamp = `APOP` needs a timestamp from the server's greeting, and there is none to use here. Log in another way.
problem-long-pop3-argument = This argument has {$detail} octets, and RFC 1939 promises room for 40. Servers that know `CAPA` take longer ones.
problem-long-pop3-line = This line has {$detail} octets with its CRLF, and a POP3 command may have 255. Shorten it; a long answer to `AUTH` goes on the line after it.
problem-long-smtp-line = This line has {$detail} octets with its CRLF. An SMTP command may have 512, unless an extension allows more: make it shorter.
problem-long-text-line = This line has {$detail} octets. A line of a message may have 998 before its CRLF: break it earlier.
problem-not-ascii = This line has letters beyond ASCII, which plain commands do not allow. An extension such as `SMTPUTF8` or `UTF8` has to open the way first.

## Problems on the learner's side: envelope and greeting

problem-no-angle-brackets = The address belongs in angle brackets: `<{$detail}>`. Lenient servers take it without them, strict ones refuse.
problem-space-after-colon = No space may stand on either side of the colon: `FROM:<` and `TO:<`. Many servers overlook it, but RFC 5321 does not allow it.
problem-missing-space = A space must stand between the path and its parameters.
problem-missing-from = `{$detail}` must come right after the verb, and then the sender's address in angle brackets.
problem-missing-to = `{$detail}` must come right after the verb, and then the recipient's address in angle brackets.
problem-null-recipient = `<>` names nobody, so nobody could get this mail. Only the sender may be empty, in reports.
problem-bad-path = `{$detail}` is not a well formed address. It needs a local part, one at sign, and an address literal or a domain: letters, digits and hyphens, at most 63 between two dots.
problem-no-domain = `{$detail}` has no domain, so the server would have to guess one: write the whole address. Only `postmaster` may stand alone, and only in `RCPT`.
problem-source-route = Naming hosts on the way is history: write `<{$detail}>` alone. Servers must still understand a route, and should ignore it.
problem-long-local-part = The part before the at sign has {$detail} octets. It may have 64: use a shorter name.
problem-long-domain = The domain has {$detail} octets. It may have 255: use a shorter one.
problem-long-path = This path has {$detail} octets with its brackets. It may have 256: use a shorter address.
problem-untagged-address = An IP address in place of a domain is written `{$detail}`. Without that form it is taken for a name, or refused.
problem-two-addresses = Only one address fits here. A mail has one envelope sender, and each recipient gets a `RCPT` of its own.
problem-name-in-path = `{$detail}` has no place in the envelope: put the address alone in angle brackets. Names belong in the header.
problem-bad-parameter = This parameter is not well formed. Write it like `{$detail}`, without spaces.
problem-parameter-twice = `{$detail}` says again what this line has said already. Leave one of the two off.
problem-parameter-elsewhere = `{$detail}` belongs to the other command: `MAIL` tells about the whole mail, `RCPT` about one recipient.
problem-helo-literal = `HELO` wants a domain name. An address such as `{$detail}` goes with `EHLO`.
problem-not-last = `{$detail}` has no place after the size. Write `LAST` there for the last chunk, or nothing.
problem-odd-node-name = `{$detail}` is no full domain name. Write the name of the host whose mail waits, such as `mail.example.test`.
problem-no-hello-name = `{$detail}` must be followed by a name for your computer, such as `laptop.example.test`.
problem-odd-hello-name = `{$detail}` is neither a full domain name nor an IP address in brackets. It must be one of the two; most servers accept it all the same.
problem-parameters-without-ehlo = Parameters belong to extensions, and those need an accepted `EHLO` first. A server may answer with `555`.
problem-extension-after-helo = `{$detail}` belongs to an extension, and extensions begin with `EHLO`, not `HELO`. Some servers let it pass.
problem-not-announced = The server listed what it can do beyond the basics, and the extension for `{$detail}` is not among it. It will probably refuse.
problem-obsolete = `{$detail}` is history: the standard of today advises against it or has dropped it, and hardly any server still knows it.

## Problems on the learner's side: login and encryption

problem-clear-password = What logs you in is on this line, and it travels unencrypted: anyone on the way can read it. Turn TLS on first; base64 hides nothing.
problem-not-base64 = This is not base64: that has only letters, digits, `+` and `/`, and `=` at the end to fill up a group of four. Encode first what you want to send.
problem-too-early = This line was sent before the server's answer, which decides what it is read as: text, a login step or a command. Wait for the answer.
problem-pipelined-tls = The request for TLS must be the last thing you send in plain text. Wait for the server's answer and for the handshake before `{$detail}`.

## Problems on the learner's side: lines and the message

problem-client-bare-ending = This line does not end in CRLF, and nothing else ends a line. A correct server keeps waiting for the rest: send CR and LF together.
problem-no-colon = This is no header field: it has no name followed by a colon. If the body begins here, send an empty line first.
problem-no-empty-line = The message ends without an empty line, so it has a header and no body. That is allowed, if it is what you meant.
problem-no-date = The message has no `Date` field, and every message needs one. A submission server may add it for you.
problem-no-from = The message has no `From` field, and every message needs one: it says who wrote it, such as `From: Ada <ada@example.test>`.
problem-from-no-address = `From` says `{$detail}`, which holds no address. Write one, such as `Ada <ada@example.test>`.
problem-unstuffed-dot = The server takes away the first dot of this line. To keep a dot there, send two.

## Problems on the learner's side: state, offers and the mail under way

problem-before-greeting = The server speaks first: wait for its greeting before you send `{$detail}`.
problem-after-quit = `QUIT` is on its way: the server answers it, closes, and reads nothing more. `{$detail}` comes too late.
problem-rcpt-before-mail = `RCPT` names a recipient of a mail, and no mail is begun: a `MAIL` that the server accepts comes first.
problem-data-before-mail = `{$detail}` sends the letter of a mail, and no mail is begun: `MAIL` comes first, then `RCPT`, each accepted.
problem-no-recipients = `{$detail}` needs a recipient, and the server has not accepted any so far: a `RCPT` that it accepts comes first.
problem-mail-twice = A mail is begun already, so `{$detail}` has no place here. Finish it with `RCPT` and `DATA`, or drop it with `RSET`.
problem-login-due = `ATRN` needs a login first: only those who own the mail of a domain may fetch it.
problem-auth-in-mail = `AUTH` has no place while a mail is begun. Drop it with `RSET`, log in, and begin again with `MAIL`.
problem-data-after-bdat = This mail is sent in chunks, and `DATA` and `BDAT` cannot be mixed in one mail. A last `BDAT` ends it; once `DATA` was sent, only `RSET` helps.
problem-data-for-binary = `MAIL` said `BODY=BINARYMIME`, and binary content has no lines for `DATA`: it goes by `BDAT`. Once `DATA` was sent, only `RSET` helps.
problem-bdat-after-failure = The server refused a chunk of this mail, so no further chunk can save it. Send `RSET` and begin again.
problem-not-waited = `{$detail}` does not wait for the reply to the line before it, and the server has not announced `PIPELINING`. Wait for each reply.
problem-last-in-group = `{$detail}` has to be the last command of a group: wait for its reply before the next one.
problem-parameter-not-announced = This parameter belongs to the extension `{$detail}`, which the server did not announce after `EHLO`. It may answer with `555`.
problem-mechanism-not-announced = The server did not list `{$detail}` among the mechanisms it accepts for `AUTH`. It will probably refuse: choose one of its list.
problem-over-size = This message has {$sent} octets, and the server announced that it takes {$said} at most. It will probably answer with `552`: make the message smaller.
problem-over-declared = `MAIL` declared {$said} octets, and the message has {$sent}. The server need not take more than was declared: declare enough.
problem-eight-bit = This line has octets beyond ASCII, and `MAIL` did not say `BODY=8BITMIME`. The server may refuse or damage them: say it, if the server offers `8BITMIME`, or encode the text.
problem-chunk-overrun = The chunk is full before this line ends. What is left of it, {$detail} octets with the line end, is read as a command.
problem-chunk-unfilled = The chunk still wants octets, so this line is message text to the server and no command. After it, {$detail} octets are due.

## What the state says of the server's replies

problem-nobody-to-send-to = The server says go ahead although it has accepted no recipient. Send a lone dot: an empty message to nobody is not delivered.
problem-strict = The server refuses `{$detail}`, which the standard asks of every server in this place: it is stricter than it should be.
problem-strict-order = The server finds `{$detail}` out of order, and RFC 5321 allows it here. Its words may say what it wants first.
problem-not-removed = The session ends, but not all of the messages that you marked were removed. Look again in a new session.
problem-count-differs = The server counts {$said} messages here. By what it said before, and by your marks, it should be {$sent}.
problem-lists-deleted = Message {$detail} is marked as deleted in this session, so the server should not list it.

## Problems on the server's side

problem-server-bare-lf = The server ended this line with LF alone, and only CRLF ends a line. We read on, and say it once a session.
problem-bare-challenge = A space belongs behind `{$detail}`, even where the challenge is empty. Most clients do without it.
problem-server-bare-cr = The server ended this line with CR alone, and only CRLF ends a line. We read on, and say it once a session.
problem-cut-line = The connection ended in the middle of this line: the rest of it never came.
problem-endless-line = This line goes on far beyond what the protocol allows, so it is shown in pieces.
problem-long-reply = This line of the reply has {$detail} octets with its CRLF. It may have 512 at most.
problem-not-pop3-reply = This is no POP3 reply: one begins with `+OK` or `-ERR`, or with `+` during a login. Perhaps another kind of server answers on this port.
problem-not-smtp-reply = This is no SMTP reply: one begins with three digits and a space or a hyphen. Perhaps another kind of server answers on this port.
problem-status-case = Servers must write `+OK` and `-ERR` in capitals. This one does not, and we understand it all the same.
problem-not-text = The server sent bytes that are no text, neither ASCII nor UTF-8. They are shown by their hex values.
problem-nul-byte = This line holds a NUL byte, which has no place in text. Some programs stop reading there.
problem-mixed-codes = All lines of one reply must bear the same code, and the line before said `{$detail}`.
problem-code-out-of-range = `{$detail}` is no code that SMTP allows: the first digit is 2 to 5, the second 0 to 5. A client goes by the first digit, and takes a strange one as a failure.
problem-enhanced-differs = The finer code does not begin with the digit of the reply code, and the two must agree. Go by the three digits.
problem-bad-listing = The standard gives this line a form such as `{$detail}`, and it has another. Programs that read it may stumble.
problem-long-uid = An identifier has 1 to 70 visible ASCII characters, and this one breaks that rule. Many clients take it all the same.
problem-unexpected-reply = You sent nothing that asks for this line: every command gets exactly one reply.
problem-service-closing = The server is closing the connection, and `421` is its notice. A mail that is not complete is dropped; try again later.
problem-plain-after-go-ahead = Plain text arrived after the go-ahead for TLS. Somebody on the way may have slipped it in, so it must not be believed: close, and connect again.

## Verdicts on a reply

problem-lenient = The server accepted what the standard does not allow: it is lenient. Another server may refuse the same line.
problem-refused-order = The server refused `{$detail}` for its place in the order, and the standard is on its side.
problem-refused-state = The server refused `{$detail}`, and the standard is on its side: it has no place in this state. Use a command that is legal now.
problem-refused-deleted = You named message {$detail}, which you had already marked as deleted. `RSET` brings it back.
problem-refused-no-message = The server refused because there is no message {$detail} in this maildrop. `LIST` shows the numbers it has.
problem-refused-unknown = The server does not know this word. The commands it understands now are the ones offered as legal.
problem-login-first = Something has to come first: log in with `AUTH`, or encrypt with `STARTTLS`. The server's words say which.
problem-refused-address = The server refused this address: it does not exist, takes no mail, or is not well formed. Check its spelling; the finer code says more.
problem-speaks-smtp = This is an SMTP server, and you opened a POP3 session. Connect again with SMTP, or with the port of POP3.
problem-speaks-pop3 = This is a POP3 server, and you opened an SMTP session. Connect again with POP3, or with the port of SMTP.
problem-speaks-tls = These bytes are TLS: this port is encrypted from the first byte. Connect again with TLS.
problem-not-offered = The server knows this command but does not offer it. Nothing is wrong with the line; go on without it.
problem-not-with-this = The server knows `{$detail}`, but not what you ask of it here: a parameter or an option that it does not have. Use what it listed after `EHLO`.
problem-refused-size = The message is bigger than this server or mailbox takes. Make it smaller, or send it in parts.
problem-refused-policy = A rule of the server stands against this: a right is missing, or a check failed. Log in or encrypt first, or use an address that is yours; the finer code says more.
problem-refused = The server refused. Nothing in this session shows why; the text is the server's own and may tell. The same line is likely to be refused again until something changes.
problem-refused-again = That is the third refusal in a row. Some servers count them and close the connection, so that nobody can try passwords and addresses without end.
problem-refused-syntax = The server refused this line: the fault is in its form, or in something it asks for that this server does not have. Compare it with the form of the command.
problem-verb-case = A verb may be written in any case: small letters mean the same as capitals.
problem-login-code = The login worked. The enhanced code registered for that is `2.7.0`; this server says `{$detail}`.
problem-cancelled = You cancelled the login with `*`, and the server confirms it with an error. You may begin another one.
problem-greeting-refused = The server's greeting is a refusal: it offers no service now. You may say `QUIT` and try later, or another server.
problem-login-refused = The server did not accept this login: check the name, the password and the mechanism. Read its words too: in POP3 it may only mean that the maildrop is in use. Large providers want an app password or a token instead of the usual password.
problem-in-use = Your login was right, but the maildrop is in use, probably by another session. End that one, or wait, and log in again.
problem-login-delay = You logged in a short while ago, and this server wants a pause between two logins. Wait, then log in again: after `LOGIN-DELAY`, `CAPA` tells the seconds.
problem-system-trouble = Something is wrong on the server, and nothing you sent is to blame. If it stays, tell the people who run the server.
problem-refused-mechanism = The server does not take this mechanism here: it does not know it, or wants encryption first. Choose one that it lists.
problem-not-now = The server cannot do this at the moment. The same may succeed later, unchanged.
problem-received-no-date = This message has no `Date` field, and every message needs one. The server only hands over what its author left out.
problem-received-no-from = This message has no `From` field, and every message needs one. The server only hands over what its author left out.
problem-received-lost-dot = The server sent a line with a single dot in front. A reader takes one dot away, so this one is lost: the server should have sent two.
problem-size-differs = The server announced {$said} octets and sent {$sent}. The size should count the message as it travels, each line with CRLF and a doubled dot once.

## Leads: what you sent

lead-command = `{$verb}` is well formed and in order here.
lead-unknown = This line is no command that a server can be expected to know.
lead-sasl-answer = This line answers the server's challenge, and is not read as a command.
lead-message-end = You ended the message; the server now says whether it takes all of it.

## Leads: lines of a message, typed or fetched

lead-field = This is a header field: a name, a colon and its text.
lead-fold = This line begins with white space, so it continues the header field above it.
lead-stray = This line stands among the header fields but is none.
lead-border = This empty line ends the header, and the body begins after it.
lead-body = This line belongs to the body, the part meant for the reader.

## Leads: what the server said

lead-pop3-greeting = The server speaks first: `+OK` means that it is ready for your login.
lead-smtp-greeting = The server speaks first: `220` means that it is ready for you, any other code that it is not.
lead-more-lines = The reply is not over: the hyphen after the code says that more lines follow.
lead-no-reply = This line has no form that a reply may have.
lead-ok = The server says yes: it accepted your command.
lead-ok-user = The server took the name, even if it may not know it; now it wants `PASS`.
lead-ok-pass = You are in: the maildrop is open, and locked for you alone.
lead-ok-auth = You are logged in: the server accepted your proof.
lead-ok-dele = The message is marked, not gone: `QUIT` removes it, and `RSET` still brings it back.
lead-ok-stls = You may encrypt now: the TLS handshake comes next. Ask `CAPA` again after it; what was announced before counts no more.
lead-ok-starttls = You may encrypt now: the TLS handshake comes next, and what either side told before it must be forgotten.
lead-ok-lines = The server says yes, and more lines follow: they belong to this reply until a dot stands alone on its line.
lead-ok-mail = The sender is accepted; now name the recipients with `RCPT`.
lead-ok-rcpt = This recipient is accepted; name another one, or go on with `DATA`.
lead-ok-message = The server took your message over: to deliver it, or to report the failure, is now its duty.
lead-ok-chunk = The server has this chunk; the message goes on until it took the one with `LAST`.
lead-ok-ehlo = The server knows you now; the lines after its first one, if there are any, name its extensions.
lead-ok-reversed = The roles are reversed now: you are the server. Greet with `220` and your name; then the other side sends `EHLO`, `MAIL` and so on, and you answer.
lead-reversed-client = You are the server now: this line goes to the other side as your greeting or your reply. It is not judged here.
lead-reversed-server = The roles are reversed, so this line is a command of the other side, or a line of its message. Answer as a server does; it is not judged here.
lead-ok-quit = The server says goodbye, and the connection ends.
lead-ok-quit-update = The server removed what was marked, if anything, and unlocked the maildrop; the connection ends.
lead-go-data = Go ahead: every line you send now is part of the message, until a dot alone on its line.
lead-challenge = The server wants the next step of your login: answer in base64, or cancel with `*`.
lead-transient = Not now: the server may do this later, if you send the same again.
lead-permanent = No: the server will not do this as it stands.
lead-scan-listing = One message of the maildrop: its number and its size in octets.
lead-uid-listing = One message of the maildrop: its number now, and the identifier that it keeps.
lead-language = One language the server can use: its tag, and perhaps its own name for itself.
lead-capability = One thing this server can do: a keyword, and what it says about it.
lead-payload-end = The dot alone on its line ends the reply and is no part of it.
lead-unexpected = This line is no reply to a command of yours.

## Tokens of commands

token-unknown-verb = **Unknown word.** No verb of this protocol that we know.
token-message-number = **Message {$number}.** Numbers are given at login and never shift in a session.
token-line-count = **Body lines: {$lines}.** The header comes in any case, and the body as far as it goes.
token-user = **Your mailbox name,** as this server knows it.
token-secret = **Your secret.** Hidden on this page; without TLS it is readable on the way.
token-digest = **Proof by MD5** of the greeting's timestamp and the secret, as 32 hex digits.
token-sasl-answer = **Your answer** to the challenge, in base64. That is spelling, not encryption: anyone can decode it.
token-sasl-cancel = **Cancel the login.** The server gives it up and answers with an error.
token-from-word = **The sender follows,** with no space around the colon.
token-to-word = **The recipient follows,** with no space around the colon.
token-path = **Envelope address.** This is what counts on the way, not the header inside the message.
token-path-quoted = **Envelope address, quoted.** Between the quotes, spaces and other signs may stand; they belong to the name.
token-path-literal = **Envelope address by number.** The mail goes to the computer with this IP address.
token-postmaster = **The postmaster:** whoever runs this server. The only name that needs no domain, and only in `RCPT`.
token-null-path = **The empty path.** It names nobody: for reports, so that they cause no further reports.
token-bare-path = **Address without brackets.** The form wants `<` and `>` around it.
token-domain = **Your computer's name,** in full, as it stands in the domain name system.
token-chunk-size = **Octets that follow: {$octets},** right after this line's CRLF. They are no lines, and no dot is doubled.
token-chunk-last = **The last chunk.** After its octets the message is complete.
token-queue-name = **Whose mail:** a host; `@` before it adds all below it, `#` names a queue of the server's own.
token-language = **A language,** by its tag. `LANG *` leaves the choice to the server.
token-address-literal = **An IP address** in brackets, for a computer without a domain name.
token-words = **Free text.** What it means depends on the command.
token-extra = **No place here.** The command's form does not have this.

## Tokens of replies

token-ok = **Success.** The good one of POP3's two answers.
token-err = **Failure.** The bad one of POP3's two answers; the words after it may say why.
token-plus = **Go on.** The login is not over; the server waits for your answer.
token-code-space = **Last line.** A space after the code ends the reply.
token-code-hyphen = **More follows.** A hyphen after the code announces another line.
token-timestamp = **Timestamp for APOP.** New in every session; its angle brackets are part of the digest.
token-server-name = **The server's name for itself,** or its address in brackets.
token-server-text = **Words for people.** Every server says it its own way.
token-count = **Messages: {$count}.** Those marked as deleted are not counted.
token-octets = **Octets: {$octets}.** Every line counts with its CRLF, a doubled dot once.
token-uid = **Unique identifier.** The message keeps it over sessions, so a client knows what is new.
token-keyword-parameter = **Belongs to the keyword** before it, and says more about it.
keyword-parameter-size = **At most {$value} octets** to one message.
keyword-parameter-no-limit = **No fixed limit.**
keyword-parameter-per-user = **Differs by user.** Ask `CAPA` again after the login for your own value.
keyword-parameter-login-delay = **{$value} seconds** at least from one login to the next.
keyword-parameter-expire = **{$value} days** at least before the server deletes mail by itself.
keyword-parameter-expire-never = **Never.** The server deletes no mail by itself.
keyword-parameter-expire-now = **No days.** Mail may not be left here: what you fetch with `RETR` may be gone after `QUIT`.
keyword-parameter-utf8-user = **Names and passwords too** may be in UTF-8, even before the command `UTF8`.
keyword-parameter-deliverby = **At least {$value} seconds** must be given where late mail is to come back.
keyword-parameter-mt-priority = **The rules** by which it gives priorities, by name.
keyword-parameter-futurerelease = **The longest wait:** first in seconds, then as a date and time.
keyword-parameter-limits = **One limit:** its name, and perhaps its value.
keyword-parameter-no-soliciting = **One kind of advertising** that is not wanted: a domain name turned round, a colon, a word.
token-challenge = **The challenge,** in base64. Decode it to see what the server asks.
token-garbage = **Not a reply.** These bytes have no form that the protocol knows.

## Tokens of messages

token-text = **Text of the message.** POP3 and SMTP only carry it.
token-stuffed-dot = **Guard dot.** The receiver drops it, so that only a lone dot can mean the end.
token-lost-dot = **A dot that is lost.** The receiver takes it away; only a doubled dot arrives as one.
token-no-number = **A number belongs here,** in plain digits.
token-final-dot = **The end mark.** A dot alone on its line, no part of the text.

## Reply codes

code-211 = **System status,** or help about the system.
code-214 = **Help** on the server or a command, for people to read.
code-220 = **Service ready.** The greeting, or the go-ahead after `STARTTLS`.
code-221 = **Goodbye.** The server closes the connection.
code-235 = **Logged in.** The authentication succeeded.
code-250 = **Done.** The requested action is completed.
code-251 = **Not local, forwarded.** The server takes the mail and sends it to the address it names.
code-250-etrn = **Queue started.** Something will be tried; the server does not say whether mail waits.
code-251-etrn = **Nothing waits.** The server has no mail for that host.
code-252-etrn = **Queue started.** Mail waits for the host, and its sending has begun.
code-252 = **Not verified,** but the server would take mail for it and try to deliver it.
code-253 = **Queue started.** So many messages wait for the host, and their sending has begun.
code-334 = **Challenge.** The rest of the line is base64; your answer is due.
code-354 = **Send the message** and end it with a dot alone on its line.
code-421 = **Service not available.** The server is closing the connection.
code-422 = **Password transition needed.** Listed beside `432`, with the same meaning.
code-432 = **Password transition needed.** Usually one login by `PLAIN` makes this mechanism work later.
code-450 = **Mailbox unavailable for now:** busy, or held off by a policy. Try again later.
code-451 = **Local error.** The server could not process it; try again later.
code-452 = **Not enough room,** or too many recipients in one mail. Try the rest later.
code-454 = **Not for now.** TLS or the login fails for a passing reason on the server's side.
code-455 = **Parameters not now.** The server cannot deal with one of them at the moment.
code-453 = **You have no mail.** Nothing waits for the domains that `ATRN` named.
code-458 = **Queue not started.** The server could not begin to send what waits for the host.
code-459 = **Host not allowed.** The server starts no queue for it, and says why.
code-500 = **Not understood.** The server does not know the command, or the line is too long.
code-501 = **Bad argument.** The command is known; what follows it has the wrong form.
code-502 = **Not implemented.** The server knows this command but does not offer it.
code-503 = **Wrong order.** The command is known, but not legal at this point.
code-504 = **Not with this parameter.** The command is implemented, what you asked of it is not.
code-521 = **Host takes no mail,** not at any time and not from anybody.
code-523 = **Encryption needed** around this login mechanism. Turn TLS on first.
code-524 = **Encryption needed** for this mechanism. Listed beside `538`, with the same meaning.
code-525 = **Account disabled.** The login was right; only the administrator can help.
code-530 = **Something comes first:** a login, or TLS. The words after it say which.
code-534 = **Mechanism too weak** for this user by the server's rules. Choose a stronger one.
code-535 = **Login refused.** The name, the password or the token is not valid.
code-538 = **Encryption needed** for this mechanism. An old code; newer servers do not offer it without TLS.
code-550 = **Mailbox unavailable:** not found, no access, or refused by a policy.
code-551 = **Not local.** The server does not forward; its words may name the address to try.
code-552 = **Too much to store.** The message or the mailbox is over its limit.
code-553 = **Mailbox name not allowed,** for example badly formed.
code-554 = **Failed.** The transaction is refused; in place of the greeting, there is no mail service here.
code-555 = **Unknown parameters** on `MAIL` or `RCPT`, or not implemented.
code-556 = **Domain takes no mail.** The server learned that without asking there.
code-unknown = **No code we know.** `{$code}` counts by its first digit alone.

## Reply codes, digit by digit

digit-1yz = **Preliminary.** FTP has such replies, SMTP has none.
digit-2yz = **Done.** Positive completion; the next command may come.
digit-3yz = **Go on.** Accepted so far; the server waits for more.
digit-4yz = **Not now.** Refused for a passing reason; the same may succeed later.
digit-5yz = **No.** Refused for good; do not repeat it unchanged.
digit-x0z = **Syntax.** About the form of the command, or a command that is not implemented.
digit-x1z = **Information.** An answer to a request such as help or status.
digit-x2z = **Connection.** About the channel between client and server.
digit-x34z = **Unspecified.** RFC 5321 leaves this digit open; extensions use it.
digit-x5z = **Mail system.** About mail itself, not about syntax or the line.
digit-none = **No meaning.** RFC 5321 has no such digit in this place.

## Enhanced status codes: class and subject

enhanced-class-2 = **Success.** The same class as the first digit of the code.
enhanced-class-4 = **Failed for now.** The same may succeed later.
enhanced-class-5 = **Failed for good.** Something must change before another try.
enhanced-subject-0 = **Other or undefined.** The subject is not told.
enhanced-subject-1 = **Addressing.** About the sender's or a recipient's address.
enhanced-subject-2 = **Mailbox.** About the mailbox of the recipient.
enhanced-subject-3 = **Mail system.** About the receiving system as a whole.
enhanced-subject-4 = **Network and routing.** About the way to the destination.
enhanced-subject-5 = **Mail protocol.** About the dialogue itself, its commands and their order.
enhanced-subject-6 = **Content or media.** About what the message contains.
enhanced-subject-7 = **Security or policy.** About logins, encryption and rules.
enhanced-subject-unknown = **Unknown subject.** RFC 3463 has 0 to 7.

## Enhanced status codes: detail

enhanced-0-0 = **Nothing more specific.** Only the class tells something.
enhanced-1-0 = **About an address,** without a closer word.
enhanced-1-1 = **No such mailbox.** What stands before the at sign does not exist there.
enhanced-1-2 = **Bad destination domain.** It does not exist or cannot take mail.
enhanced-1-3 = **Bad recipient syntax.** The address is not well formed.
enhanced-1-4 = **Ambiguous address.** It fits more than one mailbox there.
enhanced-1-5 = **Recipient valid.** The address was found good.
enhanced-1-6 = **Moved away.** The mailbox was good once, takes no mail any more, and no new address is given.
enhanced-1-7 = **Bad sender syntax.** The sender's address is not well formed.
enhanced-1-8 = **Bad sender domain.** It does not exist or cannot take replies.
enhanced-1-9 = **Passed on** to a mailer that does not report what becomes of the message.
enhanced-1-10 = **Recipient's domain takes no mail.** A null MX record says so.
enhanced-2-0 = **About the mailbox,** without a closer word.
enhanced-2-1 = **Mailbox disabled.** It exists but takes no messages.
enhanced-2-2 = **Mailbox full.** The recipient has to make room.
enhanced-2-3 = **Too long for this mailbox,** whose limit is lower than the system's.
enhanced-2-4 = **List trouble.** The mailing list could not be expanded.
enhanced-3-0 = **About the receiving system,** without a closer word.
enhanced-3-1 = **System full.** Its storage has no room left.
enhanced-3-2 = **No messages taken.** The system shuts down, is overloaded or under repair, or never takes any.
enhanced-3-3 = **Feature missing.** The system cannot do something this message asks for.
enhanced-3-4 = **Message too big** for this system.
enhanced-3-5 = **Badly configured.** The system's own settings keep it from taking this message.
enhanced-3-6 = **Priority changed.** The message is accepted, but not with the priority asked for.
enhanced-4-0 = **About the network,** without a closer word.
enhanced-4-1 = **No answer** from the next host.
enhanced-4-2 = **Bad connection.** It was made, but did not hold until the end.
enhanced-4-3 = **Directory failure.** A server that knows the way, such as DNS, could not be asked.
enhanced-4-4 = **No way found.** The directory does not tell the next host.
enhanced-4-5 = **Congestion.** The mail system has too much to do.
enhanced-4-6 = **Loop.** The message was passed on too many times.
enhanced-4-7 = **Too old.** The time to deliver it ran out.
enhanced-5-0 = **About the protocol,** without a closer word.
enhanced-5-1 = **Invalid command:** out of order, or not supported.
enhanced-5-2 = **Syntax error.** The command was not understood.
enhanced-5-3 = **Too many recipients** for one mail.
enhanced-5-4 = **Invalid arguments.** The command is good, what follows it is not.
enhanced-5-5 = **Wrong protocol version.** The two sides could not agree on one.
enhanced-5-6 = **Login line too long** for the server's buffer.
enhanced-6-0 = **About the content,** without a closer word.
enhanced-6-1 = **Media not supported.** The content is of a kind this system cannot handle.
enhanced-6-2 = **Conversion forbidden.** The content would have to be converted, and must not be.
enhanced-6-3 = **Conversion not possible.** The content would have to be converted, and the server cannot.
enhanced-6-4 = **Conversion with loss.** Not everything in the content survives it.
enhanced-6-5 = **Conversion failed.** The content had to be converted, and it went wrong.
enhanced-6-6 = **Content not available.** It could not be fetched from where it lies.
enhanced-6-7 = **ASCII addresses only** for this sender or recipient.
enhanced-6-8 = **The reply would need UTF-8,** and the client did not allow that.
enhanced-6-9 = **UTF-8 header refused:** it cannot be passed on to every recipient.
enhanced-6-10 = **Out of use.** It means what `X.6.8` means.
enhanced-7-0 = **About security,** without a closer word.
enhanced-7-1 = **Not authorized.** The message is refused by a rule of the server or the recipient.
enhanced-7-2 = **List closed to you.** You may not send to this mailing list.
enhanced-7-3 = **Security cannot be converted** from one protocol to another.
enhanced-7-4 = **Security feature missing.** The message or command asks for one that is not supported.
enhanced-7-5 = **Cryptographic failure.** Something needed, such as a key, is missing or not valid.
enhanced-7-6 = **Algorithm not supported,** so the message could not be checked or decrypted.
enhanced-7-7 = **Message altered.** It was damaged or changed, so the check failed.
enhanced-7-8 = **Credentials invalid** or not sufficient.
enhanced-7-9 = **Mechanism too weak** for this user by the server's rules.
enhanced-7-10 = **Encryption needed** around this login mechanism: turn TLS on first.
enhanced-7-11 = **Encryption needed** before this mechanism may be used.
enhanced-7-12 = **Password transition needed** before this mechanism works for the user.
enhanced-7-13 = **Account disabled.** The login was right; only the administrator can help.
enhanced-7-14 = **Trust missing** between this server and the one that holds the content.
enhanced-7-15 = **Priority too low** to be accepted, perhaps only for now.
enhanced-7-16 = **Too big for its priority,** perhaps only for now.
enhanced-7-17 = **Mailbox has a new owner** since the date that the sender gave.
enhanced-7-18 = **Domain has a new owner** since the date that the sender gave.
enhanced-7-19 = **Owner unknown** for the date that the sender gave.
enhanced-7-20 = **No valid DKIM signature** was found on the message.
enhanced-7-21 = **No acceptable DKIM signature.** Some are valid, but not enough for this server.
enhanced-7-22 = **No DKIM signature of the author's.** Valid ones are there, but none matches `From`.
enhanced-7-23 = **SPF failed.** That computer may not send for this domain.
enhanced-7-24 = **SPF not decided.** The check itself ended in an error.
enhanced-7-25 = **Reverse DNS failed** for the client's IP address.
enhanced-7-26 = **Several checks failed.** The code does not tell which.
enhanced-7-27 = **Sender's domain takes no mail,** so a failure could not be reported there.
enhanced-7-29 = **ARC failed.** The chain of earlier checks is not valid.
enhanced-7-30 = **REQUIRETLS is missing** on the servers further on, and the message needs it.
enhanced-detail-unknown = **A rarer detail.** `{$code}` is not in our list; its class and subject still count.

## Response codes of POP3

response-in-use = **Maildrop in use,** probably by another session. The login itself was right.
response-login-delay = **Too soon.** You logged in recently; wait before the next time.
response-auth = **Credentials refused.** The trouble is with this login, not with the server.
response-sys-temp = **Passing system trouble.** Your login is not to blame; try again later.
response-sys-perm = **Lasting system trouble.** Your login is not to blame; someone has to repair it.
response-sys = **System trouble.** Your login is not to blame.
response-utf8 = **Needs UTF-8.** The message holds UTF-8, and this session has not switched to it. Send `UTF8` before the login, in a new session.
response-unknown = **A rarer code.** `{$code}` is not in our list; the words after it are for people.

## Capabilities of POP3

keyword-top = **TOP works here:** a header and a few lines without the whole message.
keyword-user = **USER and PASS work,** though perhaps not for every user.
keyword-sasl = **Mechanisms for AUTH,** one after another.
keyword-resp-codes = **Codes in brackets.** Reply text that begins with `[` holds a code for programs.
keyword-login-delay = **Seconds between logins.** Coming back sooner may be refused.
keyword-pipelining = **Several at once.** Commands may be sent without waiting for each reply.
keyword-expire = **Days mail is kept,** at the least; `NEVER` means the server deletes none by itself.
keyword-uidl = **UIDL works here:** every message has an identifier that it keeps.
keyword-implementation = **The server's software,** by name and perhaps version.
keyword-stls = **TLS on request.** `STLS` encrypts this connection.
keyword-auth-resp-code = **Tells bad logins apart.** `[AUTH]` marks those where the credentials are wrong.
keyword-utf8 = **Speaks UTF-8.** After `UTF8`, text beyond ASCII may be sent as it is.
keyword-lang = **Other languages.** `LANG` chooses the language of the server's words.

## EHLO keywords

keyword-size = **Largest message,** in octets, that the server takes; `0` means no fixed limit.
keyword-8bitmime = **Eight-bit text.** MIME bodies beyond ASCII need no re-encoding for this server.
keyword-enhancedstatuscodes = **Finer codes.** Replies carry a code such as `2.1.5` after the three digits.
keyword-starttls = **TLS on request.** `STARTTLS` encrypts this connection.
keyword-auth = **Login mechanisms** that `AUTH` accepts, one after another.
keyword-help = **HELP works here.**
keyword-vrfy = **VRFY works here,** though it need not tell much.
keyword-expn = **EXPN works here:** a mailing list may be expanded.
keyword-etrn = **Queue on demand.** `ETRN` asks for the mail that waits for a host.
keyword-atrn = **Mail on demand.** `ATRN` swaps the roles after a login, and sends what waits for a domain.
keyword-dsn = **Reports to order.** You may say when a delivery report is wanted.
keyword-chunking = **Message in chunks.** `BDAT` may stand in for `DATA`.
keyword-binarymime = **Binary content,** without lines at all; it needs `BDAT`.
keyword-smtputf8 = **Addresses beyond ASCII,** and header fields too, written in UTF-8.
keyword-deliverby = **Deliver in time.** `BY=` on `MAIL` says in how many seconds, and what to do if that fails.
keyword-mt-priority = **Priorities.** `MT-PRIORITY=` on `MAIL` asks for one from -9 to 9.
keyword-futurerelease = **Send later.** The server can hold a message for some time, or until some time.
keyword-requiretls = **TLS all the way.** `REQUIRETLS` on `MAIL` forbids to pass the message on without it.
keyword-limits = **Limits** that this server sets, such as recipients to one mail.
keyword-burl = **Fetch it yourself.** `BURL` names an address from which the server takes the content.
keyword-rrvs = **Same owner?** `RRVS=` on `RCPT` names a date since which the mailbox must not have changed hands.
keyword-no-soliciting = **No advertising,** at least not of the kinds named after it.
keyword-mtrk = **Tracking.** `MTRK=` on `MAIL` lets the sender ask later where the mail is.
keyword-conperm = **Conversion allowed.** `CONPERM` on `MAIL` permits to convert what the mail holds.
keyword-conneg = **Conversion to order.** `CONNEG` on `RCPT` asks what the recipient's device can show.
keyword-history = **A command of 1982,** obsolete today.
keyword-auth-equals = **An old form of AUTH,** from before the standard, kept for old clients.
keyword-private = **A private extension.** Keywords with `X` are agreed between two sides, and no standard describes `{$keyword}`.
keyword-unknown = **A rarer keyword.** `{$keyword}` is not in our list; the server offers it all the same.

## Parameters of MAIL and RCPT

parameter-size = **Size announced,** in octets, so that the server can refuse early.
parameter-body = **Kind of body:** `7BIT`, `8BITMIME` or `BINARYMIME`.
parameter-auth = **Who submitted it,** as trusted servers tell each other; `<>` means unknown.
parameter-smtputf8 = **Beyond ASCII.** This mail needs UTF-8 in its addresses or header.
parameter-by = **Deliver by:** seconds, then `R` to return the mail if it is late, or `N` to tell only.
parameter-mt-priority = **Priority,** from -9 to 9; 0 is normal.
parameter-holdfor = **Hold the message** for so many seconds before it goes out.
parameter-holduntil = **Hold the message** until this date and time.
parameter-requiretls = **TLS all the way,** or the message must come back.
parameter-solicit = **Kinds of advertising** that this mail is, as its `Solicitation:` field says.
parameter-mtrk = **Keep track of it:** a hash, then perhaps for how many seconds. Whoever knows the number behind the hash may ask later where the mail is.
parameter-conperm = **May be converted** on the way, as its parts allow in `Content-Convert`.
parameter-conneg = **What can this recipient show?** The answer lists it, so that the mail may be converted to fit.
parameter-ret = **What to return** in a failure report: `FULL` message or `HDRS`, the header.
parameter-envid = **Envelope identifier.** A report will quote it.
parameter-notify = **When to report** on this recipient: `NEVER`, `SUCCESS`, `FAILURE`, `DELAY`.
parameter-orcpt = **Original recipient,** to be named in a report.
parameter-rrvs = **Only the old owner:** refuse if the mailbox changed hands since this date.
parameter-unknown = **A rarer parameter.** It belongs to an extension that the server must have offered.


## Facts known before a line is sent

fact-removes = { $count ->
    [1] `QUIT` now removes the 1 message you marked, and ends the session.
   *[other] `QUIT` now removes the {$count} messages you marked, and ends the session.
}
fact-removes-nothing = No message is marked, so `QUIT` removes nothing and ends the session.
fact-unmarks = { $count ->
    [1] `RSET` brings back the 1 message you marked.
   *[other] `RSET` brings back the {$count} messages you marked.
}
fact-unmarks-nothing = No message is marked, so `RSET` changes nothing.
fact-octets = The server listed this message with {$octets} octets; all of it comes, up to a lone dot.
fact-delivers = { $count ->
    [1] A dot alone ends the message: {$octets} octets for 1 recipient.
   *[other] A dot alone ends the message: {$octets} octets for {$count} recipients.
}
fact-drops = A mail is begun: this drops it, with its sender and its recipients.

## Hints under the prompt

hint-chunk = { $count ->
    [1] Text of the chunk: 1 octet is due. A line counts with its CRLF, and dots are not doubled.
   *[other] Text of the chunk: {$count} octets are due. A line counts with its CRLF, and dots are not doubled.
}
hint-no-connection = There is no connection yet: connect first, then type.
hint-greeting = Wait for the greeting, because the server speaks first.
hint-empty = Type a command, or pick one that is legal now.
hint-sasl-answer = This line answers the challenge in base64; `*` alone cancels the login.
hint-sasl-secret = This line answers the challenge in base64 and stays hidden here; `*` alone cancels the login.
hint-header = This line belongs to the header, `Name: text`; an empty line ends it.
hint-empty-line = An empty line ends the header, and the body begins after it.
hint-body = This line becomes text of the letter; a dot alone on a line ends it.
hint-stuff-dot = The server takes away the first dot of this line, so double a dot that you want to keep.
hint-reversed = The roles are reversed: what you type is a reply of yours, such as `220 laptop.example.test`, then `250 ok`.
hint-lone-dot = A dot alone on its line ends the message.

## Steps of the examples

step-user = Say who you are
step-pass = Give the password
step-list = List the letters
step-retr = Fetch the first one
step-pop3-quit = Say goodbye
step-ehlo = Introduce your computer
step-mail = Name the sender
step-rcpt = Name a recipient
step-data = Ask to send the letter
step-dot = Write it, end it with a lone dot
step-smtp-quit = Say goodbye
step-dele = Mark a letter as deleted
step-cut = Cut the line without QUIT
step-return = Connect and log in again
step-count = Count: is it gone?
